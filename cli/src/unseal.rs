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
    /// A key of a platform, or a root key among its secrets, by a URL such as vault://HOST/MOUNT/NAME (on
    /// this machine without TLS vault+http://…); repeat it for others that are tried after the first
    /// [default: what STRONGROOM_SEAL says].
    #[arg(long, value_name = "URL", global = true)]
    seal: Vec<String>,
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

/// With the URLs of seals, and with a root key: where no option says what opens the keyring.
const SEAL_VARIABLE: &str = "STRONGROOM_SEAL";
const KEY_VARIABLE: &str = "STRONGROOM_ROOT_KEY";

impl Unseal {
    /// The seals to open a keyring with, in the order in which they are tried.
    pub(crate) fn seals(&self) -> Result<Vec<Seal>, Failure> {
        self.asking(Ask::Once("Passphrase of the keyring: "))
    }

    /// The seal to make a keyring with: a passphrase is asked for twice.
    pub(crate) fn new_seal(&self) -> Result<Seal, Failure> {
        self.asking(Ask::Twice("Passphrase for the new keyring: ")).map(joined)
    }

    /// A root key that stands in this file or, without one, what is said or stands in the environment. A
    /// passphrase has no other id than its name.
    pub(crate) fn with_id(&self, file: Option<&Path>) -> Result<Seal, Failure> {
        let mut given = self.sources()?;
        let variables = if file.is_some() { Variables::default() } else { Variables::read(&given)? };
        given.extend(file.map(Source::RootKeyFile));
        given.extend(variables.sources());
        match one_way(given)?.as_slice() {
            sources @ [first, ..] if !first.is_passphrase() => self.each(sources, Ask::Once("")).map(joined),
            _ => Err(Failure::usage(format!(
                "which root key? give FILE, --root-key-file, --root-key-env or --seal, or set \
                 {KEY_VARIABLE} or {SEAL_VARIABLE}; the id of a passphrase is the name that it was given"
            ))),
        }
    }

    /// Whether something other than the default was asked for.
    pub(crate) fn is_given(&self) -> Result<bool, Failure> {
        Ok(!self.sources()?.is_empty())
    }

    fn asking(&self, ask: Ask) -> Result<Vec<Seal>, Failure> {
        let mut given = self.sources()?;
        let variables = Variables::read(&given)?;
        given.extend(variables.sources());
        if given.is_empty() {
            if !io::stdin().is_terminal() && !io::stderr().is_terminal() {
                let makes = if matches!(ask, Ask::Twice(_)) {
                    "make a root key with --new-root-key-file FILE, "
                } else {
                    ""
                };
                return Err(Failure::usage(format!(
                    "how is the keyring opened? {makes}set {KEY_VARIABLE} or {SEAL_VARIABLE}, or give \
                     --seal, --root-key-file, --root-key-env, --passphrase-file or --passphrase-env"
                )));
            }
            given.push(Source::Ask);
        }
        self.each(&given, ask)
    }

    /// Each seal, with what is said of it. Of several the mode of a file is said of those in files.
    fn each(&self, sources: &[Source<'_>], ask: Ask) -> Result<Vec<Seal>, Failure> {
        let seal = |source: &Source<'_>| {
            let seal = source.seal(self.seal_id.as_deref(), "--seal-id", ask)?;
            let alone = sources.len() == 1;
            let costly = self.allow_costly && (alone || source.is_stretched());
            let seal = if costly { seal.allow_costly() } else { seal };
            let insecure = self.insecure_mode_ok && (alone || source.is_file());
            Ok(if insecure { seal.insecure_mode_ok() } else { seal })
        };
        sources.iter().map(seal).collect()
    }

    fn sources(&self) -> Result<Vec<Source<'_>>, Failure> {
        let Self {
            seal,
            root_key_file,
            root_key_env,
            passphrase_file,
            passphrase_env,
            ask_passphrase,
            seal_id: _,
            allow_costly: _,
            insecure_mode_ok: _,
        } = self;
        let others = [
            root_key_file.as_deref().map(Source::RootKeyFile),
            root_key_env.as_deref().map(Source::RootKeyEnv),
            passphrase_file.as_deref().map(Source::PassphraseFile),
            passphrase_env.as_deref().map(Source::PassphraseEnv),
            ask_passphrase.then_some(Source::Ask),
        ];
        let urls = seal.iter().map(|url| Source::Url(url));
        one_way(urls.chain(others.into_iter().flatten()).collect())
    }
}

