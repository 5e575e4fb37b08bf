//! Why a command did not do what was asked, how that is said, and with which exit code.

use crate::stopped::{ShownPlace, Stopped, flag};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde::Serialize;
use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use strongroom::{Error, ErrorFamily};
use strongroom_bulk::Fault;

/// Everything that ends a command early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library refused or failed.
    Library(Error),
    /// The library refused or failed, and more is known here of what helps.
    Advised(Error, String),
    /// Several things are wrong, which were said one by one: the first of them, and how many there are.
    Listed(Error, String),
    /// The arguments do not make sense together.
    Usage(String),
    /// A file or stream of the command's own.
    Files(String),
    /// A table, and where in it.
    Table(Stopped),
    /// Rows of a table, which are listed elsewhere.
    Refused(String),
    /// Another server, and what it did not do.
    #[cfg(feature = "platforms")]
    Server(String),
    /// Keys that were to be moved and were not, which are listed elsewhere.
    #[cfg(feature = "platforms")]
    NotMoved(String),
    /// A table that was to be replaced, and that somebody else wrote to meanwhile.
    TableChanged,
    /// Nobody reads our output any more. That is said by the exit code alone.
    BrokenPipe,
    /// A warning could not be said, and an error cannot either.
    Unheard,
    /// Nothing failed: the answer to what was asked is the other one, which was printed and is in the exit
    /// code as well.
    Differs,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        match stopped.error.fault() {
            Fault::Read(error) | Fault::Write(error) | Fault::Report(error)
                if error.kind() == io::ErrorKind::BrokenPipe =>
            {
                Self::BrokenPipe
            }
            _ => Self::Table(stopped),
        }
    }
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// What the library refused, with what is known about it here before what always helps.
    pub(crate) fn advised(error: Error, advice: Option<impl AsRef<str>>) -> Self {
        match (advice, hint(&error)) {
            (None, _) => Self::Library(error),
            (Some(advice), None) => Self::Advised(error, advice.as_ref().to_owned()),
            (Some(advice), Some(hint)) => {
                let advice = format!("{}; {hint}", advice.as_ref());
                Self::Advised(error, advice)
            }
        }
    }

    /// A file that could not be read or written.
    pub(crate) fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        Self::Files(format!("cannot {action} {}: {error}", path.display()))
    }

    /// Something that the operating system refused: what could not be done.
    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Files(format!("{what}: {error}")),
        }
    }

    /// Standard output that could not be written.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        Self::io("cannot write to standard output", error)
    }

    /// Writes to standard error what happened.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        let (number, name, family, code) = match self {
            Self::Library(error) | Self::Advised(error, _) | Self::Listed(error, _) => of_library(error),
            Self::Table(stopped) => match stopped.error.fault() {
                Fault::Library(error) | Fault::DoesNotOpen(error) => of_library(error),
                Fault::Request(_) => USAGE,
                Fault::Read(_) | Fault::Write(_) | Fault::Report(_) => FILE_FAILED,
                _ => INVALID_TABLE,
            },
            Self::TableChanged | Self::Refused(_) => INVALID_TABLE,
            Self::Usage(_) => USAGE,
            #[cfg(feature = "platforms")]
            Self::Server(_) => SERVER_FAILED,
            #[cfg(feature = "platforms")]
            Self::NotMoved(_) => NOT_MOVED,
            Self::Files(_) => FILE_FAILED,
            Self::BrokenPipe | Self::Unheard => return ExitCode::from(5),
            Self::Differs => return ExitCode::from(1),
        };
        let message = match self {
            Self::Library(error) | Self::Advised(error, _) => error.told(flag),
            Self::Table(stopped) => stopped.to_string(),
            Self::TableChanged => CHANGED.to_owned(),
            Self::Usage(message)
            | Self::Files(message)
            | Self::Refused(message)
            | Self::Listed(_, message) => message.clone(),
            #[cfg(feature = "platforms")]
            Self::Server(message) | Self::NotMoved(message) => message.clone(),
            Self::BrokenPipe | Self::Unheard | Self::Differs => String::new(),
        };
        let place = if let Self::Table(stopped) = self { stopped.place() } else { None };
        let hint = match self {
            Self::Library(error) | Self::Listed(error, _) => hint(error).map(Cow::Borrowed),
            Self::Advised(_, advice) => Some(Cow::Borrowed(advice.as_str())),
            Self::Table(stopped) => stopped.hint(),
            _ => None,
        };
        let hint = hint.as_deref();
        let text = if json {
            let report = Report { error: Said { number, name, family, message: &message, hint, place } };
            serde_json::to_string(&report).unwrap_or_default()
        } else {
            let hint = hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            format!("strongroom: {message}{hint}")
        };
        // There is nowhere else to complain to.
        let _ = crate::streams::say(&text);
        ExitCode::from(code)
    }
}

