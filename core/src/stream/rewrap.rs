//! Bringing a stream under the latest version.

use super::admitted::Admitted;
use super::fill::fill;
use super::reader::StreamReader;
use super::writer::StreamWriter;
use crate::Error;
use crate::alg::aead::TAG_LEN;
use crate::alg::chunked::SEALED_CHUNK;
use crate::engine::Engine;
use crate::key::stream::Stream;
use crate::version::Version;
use std::io::{self, BufRead, Read, Write};
use std::sync::Arc;

/// Opens every chunk of the old one and writes it anew or, where there is no new one, as it was.
pub(crate) fn rewrap<R: Read, W: Write>(
    engine: &Arc<Engine>,
    (old, new): (Stream, Option<Stream>),
    mut source: R,
    mut sink: W,
) -> io::Result<Version> {
    let Some(new) = new else {
        let version = old.head.version;
        copy(&Admitted::to(engine), &old, &mut source, &mut sink)?;
        return Ok(version);
    };
    let mut reader = StreamReader::new(Admitted::to(engine), old, source);
    let mut writer = StreamWriter::new(Admitted::to(engine), new, sink);
    let version = writer.version();
    loop {
        let plaintext = reader.fill_buf()?;
        let len = plaintext.len();
        if len == 0 {
            break;
        }
        writer.write_all(plaintext)?;
        reader.consume(len);
    }
    writer.finish()?;
    Ok(version)
}

/// Writes again what it has authenticated.
fn copy(
    admitted: &Admitted,
    Stream { head, key }: &Stream,
    source: &mut impl Read,
    sink: &mut impl Write,
) -> io::Result<()> {
    let (mut sealed, mut is_last) = (vec![0; SEALED_CHUNK], false);
    sink.write_all(&head.write())?;
    for number in 0.. {
        if is_last {
            break;
        }
        admitted.to_write()?;
        let mut filled = 0;
        fill(source, &mut sealed, &mut filled)?;
        let chunk = sealed.get_mut(..filled).filter(|chunk| chunk.len() >= TAG_LEN);
        let chunk = chunk.ok_or(Error::TruncatedStream)?;
        key.check(number, chunk).map_err(|_| Error::DecryptFailed)?;
        sink.write_all(chunk)?;
        is_last = filled < SEALED_CHUNK;
    }
    sink.flush()
}
