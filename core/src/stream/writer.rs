//! Writing a stream.

use super::admitted::Admitted;
use super::crew::{chunks_for, seal_all};
use crate::Error;
use crate::alg::aead::TAG_LEN;
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
/// from its beginning. It holds two chunks of 16 KiB, which are wiped; more in [`threads`](Self::threads).
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
    /// What is there of it, and of those behind it that are sealed together with it.
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

    /// Has so many threads encrypt at the same time, up to 64; 1 unless it is said. Then half a MiB for each
    /// of them, and that again encrypted, is in memory before it is written, and [`flush`](Write::flush)
    /// writes nothing of it before.
    ///
    /// ```
    /// use std::io::Write;
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE)?.threads(2);
    /// writer.write_all(&[7; 3 << 20])?;
    /// let file = writer.finish()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn threads(mut self, threads: usize) -> Self {
        if let State::Live(live) = &mut self.state {
            live.widen(chunks_for(threads));
        }
        self
    }

    /// Writes the last chunk, flushes the sink and gives it back.
    ///
    /// # Errors
    /// The sink's, [`Error::Closed`] inside one of input and output, and any if there was one before
    pub fn finish(mut self) -> io::Result<W> {
        self.with(|live, sink| {
            let sealed = live.seal(None, live.filled, true)?;
            live.emit(sealed, sink)?;
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
    /// Makes room for so many chunks, where there is less.
    fn widen(&mut self, chunks: usize) {
        if chunks * CHUNK <= self.plaintext.len() {
            return;
        }
        let mut wider = SecretBytes::zeroed(chunks * CHUNK);
        wider.expose_mut().iter_mut().zip(self.plaintext.expose()).for_each(|(to, from)| *to = *from);
        self.plaintext = wider;
        self.out.resize(HEAD_LEN + chunks * SEALED_CHUNK, 0);
    }

    /// Seals what is in the buffer, or as much of a caller's, whose memory is read once: whole chunks and, at
    /// the end of the stream, one that is shorter. Says how long they are. No number is sealed twice, also
    /// not after an error.
    fn seal(&mut self, theirs: Option<&[u8]>, len: usize, is_end: bool) -> Result<usize, Error> {
        let count = len / CHUNK + usize::from(is_end);
        let sealed = len + count * TAG_LEN;
        let ours = self.plaintext.expose().get(..len);
        let out = self.out.get_mut(HEAD_LEN..).and_then(|out| out.get_mut(..sealed));
        let (Some(plaintext), Some(out)) = (theirs.or(ours), out) else { return Err(Error::MessageTooLong) };
        let number = self.number;
        self.number = number.saturating_add(count as u64);
        self.filled = 0;
        // The provider may read again what it has written, which nobody else can reach.
        seal_all(&self.key, number, plaintext, out).map_err(|_| Error::MessageTooLong)?;
        Ok(sealed)
    }

    fn emit(&mut self, sealed: usize, sink: &mut impl Write) -> io::Result<()> {
        let from = std::mem::replace(&mut self.from, HEAD_LEN);
        sink.write_all(self.out.get(from..HEAD_LEN + sealed).unwrap_or_default())
    }

    /// Takes what there is room for, and sends it when the room is full: a chunk that is full is not the
    /// last.
    fn take(&mut self, bytes: &[u8], sink: &mut impl Write) -> io::Result<usize> {
        let room = self.plaintext.len();
        if self.filled == 0
            && let Some(whole) = bytes.get(..room)
        {
            let sealed = self.seal(Some(whole), room, false)?;
            self.emit(sealed, sink)?;
            return Ok(room);
        }
        let free = self.plaintext.expose_mut().get_mut(self.filled..).unwrap_or_default();
        let taken = free.len().min(bytes.len());
        if let (Some(free), Some(given)) = (free.get_mut(..taken), bytes.get(..taken)) {
            free.copy_from_slice(given);
        }
        self.filled += taken;
        if self.filled == room {
            let sealed = self.seal(None, room, false)?;
            self.emit(sealed, sink)?;
        }
        Ok(taken)
    }
}

impl<W: Write> Write for StreamWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|live, sink| live.take(bytes, sink))
    }

    /// What fills a chunk has been written, in several threads what fills the room of all; what does not
    /// waits for more, or for the end.
    fn flush(&mut self) -> io::Result<()> {
        self.with(|_, sink| sink.flush())
    }
}

impl<W: Write> fmt::Debug for StreamWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamWriter").field("version", &self.version).finish_non_exhaustive()
    }
}
