//! One call, with everything that can be said about it.

use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::alg::sign::{RsaPadding, SaltLength};
use crate::context::{Aad, Context, IntoContext};
use crate::error::invalid;
use crate::key::data_key_size::DataKeySize;
use crate::manner::Manner;
use crate::verb::{Of, Said, Verb};
use crate::version::Version;
use crate::wire::base64::Alphabet;

/// How a signature is written.
///
/// The form is that of the whole text. Of `ecdsa-…` keys it is also that of what is in it: two numbers as
/// DER, or one behind the other.
///
/// ```
/// use strongroom::{Item, KeyType, Keyring, SignatureForm};
/// let key = Keyring::in_memory().create_key("tokens", KeyType::Ed25519)?;
/// let signature = key.sign_item(&Item::message(b"header.payload").form(SignatureForm::Jws))?;
/// assert!(!signature.ends_with('='));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureForm {
    /// Padded standard base64 (RFC 4648 section 4).
    #[default]
    Asn1,
    /// URL-safe base64 without padding (RFC 4648 section 5), as JSON Web Signatures have it.
    Jws,
}

impl SignatureForm {
    pub(crate) fn alphabet(self) -> Alphabet {
        match self {
            Self::Asn1 => Alphabet::Standard,
            Self::Jws => Alphabet::UrlSafe,
        }
    }
}

/// One element of a batch, or one call with options: what to work on, and what is said about it.
///
/// What an operation does not use is refused, never ignored.
///
/// ```
/// use strongroom::{Item, KeySpec, Keyring};
/// let ring = Keyring::in_memory();
/// let key = ring.create_key("tenants", KeySpec::default().derived(true))?;
/// let item = |text: &'static [u8]| Item::plaintext(text).aad("order-17").context([("tenant", "acme")]);
/// let ciphertexts = key.encrypt_batch([item(b"one"), item(b"two")]);
/// assert!(ciphertexts.iter().all(Result::is_ok));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[must_use]
#[derive(Clone)]
pub struct Item<'a> {
    pub(crate) input: Input<'a>,
    pub(crate) aad: Aad<'a>,
    pub(crate) context: Option<Result<Context, Error>>,
    /// A number, which need not be one of a version.
    pub(crate) version: Option<u32>,
    pub(crate) hash: Option<HashAlgorithm>,
    pub(crate) form: Option<SignatureForm>,
    /// What is to be signed was hashed, or is to be signed as it is.
    pub(crate) prehashed: Option<Prehashed>,
    pub(crate) padding: Option<RsaPadding>,
    pub(crate) salt: Option<SaltLength>,
}

/// What somebody did with a message before it was given to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prehashed {
    /// It is a digest of the hash that is named.
    Hashed,
    /// No hash is named.
    Raw,
}

#[derive(Clone, Copy)]
pub(crate) enum Input<'a> {
    Plaintext(&'a [u8]),
    Ciphertext(&'a str),
    Token(&'a str),
    Binary(&'a [u8]),
    Message(&'a [u8]),
    Signed(&'a [u8], &'a str),
    DataKey(DataKeySize),
    Stream,
    /// Where only the key is asked for something.
    Nothing,
}

impl Input<'_> {
    /// Whether it is what a verb makes something of. What a verb reads can have several forms, and is taken
    /// apart by it.
    #[inline]
    pub(crate) fn is_made_with(&self, verb: Verb) -> bool {
        match verb.of() {
            Of::Plaintext => matches!(self, Self::Plaintext(_)),
            Of::DataKey => matches!(self, Self::DataKey(_)),
            Of::Message => matches!(self, Self::Message(_)),
            Of::Signed => matches!(self, Self::Signed(..)),
            Of::Stream => matches!(self, Self::Stream),
            Of::Token => matches!(self, Self::Token(_)),
            Of::Written | Of::Nothing => true,
        }
    }

    /// The bytes to be worked on.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Plaintext(bytes) | Self::Binary(bytes) | Self::Message(bytes) => bytes.len(),
            Self::Ciphertext(text) | Self::Token(text) => text.len(),
            Self::Signed(message, _) => message.len(),
            Self::DataKey(_) | Self::Stream | Self::Nothing => 0,
        }
    }
}

impl std::fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Item(..)")
    }
}

