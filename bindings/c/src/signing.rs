//! What is said about one signature or mac: numbers of C, and what they stand for.

use crate::choice::said;
use crate::failure::Failure;
use strongroom::{Error, HashAlgorithm, Item, RsaPadding, SaltLength, SignatureForm};

/// A hash function, for macs and signatures. 0 is the default: SHA-256, or of a signature in the form
/// STRONGROOM_FORM_JWS the one that its curve goes with there. Keys of type ed25519 and ml-dsa take one in
/// the view of strongroom_key_transit only, CMAC keys none.
///
/// cbindgen:rename-all=prefix:STRONGROOM_
#[repr(C)]
pub enum Hash {
    SHA2_224 = 1,
    SHA2_256 = 2,
    SHA2_384 = 3,
    SHA2_512 = 4,
    SHA3_224 = 5,
    SHA3_256 = 6,
    SHA3_384 = 7,
    SHA3_512 = 8,
    /// To verify signatures; else in the view of strongroom_key_transit only, for what Transit made or is to
    /// verify.
    SHA1 = 9,
    /// What is signed is padded as it is, without the name of a hash: with STRONGROOM_PADDING_PKCS1V15.
    HASH_NONE = 10,
}

/// How a signature is written. 0 is the default, STRONGROOM_FORM_ASN1.
///
/// cbindgen:rename-all=prefix:STRONGROOM_FORM_
#[repr(C)]
pub enum Form {
    /// Padded standard base64; of ECDSA keys also DER in it.
    ASN1 = 1,
    /// URL-safe base64 without padding, as JSON Web Signatures have it; of ECDSA keys also the two numbers
    /// one behind the other.
    JWS = 2,
}

/// How a signature of an RSA key is padded. 0 is the default, STRONGROOM_PADDING_PSS.
///
/// cbindgen:rename-all=prefix:STRONGROOM_PADDING_
#[repr(C)]
pub enum Padding {
    /// RSASSA-PSS.
    PSS = 1,
    /// RSASSA-PKCS1-v1_5.
    PKCS1V15 = 2,
}

/// How long the salt of STRONGROOM_PADDING_PSS is. 0 is the default: STRONGROOM_SALT_AUTO, or in the form
/// STRONGROOM_FORM_JWS STRONGROOM_SALT_HASH.
///
/// cbindgen:rename-all=prefix:STRONGROOM_SALT_
#[repr(C)]
pub enum Salt {
    /// To sign, as long as the key allows; to verify, whatever it was.
    AUTO = 1,
    /// As long as a digest of the hash.
    HASH = 2,
    /// As many bytes as salt_length says, up to 65,535, also none.
    BYTES = 3,
}

/// What was said.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signing {
    hash: Option<Hashed>,
    form: Option<SignatureForm>,
    is_prehashed: bool,
    padding: Option<RsaPadding>,
    salt: Option<SaltLength>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hashed {
    By(HashAlgorithm),
    ByNone,
}

/// The fields of the options.
pub(crate) struct Numbers {
    pub(crate) hash: u32,
    pub(crate) form: u32,
    pub(crate) prehashed: u32,
    pub(crate) padding: u32,
    pub(crate) salt: u32,
    pub(crate) salt_length: u32,
}

const UNKNOWN_SALT_LENGTH: Error = Error::invalid_option("unknown_salt_length");

impl Signing {
    pub(crate) fn read(numbers: &Numbers) -> Result<Self, Failure> {
        let &Numbers { hash, form, prehashed, padding, salt, salt_length } = numbers;
        if prehashed > 1 {
            return Err(Failure::Argument("prehashed is neither 0 nor 1"));
        }
        Ok(Self {
            hash: self::hash(hash)?,
            form: self::form(form)?,
            is_prehashed: prehashed == 1,
            padding: self::padding(padding)?,
            salt: self::salt(salt, salt_length)?,
        })
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The item with what was said.
    #[inline]
    pub(crate) fn about<'a>(&self, mut item: Item<'a>) -> Item<'a> {
        if self.is_prehashed {
            item = item.prehashed();
        }
        match self.hash {
            Some(Hashed::By(hash)) => item = item.hash(hash),
            Some(Hashed::ByNone) => item = item.unhashed(),
            None => {}
        }
        if let Some(form) = self.form {
            item = item.form(form);
        }
        if let Some(padding) = self.padding {
            item = item.padding(padding);
        }
        if let Some(salt) = self.salt {
            item = item.salt_length(salt);
        }
        item
    }
}

fn hash(number: u32) -> Result<Option<Hashed>, Failure> {
    let known = [
        (Hash::SHA2_224 as u32, Hashed::By(HashAlgorithm::Sha224)),
        (Hash::SHA2_256 as u32, Hashed::By(HashAlgorithm::Sha256)),
        (Hash::SHA2_384 as u32, Hashed::By(HashAlgorithm::Sha384)),
        (Hash::SHA2_512 as u32, Hashed::By(HashAlgorithm::Sha512)),
        (Hash::SHA3_224 as u32, Hashed::By(HashAlgorithm::Sha3_224)),
        (Hash::SHA3_256 as u32, Hashed::By(HashAlgorithm::Sha3_256)),
        (Hash::SHA3_384 as u32, Hashed::By(HashAlgorithm::Sha3_384)),
        (Hash::SHA3_512 as u32, Hashed::By(HashAlgorithm::Sha3_512)),
        (Hash::SHA1 as u32, Hashed::By(HashAlgorithm::Sha1)),
        (Hash::HASH_NONE as u32, Hashed::ByNone),
    ];
    said(number, &known, Failure::Argument("not a strongroom_hash"))
}

/// The hash that keys are wrapped with.
pub(crate) fn wrapping_hash(number: u32) -> Result<HashAlgorithm, Failure> {
    match hash(number)? {
        None => Ok(HashAlgorithm::default()),
        Some(Hashed::By(hash)) => Ok(hash),
        Some(Hashed::ByNone) => Err(Failure::Argument("keys are wrapped with a hash")),
    }
}

fn form(number: u32) -> Result<Option<SignatureForm>, Failure> {
    let known = [(Form::ASN1 as u32, SignatureForm::Asn1), (Form::JWS as u32, SignatureForm::Jws)];
    said(number, &known, Failure::Argument("not a strongroom_form"))
}

fn padding(number: u32) -> Result<Option<RsaPadding>, Failure> {
    let known = [(Padding::PSS as u32, RsaPadding::Pss), (Padding::PKCS1V15 as u32, RsaPadding::Pkcs1v15)];
    said(number, &known, Failure::Argument("not a strongroom_padding"))
}

fn salt(number: u32, length: u32) -> Result<Option<SaltLength>, Failure> {
    if number == Salt::BYTES as u32 {
        let length = u16::try_from(length).map_err(|_| UNKNOWN_SALT_LENGTH)?;
        return Ok(Some(SaltLength::Bytes(length)));
    }
    if length != 0 {
        return Err(Failure::Argument("a salt_length goes with STRONGROOM_SALT_BYTES"));
    }
    let known = [(Salt::AUTO as u32, SaltLength::Auto), (Salt::HASH as u32, SaltLength::Hash)];
    said(number, &known, Failure::Argument("not a strongroom_salt"))
}
