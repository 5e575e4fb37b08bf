//! What every command needs: the keyring and a way to print.

use crate::everywhere::Everywhere;
use crate::failure::Failure;
use crate::input::read_file_up_to;
use crate::message::ViewArguments;
use crate::output::Printer;
use crate::unseal::{Unseal, joined};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use strongroom::{
    Directory, DocName, Error, Key, KeyName, Keyring, KeyringBuilder, Near, Pin, Seal, Store as _, View,
};

/// In a keyring with more documents nobody looks for what was perhaps meant.
const MANY: usize = 1000;

pub(crate) struct Session {
    keyring: Option<PathBuf>,
    pin: Option<String>,
    witness: Option<PathBuf>,
    pub(crate) unseal: Unseal,
    pub(crate) printer: Printer,
    /// All commands with their options.
    pub(crate) program: fn() -> clap::Command,
    seals: OnceLock<Vec<Seal>>,
    opened: OnceLock<Keyring>,
}

impl Session {
    pub(crate) fn new(
        Everywhere { keyring, pin, witness, json, unseal }: Everywhere,
        program: fn() -> clap::Command,
    ) -> Self {
        let printer = Printer { json };
        Self {
            keyring,
            pin,
            witness,
            unseal,
            printer,
            program,
            seals: OnceLock::new(),
            opened: OnceLock::new(),
        }
    }

    /// The folder of the keyring, which need not be there yet.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        let given =
            self.keyring.clone().or_else(|| std::env::var_os("STRONGROOM_KEYRING").map(PathBuf::from));
        given
            .filter(|path| !path.as_os_str().is_empty())
            .ok_or_else(|| Failure::usage("which keyring? give --keyring DIR or set STRONGROOM_KEYRING"))
    }

    /// The keyring, opened.
    pub(crate) fn keyring(&self) -> Result<Keyring, Failure> {
        if let Some(ring) = self.opened.get() {
            return Ok(ring.clone());
        }
        let folder = self.folder()?;
        let store = Directory::new(folder);
        let seal = joined(self.seals()?.to_vec());
        let opened = self.builder()?.open(store.clone(), seal.clone());
        let ring = opened.map_err(|error| {
            let ask = || Keyring::seals_named_in(&store, &seal);
            let has = matches!(error, Error::WrongSeal).then(ask).flatten();
            Failure::advised(error, has)
        })?;
        Ok(self.opened.get_or_init(|| ring).clone())
    }

    /// The seals that open the keyring, in the order in which they are tried. A passphrase is asked for once.
    pub(crate) fn seals(&self) -> Result<&[Seal], Failure> {
        if let Some(seals) = self.seals.get() {
            return Ok(seals);
        }
        let seals = self.unseal.seals()?;
        Ok(self.seals.get_or_init(|| seals))
    }

    /// How a keyring is opened or made, with the pin and the witness if there are any. A variable that is set
    /// and empty is no pin either: a script whose variable is missing must not open whatever stands in the
    /// place.
    pub(crate) fn builder(&self) -> Result<KeyringBuilder, Failure> {
        let said = match &self.pin {
            Some(pin) => Some(pin.clone()),
            // What is not Unicode is no pin.
            None => std::env::var_os("STRONGROOM_PIN").map(|pin| pin.into_string().unwrap_or_default()),
        };
        let pin = said.map(|text| text.parse::<Pin>()).transpose()?;
        let builder = pin.into_iter().fold(Keyring::builder(), KeyringBuilder::pinned);
        let file = self.witness.clone().or_else(|| std::env::var_os("STRONGROOM_WITNESS").map(PathBuf::from));
        match file {
            Some(file) => Ok(builder.witness(&witness(&file)?)?),
            None => Ok(builder),
        }
    }

    /// A key of the keyring.
    pub(crate) fn key(&self, name: &str) -> Result<Key, Failure> {
        let ring = self.keyring()?;
        ring.key(name).map_err(|error| match error {
            Error::InvalidKeyName => no_name(name, error),
            error => self.missed(error),
        })
    }

    /// An error, with the name that was perhaps meant where there is no such key. A process that has just
    /// begun knows no names but those in the store, of which only the likely one is opened.
    pub(crate) fn missed(&self, error: Error) -> Failure {
        let Error::KeyNotFound { name, .. } = error else { return error.into() };
        let near = self.near(&name).unwrap_or_default();
        Error::KeyNotFound { name, near }.into()
    }

    fn near(&self, name: &str) -> Option<Near> {
        let listed = Directory::new(self.folder().ok()?).list(None, MANY + 1).ok()?;
        let names = listed.iter().filter_map(|document| match document {
            DocName::Key(name) => Some(name.as_str()),
            _ => None,
        });
        let near = (listed.len() <= MANY).then(|| Near::of(name, names))?;
        // A name stays when its key is deleted.
        self.keyring().ok()?.key(near.name()?).is_ok().then_some(near)
    }

    /// A key of the keyring, looked at as was asked for.
    pub(crate) fn view(&self, name: &str, view: &ViewArguments) -> Result<View, Failure> {
        view.of(&self.key(name)?)
    }
}

/// An error about a key that was to be called so, with what is wrong with the name if that is it.
pub(crate) fn no_name(name: &str, error: Error) -> Failure {
    let odd = matches!(error, Error::InvalidKeyName).then(|| KeyName::why_not(name)).flatten();
    Failure::advised(error, odd)
}

/// The bytes of a witness, of which a keyring of a million keys has half as many as this at most.
fn witness(file: &Path) -> Result<Vec<u8>, Failure> {
    const LIMIT: usize = 256 << 20;
    if file.as_os_str().is_empty() {
        return Err(Failure::usage("which witness? STRONGROOM_WITNESS is set and names no file"));
    }
    let witness = read_file_up_to(LIMIT, file)?;
    let witness = witness.ok_or_else(|| {
        Failure::Files(format!("cannot read {}: it is larger than any witness", file.display()))
    })?;
    Ok(witness.expose().to_vec())
}

/// Not left to the last handle: the keyring's own thread may still have one when the process ends, and what
/// was leased would not be given back.
impl Drop for Session {
    fn drop(&mut self) {
        if let Some(ring) = self.opened.get() {
            ring.close();
        }
    }
}
