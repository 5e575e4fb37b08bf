//! What a mount of Transit answers, put together from calls of the library.

use crate::request::{Answer, Exchange, Refusal};
use crate::{keys, material, messages};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use strongroom::{Error, Key, KeyType, Keyring};

/// What came of a request.
pub(crate) enum Answered {
    One(Answer),
    /// One for each item.
    Batch(Vec<Answer>),
}

/// A keyring, and what a session has made of it.
pub(crate) struct Mount {
    pub(crate) ring: Keyring,
    /// The keys that were restored, with the last version that the server has too. What is made here later
    /// has other material there.
    pub(crate) same: BTreeMap<String, u32>,
    /// The keys that the server has and the keyring has not, since what makes them is no call of its, or was
    /// refused.
    missing: BTreeSet<String>,
}

const ELSEWHERE: Refusal = Refusal::Outside("a key that is not here");
const CERTIFICATES: Refusal = Refusal::Outside("certificates and requests for them");
const AGREEMENT: Refusal = Refusal::Outside("keys made by key agreement");
const RANDOM: Refusal = Refusal::Outside("random bytes");
const HASHES: Refusal = Refusal::Outside("hashes of anything");
const SETTINGS: Refusal = Refusal::Outside("settings of the mount");
const PATHS: Refusal = Refusal::Outside("paths and methods that there are not");

impl Mount {
    /// Whoever wraps a key has asked for the wrapping key before.
    pub(crate) fn new() -> Self {
        let ring = Keyring::in_memory();
        assert_eq!(ring.wrapping_key().is_ok(), KeyType::Rsa4096.is_supported());
        Self { ring, same: BTreeMap::new(), missing: BTreeSet::new() }
    }

    pub(crate) fn key(&self, name: &str) -> Result<Key, Refusal> {
        match self.ring.key(name) {
            Err(Error::KeyNotFound { .. }) if self.missing.contains(name) => Err(ELSEWHERE),
            found => Ok(found?),
        }
    }

    /// Whether the server has the same version of a key.
    pub(crate) fn is_same(&self, name: &str, version: u32) -> bool {
        self.same.get(name).is_some_and(|last| version <= *last)
    }

    /// The names that the server has and the keyring has not.
    pub(crate) fn is_missing(&self, name: &str) -> bool {
        self.missing.contains(name)
    }

    /// What the keyring answers.
    pub(crate) fn answer(&mut self, exchange: &Exchange) -> Answered {
        let route = exchange.route();
        if let Some(answered) = messages::answer(self, exchange, &route) {
            return answered;
        }
        let answer = self.single(exchange, &route);
        let made = match *route.as_slice() {
            ["restore" | "derive-key", name] | ["keys", name] | ["keys", name, "import"] => Some(name),
            _ => None,
        };
        let was_made = exchange.method == "POST" && (200..300).contains(&exchange.status);
        if let Some(name) = made.filter(|_| was_made && answer.is_err()) {
            self.missing.insert(name.to_owned());
        }
        Answered::One(answer)
    }

    fn single(&mut self, exchange: &Exchange, route: &[&str]) -> Answer {
        match (exchange.method.as_str(), route) {
            ("POST", ["restore", name @ ..]) => material::restore(self, exchange, &name.join("/")),
            ("GET", ["backup", name]) => material::backup(self, exchange, name),
            ("GET", ["export", "certificate-chain", ..]) => Err(CERTIFICATES),
            ("POST", ["keys", _, "csr" | "set-certificate"]) => Err(CERTIFICATES),
            ("GET", ["export", kind, name, version @ ..]) => {
                material::export(self, exchange, kind, name, version.first().copied())
            }
            ("GET", ["byok-export", to, name, version @ ..]) => {
                material::wrapped(self, exchange, to, name, version.first().copied())
            }
            ("GET", ["wrapping_key"]) => material::wrapping_key(self, exchange),
            ("LIST" | "GET", ["keys"]) => keys::list(self, exchange),
            ("GET", ["keys", name]) => keys::read(self, exchange, name),
            ("DELETE", ["keys", name]) => {
                self.key(name)?;
                Ok(self.ring.delete_key(name).map(|()| Value::Null)?)
            }
            ("POST", ["keys", name, "config"]) => keys::configure(self, exchange, name),
            ("POST", ["keys", name, "rotate"]) => keys::rotate(self, exchange, name),
            ("POST", ["keys", name, "trim"]) => keys::trim(self, exchange, name),
            ("DELETE", ["keys", name, "soft-delete"]) => keys::switch(self, exchange, name, false),
            ("POST", ["keys", name, "soft-delete-restore"]) => keys::switch(self, exchange, name, true),
            ("POST", ["keys", name, "import"]) => material::import(self, exchange, name),
            ("POST", ["keys", name, "import_version"]) => material::import_version(self, exchange, name),
            ("POST" | "PUT", ["keys", name @ ..]) => keys::create(self, exchange, &name.join("/")),
            ("POST", ["derive-key", _]) => Err(AGREEMENT),
            ("POST", ["random", ..]) => Err(RANDOM),
            ("POST", ["hash", ..]) => Err(HASHES),
            (_, ["cache-config"] | ["config", "keys"]) => Err(SETTINGS),
            _ => Err(PATHS),
        }
    }
}
