//! What was perhaps meant by a command or an option that there is not.

use crate::arguments::Arguments;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use strongroom::{KeyType, Near, Normalize};

/// What options are called elsewhere, and here.
const OPTIONS: [(&str, &str); 20] = [
    ("--ad", "--aad"),
    ("--additional-data", "--aad"),
    ("--algorithm", "--hash"),
    ("--associated-data", "--aad"),
    ("--ciphertext", "--in"),
    ("--data", "--in"),
    ("--expires-in", "--ttl"),
    ("--file", "--in"),
    ("--force", "--confirm"),
    ("--input", "--in"),
    ("--lifetime", "--ttl"),
    ("--message", "--in"),
    ("--output", "--out"),
    ("--passphrase", "--passphrase-file"),
    ("--passphrase-id", "--seal-id"),
    ("--plaintext", "--in"),
    ("--root-key", "--root-key-file"),
    ("--text", "--in"),
    ("--type", "--key-type"),
    ("--yes", "--confirm"),
];

/// What commands are called elsewhere, and here.
const COMMANDS: [(&str, &str); 5] = [
    ("info", "key show"),
    ("keys", "key list"),
    ("ls", "key list"),
    ("new", "key create"),
    ("remove", "key delete"),
];

pub(crate) fn meant(wrong: &clap::Error) -> Option<String> {
    let said = |kind| match wrong.get(kind) {
        Some(ContextValue::String(said)) => Some(said.as_str()),
        _ => None,
    };
    match wrong.kind() {
        ErrorKind::InvalidSubcommand => command(&Arguments::command(), said(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => {
            let word = said(ContextKind::InvalidArg)?;
            let program = Arguments::command();
            if word.starts_with('-') { option(&program, word) } else { about_a_key(&program) }
        }
        ErrorKind::InvalidValue => match wrong.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(all)) => value(said(ContextKind::InvalidValue)?, all),
            _ => None,
        },
        _ => None,
    }
}

/// What is said of an option that nothing here has, since nobody needs it.
pub(crate) fn none_such(wrong: &clap::Error) -> Option<&'static str> {
    let Some(ContextValue::String(argument)) = wrong.get(ContextKind::InvalidArg) else { return None };
    let forces = ["--force", "--overwrite", "--yes", "-f", "-y"].contains(&argument.as_str());
    (wrong.kind() == ErrorKind::UnknownArgument && forces).then_some(FORCE)
}

const FORCE: &str = "nothing is forced here: --out replaces a file by itself, but for those of snapshot and \
    key backup, and a key or keyring that there is is never replaced; take another name";

/// The commands of this name one level above or below, such as `key create`.
fn command(program: &Command, word: &str) -> Option<String> {
    let above = program.find_subcommand(word).map(|_| word.to_owned());
    let holds = |group: &&Command| group.find_subcommand(word).is_some();
    let below = program.get_subcommands().filter(holds).map(|group| format!("{} {word}", group.get_name()));
    let elsewhere = COMMANDS.iter().find(|(name, _)| *name == word).map(|(_, here)| (*here).to_owned());
    let all = above.into_iter().chain(below).chain(elsewhere);
    either(all.map(|command| format!("'strongroom {command}'")))
}

/// The first of the values that are nearest, and those that go on after what was written. Where several are
/// near, clap takes the last: of `sha256`, SHA-3.
fn value(word: &str, all: &[String]) -> Option<String> {
    let is_one = |name: &str| all.iter().any(|known| known == name);
    let quoted = |names: Vec<String>| either(names.iter().map(|name| format!("'{name}'")));
    if is_one(KeyType::default().name()) {
        let meant = KeyType::those_meant_by(word).into_iter().filter(|name| is_one(name));
        return quoted(meant.map(str::to_owned).collect());
    }
    if is_one(Normalize::Casefold.name()) {
        let meant = Normalize::those_meant_by(word)?;
        return Some(if meant.len() > 1 { meant.join(",") } else { quoted(meant)? });
    }
    let lower = word.to_lowercase().replace('_', "-");
    let word =
        if is_one(word) || all.iter().any(|known| known.to_lowercase() != *known) { word } else { &lower };
    let nearest = Near::of(word, all.iter().map(String::as_str));
    let longer = |name: &&str| word.len() >= 4 && name.starts_with(word) && Some(*name) != nearest.name();
    let all = nearest.name().into_iter().chain(all.iter().map(String::as_str).filter(longer));
    either(all.take(4).map(|name| format!("'{name}'")))
}

fn either(all: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| all.join(" or "))
}

/// The command for a key, where a word too many follows one that takes none and is called so elsewhere.
fn about_a_key(program: &Command) -> Option<String> {
    let called = std::env::args_os().skip(1).find(|word| program.find_subcommand(word).is_some())?;
    let (_, meant) = COMMANDS.iter().find(|(name, _)| called == *name)?;
    Some(format!("'strongroom {meant}'"))
}

/// What an option is called here, where the command that was called has it.
fn option(program: &Command, word: &str) -> Option<String> {
    let (_, here) = OPTIONS.iter().find(|(name, _)| *name == word)?;
    let mut called = program;
    // Words that are no text are not commands either.
    for word in std::env::args_os().skip(1) {
        called = called.find_subcommand(&word).unwrap_or(called);
    }
    // Those of every command stand with the program and with what is flattened into it.
    let all = called.get_arguments().chain(program.get_arguments());
    all.filter_map(|argument| argument.get_long()).any(|long| here.strip_prefix("--") == Some(long)).then(
        || match *here {
            "--in" => "--in FILE, or standard input".to_owned(),
            here => here.to_owned(),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_exists() {
        let program = Arguments::command();
        for (_, here) in COMMANDS {
            let found = here.split(' ').try_fold(&program, |command, word| command.find_subcommand(word));
            assert!(found.is_some(), "{here}");
        }
        fn longs(command: &Command, found: &mut Vec<String>) {
            found
                .extend(command.get_arguments().filter_map(|a| a.get_long()).map(|long| format!("--{long}")));
            command.get_subcommands().for_each(|below| longs(below, found));
        }
        let mut all = Vec::new();
        longs(&program, &mut all);
        for (elsewhere, here) in OPTIONS {
            assert!(all.iter().any(|long| long == here), "{here}");
            assert!(!all.iter().any(|long| long == elsewhere), "{elsewhere} is an option");
        }
    }
}
