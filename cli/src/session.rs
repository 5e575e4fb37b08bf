//! What every command needs: the keyring and a way to print.

use crate::arguments::Everywhere;
use crate::failure::Failure;
use crate::message::ViewArguments;
use crate::output::Printer;
use crate::unseal::Unseal;
use std::path::PathBuf;
use strongroom::{Directory, Key, Keyring, View};

pub(crate) struct Session {
    keyring: Option<PathBuf>,
    pub(crate) unseal: Unseal,
    pub(crate) printer: Printer,
}

impl Session {
    pub(crate) fn new(Everywhere { keyring, json, unseal }: Everywhere) -> Self {
        Self { keyring, unseal, printer: Printer { json } }
    }

    /// The folder of the keyring, which need not be there yet.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        let given = self.keyring.clone().or_else(|| std::env::var_os("STRONGROOM_KEYRING").map(PathBuf::from));
        given.filter(|path| !path.as_os_str().is_empty()).ok_or_else(|| Failure::usage("which keyring? give --keyring DIR or set STRONGROOM_KEYRING"))
    }

    /// The keyring, opened.
    pub(crate) fn keyring(&self) -> Result<Keyring, Failure> {
        let folder = self.folder()?;
        Ok(Keyring::open(Directory::new(folder), self.unseal.seal()?)?)
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
