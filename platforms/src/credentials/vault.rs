//! Tokens of Vault and OpenBao: one that lies somewhere, or one that a login gives.

use super::held::{Held, Kept};
use super::place::Place;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::http::{Client, Request};
use crate::json::Object;
use crate::url::encoded_path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Error, SealError, SecretBytes};

/// Who asks a Vault or an OpenBao. What it needs is read each time that a token is needed.
///
/// ```
/// use strongroom_platforms::VaultLogin;
/// let login = VaultLogin::app_role().role_id("f0f5a3e2").secret_id_file("/run/secrets/secret-id");
/// ```
#[derive(Debug, Clone)]
pub struct VaultLogin {
    way: Way,
    /// Encoded.
    mount: Option<String>,
}

#[derive(Debug, Clone)]
enum Way {
    Token(Vec<Place>),
    /// That of the server which a variable names, with the variable of another product's token, which is not
    /// sent there.
    TokenOf {
        places: Vec<Place>,
        address: &'static str,
        other: &'static str,
    },
    AppRole {
        role_id: Role,
        secret_id: Place,
    },
    /// Kubernetes and JWT, which are asked alike.
    Jwt {
        default_mount: &'static str,
        role: String,
        jwt: Place,
    },
}

#[derive(Debug, Clone)]
enum Role {
    Named(String),
    At(Place),
}

const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

impl VaultLogin {
    /// The token where the command lines find it: in `VAULT_TOKEN` or `BAO_TOKEN`, else in `~/.vault-token`.
    pub fn token() -> Self {
        Self::of(Way::Token(places(&["VAULT_TOKEN", "BAO_TOKEN"])))
    }

    /// The token in this variable of the environment, else in the file of the command lines, for the server
    /// that the variable `address` names; `other` is the variable of another product's.
    pub(crate) fn token_of(address: &'static str, variable: &'static str, other: &'static str) -> Self {
        Self::of(Way::TokenOf { places: places(&[variable]), address, other })
    }

    /// The token in a file, such as an agent writes, which is read again when it is refused.
    pub fn token_file(path: impl Into<PathBuf>) -> Self {
        Self::of(Way::Token(vec![Place::File(path.into())]))
    }

    /// An AppRole, by the ids in `VAULT_ROLE_ID` and `VAULT_SECRET_ID`.
    pub fn app_role() -> Self {
        let role_id = Role::At(Place::Env("VAULT_ROLE_ID"));
        Self::of(Way::AppRole { role_id, secret_id: Place::Env("VAULT_SECRET_ID") })
    }

    /// The service account of a pod.
    pub fn kubernetes(role: impl Into<String>) -> Self {
        let jwt = Place::File(SERVICE_ACCOUNT.into());
        Self::of(Way::Jwt { default_mount: "kubernetes", role: role.into(), jwt })
    }

    /// A token of an identity provider, in a file.
    pub fn jwt(role: impl Into<String>, file: impl Into<PathBuf>) -> Self {
        Self::of(Way::Jwt { default_mount: "jwt", role: role.into(), jwt: Place::File(file.into()) })
    }

    /// Where the way to log in is mounted, if elsewhere than usual; without a `/` at its end.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for what is no mount.
    pub fn mount(self, mount: &str) -> Result<Self, Error> {
        Ok(Self { mount: Some(encoded_path(mount)?), ..self })
    }

    /// The id of an AppRole, which is no secret.
    #[must_use]
    pub fn role_id(self, id: impl Into<String>) -> Self {
        self.with_role(Role::Named(id.into()))
    }

    /// The id of an AppRole, in a file.
    #[must_use]
    pub fn role_id_file(self, path: impl Into<PathBuf>) -> Self {
        self.with_role(Role::At(Place::File(path.into())))
    }

    /// The secret id of an AppRole, in a file.
    #[must_use]
    pub fn secret_id_file(mut self, path: impl Into<PathBuf>) -> Self {
        if let Way::AppRole { secret_id, .. } = &mut self.way {
            *secret_id = Place::File(path.into());
        }
        self
    }

    /// The token of a service account, in another file than the usual one.
    #[must_use]
    pub fn jwt_file(mut self, path: impl Into<PathBuf>) -> Self {
        if let Way::Jwt { jwt, .. } = &mut self.way {
            *jwt = Place::File(path.into());
        }
        self
    }

    fn with_role(mut self, role: Role) -> Self {
        if let Way::AppRole { role_id, .. } = &mut self.way {
            *role_id = role;
        }
        self
    }

    const fn of(way: Way) -> Self {
        Self { way, mount: None }
    }

