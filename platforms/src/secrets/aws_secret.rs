//! Sealing keys in AWS Secrets Manager (`awssecret:`).

use crate::answer::Answer;
use crate::aws::place::AwsRegion;
use crate::aws::said;
use crate::aws_client::{Aws, Call};
use crate::base64;
use crate::deadline::Deadline;
use crate::json::{self, Object};
use crate::url::{Url, invalid};
use crate::writable::{NotReplaced, SecretVersion, WritableSecret};
use std::sync::Arc;
use strongroom::{Error, RootKeySource, Seal, SealError, SecretBytes};

/// A sealing key in AWS Secrets Manager: the text that a root key has in a file. Who asks needs
/// `secretsmanager:GetSecretValue` on it.
///
/// A keyring is made with the version `AWSCURRENT`. It opens with that or, where that does not open it, with
/// `AWSPREVIOUS`, so that the secret can be rotated before the keyring is resealed.
///
/// ```
/// use strongroom_platforms::{AwsRegion, AwsSecret};
/// let seal = AwsSecret::new(AwsRegion::new("eu-central-1")?, "team/app")?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AwsSecret {
    region: AwsRegion,
    name: String,
    field: Option<String>,
    stage: Option<String>,
}

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";

impl AwsSecret {
    /// The secret of this name or ARN.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(region: AwsRegion, name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-:".contains(&byte);
        if !(1..=2048).contains(&name.len()) || !name.bytes().all(is_inside) {
            return Err(invalid("its path is the name of a secret, as in /team/app, or its ARN"));
        }
        let region = match (&region.name, region_of(&name)) {
            (Some(region), Some(of_name)) if region != of_name => {
                return Err(invalid("its region is not that of its ARN"));
            }
            (None, Some(of_name)) => AwsRegion { name: AwsRegion::new(of_name)?.name, ..region },
            _ => region,
        };
        Ok(Self { region, name, field: None, stage: None })
    }

    /// The member that holds the key, where the secret is JSON.
    #[must_use]
    pub fn field(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The version with this label alone: `AWSPENDING`, say, to which a keyring is resealed before it is made
    /// the current one.
    #[must_use]
    pub fn stage(self, stage: impl Into<String>) -> Self {
        Self { stage: Some(stage.into()), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let aws = Arc::new(Aws::new("aws-secrets", "secretsmanager", self.region.clone()));
        let of = |stage: &str| Seal::root_key_source(Arc::new(self.at(stage, &aws)));
        match &self.stage {
            Some(stage) => of(stage),
            None => of(CURRENT).or_before(of(PREVIOUS)),
        }
    }

    /// The secret, to be written: who asks needs `secretsmanager:PutSecretValue` and
    /// `secretsmanager:UpdateSecretVersionStage` too. It may hold nothing beside the key.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for one version of it
    pub fn writable(self) -> Result<Box<dyn WritableSecret>, Error> {
        if self.stage.is_some() {
            return Err(invalid("a secret that is to be written is named without a stage"));
        }
        let aws = Arc::new(Aws::new("aws-secrets", "secretsmanager", self.region.clone()));
        Ok(Box::new(WritableAws { current: self.at(CURRENT, &aws), seal: self.seal() }))
    }

    fn at(&self, stage: &str, aws: &Arc<Aws>) -> Stage {
        Stage {
            place: format!("the version {stage} of the secret {}", self.name),
            aws: aws.clone(),
            name: self.name.clone(),
            field: self.field.clone(),
            stage: stage.to_owned(),
        }
    }
}

/// Of `awssecret:///team/app?region=eu-central-1`.
pub(crate) fn of(url: Url) -> Result<Seal, Error> {
    Ok(parsed(url)?.seal())
}

/// Of the same.
pub(crate) fn writable(url: Url) -> Result<Box<dyn WritableSecret>, Error> {
    parsed(url)?.writable()
}

fn parsed(mut url: Url) -> Result<AwsSecret, Error> {
    let name = url.path().join("/");
    let region = AwsRegion::of(&mut url, region_of(&name))?;
    let mut secret = AwsSecret::new(region, name)?;
    if let Some(field) = url.take("field") {
        secret = secret.field(field);
    }
    if let Some(stage) = url.take("stage") {
        secret = secret.stage(stage);
    }
    url.finish()?;
    Ok(secret)
}

fn region_of(name: &str) -> Option<&str> {
    name.strip_prefix("arn:")?.split(':').nth(2)
}

struct Stage {
    aws: Arc<Aws>,
    name: String,
    field: Option<String>,
    stage: String,
    place: String,
}

impl RootKeySource for Stage {
    fn place(&self) -> &str {
        &self.place
    }

    fn read(&self) -> Result<SecretBytes, SealError> {
        let answer = self.ask()?;
        let failure = self.aws.failure(READ);
        let text = text(&answer).ok_or_else(|| failure.unreadable())?;
        match &self.field {
            None => Ok(text),
            Some(field) => json::text(text.expose(), &[field])
                .ok_or_else(|| failure.says("the secret is no JSON that has this field as a text")),
        }
    }
}

const READ: &str = "read the secret";

impl Stage {
    fn ask(&self) -> Result<Answer, SealError> {
        let body = Object::default().text("SecretId", &self.name).text("VersionStage", &self.stage);
        let call = self.call(READ, "secretsmanager.GetSecretValue", "secretsmanager:GetSecretValue", body);
        let answer = self.aws.ask(&call, Deadline::start())?;
        match (answer.status, said::code(&answer).as_deref()) {
            (200, _) => Ok(answer),
            // A secret that was never rotated has none.
            (_, Some("ResourceNotFoundException")) if self.stage == PREVIOUS => Err(SealError::Refused),
            _ => Err(self.aws.refusal(&call, &answer)),
        }
    }

    fn call(
        &self,
        operation: &'static str,
        target: &'static str,
        needs: &'static str,
        body: Object,
    ) -> Call<'_> {
        Call { operation, target, body: body.into_body(), needs, on: &self.name }
    }
}

