//! Writing what a command gives.

use crate::base64;
use crate::failure::Failure;
use clap::Args;
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the output goes.
#[derive(Args)]
pub(crate) struct Output {
    /// Write to a file instead of standard output, replacing it as a whole; '-' is standard output too.
    #[arg(long = "out", value_name = "FILE")]
    out_file: Option<PathBuf>,
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
        self.plaintext_out.as_deref() == Some(Path::new("-"))
    }

    /// Nothing, unless it is given.
    pub(crate) fn write(&self, secret: &[u8]) -> Result<(), Failure> {
        match &self.plaintext_out {
            None => Ok(()),
            Some(_) if self.is_stdout() => print_bytes(secret),
            Some(path) => write_file(path, secret, Readers::Owner),
        }
    }
}

/// Who can read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner: it holds something secret. Mode 0600.
    Owner,
    /// Whoever the umask lets.
    Anyone,
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

    /// Data: to the file if there is one, else to standard output, where they are JSON if that was asked for.
    pub(crate) fn data(self, output: &Output, readers: Readers, data: &[u8], json: &impl Serialize) -> Result<(), Failure> {
        match output.path() {
            Some(path) => {
                write_file(path, data, readers)?;
                self.print("", &Written { out: path.to_string_lossy().into_owned(), bytes: data.len() })
            }
            None if self.json => print_json(json),
            None => print_bytes(data),
        }
    }

    /// As [`data`](Self::data), of bytes that would garble a terminal.
    pub(crate) fn binary(self, output: &Output, readers: Readers, data: &[u8], json: &impl Serialize) -> Result<(), Failure> {
        if output.path().is_none() && !self.json && io::stdout().is_terminal() {
            return Err(Failure::usage("this is not text; give --out FILE, or send standard output to a file or a pipe"));
        }
        self.data(output, readers, data, json)
    }

    /// Bytes as base64 for a JSON result, or nothing where there is none: it may be a gigabyte.
    pub(crate) fn base64(self, bytes: &[u8]) -> Zeroizing<String> {
        if self.json { base64::encode(bytes) } else { Zeroizing::default() }
    }

    /// Says something on standard error that does not stop the command.
    pub(crate) fn warn(self, message: &str) {
        let text = if self.json { serde_json::json!({ "warning": message }).to_string() } else { format!("warning: {message}") };
        let _ = writeln!(io::stderr(), "{text}");
    }
}

#[derive(Serialize)]
struct Written {
    out: String,
    bytes: usize,
}

impl Output {
    /// The file, unless it is standard output.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.out_file.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// What was given, as it is.
    pub(crate) fn given(&self) -> Option<&Path> {
        self.out_file.as_deref()
    }
}

/// Straight from the borrowed value, so that a secret in it is not copied on the way.
fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value).map_err(|error| Failure::stdout(&error.into()))?;
    out.write_all(b"\n").and_then(|()| out.flush()).map_err(|error| Failure::stdout(&error))
}

fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| Failure::stdout(&error))
}

/// Replaces a file as a whole, so that a failure leaves the old one. Devices and pipes are written to instead.
pub(crate) fn write_file(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    write(path, bytes, readers).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
        _ => Failure::file("write", path, &error),
    })
}

fn write(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    // A symbolic link stays one, and what it points to is replaced.
    let target = match std::fs::metadata(path) {
        Ok(there) if there.is_file() => std::fs::canonicalize(path)?,
        Ok(_) => return OpenOptions::new().write(true).open(path)?.write_all(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".strongroom-");
    #[cfg(not(unix))]
    let _ = readers;
    #[cfg(unix)]
    let permissions = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(if readers == Readers::Owner { 0o600 } else { 0o666 });
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a file for its owner only, which must not exist, and sees to it that it lasts.
pub(crate) fn create_secret_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let create = || -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        #[cfg(unix)]
        std::fs::File::open(path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    };
    create().map_err(|error| Failure::file("create", path, &error))
}
