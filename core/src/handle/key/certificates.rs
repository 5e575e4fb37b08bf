//! Certificates of a key, and requests for them.

use super::Key;
use crate::Error;
use crate::key::certificate_chain::{Chain, certificate_chain, check_chain, set_certificate_chain};
use crate::key::certificate_request::certificate_request;
use crate::key::item::Item;
use crate::verb::Verb;
use crate::version::Version;

impl Key {
    /// A certificate request (PKCS#10, RFC 2986) for a version, the latest unless given, as PEM: what an
    /// authority makes a certificate of. Subject and attributes, among which are the extensions, are those of
    /// the template, a request as PEM or DER that any key may have signed; without one there are none.
    ///
    /// It is signed with the key: ECDSA on P-256 with SHA-256, on P-384 with SHA-384, on P-521 with SHA-512,
    /// RSA with SHA-256 and the padding of PKCS#1 v1.5, Ed25519, and ML-DSA (RFC 9881).
    ///
    /// ```
    /// use strongroom::{KeyType, Keyring};
    /// // Written by openssl req -new -newkey ed25519 -nodes -keyout /dev/null -subj /CN=a/O=b.
    /// let template = "-----BEGIN CERTIFICATE REQUEST-----\n\
    ///                 MIGXMEsCAQAwGDEKMAgGA1UEAwwBYTEKMAgGA1UECgwBYjAqMAUGAytlcAMhAGyw\n\
    ///                 BU1aL2XagrgdPh03R/9UGmehs1lm2+Hr2+5+cu6woAAwBQYDK2VwA0EAjg85ED/8\n\
    ///                 rgJmJRYNCsQR4Cc+F4jevmsUg9mXatWajpY2PePPJhnuw3HsjZjZuGVF9e9NtsAk\n\
    ///                 HN3u2lrs7z26Aw==\n\
    ///                 -----END CERTIFICATE REQUEST-----\n";
    /// let key = Keyring::in_memory().create_key("tls", KeyType::EcdsaP256)?;
    /// let request = key.certificate_request(Some(template.as_bytes()), None)?;
    /// assert!(request.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidCertificate`] for a template that is no request, [`Error::OperationNotSupported`],
    /// [`Error::InvalidOption`] on a derived key, [`Error::VersionNotAllowed`], [`Error::NoSuchVersion`] for
    /// a version with a public key alone, [`Error::KeyDisabled`], [`Error::Stale`]
    pub fn certificate_request(
        &self,
        template: Option<&[u8]>,
        version: Option<Version>,
    ) -> Result<String, Error> {
        let item = version.map_or_else(Item::nothing, |version| Item::nothing().version(version));
        self.0.at().run(Verb::CertificateRequest, &item, |call| certificate_request(call, template))
    }

    /// Keeps certificates with the version whose they are, the latest unless given, in the place of those
    /// that it has; they go where the key goes, also into backups for OpenBao.
    ///
    /// PEM with blocks of the label `CERTIFICATE`, at most 100 of at most 64 KiB: first the key's own, which
    /// must be of the version's public key and of no authority, then those of authorities. Other blocks and
    /// text are passed over. Signatures and dates are not looked at.
    ///
    /// ```
    /// use strongroom::{Error, KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("tls", KeyType::EcdsaP256)?;
    /// let refused = key.set_certificate_chain(b"no certificate", None);
    /// assert!(matches!(refused, Err(Error::InvalidCertificate { .. })));
    /// assert_eq!(key.certificate_chain(None)?, None);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidCertificate`], [`Error::OperationNotSupported`], [`Error::InvalidOption`] on a derived
    /// key, [`Error::VersionTooOld`], [`Error::VersionTooNew`], [`Error::KeyDisabled`], or the store's
    pub fn set_certificate_chain(
        &self,
        chain: impl AsRef<[u8]>,
        version: Option<Version>,
    ) -> Result<(), Error> {
        self.run(Verb::SetCertificateChain, |at| {
            at.record(|record| check_chain(record, version))?;
            let chain = Chain::parse(chain.as_ref())?;
            at.edit(|record| set_certificate_chain(record, &chain, version))
        })
    }

    /// The certificates that are kept with a version, the latest unless given, as PEM, the key's own first;
    /// `None` where there are none.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("tls", KeyType::EcdsaP256)?;
    /// if let Some(pem) = key.certificate_chain(None)? {
    ///     std::fs::write("/etc/tls/chain.pem", pem).unwrap();
    /// }
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::OperationNotSupported`], [`Error::InvalidOption`] on a derived key, [`Error::VersionTooOld`],
    /// [`Error::VersionTooNew`], [`Error::KeyDisabled`]
    pub fn certificate_chain(&self, version: Option<Version>) -> Result<Option<String>, Error> {
        self.run(Verb::CertificateChain, |at| at.record(|record| certificate_chain(record, version)))
    }
}
