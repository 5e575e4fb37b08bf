//! Keys of AWS KMS (`awskms:`).

use crate::aws::place::AwsRegion;
use crate::aws::said;
use crate::aws_client::{Aws, Call};
use crate::base64;
use crate::deadline::Deadline;
use crate::json::Object;
use crate::url::{Url, invalid};
use std::sync::Arc;
use strongroom::{Binding, Error, KeyWrapper, PlatformToken, Seal, SealError, SecretArray, SecretBytes};

/// A symmetric key of AWS KMS.
///
/// Who asks needs `kms:Encrypt` and `kms:Decrypt` on it, and `kms:Decrypt` alone to open a keyring. KMS is
/// given the keyring's id and the number of the root key as the encryption context, which policies can name.
///
/// ```
/// use strongroom_platforms::{AwsKms, AwsRegion};
/// let seal = AwsKms::new(AwsRegion::new("eu-central-1")?, "alias/app")?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AwsKms {
    region: AwsRegion,
    key: String,
    id: Option<String>,
}

impl AwsKms {
    /// The key of this name: `alias/NAME`, the id of a key, or the ARN of one of these.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(region: AwsRegion, key: impl Into<String>) -> Result<Self, Error> {
        let key = key.into();
        let name = named(&key).filter(|name| is_name(name));
        if name.is_none() {
            return Err(invalid(
                "it names no key of KMS: alias/NAME, the id of a key, or the ARN of one of these",
            ));
        }
        let of_key = region_of(&key);
        let region = match (&region.name, of_key) {
            (Some(region), Some(of_key)) if region != of_key => {
                return Err(invalid("its region is not that of its ARN"));
            }
            (None, Some(of_key)) => AwsRegion { name: AwsRegion::new(of_key)?.name, ..region },
            _ => region,
        };
        Ok(Self { region, key, id: None })
    }

    /// What the seal is called, in place of the key's alias or id.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let id = self.id.or_else(|| named(&self.key).map(str::to_owned)).unwrap_or_default();
        Seal::key_wrapper(Arc::new(Kms { aws: Aws::new(KIND, "kms", self.region), key: self.key, id }))
    }
}

/// Of `awskms:///alias/app?region=eu-central-1`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let key = url.path().join("/");
    let region = AwsRegion::of(&mut url, region_of(&key))?;
    let mut kms = AwsKms::new(region, key)?;
    if let Some(id) = url.take("id") {
        kms = kms.id(id);
    }
    url.finish()?;
    Ok(kms.seal())
}

const KIND: &str = "aws-kms";

/// The longest that KMS decrypts.
const MAX_CIPHERTEXT: usize = 6144;

/// The name of a key without region and account, which are where it is and not what it is called.
fn named(key: &str) -> Option<&str> {
    if !key.starts_with("arn:") {
        return Some(key);
    }
    let parts: Vec<&str> = key.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, "kms", region, account, name]
            if partition.starts_with("aws") && !region.is_empty() && !account.is_empty() =>
        {
            name.strip_prefix("key/").or_else(|| name.starts_with("alias/").then_some(*name))
        }
        _ => None,
    }
}

/// An alias, or the id of a key.
fn is_name(name: &str) -> bool {
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_inside = |byte: u8| is_id(byte) || matches!(byte, b'/' | b'_');
    match name.strip_prefix("alias/") {
        Some(alias) => (1..=249).contains(&alias.len()) && alias.bytes().all(is_inside),
        None => (8..=64).contains(&name.len()) && name.bytes().all(is_id),
    }
}

fn region_of(key: &str) -> Option<&str> {
    key.strip_prefix("arn:")?.split(':').nth(2)
}

struct Kms {
    aws: Aws,
    key: String,
    id: String,
}

