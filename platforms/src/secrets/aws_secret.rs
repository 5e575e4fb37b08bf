//! Sealing keys in AWS Secrets Manager (`awssecret:`).

use crate::aws::place::AwsRegion;
use crate::aws::said;
use crate::aws_client::{Aws, Call};
use crate::base64;
use crate::deadline::Deadline;
use crate::json::{self, Object};
use crate::url::{Url, invalid};
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
        let aws = Arc::new(Aws::new("aws-secrets", "secretsmanager", self.region));
        let of = |stage: &str| {
            Seal::root_key_source(Arc::new(Stage {
                place: format!("the version {stage} of the secret {}", self.name),
                aws: aws.clone(),
                name: self.name.clone(),
                field: self.field.clone(),
                stage: stage.to_owned(),
            }))
        };
        match &self.stage {
            Some(stage) => of(stage),
            None => of(CURRENT).or_before(of(PREVIOUS)),
        }
    }
}

/// Of `awssecret:///team/app?region=eu-central-1`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
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
    Ok(secret.seal())
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
        let body = Object::default().text("SecretId", &self.name).text("VersionStage", &self.stage);
        let call = Call {
            operation: "read the secret",
            target: "secretsmanager.GetSecretValue",
            body: body.into_body(),
            needs: "secretsmanager:GetSecretValue",
            on: &self.name,
        };
        let answer = self.aws.ask(&call, Deadline::start())?;
        match (answer.status, said::code(&answer).as_deref()) {
            (200, _) => {}
            // A secret that was never rotated has none.
            (_, Some("ResourceNotFoundException")) if self.stage == PREVIOUS => {
                return Err(SealError::Refused);
            }
            _ => return Err(self.aws.refusal(&call, &answer)),
        }
        let failure = self.aws.failure(call.operation);
        let bytes = || base64::decode(answer.secret(&["SecretBinary"])?.expose());
        let text = answer.secret(&["SecretString"]).or_else(bytes).ok_or_else(|| failure.unreadable())?;
        match &self.field {
            None => Ok(text),
            Some(field) => json::text(text.expose(), &[field])
                .ok_or_else(|| failure.says("the secret is no JSON that has this field as a text")),
        }
    }
}