impl<'a> Item<'a> {
    pub(crate) fn of(input: Input<'a>) -> Self {
        Self {
            input,
            aad: Aad::NONE,
            context: None,
            version: None,
            hash: None,
            form: None,
            prehashed: None,
            padding: None,
            salt: None,
        }
    }

    /// To encrypt, or the payload of a token.
    pub fn plaintext(plaintext: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::of(Input::Plaintext(plaintext.as_ref()))
    }

    /// A ciphertext as text, to decrypt or rewrap.
    pub fn ciphertext(ciphertext: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self::of(Input::Ciphertext(ciphertext.as_ref()))
    }

    /// A binary ciphertext, to decrypt or rewrap.
    pub fn binary(ciphertext: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::of(Input::Binary(ciphertext.as_ref()))
    }

    /// To sign or MAC.
    pub fn message(message: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::of(Input::Message(message.as_ref()))
    }

    /// A message with its signature or mac, to verify.
    pub fn signed(
        message: &'a (impl AsRef<[u8]> + ?Sized),
        signature: &'a (impl AsRef<str> + ?Sized),
    ) -> Self {
        Self::of(Input::Signed(message.as_ref(), signature.as_ref()))
    }

    /// A data key of a size.
    pub fn data_key(size: DataKeySize) -> Self {
        Self::of(Input::DataKey(size))
    }

