//! `strongroom info`

use crate::failure::Failure;
use crate::input::Input;
use crate::large::of_source;
use crate::numbers::{counted, grouped};
use crate::session::Session;
use clap::Args;
use serde::Serialize;
use std::io::{self, Read};
use strongroom::{Error, StreamInfo};

/// Say what a file of 'encrypt --stream' tells without its key: under which version it is, how long its
/// plaintext is, and whether it was cut off between two of its chunks.
///
/// No keyring is opened. The file does not name its key, and nothing of what it tells is authenticated: that
/// it is whole, 'decrypt --stream' says. The exit code is 4 where its end is missing.
#[derive(Args)]
pub(crate) struct Info {
    #[command(flatten)]
    input: Input,
}

#[derive(Serialize)]
struct Told {
    format: &'static str,
    version: u32,
    file_bytes: u64,
    /// Those that are there.
    chunks: u64,
    /// Where the end is missing nobody knows it.
    plaintext_bytes: Option<u64>,
    has_end: bool,
}

/// How much stands before the chunks, and how long each is in the file but for the last
/// (`docs/formats.md`, section 16).
const HEAD: u64 = 64;
const SEALED_CHUNK: u64 = 16_400;

impl Info {
    pub(crate) fn run(self, session: &Session) -> Result<(), Failure> {
        let told = self.told()?;
        let Told { version, file_bytes, chunks, plaintext_bytes, has_end, .. } = told;
        let plaintext = plaintext_bytes.map_or("unknown".to_owned(), |bytes| counted(bytes, "byte"));
        let end = if has_end { "there, by the length of the file" } else { "missing" };
        let text = format!(
            "key version  {version}\nfile         {}\nchunks       {}\nplaintext    {plaintext}\n\
             end          {end}\n",
            counted(file_bytes, "byte"),
            grouped(chunks)
        );
        session.printer.print(&text, &told)?;
        if has_end {
            return Ok(());
        }
        Err(Failure::Listed(Error::TruncatedStream, "the file was cut off before its last chunk".to_owned()))
    }

    fn told(&self) -> Result<Told, Failure> {
        let (mut source, length) = self.input.open()?;
        let info = StreamInfo::read(&mut source).map_err(|error| of_source(&self.input, &error))?;
        let file_bytes = match length {
            Some(length) => length,
            None => HEAD + rest(&mut source).map_err(|error| self.input.failed(&error))?,
        };
        let plaintext_bytes = StreamInfo::plaintext_len(file_bytes);
        Ok(Told {
            format: "SRF1",
            version: info.version.get(),
            file_bytes,
            chunks: file_bytes.saturating_sub(HEAD).div_ceil(SEALED_CHUNK),
            plaintext_bytes,
            has_end: plaintext_bytes.is_some(),
        })
    }
}

/// How many bytes there are still.
fn rest(source: &mut impl Read) -> io::Result<u64> {
    io::copy(source, &mut io::sink())
}