impl Kms {
    fn call(&self, operation: Operation, name: &str, value: &[u8], binding: &Binding) -> Call<'_> {
        let context =
            binding.pairs().into_iter().fold(Object::default(), |all, (name, value)| all.text(name, value));
        let body = Object::default()
            .text("KeyId", &self.key)
            .text(name, base64::encode(value).expose())
            .object("EncryptionContext", context);
        let (operation, target, needs) = match operation {
            Operation::Encrypt => ("encrypt", "TrentService.Encrypt", "kms:Encrypt"),
            Operation::Decrypt => ("decrypt", "TrentService.Decrypt", "kms:Decrypt"),
        };
        Call { operation, target, body: body.into_body(), needs, on: &self.key }
    }

    fn given(
        &self,
        call: &Call<'_>,
        answer: &crate::answer::Answer,
        name: &str,
    ) -> Result<SecretBytes, SealError> {
        let text = answer.secret(&[name]).filter(|text| !text.is_empty());
        let bytes = text.and_then(|text| base64::decode(text.expose()));
        bytes.ok_or_else(|| self.aws.failure(call.operation).unreadable())
    }
}

enum Operation {
    Encrypt,
    Decrypt,
}

impl KeyWrapper for Kms {
    fn kind(&self) -> &str {
        KIND
    }

    fn key_id(&self) -> &str {
        &self.id
    }

    fn wrap(&self, key: &SecretArray<32>, binding: &Binding) -> Result<PlatformToken, SealError> {
        let call = self.call(Operation::Encrypt, "Plaintext", key.expose(), binding);
        let answer = self.aws.ask(&call, Deadline::start())?;
        if answer.status != 200 {
            return Err(self.aws.refusal(&call, &answer));
        }
        let blob = self.given(&call, &answer, "CiphertextBlob")?;
        if blob.len() > MAX_CIPHERTEXT {
            return Err(self.aws.failure(call.operation).unreadable());
        }
        Ok(PlatformToken::new(blob.expose()))
    }

    fn unwrap(&self, token: &PlatformToken, binding: &Binding) -> Result<SecretBytes, SealError> {
        if token.blob.len() > MAX_CIPHERTEXT || token.version.is_some() || token.iv.is_some() {
            return Err(SealError::Refused);
        }
        // A ciphertext says which key has made it. That is whoever has written it speaking, so the key is
        // named.
        let call = self.call(Operation::Decrypt, "CiphertextBlob", &token.blob, binding);
        let answer = self.aws.ask(&call, Deadline::start())?;
        match (answer.status, said::code(&answer).as_deref()) {
            (200, _) => self.given(&call, &answer, "Plaintext"),
            (400, Some("InvalidCiphertextException")) => Err(SealError::Refused),
            _ => Err(self.aws.refusal(&call, &answer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_called_what_it_is_and_not_where() {
        const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
        let arn = |name: &str| format!("arn:aws:kms:eu-central-1:111122223333:{name}");
        for (key, name) in [
            ("alias/app".to_owned(), "alias/app"),
            ("alias/team/app_1".to_owned(), "alias/team/app_1"),
            (ID.to_owned(), ID),
            ("mrk-1234abcd12ab34cd56ef1234567890ab".to_owned(), "mrk-1234abcd12ab34cd56ef1234567890ab"),
            (arn(&format!("key/{ID}")), ID),
            (arn("alias/app"), "alias/app"),
            ("arn:aws-cn:kms:cn-north-1:111122223333:alias/app".to_owned(), "alias/app"),
        ] {
            assert_eq!(named(&key), Some(name));
            assert!(is_name(name), "{key}");
        }
        for key in [
            "",
            "app",
            "alias/",
            "alias/a b",
            "key/app",
            "arn:aws:kms:eu-central-1:111122223333:app",
            "arn:aws:s3:eu-central-1:111122223333:alias/app",
            "arn:aws:kms::111122223333:alias/app",
            "arn:aws:kms:eu-central-1:111122223333",
        ] {
            assert!(named(key).is_none_or(|name| !is_name(name)), "{key}");
        }
    }
}
