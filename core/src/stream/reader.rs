//! Reading a stream, from the front or from anywhere in it.

use super::admitted::Admitted;
use super::crew::{Ahead, chunks_for};
use super::fill::fill;
use super::info::last_chunk;
use crate::Error;
use crate::alg::aead::TAG_LEN;
use crate::alg::chunked::{CHUNK, ChunkKey, SEALED_CHUNK};
use crate::key::stream::Stream;
use crate::secret::SecretBytes;
use crate::version::Version;
use crate::wire::stream::HEAD_LEN;
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom};

/// What decrypts a file of any size: it is read like the plaintext, and sought in where the source can be.
///
/// Nothing comes out of a chunk of 16 KiB before it is authenticated, in its place. That the file has its end
/// is seen there: **what is read before is authentic and may not be all**, so whoever needs the whole reads
/// until [`read`](Read::read) gives 0, or asks [`verify_end`](Self::verify_end) first. An error of this
/// library (see [`Error::inside`]) ends the reader, and comes again; one of the source does not.
///
/// Only the chunks that are touched are read. A seek from the end authenticates the end first, as one to it
/// or behind it does. The source's end is taken for that of the stream, which may begin anywhere in the
/// source. It holds one chunk, which is wiped; more in [`threads`](Self::threads).
///
/// ```
/// use std::io::{Cursor, Read, Seek, SeekFrom, Write};
/// use strongroom::{Aad, KeySpec, Keyring, StreamReader};
/// # let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
/// # let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE)?;
/// # writer.write_all(&[7; 100_000])?;
/// # let file = writer.finish()?;
/// let mut reader: StreamReader<Cursor<Vec<u8>>> = key.decrypt_reader(Cursor::new(file), Aad::NONE)?;
/// assert_eq!(reader.verify_end()?, 100_000);
/// reader.seek(SeekFrom::Start(90_000))?;
/// let mut some = [0; 10];
/// reader.read_exact(&mut some)?;
/// assert_eq!(some, [7; 10]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct StreamReader<R> {
    source: R,
    version: Version,
    state: State,
}

enum State {
    Live(Box<Live>),
    Ended(Error),
}

struct Live {
    admitted: Admitted,
    key: ChunkKey,
    /// The number of the chunk that is in the buffer, or on its way there.
    number: u64,
    /// So many bytes of it, sealed, or if it is open its plaintext.
    buffer: SecretBytes,
    filled: usize,
    /// How long its plaintext is, once it has opened.
    open: Option<usize>,
    /// Where in the plaintext of the chunk reading goes on. It may be behind the last one.
    at: u64,
    /// How long the plaintext is, once the last chunk has opened.
    end: Option<u64>,
    /// Several that were read at once, where threads open them.
    ahead: Option<Ahead>,
    /// The chunks are read one after the other. Whoever seeks gets the one that is asked for alone.
    in_turn: bool,
    /// How much of the source was read, as long as nothing was sought in it.
    read: u64,
    /// Where in the source the stream begins, once that was asked.
    begin: Option<u64>,
    /// The source failed while it was sought in, so nobody knows where it is.
    is_lost: bool,
}

impl<R> StreamReader<R> {
    /// The source stands behind the head.
    pub(crate) fn new(admitted: Admitted, stream: Stream, source: R) -> Self {
        let Stream { head, key } = stream;
        let live = Live {
            admitted,
            key,
            number: 0,
            buffer: SecretBytes::zeroed(SEALED_CHUNK),
            filled: 0,
            open: None,
            at: 0,
            end: None,
            ahead: None,
            in_turn: true,
            read: HEAD_LEN as u64,
            begin: None,
            is_lost: false,
        };
        Self { source, version: head.version, state: State::Live(Box::new(live)) }
    }