/// Number, name, family and exit code.
type Kind = (Option<u32>, &'static str, &'static str, u8);

const USAGE: Kind = (None, "usage", "usage", 2);
const FILE_FAILED: Kind = (None, "file_failed", "environment", 5);
#[cfg(feature = "platforms")]
const SERVER_FAILED: Kind = (None, "server_failed", "environment", 5);
#[cfg(feature = "platforms")]
const NOT_MOVED: Kind = (None, "not_moved", "misuse", 3);
const INVALID_TABLE: Kind = (None, "invalid_table", "untrusted_input", 4);

const CHANGED: &str = "the file was changed while it was read; nothing was written, start again";

fn of_library(error: &Error) -> Kind {
    let (family, code) = match error.family() {
        ErrorFamily::Misuse => ("misuse", 3),
        ErrorFamily::UntrustedInput => ("untrusted_input", 4),
        ErrorFamily::Environment => ("environment", 5),
    };
    (Some(error.number()), error.name(), family, code)
}

#[derive(Serialize)]
struct Report<'a> {
    error: Said<'a>,
}

#[derive(Serialize)]
struct Said<'a> {
    number: Option<u32>,
    name: &'a str,
    family: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    /// Of a table.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    place: Option<ShownPlace<'a>>,
}

/// What the library calls it where it has a file name for documents.
const WITNESS: &str = "the witness";

