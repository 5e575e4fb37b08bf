//! Keys of AWS, found where its own tools find them, in their order: the environment, a profile, a web
//! identity, a container's agent, the instance's metadata.

mod metadata;
mod profile;
mod sts;

use super::place::Place;
use crate::aws::keys::Keys;
use crate::aws::moment::Moment;
use crate::aws::place::{AwsRegion, variable_of};
use crate::deadline::Deadline;
use crate::http::Client;
use profile::Profile;
use std::sync::{Arc, Mutex, PoisonError};
use strongroom::SealError;

pub(crate) const LOOK: &str = "find credentials";

/// Keys that end are not used any more this long before.
const MARGIN: u64 = 120;

/// The keys of one seal.
pub(crate) struct Chain {
    /// Those that end; others are read each time.
    held: Mutex<Option<Arc<Keys>>>,
}

/// Who looks for keys.
pub(crate) struct Search<'a> {
    pub(crate) client: &'a Client,
    pub(crate) place: &'a AwsRegion,
    pub(crate) deadline: Deadline,
}

impl Chain {
    pub(crate) const fn new() -> Self {
        Self { held: Mutex::new(None) }
    }

    /// The keys to sign with.
    pub(crate) fn current(&self, search: &Search<'_>) -> Result<Arc<Keys>, SealError> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let soon = Moment::now().plus(MARGIN);
        match held.filter(|keys| keys.until.is_some_and(|until| until > soon)) {
            Some(keys) => Ok(keys),
            None => self.another(search),
        }
    }

    /// Keys that are looked for anew, after some were refused.
    pub(crate) fn another(&self, search: &Search<'_>) -> Result<Arc<Keys>, SealError> {
        let keys = Arc::new(search.keys()?);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) =
            keys.until.is_some().then(|| keys.clone());
        Ok(keys)
    }
}

impl Search<'_> {
    /// The region of the environment, or of the profile.
    pub(crate) fn region(&self) -> Result<String, SealError> {
        let profile = || Profile::read(self.place).map(|profile| profile.region());
        let region = match &self.place.name {
            Some(region) => Some(region.clone()),
            None => match variable_of("AWS_REGION").or_else(|| variable_of("AWS_DEFAULT_REGION")) {
                Some(region) => Some(region),
                None => profile().map_err(|reason| self.fails(reason))?,
            },
        };
        let region = region.filter(|region| crate::aws::place::is_region(region));
        region.ok_or_else(|| {
            self.fails(
                "there is no region: not in the URL, in AWS_REGION, in AWS_DEFAULT_REGION or in the profile",
            )
        })
    }

    fn keys(&self) -> Result<Keys, SealError> {
        if self.place.profile.is_some() || self.place.credentials_file.is_some() {
            let profile = Profile::read(self.place).map_err(|reason| self.fails(reason))?;
            return match self.of_profile(&profile, 0)? {
                Some(keys) => Ok(keys),
                None => Err(self.fails("the profile has no credentials, or is not there")),
            };
        }
        if let Some(keys) = self.of_environment()? {
            return Ok(keys);
        }
        let profile = Profile::read(self.place).map_err(|reason| self.fails(reason))?;
        if let Some(keys) = self.of_profile(&profile, 0)? {
            return Ok(keys);
        }
        if profile.is_asked_for() {
            return Err(self.fails("the profile that AWS_PROFILE names has no credentials, or is not there"));
        }
        if let (Some(file), Some(role)) =
            (variable_of("AWS_WEB_IDENTITY_TOKEN_FILE"), variable_of("AWS_ROLE_ARN"))
        {
            let session = variable_of("AWS_ROLE_SESSION_NAME");
            return self.web_identity(&role, session.as_deref(), &Place::File(file.into()));
        }
        match self.of_container()? {
            Some(keys) => Ok(keys),
            None => self.of_instance(),
        }
    }

    fn of_environment(&self) -> Result<Option<Keys>, SealError> {
        let (id, secret) = (Place::Env("AWS_ACCESS_KEY_ID"), Place::Env("AWS_SECRET_ACCESS_KEY"));
        if !id.is_there() {
            return Ok(None);
        }
        let read = |place: &Place| place.read().map_err(|reason| self.fails(reason));
        let token = Place::Env("AWS_SESSION_TOKEN");
        let token = if token.is_there() { Some(read(&token)?) } else { None };
        let keys = Keys::new(&read(&id)?, read(&secret)?, token);
        keys.map(Some).ok_or_else(|| self.fails("AWS_ACCESS_KEY_ID is no id of an access key"))
    }

    /// The keys of a profile: its own, or those of a role that it takes on with others.
    fn of_profile(&self, profile: &Profile, depth: u8) -> Result<Option<Keys>, SealError> {
        const DEEPEST: u8 = 4;
        if depth > DEEPEST {
            return Err(
                self.fails("the profiles name each other as source_profile, too often or in a circle")
            );
        }
        let own = || match profile.keys() {
            Ok(keys) => Ok(keys),
            Err(reason) => Err(self.fails(reason)),
        };
        let Some(role) = profile.get("role_arn") else {
            return match own()? {
                Some(keys) => Ok(Some(keys)),
                None => match profile.foreign() {
                    Some(reason) => Err(self.fails(reason)),
                    None => Ok(None),
                },
            };
        };
        if profile.get("mfa_serial").is_some() {
            return Err(
                self.fails("the profile's role asks for a second factor, which nobody is here to type")
            );
        }
        let session = profile.get("role_session_name");
        if let Some(file) = profile.get("web_identity_token_file") {
            return self.web_identity(&role, session.as_deref(), &Place::File(file.into())).map(Some);
        }
        let source = match (profile.get("source_profile"), profile.get("credential_source").as_deref()) {
            // A profile that names itself has both a role and keys.
            (Some(name), None) if name == profile.name() => own()?,
            (Some(name), None) => self.of_profile(&profile.other(&name), depth + 1)?,
            (None, Some("Environment")) => self.of_environment()?,
            (None, Some("EcsContainer")) => self.of_container()?,
            (None, Some("Ec2InstanceMetadata")) => Some(self.of_instance()?),
            _ => {
                return Err(
                    self.fails("the profile's role_arn needs one source_profile or credential_source")
                );
            }
        };
        let source = source
            .ok_or_else(|| self.fails("where the profile's role_arn is to come from has no credentials"))?;
        self.role(&source, &role, session.as_deref(), profile.get("external_id").as_deref()).map(Some)
    }

    fn fails(&self, reason: impl AsRef<str>) -> SealError {
        self.client.failure(LOOK).says(reason)
    }
}