    /// The version of the key that the stream is under.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Has so many threads decrypt at the same time, up to 64, what is read in its order; 1 unless it is
    /// said. Then half a MiB for each of them is read and in memory before anything of it comes out.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use strongroom::{Aad, KeySpec, Keyring};
    /// let key = Keyring::in_memory().create_key("exports", KeySpec::default())?;
    /// let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE)?;
    /// writer.write_all(&[7; 3 << 20])?;
    /// let file = writer.finish()?;
    /// let mut plaintext = Vec::new();
    /// key.decrypt_reader(&file[..], Aad::NONE)?.threads(2).read_to_end(&mut plaintext)?;
    /// assert_eq!(plaintext.len(), 3 << 20);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        let chunks = chunks_for(threads);
        if let (State::Live(live), 2..) = (&mut self.state, chunks)
            && live.ahead.is_none()
        {
            live.ahead = Some(Ahead::of(chunks));
        }
        self
    }

    /// Gives the source back, wherever it is.
    pub fn into_inner(self) -> R {
        self.source
    }

    /// Does a part of it, and ends it with the first error of ours.
    fn with<T>(&mut self, work: impl FnOnce(&mut Live, &mut R) -> io::Result<T>) -> io::Result<T> {
        let live = match &mut self.state {
            State::Live(live) => live,
            State::Ended(error) => return Err(error.clone().into()),
        };
        let done =
            live.admitted.to_read().map_err(io::Error::from).and_then(|()| work(live, &mut self.source));
        // An error of ours that came from the source, such as of a stream within a stream, ends it as well.
        if let Some(error) = done.as_ref().err().and_then(Error::inside) {
            self.state = State::Ended(error.clone());
        }
        done
    }
}

impl<R: Read + Seek> StreamReader<R> {
    /// Authenticates that the stream has its end, by its last chunk, and says how long the plaintext is. The
    /// reader stays where it is.
    ///
    /// # Errors
    /// [`Error::TruncatedStream`], [`Error::DecryptFailed`] and [`Error::Closed`] inside one of input and
    /// output, or the source's
    pub fn verify_end(&mut self) -> io::Result<u64> {
        self.with(|live, source| {
            let position = live.position();
            let end = live.end(source)?;
            live.go(position, source)?;
            Ok(end)
        })
    }
}

impl Live {
    fn position(&self) -> u64 {
        (self.number * CHUNK as u64).saturating_add(self.at)
    }

    /// Sees to it that the chunk is open in which reading goes on, unless that is behind the last one.
    fn open(&mut self, source: &mut impl Read) -> io::Result<&[u8]> {
        if self.is_lost {
            return Err(io::Error::other("the source failed while it was sought in; seek again"));
        }
        loop {
            match self.open {
                Some(CHUNK) if self.at >= CHUNK as u64 => {
                    self.at -= CHUNK as u64;
                    self.expect(self.number + 1);
                }
                Some(len) => {
                    let from = usize::try_from(self.at).unwrap_or(len).min(len);
                    return Ok(self.buffer.expose().get(from..len).unwrap_or_default());
                }
                None => self.read_chunk(source)?,
            }
        }
    }

    /// The next chunk to come from the source is this one.
    fn expect(&mut self, number: u64) {
        (self.number, self.filled, self.open) = (number, 0, None);
    }

    fn read_chunk(&mut self, source: &mut impl Read) -> io::Result<()> {
        let len = if self.in_turn && self.ahead.is_some() && self.filled == 0 {
            self.read_ahead(source)?
        } else {
            self.read_alone(source)?
        };
        (self.open, self.in_turn) = (Some(len), true);
        if len < CHUNK {
            // What is shorter is the last: it is as long as the source had bytes.
            self.end = Some(self.number * CHUNK as u64 + len as u64);
        }
        Ok(())
    }

    fn read_alone(&mut self, source: &mut impl Read) -> io::Result<usize> {
        let before = self.filled;
        let read = fill(source, self.buffer.expose_mut(), &mut self.filled);
        self.read += (self.filled - before) as u64;
        read?;
        if self.filled < TAG_LEN {
            return Err(Error::TruncatedStream.into());
        }
        let sealed = self.buffer.expose_mut().get_mut(..self.filled).unwrap_or_default();
        Ok(self.key.open(self.number, sealed).map_err(|_| Error::DecryptFailed)?)
    }

    /// The chunk out of those that were opened together, of which the next are read where it is not there.
    fn read_ahead(&mut self, source: &mut impl Read) -> io::Result<usize> {
        let Self { ahead: Some(ahead), key, number, buffer, read, .. } = self else { return Ok(0) };
        if ahead.plaintext(*number).is_none() {
            // What a failing source gave before is still there.
            if !ahead.is_waiting() {
                ahead.clear();
            }
            let before = ahead.filled;
            let filled = fill(source, ahead.buffer.expose_mut(), &mut ahead.filled);
            *read += (ahead.filled - before) as u64;
            filled?;
            ahead.open(key, *number);
        }
        match ahead.plaintext(*number) {
            Some(Ok(plaintext)) => {
                let room = buffer.expose_mut().get_mut(..plaintext.len()).unwrap_or_default();
                room.copy_from_slice(plaintext);
                Ok(plaintext.len())
            }
            Some(Err(TAG_LEN..)) => Err(Error::DecryptFailed.into()),
            Some(Err(_)) | None => Err(Error::TruncatedStream.into()),
        }
    }

