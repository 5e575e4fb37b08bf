//! Writing a stream.

use super::admitted::Admitted;
use crate::Error;
use crate::alg::chunked::{CHUNK, ChunkKey, SEALED_CHUNK};
use crate::key::stream::Stream;
use crate::secret::SecretBytes;
use crate::version::Version;
use crate::wire::stream::HEAD_LEN;
use std::fmt;
use std::io::{self, ErrorKind, Write};

/// What encrypts a file of any size: whatever is written to it goes encrypted to what it was made for.
///
/// [`finish`](Self::finish) writes the end. Without it, or after an error, what is there is no whole stream:
/// it does not open to its end. The first error of the sink ends it; what was interrupted is written anew
/// from its beginning. It holds two chunks of 16 KiB, which are wiped.
///
/// ```
/// use std::io::Write;
/// use strongroom::{Aad, KeySpec, Keyring, StreamWriter};
/// let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
/// let mut writer: StreamWriter<Vec<u8>> = key.encrypt_writer(Vec::new(), Aad::from("2026"))?;
/// writer.write_all(b"as many bytes as there are")?;
/// let file = writer.finish()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "without `finish` the stream has no end"]
pub struct StreamWriter<W: Write> {
    sink: W,
    version: Version,
    state: State,
}

enum State {
    Live(Box<Live>),
    /// By an error of ours or, where there is none, of the sink.
    Ended(Option<Error>),
}

struct Live {
    admitted: Admitted,
    key: ChunkKey,
    /// The number of the next chunk. It is raised as one is sealed, whatever becomes of that one.
    number: u64,
    /// What is there of it.
    plaintext: SecretBytes,
    filled: usize,
    /// What goes to the sink: the first time what stands before the chunks too.
    out: Vec<u8>,
    /// Where in there it begins.
    from: usize,
}

impl<W: Write> StreamWriter<W> {
    pub(crate) fn new(admitted: Admitted, stream: Stream, sink: W) -> Self {
        let Stream { head, key } = stream;
        let mut out = vec![0; HEAD_LEN + SEALED_CHUNK];
        out.iter_mut().zip(head.write()).for_each(|(byte, written)| *byte = written);
        let plaintext = SecretBytes::zeroed(CHUNK);
        let live = Live { admitted, key, number: 0, plaintext, filled: 0, out, from: 0 };
        Self { sink, version: head.version, state: State::Live(Box::new(live)) }
    }

    /// The version of the key that the stream is under.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Writes the last chunk, flushes the sink and gives it back.
    ///
    /// # Errors
    /// The sink's, [`Error::Closed`] inside one of input and output, and any if there was one before
    pub fn finish(mut self) -> io::Result<W> {
        self.with(|live, sink| {
            let len = live.filled;
            live.seal(None, len)?;
            live.emit(len, sink)?;
            sink.flush()
        })?;
        Ok(self.sink)
    }

    /// Does a part of it, and ends it with the first error.
    fn with<T>(&mut self, work: impl FnOnce(&mut Live, &mut W) -> io::Result<T>) -> io::Result<T> {
        let live = match &mut self.state {
            State::Live(live) => live,
            State::Ended(Some(error)) => return Err(error.clone().into()),
            State::Ended(None) => return Err(io::Error::new(ErrorKind::BrokenPipe, ENDED)),
        };
        let done =
            live.admitted.to_write().map_err(io::Error::from).and_then(|()| work(live, &mut self.sink));
        if let Err(error) = &done {
            self.state = State::Ended(Error::inside(error).cloned());
        }
        done
    }
}

const ENDED: &str =
    "the stream has ended with an error of what it is written to; write it anew from its beginning";

impl Live {
    /// Seals what is in the buffer, or a chunk of a caller's, whose memory is read once. No number is sealed
    /// twice, also not after an error.
    fn seal(&mut self, theirs: Option<&[u8]>, len: usize) -> Result<(), Error> {
        let ours = self.plaintext.expose().get(..len);
        let out = self.out.get_mut(HEAD_LEN..).and_then(|out| out.get_mut(..len + SEALED_CHUNK - CHUNK));
        let (Some(plaintext), Some(out)) = (theirs.or(ours), out) else { return Err(Error::MessageTooLong) };
        let number = self.number;
        self.number = number.saturating_add(1);
        self.filled = 0;
        // The provider may read again what it has written, which nobody else can reach.
        self.key.seal(number, plaintext, out).map_err(|_| Error::MessageTooLong)
    }

    fn emit(&mut self, len: usize, sink: &mut impl Write) -> io::Result<()> {
        let from = std::mem::replace(&mut self.from, HEAD_LEN);
        let to = HEAD_LEN + len + SEALED_CHUNK - CHUNK;
        sink.write_all(self.out.get(from..to).unwrap_or_default())
    }

    /// Takes what there is room for in the chunk, and sends it when it is full: one that is full is not the
    /// last.
    fn take(&mut self, bytes: &[u8], sink: &mut impl Write) -> io::Result<usize> {
        if self.filled == 0
            && let Some(whole) = bytes.get(..CHUNK)
        {
            self.seal(Some(whole), CHUNK)?;
            self.emit(CHUNK, sink)?;
            return Ok(CHUNK);
        }
        let room = self.plaintext.expose_mut().get_mut(self.filled..).unwrap_or_default();
        let taken = room.len().min(bytes.len());
        if let (Some(room), Some(given)) = (room.get_mut(..taken), bytes.get(..taken)) {
            room.copy_from_slice(given);
        }
        self.filled += taken;
        if self.filled == CHUNK {
            self.seal(None, CHUNK)?;
            self.emit(CHUNK, sink)?;
        }
        Ok(taken)
    }
}

impl<W: Write> Write for StreamWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|live, sink| live.take(bytes, sink))
    }

    /// What fills a chunk has been written; what does not waits for more, or for the end.
    fn flush(&mut self) -> io::Result<()> {
        self.with(|_, sink| sink.flush())
    }
}

impl<W: Write> fmt::Debug for StreamWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamWriter").field("version", &self.version).finish_non_exhaustive()
    }
}
