//! Where the key or passphrase comes from that opens a keyring. Never from the command line itself.

use crate::failure::Failure;
use crate::input::{read_file, without_newline};
use clap::Args;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use strongroom::{Error, Seal, SecretBytes};

/// How the keyring is opened.
#[derive(Args)]
#[command(next_help_heading = "Unsealing")]
pub(crate) struct Unseal {
    /// A file with the root key; only its owner may be able to read it (but see --insecure-mode-ok).
    #[arg(long, value_name = "FILE", global = true)]
    root_key_file: Option<PathBuf>,
    /// The environment variable with the root key [default: STRONGROOM_ROOT_KEY].
    #[arg(long, value_name = "NAME", global = true)]
    root_key_env: Option<String>,
    /// A file with the passphrase; one newline at its end does not count.
    #[arg(long, value_name = "FILE", global = true)]
    passphrase_file: Option<PathBuf>,
    /// The environment variable with the passphrase.
    #[arg(long, value_name = "NAME", global = true)]
    passphrase_env: Option<String>,
    /// Ask for the passphrase, as happens on a terminal when nothing else is given.
    #[arg(long, global = true)]
    ask_passphrase: bool,
    /// Which passphrase, where there are several [default: passphrase].
    #[arg(long, value_name = "ID", global = true)]
    seal_id: Option<String>,
    /// Let the passphrase cost up to 1 GiB and a minute, where the keyring says so. For keyrings that you
    /// trust.
    #[arg(long, global = true)]
    allow_costly: bool,
    /// Take the root key or the passphrase from a file that others can read. Not needed for a secret that is
    /// mounted with mode 0440, 0640 or 0444 where nobody else can write.
    #[arg(long, global = true)]
    insecure_mode_ok: bool,
}

const DEFAULT_VARIABLE: &str = "STRONGROOM_ROOT_KEY";

impl Unseal {
    /// The seal to open a keyring with.
    pub(crate) fn seal(&self) -> Result<Seal, Failure> {
        self.seal_asking(Ask::Once("Passphrase of the keyring: "))
    }

    /// The seal to make a keyring with: a passphrase is asked for twice.
    pub(crate) fn new_seal(&self) -> Result<Seal, Failure> {
        self.seal_asking(Ask::Twice("Passphrase for the new keyring: "))
    }

    /// A root key that stands in this file or, without one, where it is said. A passphrase has no other id
    /// than its name.
    pub(crate) fn root_key(&self, file: Option<&Path>) -> Result<Seal, Failure> {
        let source = match (file, self.source()?) {
            (Some(file), None) => Source::RootKeyFile(file),
            (None, Some(source)) if source.is_root_key() => source,
            (None, None) if std::env::var_os(DEFAULT_VARIABLE).is_some() => {
                Source::RootKeyEnv(DEFAULT_VARIABLE)
            }
            (Some(_), Some(_)) => {
                return Err(Failure::usage("more than one root key or passphrase is given; give one"));
            }
            (None, _) => {
                return Err(Failure::usage(format!(
                    "which root key? give FILE, --root-key-file or --root-key-env, or set \
                     {DEFAULT_VARIABLE}; the id of a passphrase is the name that it was given"
                )));
            }
        };
        let seal = source.seal(self.seal_id.as_deref(), "--seal-id", Ask::Once(""))?;
        Ok(if self.insecure_mode_ok { seal.insecure_mode_ok() } else { seal })
    }

    /// Whether something other than the default was asked for.
    pub(crate) fn is_given(&self) -> Result<bool, Failure> {
        Ok(self.source()?.is_some())
    }

    fn seal_asking(&self, ask: Ask) -> Result<Seal, Failure> {
        let source = match self.source()? {
            Some(source) => source,
            None if std::env::var_os(DEFAULT_VARIABLE).is_some() => Source::RootKeyEnv(DEFAULT_VARIABLE),
            None if io::stdin().is_terminal() || io::stderr().is_terminal() => Source::Ask,
            None => {
                let makes = if matches!(ask, Ask::Twice(_)) {
                    "make a root key with --new-root-key-file FILE, "
                } else {
                    ""
                };
                return Err(Failure::usage(format!(
                    "how is the keyring opened? {makes}set {DEFAULT_VARIABLE}, or give --root-key-file, \
                     --root-key-env, --passphrase-file or --passphrase-env"
                )));
            }
        };
        let seal = source.seal(self.seal_id.as_deref(), "--seal-id", ask)?;
        let seal = if self.allow_costly { seal.allow_costly() } else { seal };
        Ok(if self.insecure_mode_ok { seal.insecure_mode_ok() } else { seal })
    }

