//! Writing what a command gives.

use crate::base64;
use crate::destination::{
    Destination, NoOutput, about_other_names, create_new, is_standard_output, same_file,
};
use crate::failure::Failure;
use crate::streams;
use clap::Args;
use clap::builder::StyledStr;
use serde::Serialize;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

pub(crate) use crate::destination::Readers;

/// Where the output goes.
#[derive(Args)]
pub(crate) struct Output {
    /// Write to a file instead of standard output, replacing it as a whole; '-' is standard output too.
    #[arg(long = "out", value_name = "FILE")]
    out_file: Option<PathBuf>,
}

/// Where an output goes of which an older one may be all that is left of a keyring.
#[derive(Args)]
pub(crate) struct NewOutput {
    /// Write to a new file instead of standard output; no file is replaced. '-' is standard output too.
    #[arg(long = "out", value_name = "FILE")]
    out_file: Option<PathBuf>,
}

/// The file for an output, if it goes to one.
#[derive(Clone, Copy)]
pub(crate) struct Goal<'a> {
    path: Option<&'a Path>,
    /// Nothing may stand there.
    new: bool,
}

impl<'a> From<&'a Output> for Goal<'a> {
    fn from(output: &'a Output) -> Self {
        Self { path: output.path(), new: false }
    }
}

impl<'a> From<&'a NewOutput> for Goal<'a> {
    fn from(output: &'a NewOutput) -> Self {
        Self { path: output.out_file.as_deref().filter(|path| !is_standard_output(path)), new: true }
    }
}

/// Where a secret goes that is given out beside the output.
#[derive(Args)]
pub(crate) struct SecretOutput {
    /// Write the key itself to a file for its owner only; '-' is standard output.
    #[arg(long, value_name = "FILE")]
    plaintext_out: Option<PathBuf>,
}

impl SecretOutput {
    pub(crate) fn is_given(&self) -> bool {
        self.plaintext_out.is_some()
    }

    pub(crate) fn is_stdout(&self) -> bool {
        self.plaintext_out.as_deref().is_some_and(is_standard_output)
    }

    /// Whether it is the file of another output.
    pub(crate) fn is_same(&self, output: &Output) -> bool {
        self.plaintext_out
            .as_deref()
            .zip(output.path())
            .is_some_and(|(one, other)| !self.is_stdout() && same_file(one, other))
    }

    /// Nothing, unless it is given.
    pub(crate) fn write(&self, printer: Printer, secret: &[u8]) -> Result<(), Failure> {
        match &self.plaintext_out {
            None => Ok(()),
            Some(_) if self.is_stdout() => print_bytes(secret),
            Some(path) => printer.write_file(path, secret, Readers::Owner, false),
        }
    }
}

/// A command's result on standard output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    pub(crate) json: bool,
}

impl Printer {
    /// Text for people, or JSON.
    pub(crate) fn print(self, text: &str, json: &impl Serialize) -> Result<(), Failure> {
        if self.json { print_json(json) } else { print_bytes(text.as_bytes()) }
    }

    /// Prints on standard error, where standard output has something else.
    pub(crate) fn note(self, text: &str, json: &impl Serialize) -> Result<(), Failure> {
        let json = if self.json {
            serde_json::to_string(json).map_err(|error| Failure::Files(error.to_string()))?
        } else {
            String::new()
        };
        streams::say(if self.json { &json } else { text.trim_end() }).map_err(|_| Failure::Unheard)
    }

