//! What every command needs: the keyring and a way to print.

use crate::arguments::Everywhere;
use crate::failure::Failure;
use crate::message::ViewArguments;
use crate::output::Printer;
use crate::unseal::Unseal;
use std::path::PathBuf;
use std::sync::OnceLock;
use strongroom::{Directory, Key, Keyring, KeyringBuilder, Pin, View};

pub(crate) struct Session {
    keyring: Option<PathBuf>,
    pin: Option<String>,
    pub(crate) unseal: Unseal,
    pub(crate) printer: Printer,
    opened: OnceLock<Keyring>,
}

impl Session {
    pub(crate) fn new(Everywhere { keyring, pin, json, unseal }: Everywhere) -> Self {
        Self { keyring, pin, unseal, printer: Printer { json }, opened: OnceLock::new() }
    }

    /// The folder of the keyring, which need not be there yet.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        let given = self.keyring.clone().or_else(|| std::env::var_os("STRONGROOM_KEYRING").map(PathBuf::from));
        given.filter(|path| !path.as_os_str().is_empty()).ok_or_else(|| Failure::usage("which keyring? give --keyring DIR or set STRONGROOM_KEYRING"))
    }

    /// The keyring, opened.
    pub(crate) fn keyring(&self) -> Result<Keyring, Failure> {
        if let Some(ring) = self.opened.get() {
            return Ok(ring.clone());
        }
        let folder = self.folder()?;
        let ring = self.builder()?.open(Directory::new(folder), self.unseal.seal()?)?;
        Ok(self.opened.get_or_init(|| ring).clone())
    }

    /// How a keyring is opened or made, with the pin if there is one. A variable that is set and empty is no pin either: a script whose variable is missing
    /// must not open whatever stands in the place.
    pub(crate) fn builder(&self) -> Result<KeyringBuilder, Failure> {
        let said = match &self.pin {
            Some(pin) => Some(pin.clone()),
            // What is not Unicode is no pin.
            None => std::env::var_os("STRONGROOM_PIN").map(|pin| pin.into_string().unwrap_or_default()),
        };
        let pin = said.map(|text| text.parse::<Pin>()).transpose()?;
        Ok(pin.into_iter().fold(Keyring::builder(), KeyringBuilder::pinned))
    }

    /// A key of the keyring.
    pub(crate) fn key(&self, name: &str) -> Result<Key, Failure> {
        Ok(self.keyring()?.key(name)?)
    }

    /// A key of the keyring, looked at as was asked for.
    pub(crate) fn view(&self, name: &str, view: &ViewArguments) -> Result<View, Failure> {
        view.of(&self.key(name)?)
    }
}

/// Not left to the last handle: the keyring's own thread may still have one when the process ends, and what was leased would not be given back.
impl Drop for Session {
    fn drop(&mut self) {
        if let Some(ring) = self.opened.get() {
            ring.close();
        }
    }
}