    /// Where the stream ends, which is authenticated if it was not before.
    fn end(&mut self, source: &mut (impl Read + Seek)) -> io::Result<u64> {
        if let Some(end) = self.end {
            return Ok(end);
        }
        let (begin, len) = self.measure(source)?;
        let (last, _) = last_chunk(len).ok_or_else(|| Error::TruncatedStream)?;
        self.seek(begin, last, source)?;
        self.read_chunk(source)?;
        // A source that has grown meanwhile gives a chunk that is not the last.
        self.end.ok_or_else(|| Error::TruncatedStream.into())
    }

    /// Where in the source the stream begins, and how long it is. The source is elsewhere then.
    fn measure(&mut self, source: &mut impl Seek) -> io::Result<(u64, u64)> {
        let begin = match self.begin {
            Some(begin) => begin,
            None => {
                // Nothing was sought so far, so it is behind all that was read.
                let begin = source.stream_position()?.checked_sub(self.read);
                *self.begin.insert(begin.ok_or_else(|| io::Error::other("the source was moved meanwhile"))?)
            }
        };
        self.is_lost = true;
        Ok((begin, source.seek(SeekFrom::End(0))?.saturating_sub(begin)))
    }

    /// Seeks to where a chunk begins.
    fn seek(&mut self, begin: u64, number: u64, source: &mut impl Seek) -> io::Result<()> {
        self.is_lost = true;
        source.seek(SeekFrom::Start(begin + HEAD_LEN as u64 + number * SEALED_CHUNK as u64))?;
        self.is_lost = false;
        self.in_turn = false;
        if let Some(ahead) = &mut self.ahead {
            ahead.clear();
        }
        self.expect(number);
        Ok(())
    }

    /// Goes to a position in the plaintext, which may be behind its end.
    fn go(&mut self, position: u64, source: &mut (impl Read + Seek)) -> io::Result<u64> {
        let (number, at) = (position / CHUNK as u64, position % CHUNK as u64);
        if number == self.number && !self.is_lost {
            self.at = at;
            return Ok(position);
        }
        let (begin, len) = self.measure(source)?;
        let (last, _) = last_chunk(len).ok_or_else(|| Error::TruncatedStream)?;
        if number < last {
            self.seek(begin, number, source)?;
            self.at = at;
            return Ok(position);
        }
        self.seek(begin, last, source)?;
        self.read_chunk(source)?;
        if self.end.is_none() {
            return Err(Error::TruncatedStream.into());
        }
        self.at = position - last * CHUNK as u64;
        Ok(position)
    }
}

impl<R: Read> BufRead for StreamReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.with(|live, source| live.open(source).map(drop))?;
        match &mut self.state {
            // It is open, so nothing is read.
            State::Live(live) => live.open(&mut io::empty()),
            State::Ended(error) => Err(error.clone().into()),
        }
    }

    fn consume(&mut self, amount: usize) {
        if let State::Live(live) = &mut self.state {
            live.at = live.at.saturating_add(amount as u64);
        }
    }
}

impl<R: Read> Read for StreamReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        self.with(|live, source| {
            let opened = live.open(source)?;
            let len = opened.len().min(out.len());
            if let (Some(out), Some(opened)) = (out.get_mut(..len), opened.get(..len)) {
                out.copy_from_slice(opened);
            }
            live.at = live.at.saturating_add(len as u64);
            Ok(len)
        })
    }
}

impl<R: Read + Seek> Seek for StreamReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.with(|live, source| {
            let before = live.position();
            let position = match to {
                SeekFrom::Start(position) => Some(position),
                SeekFrom::Current(by) => before.checked_add_signed(by),
                SeekFrom::End(by) => live.end(source)?.checked_add_signed(by),
            };
            let Some(position) = position else {
                // To find the end it may have gone there.
                live.go(before, source)?;
                return Err(io::Error::new(ErrorKind::InvalidInput, "a seek before the beginning"));
            };
            live.go(position, source)
        })
    }

    fn stream_position(&mut self) -> io::Result<u64> {
        self.with(|live, _| Ok(live.position()))
    }
}

impl<R> fmt::Debug for StreamReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader").field("version", &self.version).finish_non_exhaustive()
    }
}