/// What the library's advice means on a command line.
fn hint(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::ContextRequired => {
            "give --context TEXT, --context-map NAME=VALUE or --context-base64 BASE64; for a table also --context-column NAME"
        }
        Error::AadNotAllowed => "leave out --aad, --aad-map, --aad-base64 and --aad-column",
        Error::ContextNotAllowed => {
            "give --aad instead of --context, --aad-column instead of --context-column, or make the key with --derived"
        }
        Error::KeyExists { .. } => "'strongroom key show' tells what it is",
        Error::NotExportable => "'strongroom key configure KEY --exportable'",
        Error::DeletionNotAllowed => "'strongroom key configure KEY --deletion-allowed'",
        Error::VersionNotAllowed => {
            "leave out --key-version, or lower --min-encryption-version with 'strongroom key configure'"
        }
        Error::RotationNotAllowed => "'strongroom key import KEY --add-version'",
        Error::LastSeal => "'strongroom seal add'",
        Error::SealExists => {
            "'strongroom seal list' shows them; for a further passphrase give --with-seal-id another name"
        }
        Error::SealNotFound { .. } => "'strongroom seal list' shows them",
        Error::KeyNotFound { .. } => {
            "'strongroom key list' shows the names; 'strongroom key create' makes a key"
        }
        Error::KeyDisabled { .. } => "'strongroom key enable KEY'",
        Error::TokenNotYetValid => "--leeway PERIOD lets the clocks differ by more",
        Error::VersionTooOld => {
            "'strongroom key configure KEY --min-decryption-version N' lets it in again, unless it was trimmed"
        }
        Error::KeyringNotFound { .. } => {
            "'strongroom init' makes one; --keyring or STRONGROOM_KEYRING says where"
        }
        Error::KeyringExists { .. } => "take another folder, or leave out init",
        Error::UsageUnknown => "'strongroom key rotate KEY'; 'strongroom repair' writes what counts anew",
        #[cfg(not(feature = "platforms"))]
        Error::InvalidUrl { reason } if reason.contains("needs the feature") => {
            "platforms are in the feature `platforms` of the command line; build it with that"
        }
        Error::PinRequired => "--pin or STRONGROOM_PIN says it",
        Error::KeyringMismatch => {
            "look at --keyring, and at the pin in --pin or STRONGROOM_PIN and the witness in --witness or STRONGROOM_WITNESS"
        }
        Error::RolledBack { document } if document.starts_with("usage-") => {
            "put the newest copy back, or give these counts up: 'strongroom repair' with the same witness, then 'strongroom key rotate KEY'"
        }
        Error::RolledBack { .. } => {
            "'strongroom check --witness FILE' says what has become of each document since that witness was made"
        }
        Error::CorruptDocument { document, .. } if document == WITNESS => {
            "look at --witness or STRONGROOM_WITNESS: take another copy of the file; 'strongroom witness' makes a new one, which knows nothing of what was done before"
        }
        Error::CorruptDocument { document, .. } if document == "root.sr" => {
            "a copy of root.sr that was made since the last reseal will do; 'strongroom restore' takes it from a snapshot"
        }
        Error::UnsupportedFormat { document } if document == WITNESS => {
            "look at --witness or STRONGROOM_WITNESS: a newer program made it"
        }
        Error::WrongSeal => {
            "look at --root-key-file, --root-key-env, --passphrase-file, --passphrase-env, --seal-id and --seal"
        }
        Error::InsecurePermissions { .. } => {
            "'chmod 600 FILE'; for a file that is mounted so: --insecure-mode-ok, for the other seal --with-insecure-mode-ok"
        }
        Error::SealTooCostly => {
            "if you trust the file: --allow-costly, for the other seal --with-allow-costly"
        }
        _ => return None,
    })
}

/// A command line that could not be read, with what was perhaps meant. What stood on it is not repeated where
/// it may have been a secret.
pub(crate) fn usage(wrong: &clap::Error, meant: Option<&str>, json: bool) -> Failure {
    let stray = match (wrong.kind(), wrong.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(argument))) => !argument.starts_with('-'),
        _ => false,
    };
    if stray {
        let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        return Failure::usage(format!(
            "there is a word too many; data come from standard input or --in FILE, never from the command line{meant}"
        ));
    }
    let text = wrong.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    // The rest is advice for people.
    let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let usage = rest.find("Usage:").and_then(|at| rest.get(at..)).filter(|_| !json);
    let usage = usage.map(|usage| format!("\n\n{usage}")).unwrap_or_default();
    match (wrong.kind(), wrong.get(ContextKind::InvalidArg), meant) {
        (ErrorKind::MissingRequiredArgument, Some(ContextValue::Strings(missing)), _) => {
            let mut missing: Vec<String> = missing.iter().map(|argument| plain(argument)).collect();
            missing.sort_by_key(|argument| argument.starts_with('-'));
            Failure::usage(format!("something is missing: give {}{usage}", missing.join(" and ")))
        }
        // The usage that is printed is made up around an option that is spelt alike.
        (ErrorKind::UnknownArgument, _, Some(meant)) => {
            Failure::usage(format!("{first}; did you mean {meant}?"))
        }
        (_, _, Some(meant)) => Failure::usage(format!("{first}; did you mean {meant}?{usage}")),
        (_, _, None) => Failure::usage(if json { first } else { text }),
    }
}

/// An argument without the brackets that a usage has: `--from-vault ADDR or --to-vault ADDR`.
fn plain(argument: &str) -> String {
    argument.replace(['<', '>'], "").replace('|', " or ")
}
