//! A Transit engine of Vault or OpenBao, of which whole keys are asked.

use super::{Call, Vault, VaultServer};
use crate::answer::Answer;
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::url::encoded_path;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;
use strongroom::{Dialect, Error, SealError, SecretBytes};

/// The engine at a mount. Keys are only read, but for [`restore`](Self::restore).
///
/// ```no_run
/// use strongroom::Keyring;
/// use strongroom_platforms::{TransitMount, VaultServer};
/// let mount = TransitMount::new(VaultServer::from_env()?, "transit")?;
/// let ring = Keyring::in_memory();
/// for name in mount.keys()? {
///     ring.restore_transit(mount.backup(&name)?.expose(), Some(&name), None)?;
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TransitMount {
    vault: Vault,
    /// Encoded.
    mount: String,
}

/// Why a mount did not do what it was asked. Its text is one for people, and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MountError {
    /// The server cannot be asked now, about whatever key.
    Away(String),
    /// The token may not do this.
    Denied(String),
    /// There is no such key.
    NoKey(String),
    /// There is a key of that name.
    Exists(String),
    /// It refuses, or answers what cannot be used.
    Refused(String),
}

/// What a mount tells of a key, without its secrets.
#[derive(Debug, Clone)]
pub struct MountedKey {
    name: String,
    pub(super) facts: Value,
}

/// The longest answer: a backup of as much as is restored, 64 MiB of JSON, is a third longer as base64.
const MAX_ANSWER: usize = 86 << 20;

/// How long one call may take; a server reads and writes all versions of a key for it.
const CALL: Duration = Duration::from_secs(60);

const PLATFORM: &str = "transit";

impl TransitMount {
    /// The engine at `mount`, which has no `/` at its end.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] for what is no mount.
    pub fn new(server: VaultServer, mount: &str) -> Result<Self, Error> {
        Ok(Self { vault: Vault::new(PLATFORM, server).up_to(MAX_ANSWER), mount: encoded_path(mount)? })
    }

    /// Which product's engine it is, where the server tells that.
    ///
    /// # Errors
    /// [`MountError::Refused`] where another engine than Transit is mounted there.
    pub fn product(&self) -> Result<Option<Dialect>, MountError> {
        let path = format!("sys/internal/ui/mounts/{}", self.mount);
        let call = get("look at the mount", &path);
        let answer = self.ask(&call)?;
        if answer.status != 200 {
            return Ok(None);
        }
        if answer.plain(&["data", "type"]).is_some_and(|engine| engine != "transit") {
            return Err(refused(
                call.operation,
                "another engine than Transit is mounted there; check the mount",
            ));
        }
        let version = answer.plain(&["data", "running_plugin_version"]).unwrap_or_default();
        Ok(match version.rsplit_once("+builtin.").map(|(_, product)| product) {
            Some("bao") => Some(Dialect::OpenBao),
            Some("vault") => Some(Dialect::Vault),
            _ => None,
        })
    }

    /// The names of all keys, in their order.
    ///
    /// # Errors
    /// [`MountError`]
    pub fn keys(&self) -> Result<Vec<String>, MountError> {
        let path = format!("{}/keys?list=true", self.mount);
        let call = Call { needs: "list", ..get("list the keys", &path) };
        let answer = self.ask(&call)?;
        if is_absent(&answer) {
            return Ok(Vec::new());
        }
        let answer = self.good(&call, answer)?;
        let texts = json::texts(answer.body.expose(), &["data", "keys"]);
        let texts = texts.ok_or_else(|| self.unreadable(&call))?;
        let names = texts.into_iter().map(|text| String::from_utf8(text.expose().to_vec()));
        let names: Result<Vec<String>, _> = names.collect();
        let mut names = names.map_err(|_| self.unreadable(&call))?;
        // Where others' wrapping key lies, which is no key for data.
        names.retain(|name| name != "import/");
        names.sort_unstable();
        Ok(names)
    }

    /// What a key is, if there is one of this name.
    ///
    /// # Errors
    /// [`MountError`]
    pub fn key(&self, name: &str) -> Result<Option<MountedKey>, MountError> {
        let path = self.path("keys", name)?;
        let call = get("read the key", &path);
        let answer = self.ask(&call)?;
        if is_absent(&answer) {
            return Ok(None);
        }
        let answer = self.good(&call, answer)?;
        let read: Result<Value, _> = serde_json::from_slice(answer.body.expose());
        let mut read = read.map_err(|_| self.unreadable(&call))?;
        let facts = read.get_mut("data").map(Value::take).unwrap_or_default();
        let key = MountedKey { name: name.to_owned(), facts };
        match key.key_type().is_empty() || key.latest_version() == 0 {
            true => Err(self.unreadable(&call)),
            false => Ok(Some(key)),
        }
    }

    /// A key's plaintext backup, with all its secrets. The server notes in the key that one was taken.
    ///
    /// # Errors
    /// [`MountError`]
    pub fn backup(&self, name: &str) -> Result<SecretBytes, MountError> {
        let path = self.path("backup", name)?;
        let call = get("back up the key", &path);
        let answer = self.good(&call, self.ask(&call)?)?;
        answer.secret(&["data", "backup"]).ok_or_else(|| self.unreadable(&call))
    }