    /// What is said about a stream, whose bytes are read or written piece by piece.
    ///
    /// ```
    /// use strongroom::{Item, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("exports", KeySpec::default().derived(true))?;
    /// let writer = key.encrypt_writer_item(Vec::new(), &Item::stream().aad("2026").context("acme"))?;
    /// assert_eq!(writer.finish()?.len(), 80);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn stream() -> Self {
        Self::of(Input::Stream)
    }

    /// A token, to redeem.
    ///
    /// ```
    /// use std::time::Duration;
    /// use strongroom::{Item, KeySpec, Keyring, TokenForm};
    /// let key = Keyring::in_memory().create_key("sessions", KeySpec::default().derived(true))?;
    /// let (form, hour) = (TokenForm::new(), Duration::from_secs(3600));
    /// let token = key.issue_item(&Item::plaintext("user-17").context("acme"), hour, &form)?;
    /// let redeemed = key.redeem_item(&Item::token(&token).context("acme"), &form)?;
    /// assert_eq!(redeemed.payload.expose(), b"user-17");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn token(token: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self::of(Input::Token(token.as_ref()))
    }

    pub(crate) fn nothing() -> Self {
        Self::of(Input::Nothing)
    }

    /// Associated data: authenticated with the message, not stored.
    pub fn aad(mut self, aad: impl Into<Aad<'a>>) -> Self {
        self.aad = aad.into();
        self
    }

    /// The context of a derived key. A context that is not one is reported by the operation.
    pub fn context(mut self, context: impl IntoContext) -> Self {
        self.context = Some(context.into_context());
        self
    }

    /// The version to encrypt, sign or MAC with, instead of the latest.
    pub fn version(mut self, version: Version) -> Self {
        self.version = Some(version.get());
        self
    }

    /// The version to encrypt, sign or MAC with by its number, for programs that pass on what they were
    /// given. The operation refuses what is none, but that 0 stands for the latest in the view that is as
    /// lenient as Transit ([`View::transit`](crate::View::transit)).
    ///
    /// ```
    /// use strongroom::{Item, KeyType, Keyring};
    /// let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96)?;
    /// let latest = Item::plaintext(b"4111").version_number(0);
    /// assert!(key.encrypt_item(&latest).is_err());
    /// assert!(key.transit().encrypt_item(&latest)?.starts_with("vault:v1:"));
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn version_number(mut self, number: u32) -> Self {
        self.version = Some(number);
        self
    }

    /// The hash of a mac or of a signature, instead of SHA-256.
    ///
    /// A signature in the form [`SignatureForm::Jws`] goes with the hash that JSON Web Signatures have for
    /// its curve unless another is named: SHA-384 for `ecdsa-p384`, SHA-512 for `ecdsa-p521`. SHA-1 verifies,
    /// and signs only in the view that is as lenient as Transit. Ed25519 and ML-DSA have no hash to choose.
    pub fn hash(mut self, hash: HashAlgorithm) -> Self {
        self.hash = Some(hash);
        self
    }

    /// What is to be signed or verified is the digest of the message, by the hash that is named or SHA-256.
    /// For `ecdsa-…` and `rsa-…` keys.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("releases", KeyType::EcdsaP256)?;
    /// # let sha256_of_it = [7; 32];
    /// let signature = key.sign_item(&Item::message(&sha256_of_it).prehashed())?;
    /// key.verify_item(&Item::signed(&sha256_of_it, &signature).prehashed())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn prehashed(mut self) -> Self {
        self.prehashed = Some(Prehashed::Hashed);
        self
    }

    /// What is to be signed or verified is padded by [`RsaPadding::Pkcs1v15`] as it is, without the name of a
    /// hash (RFC 8017 section 9.2 without its step 2). For `rsa-…` keys, and at most 11 bytes shorter than
    /// the key.
    pub fn unhashed(mut self) -> Self {
        self.prehashed = Some(Prehashed::Raw);
        self
    }

    /// How an `rsa-…` key pads what it signs, instead of [`RsaPadding::Pss`].
    pub fn padding(mut self, padding: RsaPadding) -> Self {
        self.padding = Some(padding);
        self
    }

    /// How long the salt of [`RsaPadding::Pss`] is, instead of [`SaltLength::Auto`]. In the form
    /// [`SignatureForm::Jws`] it is [`SaltLength::Hash`] unless another is named (RFC 7518 section 3.5).
    pub fn salt_length(mut self, salt: SaltLength) -> Self {
        self.salt = Some(salt);
        self
    }

    /// The form of a signature.
    pub fn form(mut self, form: SignatureForm) -> Self {
        self.form = Some(form);
        self
    }

    /// The version that was asked for. Transit takes 0 for the latest.
    pub(crate) fn asked(&self, manner: Manner) -> Result<Option<Version>, Error> {
        match self.version {
            None => Ok(None),
            Some(0) if manner.is_transit() => Ok(None),
            Some(number) => Version::new(number).map(Some).ok_or(NOT_A_VERSION),
        }
    }

    /// Refuses what the operation would have to ignore.
    pub(crate) fn only(&self, takes: Said, manner: Manner) -> Result<(), Error> {
        let no_aad = self.aad == Aad::NONE || manner.is_transit() && self.aad.as_a_message() == Ok(b"");
        if !takes.has(Said::AAD) && !no_aad {
            return Err(Error::AadNotAllowed);
        }
        let strays = |says: bool, what: Said| says && !takes.has(what);
        let stray = strays(self.version.is_some(), Said::VERSION)
            || strays(self.hash.is_some(), Said::HASH)
            || strays(self.form.is_some(), Said::FORM)
            || strays(self.prehashed.is_some(), Said::PREHASHED)
            || strays(self.padding.is_some() || self.salt.is_some(), Said::PADDING);
        if stray { Err(Error::InvalidOption { reason: invalid::ITEM_SAYS_TOO_MUCH }) } else { Ok(()) }
    }
}

const NOT_A_VERSION: Error = Error::InvalidOption { reason: invalid::VERSION_OUT_OF_RANGE };

/// The item is of another operation.
pub(crate) const WRONG_ITEM: Error = Error::InvalidOption { reason: invalid::ITEM_OF_ANOTHER_OPERATION };
