//! Sealing keys among Infisical's secrets (`infisicalsecret:`).

use crate::answer::Answer;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::infisical::{self, Call, Infisical, InfisicalServer};
use crate::json::{self, Object};
use crate::seals::unreadable;
use crate::secrets::unguarded::{self, READ, Unguarded, WRITE};
use crate::url::{Url, encoded, invalid};
use crate::writable::{NotReplaced, SecretVersion, WritableSecret};
use std::sync::Arc;
use strongroom::{Error, RootKeySource, Seal, SealError, SecretBytes};

/// A sealing key among Infisical's secrets: the text that a root key has in a file. The identity has to be
/// allowed to read the value of the secret. What the text refers to is not looked up.
///
/// ```
/// use strongroom_platforms::{InfisicalSecret, InfisicalServer};
/// let server = InfisicalServer::new("https://eu.infisical.com")?;
/// let project = "5b5f8b8e-0000-4000-8000-2c963f66afa6";
/// let seal = InfisicalSecret::new(server, project, "prod", "SEALING_KEY")?.folder("/app").seal();
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct InfisicalSecret {
    server: InfisicalServer,
    project: String,
    environment: String,
    folder: String,
    name: String,
    version: Option<u32>,
}

impl InfisicalSecret {
    /// The secret with this name, in the project with this id and the environment with this slug.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`]
    pub fn new(
        server: InfisicalServer,
        project: &str,
        environment: impl Into<String>,
        name: impl Into<String>,
    ) -> Result<Self, Error> {
        let (environment, name) = (environment.into(), name.into());
        if !infisical::is_id(project) || environment.is_empty() || name.is_empty() {
            return Err(invalid(PATH));
        }
        Ok(Self {
            server,
            project: project.to_owned(),
            environment,
            folder: "/".to_owned(),
            name,
            version: None,
        })
    }

    /// The folder, if it is not `/`.
    #[must_use]
    pub fn folder(self, folder: impl Into<String>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// A version, in place of the newest.
    #[must_use]
    pub fn version(self, version: u32) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The seal.
    pub fn seal(self) -> Seal {
        Seal::root_key_source(Arc::new(self.source()))
    }

    /// The secret, to be written: the identity has to be allowed to edit it too.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for one version of it
    pub fn writable(self) -> Result<Box<dyn WritableSecret>, Error> {
        if self.version.is_some() {
            return Err(invalid("a secret that is to be written is named without a version"));
        }
        Ok(Box::new(WritableInfisical { seal: self.clone().seal(), secret: self.source() }))
    }

    fn source(self) -> Secret {
        let Self { server, project, environment, folder, name, version } = self;
        Secret {
            path: format!("/api/v4/secrets/{}", encoded(&name)),
            place: format!("the secret {name} of Infisical"),
            infisical: Infisical::new("infisical-secret", server),
            project,
            environment,
            folder,
            version,
        }
    }
}

/// Of `infisicalsecret://eu.infisical.com/<project>/<environment>/<folders…>/<name>`.
pub(crate) fn of(url: Url) -> Result<Seal, Error> {
    Ok(parsed(url)?.seal())
}

/// Of the same.
pub(crate) fn writable(url: Url) -> Result<Box<dyn WritableSecret>, Error> {
    parsed(url)?.writable()
}

fn parsed(mut url: Url) -> Result<InfisicalSecret, Error> {
    let server = InfisicalServer::of(&mut url)?;
    let [project, environment, folders @ .., name] = url.path() else { return Err(invalid(PATH)) };
    let secret = InfisicalSecret::new(server, project, environment, name)?;
    let mut secret = secret.folder(format!("/{}", folders.join("/")));
    if let Some(version) = url.take("version") {
        let version = version.parse().ok().filter(|version| *version > 0);
        secret = secret.version(version.ok_or_else(|| invalid("its version is a number from 1"))?);
    }
    url.finish()?;
    Ok(secret)
}

const PATH: &str =
    "its path is /PROJECT/ENVIRONMENT/NAME with the id of the project, and folders before the name";

struct Secret {
    infisical: Infisical,
    /// Without what says where the secret lies.
    path: String,
    project: String,
    environment: String,
    folder: String,
    version: Option<u32>,
    place: String,
}

impl Secret {
    /// What it answers of a version, or of the newest; and whether there is none.
    fn look(&self, version: Option<u64>) -> Result<Result<Answer, Refusal>, SealError> {
        let Self { path, project, .. } = self;
        let place = format!("projectId={project}&environment={}", encoded(&self.environment));
        let place = format!("{place}&secretPath={}", encoded(&self.folder));
        let plain = "type=shared&viewSecretValue=true&expandSecretReferences=false&includeImports=false";
        let version = version.map(|version| format!("&version={version}")).unwrap_or_default();
        let (path, needs) = (format!("{path}?{place}&{plain}{version}"), "read the value of the secret");
        let call = Call { operation: READ, method: "GET", path: &path, body: None, needs };
        let answer = self.infisical.ask(&call, Deadline::start())?;
        let refusal =
            || Refusal { is_absent: answer.status == 404, error: self.infisical.refusal(&call, &answer) };
        if answer.status == 200 { Ok(Ok(answer)) } else { Ok(Err(refusal())) }
    }