    /// Restores a plaintext backup under a name that no key has.
    ///
    /// # Errors
    /// [`MountError::Exists`] where there is a key of this name, which stays as it is.
    pub fn restore(&self, name: &str, backup: &SecretBytes) -> Result<(), MountError> {
        let path = self.path("restore", name)?;
        let body = Some(Object::default().text("backup", backup.expose()).into_body());
        let call = Call { method: "POST", body, needs: "update", ..get("restore the key", &path) };
        let answer = self.ask(&call)?;
        if says(&answer, "already exists") {
            return Err(MountError::Exists(format!("{PLATFORM}: there is a key of this name already")));
        }
        if answer.status == 413 {
            let what = "the backup is longer than the server takes; trim old versions, or raise its limit";
            return Err(refused(call.operation, what));
        }
        self.good(&call, answer).map(drop)
    }

    /// The texts of an export, by version; those that are empty are left out.
    pub(super) fn export(&self, kind: &str, name: &str) -> Result<BTreeMap<u32, SecretBytes>, MountError> {
        let path = self.path(&format!("export/{kind}"), name)?;
        let operation = format!("export the {kind}");
        let call = get(&operation, &path);
        let answer = self.good(&call, self.ask(&call)?)?;
        let members = json::members(answer.body.expose(), &["data", "keys"]);
        let mut texts = BTreeMap::new();
        for (version, text) in members.ok_or_else(|| self.unreadable(&call))? {
            let version = version.parse().map_err(|_| self.unreadable(&call))?;
            let text = json::unquote(text).ok_or_else(|| self.unreadable(&call))?;
            if !text.is_empty() {
                texts.insert(version, text);
            }
        }
        Ok(texts)
    }

    fn path(&self, verb: &str, name: &str) -> Result<String, MountError> {
        match encoded_path(name) {
            Ok(encoded) if !name.contains('/') => Ok(format!("{}/{verb}/{encoded}", self.mount)),
            _ => Err(refused(verb, "the server has no path for a name with '/' in it")),
        }
    }

    fn ask(&self, call: &Call<'_>) -> Result<Answer, MountError> {
        let answer =
            self.vault.ask(call, Deadline::of(CALL)).map_err(|error| MountError::Away(text(error)))?;
        match answer.status {
            // 500 is said as well of a key that is refused.
            429 | 502..=504 => Err(MountError::Away(text(self.vault.refusal(call, &answer)))),
            _ => Ok(answer),
        }
    }

    /// The answer, if it is one to what was asked.
    fn good(&self, call: &Call<'_>, answer: Answer) -> Result<Answer, MountError> {
        let refusal = || text(self.vault.refusal(call, &answer));
        match answer.status {
            200 | 204 => Ok(answer),
            403 => Err(MountError::Denied(refusal())),
            404 => Err(MountError::NoKey(refusal())),
            _ if says(&answer, "\" not found") => Err(MountError::NoKey(refusal())),
            _ => Err(MountError::Refused(refusal())),
        }
    }

    fn unreadable(&self, call: &Call<'_>) -> MountError {
        MountError::Refused(text(self.vault.failure(call.operation).unreadable()))
    }
}

fn refused(operation: &str, what: &str) -> MountError {
    MountError::Refused(text(Failure { platform: PLATFORM, operation }.says(what)))
}

const fn get<'a>(operation: &'a str, path: &'a str) -> Call<'a> {
    Call { operation, method: "GET", path, body: None, needs: "read" }
}

/// A mount answers so for what it does not have. Where nothing is mounted the server says more, and what is
/// no server of this kind says something else.
fn is_absent(answer: &Answer) -> bool {
    answer.status == 404
        && json::texts(answer.body.expose(), &["errors"]).is_some_and(|errors| errors.is_empty())
}

fn says(answer: &Answer, what: &str) -> bool {
    let texts = json::texts(answer.body.expose(), &["errors"]).unwrap_or_default();
    texts.iter().any(|text| text.expose().windows(what.len()).any(|window| window == what.as_bytes()))
}

fn text(error: SealError) -> String {
    match error {
        SealError::Failed(reason) => reason.as_str().to_owned(),
        _ => String::new(),
    }
}

impl fmt::Debug for TransitMount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransitMount").field("mount", &self.mount).finish_non_exhaustive()
    }
}

impl fmt::Display for MountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Away(text)
        | Self::Denied(text)
        | Self::NoKey(text)
        | Self::Exists(text)
        | Self::Refused(text)) = self;
        f.write_str(text)
    }
}

impl std::error::Error for MountError {}

impl MountedKey {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type, as the product calls it.
    pub fn key_type(&self) -> &str {
        self.text("type")
    }

    /// Whether its material may be exported.
    pub fn exportable(&self) -> bool {
        self.flag("exportable")
    }

    /// Whether it may be backed up in the clear.
    pub fn allow_plaintext_backup(&self) -> bool {
        self.flag("allow_plaintext_backup")
    }

    /// Whether it was deleted so that it can come back (OpenBao).
    pub fn soft_deleted(&self) -> bool {
        self.flag("soft_deleted")
    }

    /// Which product tells of it so.
    pub fn product(&self) -> Dialect {
        let is_openbao = self.facts.get("soft_deleted").is_some();
        if is_openbao { Dialect::OpenBao } else { Dialect::Vault }
    }

    /// The number of its latest version.
    pub fn latest_version(&self) -> u32 {
        self.version("latest_version")
    }

    /// The number of the first version that was not trimmed, or 0 where none was.
    pub fn min_available_version(&self) -> u32 {
        self.version("min_available_version")
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.facts.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.facts.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> i64 {
        self.facts.get(name).and_then(Value::as_i64).unwrap_or_default()
    }

    pub(super) fn version(&self, name: &str) -> u32 {
        u32::try_from(self.number(name)).unwrap_or_default()
    }
}
