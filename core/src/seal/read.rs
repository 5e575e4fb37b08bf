//! Reading what a seal needs.

use super::ready::Ready;
use super::several::Several;
use super::{Seal, SealProvider, Source, checked, passphrase, root_key, secret_file};
use crate::Error;
use crate::document::copy::NAME;
use crate::error::invalid;
use std::path::Path;
use std::sync::Arc;

impl Seal {
    /// What [`resolve`](Self::resolve) has given.
    pub(crate) const fn resolved(ready: Ready, label: Option<String>) -> Self {
        Self { source: Source::Resolved(ready), allow_costly: false, insecure_mode_ok: false, label }
    }

    /// All that write copies, each with a label where it has one of its own or all have one.
    pub(crate) fn each(self) -> Vec<Self> {
        self.those(false)
    }

    fn those(self, that_open: bool) -> Vec<Self> {
        let Self { source, allow_costly, insecure_mode_ok, label } = self;
        let seals = match source {
            Source::Any(seals) => seals,
            Source::Before { newest, before } if that_open => vec![*newest, *before],
            Source::Before { newest, .. } => vec![*newest],
            source => return vec![Self { source, allow_costly, insecure_mode_ok, label }],
        };
        // What is said of all is for those that know it.
        let inherit = |seal: Self| Self {
            allow_costly: seal.allow_costly || allow_costly && (seal.is_passphrase() || seal.is_any()),
            insecure_mode_ok: seal.insecure_mode_ok
                || insecure_mode_ok && (seal.is_in_file() || seal.is_any()),
            label: seal.label.or_else(|| label.clone()),
            source: seal.source,
        };
        seals.into_iter().map(inherit).flat_map(|seal| seal.those(that_open)).collect()
    }

    /// All that it is, each with what it is called, for whoever writes copies.
    pub(crate) fn read_all(self) -> Result<Vec<(Ready, Option<String>)>, Error> {
        let read = |seal: Self| {
            let label = seal.label.clone();
            seal.resolve().map(|ready| (ready, label))
        };
        let all = self.each().into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() {
            return Err(Error::InvalidOption { reason: invalid::NO_SEAL });
        }
        let repeated =
            |(at, (seal, _)): (usize, &(Ready, _))| all[..at].iter().any(|(other, _)| other.is_same(seal));
        if all.iter().enumerate().any(repeated) {
            return Err(Error::SealExists);
        }
        Ok(all)
    }

    /// This, but with what it needs read already where it is one seal. What a service keeps may be replaced,
    /// and is read when it is needed.
    pub(crate) fn read_now(self) -> Result<Self, Error> {
        if matches!(self.source, Source::Any(_) | Source::Fetched(_) | Source::Before { .. }) {
            return Ok(self);
        }
        let label = self.label.clone();
        Ok(Self::resolved(self.resolve()?, label))
    }

    /// Whether what it needs lies with a service.
    pub(super) const fn is_fetched(&self) -> bool {
        matches!(self.source, Source::Fetched(_))
    }

    /// Whether it has what it needs, and looks for it nowhere.
    pub(super) const fn is_at_hand(&self) -> bool {
        !matches!(
            self.source,
            Source::Fetched(_) | Source::Env(_) | Source::File(_) | Source::PassphraseFile { .. }
        )
    }

    const fn is_any(&self) -> bool {
        matches!(self.source, Source::Any(_) | Source::Before { .. })
    }

    const fn is_passphrase(&self) -> bool {
        matches!(self.source, Source::Passphrase { .. } | Source::PassphraseFile { .. })
    }

    const fn is_in_file(&self) -> bool {
        matches!(self.source, Source::File(_) | Source::PassphraseFile { .. })
    }

    /// What opens a keyring.
    pub(crate) fn several(self) -> Result<Several, Error> {
        Several::new(self.those(true))
    }

    /// Reads what it needs.
    pub(crate) fn resolve(self) -> Result<Ready, Error> {
        if self.label.as_ref().is_some_and(|label| !NAME.contains(&label.len())) {
            return Err(Error::InvalidOption { reason: invalid::SEAL_LABEL_OUT_OF_RANGE });
        }
        if self.allow_costly && !self.is_passphrase() {
            return Err(Error::InvalidOption { reason: invalid::ALLOW_COSTLY_NOT_SUPPORTED });
        }
        if self.insecure_mode_ok && !self.is_in_file() {
            return Err(Error::InvalidOption { reason: invalid::INSECURE_MODE_NOT_SUPPORTED });
        }
        let read = |path: &Path, what, limit| secret_file::read(path, what, limit, self.insecure_mode_ok);
        let key = |text: &[u8]| -> Result<Ready, Error> {
            Ok(own(root_key::RootKey::new(Arc::new(root_key::from_text(text)?))?))
        };
        let passphrase = |id, passphrase| -> Result<Ready, Error> {
            Ok(own(passphrase::Passphrase::new(id, passphrase, self.allow_costly)?))
        };
        match self.source.clone() {
            Source::Key(secret) => Ok(own(root_key::RootKey::new(secret)?)),
            Source::Text(text) => key(text.expose()),
            Source::Env(variable) => key(root_key::read_env(&variable)?.expose()).map_err(|error| {
                of(error, &format!("in the environment variable {}", root_key::shown(&variable)))
            }),
            Source::File(path) => key(read(&path, "root key", root_key::MAX_TEXT)?.expose())
                .map_err(|error| of(error, &format!("in the file {}", path.display()))),
            Source::Passphrase { id, passphrase: text } => passphrase(id, text),
            Source::PassphraseFile { id, path } => {
                let text = read(&path, "passphrase", passphrase::MAX_FILE)?;
                let text = passphrase::of_file(text)
                    .map_err(|error| of(error, &format!("in the file {}", path.display())))?;
                passphrase(id, Arc::new(text))
            }
            Source::Fetched(source) => {
                key(source.read()?.expose()).map_err(|error| of(error, &format!("in {}", source.place())))
            }
            Source::Provider(provider) => Ok(own(checked::Checked(provider))),
            Source::Platform(platform) => Ok(Ready::Platform(platform)),
            Source::Resolved(ready) => Ok(ready),
            Source::Any(_) | Source::Before { .. } => {
                let mut seals = self.each().into_iter();
                match (seals.next(), seals.next()) {
                    (Some(only), None) => only.resolve(),
                    (None, _) => Err(Error::InvalidOption { reason: invalid::NO_SEAL }),
                    _ => Err(Error::InvalidOption { reason: invalid::SEVERAL_SEALS }),
                }
            }
        }
    }
}

fn own(seal: impl SealProvider + 'static) -> Ready {
    Ready::Provider(Arc::new(seal))
}

/// What is wrong with a secret, and where it was read.
fn of(error: Error, place: &str) -> Error {
    match error {
        Error::InvalidRootKey { reason } => {
            Error::InvalidRootKey { reason: format!("{place}: {reason}").into() }
        }
        error => error,
    }
}
