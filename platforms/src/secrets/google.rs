//! Sealing keys in Google's Secret Manager (`gcpsecret:`).

use crate::answer::Answer;
use crate::base64;
use crate::crc32c::crc32c;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::google::{self, Call, Google, GoogleCloud};
use crate::json::Object;
use crate::seals::unreadable;
use crate::secrets::unguarded::{self, READ, Unguarded, WRITE};
use crate::url::{Url, invalid};
use crate::writable::{NotReplaced, SecretVersion, WritableSecret};
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
        Seal::root_key_source(Arc::new(self.source()))
    }

    /// The secret, to be written: the account needs `secretmanager.versions.add` on it too (the role
    /// `roles/secretmanager.secretVersionAdder`).
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for one version of it
    pub fn writable(self) -> Result<Box<dyn WritableSecret>, Error> {
        match self.version {
            Version::Latest => {
                Ok(Box::new(WritableGoogle { seal: self.clone().seal(), secret: self.source() }))
            }
            _ => Err(invalid("a secret that is to be written is named without a version")),
        }
    }

    fn source(self) -> Secret {
        let place = self.name.split('/').nth(3).filter(|_| self.name.contains("/locations/"));
        let usual = place.map_or_else(
            || "https://secretmanager.googleapis.com".to_owned(),
            |place| format!("https://secretmanager.{place}.rep.googleapis.com"),
        );
        Secret {
            place: format!("{} of the Secret Manager", self.name),
            google: Google::new("gcp-secret", self.cloud, usual, SCOPE),
            name: self.name,
            version: self.version,
        }
    }
}

/// Of `gcpsecret://projects/…/secrets/…`.
pub(crate) fn of(url: Url) -> Result<Seal, Error> {
    Ok(parsed(url)?.seal())
}

/// Of the same.
pub(crate) fn writable(url: Url) -> Result<Box<dyn WritableSecret>, Error> {
    parsed(url)?.writable()
}

fn parsed(mut url: Url) -> Result<GoogleSecret, Error> {
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
    Ok(secret)
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

impl Secret {
    fn ask(&self, version: &str, deadline: Deadline) -> Result<Answer, SealError> {
        self.look(version, deadline)?.map_err(|refusal| refusal.error)
    }

    /// What it answers of a version, or why it does not.
    fn look(&self, version: &str, deadline: Deadline) -> Result<Result<Answer, Refusal>, SealError> {
        let path = format!("{}/versions/{version}:access", self.name);
        let needs = "secretmanager.versions.access";
        let call = Call { operation: READ, method: "GET", path: &path, body: None, needs };
        let answer = self.google.ask(&call, deadline)?;
        let refusal =
            || Refusal { is_absent: answer.status == 404, error: self.google.refusal(&call, &answer) };
        if answer.status == 200 { Ok(Ok(answer)) } else { Ok(Err(refusal())) }
    }

    /// The version with this number, if there is one.
    fn numbered(&self, number: u32) -> Result<Option<Answer>, SealError> {
        match self.look(&number.to_string(), Deadline::start())? {
            Ok(answer) => Ok(Some(answer)),
            Err(refusal) if refusal.is_absent => Ok(None),
            Err(refusal) => Err(refusal.error),
        }
    }

    /// The number of the latest, which is read to learn it.
    fn latest(&self, deadline: Deadline) -> Result<u32, SealError> {
        let name = self.ask("latest", deadline)?.plain(&["name"]);
        let latest = name.and_then(|name| name.rsplit_once("/versions/")?.1.parse().ok());
        latest.ok_or_else(|| unreadable(&self.google.failure(READ)))
    }

    fn before_latest(&self, deadline: Deadline) -> Result<String, SealError> {
        match self.latest(deadline)?.checked_sub(1) {
            None | Some(0) => Err(self.google.failure(READ).says("there is no version before the latest")),
            Some(before) => Ok(before.to_string()),
        }
    }

    fn payload(&self, answer: &Answer) -> Result<SecretBytes, SealError> {
        let failure = self.google.failure(READ);
        let data = answer.secret(&["payload", "data"]).and_then(|text| base64::decode(text.expose()));
        let data = data.ok_or_else(|| unreadable(&failure))?;
        if google::number(answer, &["payload", "dataCrc32c"]) != Some(crc32c(data.expose()).into()) {
            return Err(google::damaged(&failure));
        }
        Ok(data)
    }
}

struct Refusal {
    is_absent: bool,
    error: SealError,
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
        self.payload(&self.ask(&version, deadline)?)
    }
}

struct WritableGoogle {
    secret: Secret,
    seal: Seal,
}

impl WritableSecret for WritableGoogle {
    fn seal(&self) -> Seal {
        self.seal.clone()
    }

    fn newest(&self) -> Result<SecretVersion, Error> {
        let number = self.secret.latest(Deadline::start())?;
        Ok(SecretVersion { name: number.to_string(), field: None })
    }

    /// Versions have numbers in the order in which they were added, so the one with the next number says who
    /// came first.
    fn replace(&self, newest: &SecretVersion, key: &SecretBytes) -> Result<(), NotReplaced> {
        unguarded::replace(&self.secret, &newest.name, key)
    }
}

impl Unguarded for Secret {
    /// The number of the version that is to be added.
    type Before = u32;

    fn failure(&self) -> Failure<'_> {
        self.google.failure(WRITE)
    }

    /// By its number a version is there as soon as it was added, which `latest` may not show yet.
    fn before(&self, newest: &str) -> Result<Option<u32>, SealError> {
        let next = newest.parse().ok().and_then(|number: u32| number.checked_add(1));
        let next = next.ok_or_else(|| unreadable(&self.failure()))?;
        Ok(self.numbered(next)?.is_none().then_some(next))
    }

    fn write(&self, _: &u32, value: &SecretBytes) -> Result<(), NotReplaced> {
        let data = Object::default().text("data", base64::encode(value.expose()).expose());
        let payload = data.text("dataCrc32c", crc32c(value.expose()).to_string());
        let body = Some(Object::default().object("payload", payload).into_body());
        let (path, needs) = (format!("{}:addVersion", self.name), "secretmanager.versions.add");
        let call = Call { operation: WRITE, method: "POST", path: &path, body, needs };
        let answer = self.google.ask(&call, Deadline::start()).map_err(NotReplaced::unknown)?;
        match answer.status {
            200 => Ok(()),
            status => Err(NotReplaced::answered(status, self.google.refusal(&call, &answer))),
        }
    }

    fn since(&self, next: &u32) -> Result<Vec<SecretBytes>, SealError> {
        self.numbered(*next)?.iter().map(|answer| self.payload(answer)).collect()
    }
}