    /// Where to log in, and with what; `None` for a token that is there.
    fn form(&self) -> Result<Option<(String, SecretBytes)>, String> {
        let (default_mount, form) = match &self.way {
            Way::Token(_) | Way::TokenOf { .. } => return Ok(None),
            Way::AppRole { role_id, secret_id } => {
                let role_id = match role_id {
                    Role::Named(id) => SecretBytes::from(id.as_bytes()),
                    Role::At(place) => place.read()?,
                };
                let form = Object::default().text("role_id", role_id.expose());
                ("approle", form.text("secret_id", secret_id.read()?.expose()))
            }
            Way::Jwt { default_mount, role, jwt } => {
                (*default_mount, Object::default().text("role", role).text("jwt", jwt.read()?.expose()))
            }
        };
        Ok(Some((self.mount.clone().unwrap_or_else(|| default_mount.to_owned()), form.into_body())))
    }
}

/// These variables of the environment, and the file of the command lines.
fn places(variables: &[&'static str]) -> Vec<Place> {
    let mut places: Vec<Place> = variables.iter().map(|name| Place::Env(name)).collect();
    places.extend(std::env::home_dir().map(|home| Place::File(home.join(".vault-token"))));
    places
}

/// A token, for as long as it is used.
pub(crate) type Lease = Kept<SecretBytes>;

/// The token of one server.
pub(crate) struct Tokens {
    login: VaultLogin,
    held: Held<SecretBytes>,
}

const LOGIN: &str = "log in";

impl Tokens {
    pub(crate) const fn new(login: VaultLogin) -> Self {
        Self { login, held: Held::new() }
    }

    /// The token to ask with, and whether it was there before.
    pub(crate) fn current(
        &self,
        server: &Login<'_>,
        deadline: Deadline,
    ) -> Result<(Arc<Lease>, bool), SealError> {
        self.held.current(deadline, |deadline| self.get(server, deadline))
    }

    /// Another token, after this one was refused.
    pub(crate) fn another(
        &self,
        refused: &Arc<Lease>,
        server: &Login<'_>,
        deadline: Deadline,
    ) -> Result<Arc<Lease>, SealError> {
        self.held.another(Some(refused), deadline, |deadline| self.get(server, deadline))
    }

    fn get(&self, server: &Login<'_>, deadline: Deadline) -> Result<Lease, SealError> {
        let failure = server.client.failure(LOGIN);
        match self.login.form().map_err(|reason| failure.says(reason))? {
            Some((mount, form)) => server.log_in(&mount, &form, &failure, deadline),
            None => self.there().map(Lease::until_refused).map_err(|reason| failure.says(reason)),
        }
    }

    /// The token that lies somewhere.
    fn there(&self) -> Result<SecretBytes, String> {
        let (places, beside) = match &self.login.way {
            Way::Token(places) => (places, None),
            Way::TokenOf { places, address, other } => {
                (places, Some((address, other)).filter(|_| Place::Env(other).is_there()))
            }
            _ => return Err(String::new()),
        };
        match (places.as_slice(), beside) {
            ([only], None) => only.read(),
            (places, beside) => places.iter().find(|place| place.is_there()).map_or_else(
                || {
                    let names: Vec<String> = places.iter().map(Place::name).collect();
                    let beside = beside.map(|(address, other)| {
                        format!("; {other} is set, and is not sent to the server that {address} names")
                    });
                    Err(format!(
                        "there is no token in {}{}",
                        names.join(" or in "),
                        beside.unwrap_or_default()
                    ))
                },
                Place::read,
            ),
        }
    }
}

/// Where to log in.
pub(crate) struct Login<'a> {
    pub(crate) client: &'a Client,
    /// With `/v1/` at its end.
    pub(crate) address: &'a str,
    pub(crate) namespace: Option<&'a str>,
}

impl Login<'_> {
    fn log_in(
        &self,
        mount: &str,
        form: &SecretBytes,
        failure: &Failure<'_>,
        deadline: Deadline,
    ) -> Result<Lease, SealError> {
        let url = format!("{}auth/{mount}/login", self.address);
        let namespace = self.namespace.map(|namespace| ("x-vault-namespace", namespace.as_bytes()));
        let headers: Vec<(&'static str, &[u8])> =
            namespace.into_iter().chain([("content-type", b"application/json".as_slice())]).collect();
        let request = Request {
            operation: LOGIN,
            method: "POST",
            url: &url,
            headers: &headers,
            body: Some(form),
            // A secret id may be good for a few logins only.
            repeatable: false,
            direct: false,
        };
        let answer = self.client.ask(&request, deadline)?;
        if answer.status != 200 {
            let advice = match answer.status {
                400 | 401 | 403 => "check the role and what it logs in with: it may be expired, or used up",
                404 => "there is no such way to log in; name its mount",
                503 => "the server is sealed or not ready",
                _ => "",
            };
            return Err(failure.answered(answer.status, None, advice));
        }
        let token = answer.secret(&["auth", "client_token"]).filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| failure.says("its answer has no token"))?;
        Ok(match answer.number(&["auth", "lease_duration"]) {
            None | Some(0) => Lease::until_refused(token),
            Some(seconds) => Lease::living(token, Duration::from_secs(seconds)),
        })
    }
}
