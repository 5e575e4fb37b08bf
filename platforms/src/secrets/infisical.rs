//! Sealing keys among Infisical's secrets (`infisicalsecret:`).

use crate::deadline::Deadline;
use crate::infisical::{self, Call, Infisical, InfisicalServer};
use crate::json;
use crate::seals::unreadable;
use crate::url::{Url, encoded, invalid};
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
        let Self { server, project, environment, folder, name, version } = self;
        let version = version.map(|version| format!("&version={version}")).unwrap_or_default();
        let place = format!("projectId={project}&environment={}", encoded(&environment));
        let place = format!("{place}&secretPath={}", encoded(&folder));
        let plain = "type=shared&viewSecretValue=true&expandSecretReferences=false&includeImports=false";
        Seal::root_key_source(Arc::new(Secret {
            path: format!("/api/v4/secrets/{}?{place}&{plain}{version}", encoded(&name)),
            place: format!("the secret {name} of Infisical"),
            infisical: Infisical::new("infisical-secret", server),
        }))
    }
}

/// Of `infisicalsecret://eu.infisical.com/<project>/<environment>/<folders…>/<name>`.
pub(crate) fn of(mut url: Url) -> Result<Seal, Error> {
    let server = InfisicalServer::of(&mut url)?;
    let [project, environment, folders @ .., name] = url.path() else { return Err(invalid(PATH)) };
    let secret = InfisicalSecret::new(server, project, environment, name)?;
    let mut secret = secret.folder(format!("/{}", folders.join("/")));
    if let Some(version) = url.take("version") {
        let version = version.parse().ok().filter(|version| *version > 0);
        secret = secret.version(version.ok_or_else(|| invalid("its version is a number from 1"))?);
    }
    url.finish()?;
    Ok(secret.seal())
}

const PATH: &str =
    "its path is /PROJECT/ENVIRONMENT/NAME with the id of the project, and folders before the name";

struct Secret {
    infisical: Infisical,
    path: String,
    place: String,
}

impl RootKeySource for Secret {
    fn place(&self) -> &str {
        &self.place
    }

    fn read(&self) -> Result<SecretBytes, SealError> {
        let (operation, needs) = ("read the secret", "read the value of the secret");
        let call = Call { operation, method: "GET", path: &self.path, body: None, needs };
        let answer = self.infisical.ask(&call, Deadline::start())?;
        if answer.status != 200 {
            return Err(self.infisical.refusal(&call, &answer));
        }
        let failure = self.infisical.failure(operation);
        if json::is_true(answer.body.expose(), &["secret", "secretValueHidden"]) {
            return Err(
                failure.says("the value is hidden from the identity, which has to be allowed to read it")
            );
        }
        answer.secret(&["secret", "secretValue"]).ok_or_else(|| unreadable(&failure))
    }
}
