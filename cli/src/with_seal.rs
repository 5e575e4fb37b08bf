//! A seal other than the one that opens the keyring: for a further copy of the root key, or for a backup.

use crate::failure::Failure;
use crate::unseal::{Ask, Source, joined, one_way};
use clap::Args;
use std::path::PathBuf;
use strongroom::Seal;

const NONE: &str = "which seal? give --with-seal, --with-root-key-file, --with-root-key-env, \
     --with-passphrase-file, --with-passphrase-env or --with-ask-passphrase";

/// The other seal. One of them has to be given.
#[derive(Args)]
#[command(next_help_heading = "The other seal")]
pub(crate) struct WithSeal {
    /// A key of a platform, or a root key among its secrets, by a URL; repeat it for more.
    #[arg(long, value_name = "URL")]
    with_seal: Vec<String>,
    /// A file with a root key that exists.
    #[arg(long, value_name = "FILE")]
    with_root_key_file: Option<PathBuf>,
    /// An environment variable with a root key.
    #[arg(long, value_name = "NAME")]
    with_root_key_env: Option<String>,
    /// A file with a passphrase; one newline at its end does not count.
    #[arg(long, value_name = "FILE")]
    with_passphrase_file: Option<PathBuf>,
    /// An environment variable with a passphrase.
    #[arg(long, value_name = "NAME")]
    with_passphrase_env: Option<String>,
    /// Ask for a passphrase on the terminal.
    #[arg(long)]
    with_ask_passphrase: bool,
    /// What to tell the passphrase from others by [default: passphrase].
    #[arg(long, value_name = "ID")]
    with_seal_id: Option<String>,
    /// Let the passphrase cost up to 1 GiB and a minute, where the backup says so. For backups that you
    /// trust.
    #[arg(long)]
    with_allow_costly: bool,
    /// Take the root key or the passphrase from a file that others can read.
    #[arg(long)]
    with_insecure_mode_ok: bool,
}

impl WithSeal {
    /// Whether one was given.
    pub(crate) fn is_given(&self) -> bool {
        let said = self.with_allow_costly || self.with_insecure_mode_ok;
        !self.sources().is_empty() || self.with_seal_id.is_some() || said
    }

    /// What was given: one, or several by URLs.
    pub(crate) fn seal(&self, ask: Ask) -> Result<Seal, Failure> {
        let sources = one_way(self.sources())?;
        if sources.is_empty() {
            return Err(Failure::usage(NONE));
        }
        let alone = sources.len() == 1;
        let seal = |source: &Source<'_>| {
            let seal = source.seal(self.with_seal_id.as_deref(), "--with-seal-id", ask)?;
            let costly = self.with_allow_costly && (alone || source.is_stretched());
            let seal = if costly { seal.allow_costly() } else { seal };
            let insecure = self.with_insecure_mode_ok && (alone || source.is_file());
            Ok(if insecure { seal.insecure_mode_ok() } else { seal })
        };
        sources.iter().map(seal).collect::<Result<Vec<_>, Failure>>().map(joined)
    }

    /// Every one that was given.
    pub(crate) fn seals(&self, ask: Ask) -> Result<Vec<Seal>, Failure> {
        let given = self.sources();
        if self.with_seal_id.is_some() && !given.iter().any(|source| source.is_passphrase()) {
            return Err(Failure::usage(
                "--with-seal-id is for passphrases; the id of a root key is made from the key",
            ));
        }
        let id = |source: &Source<'_>| self.with_seal_id.as_deref().filter(|_| source.is_passphrase());
        given
            .iter()
            .map(|source| {
                let seal = source.seal(id(source), "--with-seal-id", ask)?;
                let seal = if self.with_allow_costly { seal.allow_costly() } else { seal };
                Ok(if self.with_insecure_mode_ok && source.is_file() {
                    seal.insecure_mode_ok()
                } else {
                    seal
                })
            })
            .collect()
    }

    /// Every one, where any is asked for.
    pub(crate) fn seals_if_given(&self, ask: Ask) -> Result<Vec<Seal>, Failure> {
        let seals = self.seals(ask)?;
        if seals.is_empty() && self.is_given() { Err(Failure::usage(NONE)) } else { Ok(seals) }
    }

    fn sources(&self) -> Vec<Source<'_>> {
        let Self {
            with_seal,
            with_root_key_file,
            with_root_key_env,
            with_passphrase_file,
            with_passphrase_env,
            with_ask_passphrase,
            with_seal_id: _,
            with_allow_costly: _,
            with_insecure_mode_ok: _,
        } = self;
        let others = [
            with_root_key_file.as_deref().map(Source::RootKeyFile),
            with_root_key_env.as_deref().map(Source::RootKeyEnv),
            with_passphrase_file.as_deref().map(Source::PassphraseFile),
            with_passphrase_env.as_deref().map(Source::PassphraseEnv),
            with_ask_passphrase.then_some(Source::Ask),
        ];
        with_seal.iter().map(|url| Source::Url(url)).chain(others.into_iter().flatten()).collect()
    }
}
