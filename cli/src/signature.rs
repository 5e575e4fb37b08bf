//! What is said about a signature: hash, form, and of RSA keys the padding.

use crate::message::hashes;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use strongroom::{HashAlgorithm, Item, RsaPadding, SaltLength, SignatureForm};

/// What a signature is made with, and verified with.
#[derive(Args)]
pub(crate) struct SignatureArguments {
    /// The hash function [default: sha2-256; with --form jws the one of the key's type]. none is for what an
    /// RSA key pads as it is. Ed25519 and ML-DSA keys have none to choose, and take one with --transit only;
    /// so does signing with sha1.
    #[arg(long, value_name = "HASH", value_parser = hash())]
    hash: Option<Hashed>,
    /// The message is the digest of it by the hash. Of ECDSA and RSA keys.
    #[arg(long)]
    prehashed: bool,
    /// How an RSA key pads [default: pss].
    #[arg(long, value_enum, visible_alias = "signature-algorithm")]
    padding: Option<Padding>,
    /// How long the salt of pss is: auto, hash or a number of bytes [default: auto; with --form jws hash].
    #[arg(long, value_name = "LENGTH", value_parser = salt_length)]
    salt_length: Option<SaltLength>,
    /// How the signature is written.
    #[arg(long, value_enum, default_value_t)]
    form: Form,
}

impl SignatureArguments {
    /// What helps where a signature is of another form than was said.
    pub(crate) fn other_form(&self) -> &'static str {
        match self.form {
            Form::Asn1 => "a signature of the jws form needs --form jws",
            Form::Jws => "a signature that was made without --form jws is verified without it",
        }
    }

    pub(crate) fn on<'a>(&self, item: Item<'a>) -> Item<'a> {
        let mut item = item.form(self.form.into());
        if self.prehashed {
            item = item.prehashed();
        }
        match self.hash {
            Some(Hashed::By(hash)) => item = item.hash(hash),
            Some(Hashed::ByNone) => item = item.unhashed(),
            None => {}
        }
        if let Some(padding) = self.padding {
            item = item.padding(padding.into());
        }
        match self.salt_length {
            Some(salt) => item.salt_length(salt),
            None => item,
        }
    }
}

/// What hashes a message before it is signed.
#[derive(Debug, Clone, Copy)]
enum Hashed {
    By(HashAlgorithm),
    ByNone,
}

fn hash() -> impl TypedValueParser<Value = Hashed> {
    let names = hashes().chain(["none"]);
    PossibleValuesParser::new(names)
        .map(|name| HashAlgorithm::from_name(&name).map_or(Hashed::ByNone, Hashed::By))
}

fn salt_length(text: &str) -> Result<SaltLength, String> {
    match text {
        "auto" => Ok(SaltLength::Auto),
        "hash" => Ok(SaltLength::Hash),
        number => number
            .parse()
            .map(SaltLength::Bytes)
            .map_err(|_| format!("a salt length is auto, hash or a number of bytes from 0 to {}", u16::MAX)),
    }
}

/// How an RSA key pads what it signs.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Padding {
    /// RSASSA-PSS.
    Pss,
    /// RSASSA-PKCS1-v1_5.
    Pkcs1v15,
}

impl From<Padding> for RsaPadding {
    fn from(padding: Padding) -> Self {
        match padding {
            Padding::Pss => Self::Pss,
            Padding::Pkcs1v15 => Self::Pkcs1v15,
        }
    }
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Form {
    /// Padded standard base64; of ECDSA keys of DER.
    #[default]
    Asn1,
    /// URL-safe base64 without padding, as in JSON Web Signatures.
    Jws,
}

impl From<Form> for SignatureForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Asn1 => Self::Asn1,
            Form::Jws => Self::Jws,
        }
    }
}
