//! Bringing a stream under the latest version.

use super::admitted::Admitted;
use super::fill::fill;
use super::reader::StreamReader;
use super::writer::StreamWriter;
use crate::Error;
use crate::alg::aead::TAG_LEN;
use crate::alg::chunked::{ChunkKey, SEALED_CHUNK};
use crate::engine::Engine;
use crate::key::stream::Stream;
use crate::version::Version;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::sync::Arc;

/// What brings a file of any size under the latest version of its key, as far as the source has it:
/// [`run`](Self::run) goes on to the end, and can be asked again where the source had no more for the moment.
///
/// An error of this library (see [`Error::inside`]) or of the sink ends it: what is in the sink then is no
/// whole stream. It holds three chunks, which are wiped.
///
/// ```
/// # use strongroom::*;
/// # let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
/// let old = key.encrypt_writer(Vec::new(), Aad::NONE)?.finish()?;
/// let latest = key.rotate()?;
/// let mut new = Vec::new();
/// let mut rewrapper: StreamRewrapper<&[u8], _> =
///     key.stream_rewrapper(&old[..], &mut new, &Item::stream())?;
/// assert_eq!(rewrapper.version(), latest);
/// rewrapper.run()?; // after an error of the source it can be tried again
/// assert_eq!(StreamInfo::read(&new[..])?.version, latest);
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "`run` does it"]
pub struct StreamRewrapper<R, W: Write> {
    version: Version,
    state: State<R, W>,
}

enum State<R, W: Write> {
    /// Opens every chunk and writes it anew.
    Anew(StreamReader<R>, Option<StreamWriter<W>>),
    /// Opens every chunk of what is up to date, and writes it as it was.
    Same(Box<Same>, R, W),
    Done,
    /// By an error of ours or, where there is none, of the sink.
    Ended(Option<Error>),
}

struct Same {
    admitted: Admitted,
    key: ChunkKey,
    /// What stands before the chunks, until it is written.
    head: Option<Vec<u8>>,
    /// The number of the chunk that is in the buffer, or on its way there.
    number: u64,
    sealed: Vec<u8>,
    filled: usize,
}

impl<R: Read, W: Write> StreamRewrapper<R, W> {
    /// The source stands behind the head.
    pub(crate) fn new(
        engine: &Arc<Engine>,
        (old, new): (Stream, Option<Stream>),
        source: R,
        sink: W,
    ) -> Self {
        let admitted = Admitted::to(engine);
        let Some(new) = new else {
            let Stream { head, key } = old;
            let version = head.version;
            let (head, sealed) = (Some(head.write().to_vec()), vec![0; SEALED_CHUNK]);
            let same = Same { admitted, key, head, number: 0, sealed, filled: 0 };
            return Self { version, state: State::Same(Box::new(same), source, sink) };
        };
        let reader = StreamReader::new(admitted, old, source);
        let writer = StreamWriter::new(Admitted::to(engine), new, sink);
        Self { version: writer.version(), state: State::Anew(reader, Some(writer)) }
    }

    /// The version of the key that the new file is under.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Goes on to the end of the file, and flushes the sink. Once it has succeeded it does nothing more.
    ///
    /// # Errors
    /// As [`View::rewrap_stream`](crate::View::rewrap_stream). After one of the source it goes on from where
    /// it is when it is called again, such as after [`ErrorKind::WouldBlock`].
    pub fn run(&mut self) -> io::Result<()> {
        let end = match &mut self.state {
            State::Anew(reader, writer) => anew(reader, writer),
            State::Same(same, source, sink) => same.run(source, sink),
            State::Done => return Ok(()),
            State::Ended(Some(error)) => return Err(error.clone().into()),
            State::Ended(None) => return Err(io::Error::new(ErrorKind::BrokenPipe, ENDED)),
        };
        match end {
            Ok(()) => self.state = State::Done,
            Err(Stop::OfSource(error)) if Error::inside(&error).is_none() => return Err(error),
            Err(Stop::OfSource(error) | Stop::OfSink(error)) => {
                self.state = State::Ended(Error::inside(&error).cloned());
                return Err(error);
            }
        }
        Ok(())
    }
}

const ENDED: &str =
    "the stream has ended with an error of what it is written to; rewrap it anew from its beginning";

/// Why it did not come to the end.
enum Stop {
    OfSource(io::Error),
    OfSink(io::Error),
}

fn anew<R: Read, W: Write>(
    reader: &mut StreamReader<R>,
    writer: &mut Option<StreamWriter<W>>,
) -> Result<(), Stop> {
    while let Some(writing) = writer {
        let plaintext = reader.fill_buf().map_err(Stop::OfSource)?;
        let len = plaintext.len();
        if len == 0 {
            break;
        }
        writing.write_all(plaintext).map_err(Stop::OfSink)?;
        reader.consume(len);
    }
    writer.take().map_or(Ok(()), |writer| writer.finish().map(drop)).map_err(Stop::OfSink)
}

impl Same {
    /// Writes again what it has authenticated.
    fn run(&mut self, source: &mut impl Read, sink: &mut impl Write) -> Result<(), Stop> {
        let ours = |error: Error| Stop::OfSource(error.into());
        if let Some(head) = self.head.take() {
            sink.write_all(&head).map_err(Stop::OfSink)?;
        }
        loop {
            self.admitted.to_write().map_err(ours)?;
            fill(source, &mut self.sealed, &mut self.filled).map_err(Stop::OfSource)?;
            let chunk = self.sealed.get_mut(..self.filled).filter(|chunk| chunk.len() >= TAG_LEN);
            let chunk = chunk.ok_or(Error::TruncatedStream).map_err(ours)?;
            self.key.check(self.number, chunk).map_err(|_| ours(Error::DecryptFailed))?;
            sink.write_all(chunk).map_err(Stop::OfSink)?;
            if self.filled < SEALED_CHUNK {
                return sink.flush().map_err(Stop::OfSink);
            }
            (self.number, self.filled) = (self.number.saturating_add(1), 0);
        }
    }
}

impl<R, W: Write> fmt::Debug for StreamRewrapper<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamRewrapper").field("version", &self.version).finish_non_exhaustive()
    }
}