fn text(answer: &Answer) -> Option<SecretBytes> {
    let bytes = || base64::decode(answer.secret(&["SecretBinary"])?.expose());
    answer.secret(&["SecretString"]).or_else(bytes)
}

struct WritableAws {
    current: Stage,
    seal: Seal,
}

impl WritableSecret for WritableAws {
    fn seal(&self) -> Seal {
        self.seal.clone()
    }

    fn newest(&self) -> Result<SecretVersion, Error> {
        let answer = self.current.ask()?;
        let failure = self.current.aws.failure(READ);
        let field = self.current.field.clone();
        if let Some(field) = &field {
            let names = text(&answer).and_then(|text| json::names(text.expose(), &[]));
            if names.is_none_or(|names| names.as_slice() != std::slice::from_ref(field)) {
                Err(failure.says(
                    "the secret holds more than the key, which would be lost; keep the key in a secret of its own",
                ))?;
            }
        }
        let name = answer.plain(&["VersionId"]).ok_or_else(|| failure.unreadable())?;
        Ok(SecretVersion { name, field })
    }

    /// A version is put there, and becomes the current one only in the place of the one that was: of two who
    /// write at once one is refused.
    fn replace(&self, newest: &SecretVersion, key: &SecretBytes) -> Result<(), NotReplaced> {
        let mut random = [0; 16];
        strongroom_entropy::fill(&mut random).map_err(NotReplaced::refused)?;
        let version = format!("{:032x}", u128::from_be_bytes(random));
        let member = |field: &String| Object::default().text(field, key.expose()).into_body();
        let value = newest.field.as_ref().map(member);
        let put = Object::default()
            .text("SecretId", &self.current.name)
            .text("ClientRequestToken", &version)
            .texts("VersionStages", &["AWSPENDING"])
            .text("SecretString", value.as_ref().unwrap_or(key).expose());
        let promote = Object::default()
            .text("SecretId", &self.current.name)
            .text("VersionStage", CURRENT)
            .text("MoveToVersionId", &version)
            .text("RemoveFromVersionId", &newest.name);
        let put = self.current.call(
            "write the secret",
            "secretsmanager.PutSecretValue",
            "secretsmanager:PutSecretValue",
            put,
        );
        let promote = self.current.call(
            "make it the current version",
            "secretsmanager.UpdateSecretVersionStage",
            "secretsmanager:UpdateSecretVersionStage",
            promote,
        );
        let aws = &self.current.aws;
        // What is put there is not the current version yet, whatever became of it.
        let answer = aws.ask(&put, Deadline::start()).map_err(NotReplaced::refused)?;
        if answer.status != 200 {
            return Err(NotReplaced::refused(aws.refusal(&put, &answer)));
        }
        // A refusal may be of another try, after the first one was done and its answer was lost.
        let answer = aws.ask(&promote, Deadline::start()).map_err(NotReplaced::unknown)?;
        if answer.status == 200 { Ok(()) } else { Err(NotReplaced::unknown(aws.refusal(&promote, &answer))) }
    }
}
