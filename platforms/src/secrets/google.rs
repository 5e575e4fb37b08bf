//! Sealing keys in Google's Secret Manager (`gcpsecret:`).

use crate::answer::Answer;
use crate::base64;
use crate::crc32c::crc32c;
use crate::deadline::Deadline;
use crate::google::{self, Call, Google, GoogleCloud};
use crate::seals::unreadable;
use crate::url::{Url, invalid};
use std::sync::Arc;
use strongroom::{Error, RootKeySource, Seal, SealError, SecretBytes};

/// A sealing key in Secret Manager: the text that a root key has in a file. The account needs
/// `secretmanager.versions.access` on the secret (the role `roles/secretmanager.secretAccessor`).
///
/// ```
/// use strongroom_platforms::{GoogleCloud, GoogleSecret};
/// let seal = GoogleSecret::new(GoogleCloud::new(), "projects/p/secrets/sealing-key")?.seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GoogleSecret {
    cloud: GoogleCloud,
    name: String,
    version: Version,
}

#[derive(Debug, Clone, Copy)]
enum Version {
    Latest,
    /// The one before the latest.
    Previous,
    Number(u32),
}

impl GoogleSecret {
    /// The newest version of the secret `projects/…/secrets/…`, or of one that stays in its place,
    /// `projects/…/locations/…/secrets/…`.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(cloud: GoogleCloud, name: &str) -> Result<Self, Error> {
        let name = google::name(name, &GLOBAL).or_else(|| google::name(name, &IN_PLACE));
        Ok(Self { cloud, name: name.ok_or_else(|| invalid(PATH))?, version: Version::Latest })
    }

    /// A version by its number.
    #[must_use]
    pub fn version(self, version: u32) -> Self {
        Self { version: Version::Number(version), ..self }
    }

    /// The version before the newest, to open with while a new one is being put in its place
    /// ([`Seal::any`] of both).
    #[must_use]
    pub fn previous(self) -> Self {
        Self { version: Version::Previous, ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        let place = self.name.split('/').nth(3).filter(|_| self.name.contains("/locations/"));
        let usual = place.map_or_else(
            || "https://secretmanager.googleapis.com".to_owned(),
            |place| format!("https://secretmanager.{place}.rep.googleapis.com"),
        );
        Seal::root_key_source(Arc::new(Secret {
            place: format!("{} of the Secret Manager", self.name),
            google: Google::new("gcp-secret", self.cloud, usual, SCOPE),
            name: self.name,
            version: self.version,
        }))
    }
}

/// Of `gcpsecret://projects/…/secrets/…`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let cloud = GoogleCloud::of(&mut url)?;
    let name = google::resource(&url, &GLOBAL).or_else(|| google::resource(&url, &IN_PLACE));
    let secret = GoogleSecret::new(cloud, &name.ok_or_else(|| invalid(PATH))?)?;
    let secret = match url.take("version").as_deref() {
        None | Some("latest") => secret,
        Some("previous") => secret.previous(),
        Some(version) => {
            let version = version.parse().ok().filter(|version| *version > 0);
            secret.version(version.ok_or_else(|| invalid("its version is latest, previous or a number"))?)
        }
    };
    url.finish()?;
    Ok(secret.seal())
}

const GLOBAL: [&str; 2] = ["projects", "secrets"];
const IN_PLACE: [&str; 3] = ["projects", "locations", "secrets"];
const PATH: &str = "it names a secret as projects/…/secrets/… or projects/…/locations/…/secrets/…";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

struct Secret {
    google: Google,
    name: String,
    version: Version,
    place: String,
}

const READ: &str = "read the secret";

impl Secret {
    fn ask(&self, version: &str, deadline: Deadline) -> Result<Answer, SealError> {
        let path = format!("{}/versions/{version}:access", self.name);
        let needs = "secretmanager.versions.access";
        let call = Call { operation: READ, method: "GET", path: &path, body: None, needs };
        let answer = self.google.ask(&call, deadline)?;
        if answer.status == 200 { Ok(answer) } else { Err(self.google.refusal(&call, &answer)) }
    }

    /// The number before that of the latest, which is read to learn its own.
    fn before_latest(&self, deadline: Deadline) -> Result<String, SealError> {
        let name = self.ask("latest", deadline)?.plain(&["name"]);
        let latest = name.and_then(|name| name.rsplit_once("/versions/")?.1.parse::<u32>().ok());
        let failure = self.google.failure(READ);
        match latest.ok_or_else(|| unreadable(&failure))?.checked_sub(1) {
            None | Some(0) => Err(failure.says("there is no version before the latest")),
            Some(before) => Ok(before.to_string()),
        }
    }
}

impl RootKeySource for Secret {
    fn place(&self) -> &str {
        &self.place
    }

    fn read(&self) -> Result<SecretBytes, SealError> {
        let deadline = Deadline::start();
        let version = match self.version {
            Version::Latest => "latest".to_owned(),
            Version::Number(number) => number.to_string(),
            Version::Previous => self.before_latest(deadline)?,
        };
        let answer = self.ask(&version, deadline)?;
        let failure = self.google.failure(READ);
        let data = answer.secret(&["payload", "data"]).and_then(|text| base64::decode(text.expose()));
        let data = data.ok_or_else(|| unreadable(&failure))?;
        if google::number(&answer, &["payload", "dataCrc32c"]) != Some(crc32c(data.expose()).into()) {
            return Err(google::damaged(&failure));
        }
        Ok(data)
    }
}