    fn source(&self) -> Result<Option<Source<'_>>, Failure> {
        let Self {
            root_key_file,
            root_key_env,
            passphrase_file,
            passphrase_env,
            ask_passphrase,
            seal_id: _,
            allow_costly: _,
            insecure_mode_ok: _,
        } = self;
        one_of([
            root_key_file.as_deref().map(Source::RootKeyFile),
            root_key_env.as_deref().map(Source::RootKeyEnv),
            passphrase_file.as_deref().map(Source::PassphraseFile),
            passphrase_env.as_deref().map(Source::PassphraseEnv),
            ask_passphrase.then_some(Source::Ask),
        ])
    }
}

/// Where one key or passphrase is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    RootKeyFile(&'a Path),
    RootKeyEnv(&'a str),
    PassphraseFile(&'a Path),
    PassphraseEnv(&'a str),
    Ask,
}

/// How often a passphrase is asked for: what opens something need not be repeated, what will have to open it
/// later does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Once(&'static str),
    Twice(&'static str),
}

/// The one that was given, if any.
pub(crate) fn one_of<const N: usize>(
    sources: [Option<Source<'_>>; N],
) -> Result<Option<Source<'_>>, Failure> {
    let mut given = sources.into_iter().flatten();
    match (given.next(), given.next()) {
        (first, None) => Ok(first),
        _ => Err(Failure::usage("more than one root key or passphrase is given; give one")),
    }
}

impl Source<'_> {
    pub(crate) fn is_file(self) -> bool {
        matches!(self, Self::RootKeyFile(_) | Self::PassphraseFile(_))
    }

    pub(crate) fn is_root_key(self) -> bool {
        matches!(self, Self::RootKeyFile(_) | Self::RootKeyEnv(_))
    }

    /// `id_option` is the option that `id` came from.
    pub(crate) fn seal(self, id: Option<&str>, id_option: &str, ask: Ask) -> Result<Seal, Failure> {
        let name = id.unwrap_or("passphrase");
        let passphrase = match self {
            _ if self.is_root_key() && id.is_some() => {
                return Err(Failure::usage(format!(
                    "{id_option} is for passphrases; the id of a root key is made from the key"
                )));
            }
            Self::RootKeyFile(path) => return Ok(Seal::root_key_file(path)),
            Self::RootKeyEnv(name) => return Ok(Seal::root_key_env(name)),
            // A pipe, such as a shell makes, has no other readers.
            Self::PassphraseFile(path) if is_pipe(path) => read_file(path).map(without_newline)?,
            Self::PassphraseFile(path) => return Ok(Seal::passphrase_file_named(name, path)),
            Self::PassphraseEnv(name) => passphrase_of_env(name)?,
            Self::Ask => asked(ask)?,
        };
        Ok(Seal::passphrase_named(name, passphrase))
    }
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_path: &Path) -> bool {
    false
}

fn passphrase_of_env(name: &str) -> Result<SecretBytes, Failure> {
    // The name is not said: whoever takes the option for one of the passphrase gives it there.
    let unset = "the environment variable that --passphrase-env or --with-passphrase-env names is not set";
    let value = std::env::var_os(name)
        .ok_or_else(|| Failure::from(Error::InvalidRootKey { reason: unset.into() }))?;
    Ok(SecretBytes::new(value.into_encoded_bytes()))
}

fn asked(ask: Ask) -> Result<SecretBytes, Failure> {
    match ask {
        Ask::Once(question) => prompt(question),
        Ask::Twice(question) => {
            let passphrase = prompt(question)?;
            if prompt("The same passphrase again: ")?.expose() != passphrase.expose() {
                return Err(Failure::usage("the two passphrases differ; start again"));
            }
            Ok(passphrase)
        }
    }
}

fn prompt(question: &str) -> Result<SecretBytes, Failure> {
    let text = rpassword::prompt_password(question)
        .map_err(|error| Failure::Files(format!("cannot ask for the passphrase: {error}")))?;
    Ok(SecretBytes::new(text.into_bytes()))
}