    /// Data: to the file if there is one, else to standard output, where they are JSON if that was asked for.
    pub(crate) fn data<'o>(
        self,
        output: impl Into<Goal<'o>>,
        readers: Readers,
        data: &[u8],
        json: &impl Serialize,
    ) -> Result<(), Failure> {
        let Goal { path, new } = output.into();
        match path {
            Some(path) => {
                self.write_file(path, data, readers, new)?;
                print_written(self, path, data.len() as u64)
            }
            None if self.json => print_json(json),
            None => print_bytes(data),
        }
    }

    /// As [`data`](Self::data), of bytes that would garble a terminal.
    pub(crate) fn binary<'o>(
        self,
        output: impl Into<Goal<'o>>,
        readers: Readers,
        data: &[u8],
        json: &impl Serialize,
    ) -> Result<(), Failure> {
        let goal = output.into();
        if goal.path.is_none() && !self.json && io::stdout().is_terminal() {
            return Err(Failure::usage(
                "this is not text; give --out FILE, or send standard output to a file or a pipe",
            ));
        }
        self.data(goal, readers, data, json)
    }

    /// Bytes as base64 for a JSON result, or nothing where there is none: it may be a gigabyte.
    pub(crate) fn base64(self, bytes: &[u8]) -> Zeroizing<String> {
        if self.json { base64::encode(bytes) } else { Zeroizing::default() }
    }

    /// Writes a file or, where that is what the path leads to, into a pipe or device.
    fn write_file(self, path: &Path, bytes: &[u8], readers: Readers, new: bool) -> Result<(), Failure> {
        let write = || {
            let destination =
                if new { Destination::new_at(path, readers) } else { Destination::at(path, readers) }?;
            destination.file().write_all(bytes).map_err(|error| NoOutput::Failed("write", error))?;
            destination.commit()
        };
        let others = write().map_err(|error| refused("write", path, &error))?;
        self.warn_all(about_other_names(path, others))
    }

    /// Says something on standard error that does not stop the command.
    pub(crate) fn warn(self, message: &str) -> Result<(), Failure> {
        let text = if self.json {
            serde_json::json!({ "warning": message }).to_string()
        } else {
            format!("warning: {message}")
        };
        streams::say(&text).map_err(|_| Failure::Unheard)
    }

    /// Says each of them on standard error, which does not stop the command.
    pub(crate) fn warn_all(self, messages: impl IntoIterator<Item: AsRef<str>>) -> Result<(), Failure> {
        messages.into_iter().try_for_each(|message| self.warn(message.as_ref()))
    }
}

#[derive(Serialize)]
struct Written {
    out: String,
    bytes: u64,
}

/// Says as JSON, if that was asked for, what was written to a file.
pub(crate) fn print_written(printer: Printer, path: &Path, bytes: u64) -> Result<(), Failure> {
    printer.print("", &Written { out: path.to_string_lossy().into_owned(), bytes })
}

impl Output {
    /// The file, unless it is standard output.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.out_file.as_deref().filter(|path| !is_standard_output(path))
    }

    /// What was given, as it is.
    pub(crate) fn given(&self) -> Option<&Path> {
        self.out_file.as_deref()
    }
}

/// The help, in colours on a terminal.
pub(crate) fn print_help(help: &StyledStr) -> Result<(), Failure> {
    let text = if io::stdout().is_terminal() { help.ansi().to_string() } else { help.to_string() };
    print_bytes(text.as_bytes())
}

/// Straight from the borrowed value, so that a secret in it is not copied on the way but into what is wiped.
fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        let mut out = Wiping {
            out: streams::output()?,
            held: Zeroizing::new(Vec::with_capacity(Wiping::<File>::HOLDS)),
        };
        serde_json::to_writer(&mut out, value)?;
        out.write_all(b"\n")?;
        out.flush()
    };
    write().map_err(|error| Failure::stdout(&error))
}

/// Nothing is needed to print nothing.
fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let write = || if bytes.is_empty() { Ok(()) } else { streams::output()?.write_all(bytes) };
    write().map_err(|error| Failure::stdout(&error))
}

/// Gathers small pieces; what it held is wiped.
struct Wiping<W> {
    out: W,
    held: Zeroizing<Vec<u8>>,
}

impl<W> Wiping<W> {
    const HOLDS: usize = 8 << 10;
}

impl<W: Write> Write for Wiping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held.len() + bytes.len() > Self::HOLDS {
            self.flush()?;
        }
        if bytes.len() > Self::HOLDS {
            return self.out.write(bytes);
        }
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.held)?;
        self.held.clear();
        self.out.flush()
    }
}

/// Makes a file for its owner only, which must not exist, and sees to it that it lasts.
pub(crate) fn create_secret_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    create_new(path, bytes).map_err(|error| refused("create", path, &error))
}

/// Why there can be no output at a path.
pub(crate) fn refused(action: &str, path: &Path, error: &NoOutput) -> Failure {
    match error {
        NoOutput::Is(what) => Failure::usage(format!("cannot {action} {}: it is {what}", path.display())),
        NoOutput::Failed(_, error) if error.kind() == io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
        NoOutput::Failed(_, error) => Failure::file(action, path, error),
    }
}