    fn ask(&self, version: Option<u64>) -> Result<Answer, SealError> {
        self.look(version)?.map_err(|refusal| refusal.error)
    }

    fn value(&self, answer: &Answer) -> Result<SecretBytes, SealError> {
        let failure = self.infisical.failure(READ);
        if json::is_true(answer.body.expose(), &["secret", "secretValueHidden"]) {
            return Err(
                failure.says("the value is hidden from the identity, which has to be allowed to read it")
            );
        }
        answer.secret(&["secret", "secretValue"]).ok_or_else(|| unreadable(&failure))
    }

    /// The number of the newest version.
    fn newest(&self) -> Result<u64, SealError> {
        let number = self.ask(None)?.number(&["secret", "version"]);
        number.ok_or_else(|| unreadable(&self.infisical.failure(READ)))
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
        self.value(&self.ask(self.version.map(Into::into))?)
    }
}

struct WritableInfisical {
    secret: Secret,
    seal: Seal,
}

impl WritableSecret for WritableInfisical {
    fn seal(&self) -> Seal {
        self.seal.clone()
    }

    fn newest(&self) -> Result<SecretVersion, Error> {
        Ok(SecretVersion { name: self.secret.newest()?.to_string(), field: None })
    }

    /// Each change makes the version with the next number, so that one says who came first.
    fn replace(&self, newest: &SecretVersion, key: &SecretBytes) -> Result<(), NotReplaced> {
        unguarded::replace(&self.secret, &newest.name, key)
    }
}

const APPROVAL: &str = "a policy of the project wants the change approved first; the secret is not written \
     yet: have it approved, or withdraw it, before this is run again";

impl Unguarded for Secret {
    /// The number of the version that is to be made.
    type Before = u64;

    fn failure(&self) -> Failure<'_> {
        self.infisical.failure(WRITE)
    }

    fn before(&self, newest: &str) -> Result<Option<u64>, SealError> {
        let current = self.newest()?;
        Ok((current.to_string() == newest).then(|| current.saturating_add(1)))
    }

    fn write(&self, _: &u64, value: &SecretBytes) -> Result<(), NotReplaced> {
        let body = Object::default()
            .text("projectId", &self.project)
            .text("environment", &self.environment)
            .text("secretPath", &self.folder)
            .text("type", "shared")
            .text("secretValue", value.expose());
        let (body, needs) = (Some(body.into_body()), "edit the secret");
        let call = Call { operation: WRITE, method: "PATCH", path: &self.path, body, needs };
        let answer = self.infisical.ask(&call, Deadline::start()).map_err(NotReplaced::unknown)?;
        let is_asked = || json::find(answer.body.expose(), &["approval"]).is_some();
        match answer.status {
            // It may be approved at any time.
            200 if is_asked() => Err(NotReplaced::unknown(self.failure().says(APPROVAL))),
            200 => Ok(()),
            status => Err(NotReplaced::answered(status, self.infisical.refusal(&call, &answer))),
        }
    }

    fn since(&self, next: &u64) -> Result<Vec<SecretBytes>, SealError> {
        match self.look(Some(*next))? {
            Ok(answer) => Ok(vec![self.value(&answer)?]),
            Err(refusal) if refusal.is_absent => Ok(Vec::new()),
            Err(refusal) => Err(refusal.error),
        }
    }
}
