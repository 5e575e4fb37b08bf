//! Chunks of a stream that several threads seal or open at the same time.

use crate::alg::Rejected;
use crate::alg::aead::TAG_LEN;
use crate::alg::chunked::{CHUNK, ChunkKey, SEALED_CHUNK};
use crate::secret::SecretBytes;
use crate::threads::{MOST_THREADS, in_threads};

/// So many chunks for each thread: beginning one takes as long as a few of them.
const EACH: usize = 32;

/// How many chunks are worked on at once in so many threads.
pub(super) fn chunks_for(threads: usize) -> usize {
    if threads < 2 { 1 } else { threads.min(MOST_THREADS) * EACH }
}

/// Seals a plaintext in chunks from `number` on into `out`, which is longer by a tag for each. There is an
/// empty one at its end where the tags say so.
pub(super) fn seal_all(
    key: &ChunkKey,
    number: u64,
    plaintext: &[u8],
    out: &mut [u8],
) -> Result<(), Rejected> {
    if out.len() <= SEALED_CHUNK {
        return key.seal(number, plaintext, out);
    }
    let parts = out.chunks_mut(EACH * SEALED_CHUNK).enumerate().map(|(part, out)| {
        let from = part * EACH * CHUNK;
        let plaintext = plaintext.get(from..).unwrap_or_default();
        let len = plaintext.len().min(EACH * CHUNK);
        (number + (part * EACH) as u64, plaintext.get(..len).unwrap_or_default(), out)
    });
    let sealed = in_threads(parts.collect(), |(number, plaintext, out)| {
        (number..).zip(out.chunks_mut(SEALED_CHUNK)).enumerate().try_for_each(|(at, (number, out))| {
            let plaintext = plaintext.get(at * CHUNK..).unwrap_or_default();
            let len = out.len().checked_sub(TAG_LEN).ok_or(Rejected)?;
            key.seal(number, plaintext.get(..len).ok_or(Rejected)?, out)
        })
    });
    sealed.into_iter().collect()
}

/// Chunks that were read and opened together, from the one of a number on.
pub(super) struct Ahead {
    pub(super) buffer: SecretBytes,
    /// How much of it was read.
    pub(super) filled: usize,
    first: u64,
    /// How long the plaintext of each is, which begins where the chunk did, if it opened.
    opened: Vec<Result<usize, Rejected>>,
}

impl Ahead {
    pub(super) fn of(chunks: usize) -> Self {
        Self { buffer: SecretBytes::zeroed(chunks * SEALED_CHUNK), filled: 0, first: 0, opened: Vec::new() }
    }

    /// Whether what was read has not been opened yet: the source failed before there was enough.
    pub(super) fn is_waiting(&self) -> bool {
        self.opened.is_empty()
    }

    /// Nothing is there any more.
    pub(super) fn clear(&mut self) {
        self.filled = 0;
        self.opened.clear();
    }

    /// Opens what was read, of which the first is chunk `number`. One that does not open leaves nothing of
    /// itself, and is told of when it is its turn.
    pub(super) fn open(&mut self, key: &ChunkKey, number: u64) {
        self.first = number;
        let read = self.buffer.expose_mut().get_mut(..self.filled).unwrap_or_default();
        let parts = read.chunks_mut(EACH * SEALED_CHUNK).enumerate();
        let parts = parts.map(|(part, chunks)| (number + (part * EACH) as u64, chunks));
        let opened = in_threads(parts.collect(), |(number, chunks)| {
            let each = (number..).zip(chunks.chunks_mut(SEALED_CHUNK));
            each.map(|(number, sealed)| key.open(number, sealed)).collect::<Vec<_>>()
        });
        self.opened = opened.into_iter().flatten().collect();
    }

    /// The plaintext of a chunk that is there, or how many bytes of one that does not open.
    pub(super) fn plaintext(&self, number: u64) -> Option<Result<&[u8], usize>> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let opened = self.opened.get(at)?;
        let from = at * SEALED_CHUNK;
        let there = self.filled.saturating_sub(from).min(SEALED_CHUNK);
        let plaintext = opened.map(|len| self.buffer.expose().get(from..from + len).unwrap_or_default());
        Some(plaintext.map_err(|_| there))
    }
}
