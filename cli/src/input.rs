//! Reading what a command works on, which may be secret: nothing of it is left behind in memory.

use crate::failure::Failure;
use clap::Args;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use strongroom::{Error, SecretBytes};
use zeroize::Zeroizing;

/// Where the input comes from.
#[derive(Args)]
pub(crate) struct Input {
    /// Read from a file instead of standard input; '-' is standard input too.
    #[arg(long = "in", value_name = "FILE")]
    in_file: Option<PathBuf>,
}

/// A message of 2^30 bytes, encrypted and in base64, with room to spare. What is longer is no input of any
/// command.
const LIMIT: usize = 3 << 29;

impl Input {
    /// All of it, as it is.
    pub(crate) fn read(&self) -> Result<SecretBytes, Failure> {
        match self.path() {
            Some(path) => read_file(path),
            None => {
                let all = crate::streams::input().and_then(|mut input| read(&mut input, 0, LIMIT));
                all.map_err(|error| Failure::Files(format!("cannot read standard input: {error}")))?
                    .ok_or(TOO_LONG)
            }
        }
    }

    /// It, to be read piece by piece, and how long it is, where it is a file.
    pub(crate) fn open(&self) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
        let opened = match self.path() {
            Some(path) => File::open(path).map(|file| {
                let length = file.metadata().ok().filter(Metadata::is_file).map(|file| file.len());
                (Box::new(file) as Box<dyn Read>, length)
            }),
            None => crate::streams::input().map(|input| (Box::new(input) as Box<dyn Read>, None)),
        };
        opened.map_err(|error| self.failed(&error))
    }

    /// It could not be read.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        match self.path() {
            Some(path) => Failure::file("read", path, error),
            None => Failure::Files(format!("cannot read standard input: {error}")),
        }
    }

    /// One line of text, such as a ciphertext: one newline at its end does not count.
    pub(crate) fn read_line(&self) -> Result<SecretBytes, Failure> {
        self.read().map(without_newline)
    }

    fn path(&self) -> Option<&Path> {
        self.in_file.as_deref().filter(|path| *path != Path::new("-"))
    }
}

/// The whole of a file.
pub(crate) fn read_file(path: &Path) -> Result<SecretBytes, Failure> {
    read_file_up_to(LIMIT, path)?.ok_or(TOO_LONG)
}

/// The whole of a file, or `None` if it is longer than this.
pub(crate) fn read_file_up_to(limit: usize, path: &Path) -> Result<Option<SecretBytes>, Failure> {
    read_up_to(limit, File::open(path).map_err(|error| Failure::file("read", path, &error))?, path)
}

fn read_up_to(limit: usize, mut file: File, path: &Path) -> Result<Option<SecretBytes>, Failure> {
    let failed = |error: io::Error| Failure::file("read", path, &error);
    // Pipes and devices have no size.
    match usize::try_from(file.metadata().map_err(failed)?.len()) {
        Ok(size) if size <= limit => read(&mut file, size, limit).map_err(failed),
        _ => Ok(None),
    }
}

const TOO_LONG: Failure = Failure::Library(Error::MessageTooLong);

/// Without the newline that an editor or a shell put there.
pub(crate) fn without_newline(secret: SecretBytes) -> SecretBytes {
    let bytes = secret.expose();
    let line = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
    if line.len() == bytes.len() { secret } else { SecretBytes::from(line) }
}

/// A signature, mac, token or index, which is text or malformed.
pub(crate) fn text(line: &SecretBytes) -> Result<&str, Failure> {
    std::str::from_utf8(line.expose())
        .map_err(|_| Failure::Advised(Error::Malformed, "it is not text in UTF-8".to_owned()))
}

/// Whether it begins as a file of any size does (`docs/formats.md`, section 16).
pub(crate) fn is_stream(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SRF1")
}

pub(crate) const STREAM: &str = "it is a stream; say --stream";

/// A line that is given on the command line or in a file, such as a signature, which is not secret.
pub(crate) fn read_line_of(given: Option<&str>, file: Option<&Path>) -> Result<String, Failure> {
    match (given, file) {
        (Some(given), _) => Ok(given.to_owned()),
        (None, Some(file)) => text(&without_newline(read_file(file)?)).map(str::to_owned),
        (None, None) => Err(Failure::usage("there is no signature or mac to verify")),
    }
}

/// `None` if there is more than the limit. Where the memory has to grow, the old one is wiped, which `Vec`
/// alone would not do.
fn read(from: &mut impl Read, expected: usize, limit: usize) -> io::Result<Option<SecretBytes>> {
    let mut bytes = Zeroizing::new(vec![0; expected + 4096]);
    let mut len = 0;
    loop {
        if len == bytes.len() {
            let mut larger = Zeroizing::new(vec![0; 2 * len]);
            larger[..len].copy_from_slice(&bytes);
            bytes = larger;
        }
        match from.read(&mut bytes[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if len > limit {
            return Ok(None);
        }
    }
    bytes.truncate(len);
    Ok(Some(SecretBytes::new(std::mem::take(&mut *bytes))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_read_whatever_the_size_was_thought_to_be() {
        let all: Vec<u8> = (0..100_000u32).map(|i| i as u8).collect();
        for expected in [0, 1, 99_999, 100_000, 200_000] {
            assert_eq!(read(&mut all.as_slice(), expected, all.len()).unwrap().unwrap().expose(), all);
            assert!(read(&mut all.as_slice(), expected, all.len() - 1).unwrap().is_none());
        }
    }

    #[test]
    fn one_newline_does_not_count() {
        for (given, left) in
            [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a\r", "a\r"), ("\n", ""), ("", "")]
        {
            assert_eq!(
                without_newline(SecretBytes::from(given.as_bytes())).expose(),
                left.as_bytes(),
                "{given:?}"
            );
        }
    }
}
