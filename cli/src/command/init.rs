//! `strongroom init`

use crate::failure::Failure;
use crate::output::create_secret_file;
use crate::session::Session;
use crate::shown_seal::ShownSeal;
use clap::Args;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use strongroom::{Directory, Error, Keyring, KeyringBuilder, Seal, SealInfo};

/// Create a keyring.
///
/// It is opened from then on with the root key, the passphrase or the platform's key that is given here; with
/// several of --seal, by each of them. They are kept outside the keyring: whoever loses every one of them has
/// lost every key.
#[derive(Args)]
pub(crate) struct Init {
    /// Make a new root key and write it to this file, which must not exist, for its owner only.
    #[arg(long, value_name = "FILE")]
    new_root_key_file: Option<PathBuf>,
    /// What people call the keyring.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// What to call the root key or passphrase, such as where it is kept; 'seal list' shows it. It is not
    /// secret.
    #[arg(long, value_name = "TEXT")]
    seal_label: Option<String>,
}

#[derive(Serialize)]
struct Created<'a> {
    keyring: String,
    path: &'a str,
    root_key_file: Option<&'a str>,
    seal: Option<ShownSeal<'a>>,
    seals: Vec<ShownSeal<'a>>,
    pin: String,
}

impl Init {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let folder = session.folder()?;
        let missing = missing_above(&folder);
        let mut warnings = Vec::new();
        let ring = match &self.new_root_key_file {
            Some(_) if session.unseal.is_given()? => {
                return Err(Failure::usage("--new-root-key-file makes a root key; leave out the others"));
            }
            Some(file) => self.with_new_root_key(session, &folder, file)?,
            None => {
                let seal = session.unseal.new_seal()?;
                warnings.extend(guessable(&seal));
                self.create(session.builder()?, &folder, seal)?
            }
        };
        let path = folder.to_string_lossy();
        let file = self.new_root_key_file.as_deref().map(Path::to_string_lossy);
        let pin = ring.pin()?.to_string();
        let seals = ring.seals()?;
        let mut text = format!("created keyring {} in {path}\n", ring.id());
        text.extend(seals.iter().map(|seal| format!("seal {} {}\n", seal.kind, seal.id)));
        text += &format!("pin {pin}\n");
        text.extend(missing.map(|above| format!("the folders from {} on are new\n", above.display())));
        let created = Created {
            keyring: ring.id().to_string(),
            path: &path,
            root_key_file: file.as_deref(),
            seal: seals.first().map(ShownSeal::from),
            seals: seals.iter().map(ShownSeal::from).collect(),
            pin,
        };
        session.printer.print(&text, &created)?;
        warnings.extend(lonely(&seals));
        session.printer.warn_all(warnings)
    }

    fn create(&self, builder: KeyringBuilder, folder: &Path, seal: Seal) -> Result<Keyring, Error> {
        let seal = labelled(seal, self.seal_label.clone());
        builder.label(self.label.clone().unwrap_or_default()).create(Directory::new(folder), seal)
    }

    /// The file comes first: a keyring whose root key was not written down could never be opened.
    fn with_new_root_key(&self, session: &Session, folder: &Path, file: &Path) -> Result<Keyring, Failure> {
        refuse_within(file, folder)?;
        let builder = session.builder()?;
        create_root_key_file(file)?;
        self.create(builder, folder, Seal::root_key_file(file)).map_err(|error| {
            // Nothing was sealed with it, unless that is uncertain.
            if !matches!(error, Error::Uncertain { .. }) {
                let _ = fs::remove_file(file);
            }
            error.into()
        })
    }
}

/// The first folder above this one that is not there and will be made: a typing error in a path makes
/// several.
fn missing_above(folder: &Path) -> Option<PathBuf> {
    let above = folder.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
    above.take_while(|above| !above.exists()).last().map(Path::to_owned)
}

/// What to say of a passphrase that is too short to protect anything.
pub(crate) fn guessable(seal: &Seal) -> Option<&'static str> {
    seal.is_easily_guessed().then_some(
        "the passphrase has fewer than 8 characters: whoever has a copy of the keyring finds it by trying; take a longer one",
    )
}

/// A seal that is called something, if it is.
pub(crate) fn labelled(seal: Seal, label: Option<String>) -> Seal {
    label.into_iter().fold(seal, Seal::labelled)
}

/// Writes a new root key and a newline.
pub(crate) fn create_root_key_file(file: &Path) -> Result<(), Failure> {
    let key = Seal::generate_root_key()?;
    let mut line = zeroize::Zeroizing::new(Vec::with_capacity(key.len() + 1));
    line.extend_from_slice(key.expose());
    line.push(b'\n');
    create_secret_file(file, &line).map_err(|failure| match failure {
        Failure::Files(message) if file.exists() => Failure::Files(format!(
            "{message}; no root key is overwritten: open with it by --root-key-file, or name a file that is not there"
        )),
        other => other,
    })
}

/// What to say while a single lost file or passphrase would lose everything.
pub(crate) fn lonely(seals: &[SealInfo]) -> Option<&'static str> {
    (seals.len() < 2).then_some(
        "there is only one wrapped copy of the root key: whoever loses its key or passphrase has lost every key; add a second one with 'strongroom seal add' and keep it elsewhere",
    )
}

/// A root key is not kept with what it opens. Neither the file nor the folder may exist yet.
pub(crate) fn refuse_within(file: &Path, folder: &Path) -> Result<(), Failure> {
    let resolved = |path: &Path| {
        fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
    };
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if resolved(parent).starts_with(resolved(folder)) {
        return Err(Failure::usage(
            "the root key file must not be in the keyring's folder: a copy of the folder would carry the key along",
        ));
    }
    Ok(())
}
