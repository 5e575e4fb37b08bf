//! A request for a certificate: PKCS#10 (RFC 2986).

use super::{bits, identifier, name, public_key};
use crate::wire::Malformed;
use crate::wire::der::{BIT_STRING, Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, SET, element};

/// `attributes [0]`, a set whose tag is implicit.
const ATTRIBUTES: u8 = 0xa0;

/// What somebody asks for in a request, whoever has signed it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Request<'a> {
    /// The contents of its `Name`.
    subject: &'a [u8],
    /// The contents of its set of attributes, in which the extensions are (RFC 2985 section 5.4.2).
    attributes: &'a [u8],
}

impl<'a> Request<'a> {
    /// No longer than this is a request, so that with a key of any type in it every length in it has a form.
    pub(crate) const MAX_LEN: usize = 32 << 10;

    /// `CertificationRequest ::= SEQUENCE { SEQUENCE { version, subject, subjectPKInfo, attributes [0] },
    /// signatureAlgorithm, signature BIT STRING }`. Attributes that are not there at all, which some write,
    /// are none.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, Malformed> {
        if der.len() > Self::MAX_LEN {
            return Err(Malformed);
        }
        let mut document = Elements::of(der);
        let mut request = Elements::of(document.next(SEQUENCE)?);
        document.end()?;
        let mut info = Elements::of(request.next(SEQUENCE)?);
        identifier(&mut request)?;
        bits(&mut request)?;
        request.end()?;
        if info.next(INTEGER)? != [0] {
            return Err(Malformed);
        }
        let subject = name(&mut info)?;
        public_key(&mut info)?;
        let attributes = info.optional(ATTRIBUTES)?.unwrap_or_default();
        info.end()?;
        let mut rest = Elements::of(attributes);
        while !rest.is_empty() {
            let mut attribute = Elements::of(rest.next(SEQUENCE)?);
            attribute.next(OBJECT_IDENTIFIER)?;
            let mut values = Elements::of(attribute.next(SET)?);
            attribute.end()?;
            while !values.is_empty() {
                values.any()?;
            }
        }
        Ok(Self { subject, attributes })
    }

    /// `CertificationRequestInfo` with another public key, a `SubjectPublicKeyInfo`.
    pub(crate) fn with(&self, public_key: &[u8]) -> Vec<u8> {
        let version = element(INTEGER, &[&[0]]);
        let subject = element(SEQUENCE, &[self.subject]);
        let attributes = element(ATTRIBUTES, &[self.attributes]);
        element(SEQUENCE, &[&version, &subject, public_key, &attributes])
    }
}

/// What is to be signed, with its signature and the contents of the identifier of how it was made.
pub(crate) fn signed(info: &[u8], identifier: &[u8], signature: &[u8]) -> Vec<u8> {
    let identifier = element(SEQUENCE, &[identifier]);
    element(SEQUENCE, &[info, &identifier, &element(BIT_STRING, &[&[0], signature])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64_simd::STANDARD;

    /// `openssl req -new -newkey ed25519 -subj /CN=a/O=b -addext subjectAltName=DNS:a.example`, and with the
    /// attribute `challengePassword`.
    const REQUEST: &str = "MIHUMIGHAgEAMBgxCjAIBgNVBAMMAWExCjAIBgNVBAoMAWIwKjAFBgMrZXADIQCFNLVUHCXuoFE/uTqUSq20cJzShwGw\
        O/7nfhf5eOzt56A8MBMGCSqGSIb3DQEJBzEGDAR3b3JkMCUGCSqGSIb3DQEJDjEYMBYwFAYDVR0RBA0wC4IJYS5leGFt\
        cGxlMAUGAytlcANBAMQOcDXQJuYUrQKWaON4TnUlVoQuafIs3lU44H+oP7gtMNFpCwKmUeQHZyA4MwDJenClixJaI1VU\
        y16j2uS5hg8=";

    fn request() -> Vec<u8> {
        STANDARD.decode_to_vec(REQUEST).unwrap()
    }

    #[test]
    fn what_was_asked_for_stays() {
        let der = request();
        let request = Request::parse(&der).unwrap();
        let mut document = Elements::of(&der);
        let mut outer = Elements::of(document.next(SEQUENCE).unwrap());
        let info = element(SEQUENCE, &[outer.next(SEQUENCE).unwrap()]);
        let (algorithm, signature) = (outer.next(SEQUENCE).unwrap(), outer.next(BIT_STRING).unwrap());
        let mut parts = Elements::of(Elements::of(&info).next(SEQUENCE).unwrap());
        parts.next(INTEGER).unwrap();
        parts.next(SEQUENCE).unwrap();
        let key = element(SEQUENCE, &[parts.next(SEQUENCE).unwrap()]);
        assert_eq!(request.with(&key), info);
        assert_eq!(signed(&info, algorithm, &signature[1..]), der);
        assert_eq!(
            Request::parse(&signed(&Request::default().with(&key), algorithm, &[])),
            Ok(Request::default())
        );
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let der = request();
        for len in 0..der.len() {
            assert_eq!(Request::parse(&der[..len]), Err(Malformed), "{len}");
        }
        assert_eq!(Request::parse(&[&der[..], &[0]].concat()), Err(Malformed));
        // A byte that is changed is another request or none, and never more than was there.
        let mut read = 0;
        for at in 0..der.len() {
            for change in [1, 0x80, 0xff] {
                let mut changed = der.clone();
                changed[at] ^= change;
                if let Ok(request) = Request::parse(&changed) {
                    assert!(request.subject.len() + request.attributes.len() < der.len());
                    read += 1;
                }
            }
        }
        assert!(read > 100, "what is in a name or a signature is not looked into: {read}");
    }

    #[test]
    fn what_is_longer_than_a_request_is_refused() {
        let der = request();
        let request = Request::parse(&der).unwrap();
        let attribute = |len: usize| {
            let value = element(0x04, &[&vec![7; len]]);
            element(SEQUENCE, &[&[OBJECT_IDENTIFIER, 1, 42], &element(SET, &[&value])])
        };
        let whole = |len: usize| {
            let attributes = attribute(len);
            let info = Request { attributes: &attributes, ..request }.with(&element(
                SEQUENCE,
                &[&element(SEQUENCE, &[&[OBJECT_IDENTIFIER, 1, 42]]), &element(BIT_STRING, &[&[0]])],
            ));
            signed(&info, &[OBJECT_IDENTIFIER, 1, 42], &[])
        };
        let spare = Request::MAX_LEN - whole(30_000).len();
        assert!(Request::parse(&whole(30_000 + spare)).is_ok());
        assert_eq!(Request::parse(&whole(30_001 + spare)), Err(Malformed));
    }
}