/// What the environment says of how the keyring is opened.
#[derive(Default)]
struct Variables {
    urls: Vec<String>,
    has_root_key: bool,
}

impl Variables {
    /// Nothing where an option says it. Of two variables nobody knows which was meant.
    fn read(given: &[Source<'_>]) -> Result<Self, Failure> {
        if !given.is_empty() {
            return Ok(Self::default());
        }
        let has_root_key = std::env::var_os(KEY_VARIABLE).is_some();
        let Some(urls) = std::env::var_os(SEAL_VARIABLE) else {
            return Ok(Self { urls: Vec::new(), has_root_key });
        };
        if has_root_key {
            return Err(Failure::usage(format!(
                "both {SEAL_VARIABLE} and {KEY_VARIABLE} are set; set one of them, or say with an option \
                 what opens the keyring"
            )));
        }
        // What is not Unicode is no URL, and no URL has a space in it.
        let urls = urls.into_string().unwrap_or_default();
        let urls: Vec<String> = urls.split_whitespace().map(str::to_owned).collect();
        if urls.is_empty() {
            return Err(Failure::usage(format!("which seal? {SEAL_VARIABLE} is set and names none")));
        }
        Ok(Self { urls, has_root_key })
    }

    fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        let root_key = self.has_root_key.then_some(Source::RootKeyEnv(KEY_VARIABLE));
        self.urls.iter().map(|url| Source::Url(url)).chain(root_key)
    }
}

/// Where one key or passphrase is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    Url(&'a str),
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

/// What was given, if it is one, or all are URLs.
pub(crate) fn one_way(given: Vec<Source<'_>>) -> Result<Vec<Source<'_>>, Failure> {
    if given.len() < 2 || given.iter().all(|source| matches!(source, Source::Url(_))) {
        return Ok(given);
    }
    Err(Failure::usage("more than one root key or passphrase is given; give one, or several by URLs"))
}

/// One seal of all, of which each opens the keyring.
pub(crate) fn joined(mut seals: Vec<Seal>) -> Seal {
    match seals.pop() {
        Some(only) if seals.is_empty() => only,
        last => Seal::any(seals.into_iter().chain(last)),
    }
}

impl Source<'_> {
    pub(crate) fn is_file(self) -> bool {
        match self {
            Self::RootKeyFile(_) | Self::PassphraseFile(_) => true,
            Self::Url(url) => url.starts_with("file:") || url.starts_with("passphrase:"),
            Self::RootKeyEnv(_) | Self::PassphraseEnv(_) | Self::Ask => false,
        }
    }

    /// Whether it is a passphrase that another option gives a name.
    pub(crate) fn is_passphrase(self) -> bool {
        matches!(self, Self::PassphraseFile(_) | Self::PassphraseEnv(_) | Self::Ask)
    }

    pub(crate) fn is_stretched(self) -> bool {
        self.is_passphrase() || matches!(self, Self::Url(url) if url.starts_with("passphrase:"))
    }

    /// `id_option` is the option that `id` came from.
    pub(crate) fn seal(self, id: Option<&str>, id_option: &str, ask: Ask) -> Result<Seal, Failure> {
        let name = id.unwrap_or("passphrase");
        let passphrase = match self {
            Self::Url(_) if id.is_some() => {
                return Err(Failure::usage(format!(
                    "{id_option} is for passphrases that other options name; a URL says its own by ?id=ID"
                )));
            }
            _ if !self.is_passphrase() && id.is_some() => {
                return Err(Failure::usage(format!(
                    "{id_option} is for passphrases; the id of a root key is made from the key"
                )));
            }
            Self::Url(url) => return Ok(strongroom_platforms::seal(url)?),
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
    let unset = || {
        // Whoever takes the option for one of the passphrase itself gives that there.
        let name = Seal::shown_variable(name);
        let reason = format!(
            "the environment variable {name} that --passphrase-env or --with-passphrase-env names is not set"
        );
        Failure::from(Error::InvalidRootKey { reason: reason.into() })
    };
    let value = std::env::var_os(name).ok_or_else(unset)?;
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
