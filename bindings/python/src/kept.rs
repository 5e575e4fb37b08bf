//! Memory in which a thread makes long texts, kept for the next one: fresh memory comes with page faults,
//! which cost more than encrypting into it. Only ciphertexts are written to it, never what is secret.

use std::cell::Cell;
use strongroom::Error;

/// No thread keeps more. Longer texts are made in memory of their own.
const MOST: usize = 4 << 20;

thread_local!(static KEPT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) });

/// The memory of this thread, until it is dropped. Who asks meanwhile gets other memory.
pub(crate) struct Kept(Vec<u8>);

impl Kept {
    pub(crate) fn take() -> Self {
        Self(KEPT.try_with(Cell::take).unwrap_or_default())
    }

    /// Lets `write` put something at the beginning, and gives its length; `None` if that would be too much to
    /// keep. It is called again with more memory, which it must say it needs before it does anything.
    pub(crate) fn fill(
        &mut self,
        write: impl Fn(&mut [u8]) -> Result<usize, Error>,
    ) -> Result<Option<usize>, Error> {
        loop {
            match write(&mut self.0) {
                Ok(len) => return Ok(Some(len)),
                Err(Error::BufferTooSmall { needed }) if needed > MOST => return Ok(None),
                Err(Error::BufferTooSmall { needed }) => {
                    // First without the old memory, so that there is never more than one.
                    self.0 = Vec::new();
                    self.0 = vec![0; needed.next_power_of_two()];
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn start(&self, len: usize) -> &[u8] {
        &self.0[..len]
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // A thread that is ending keeps nothing.
        let _ = KEPT.try_with(|kept| kept.set(std::mem::take(&mut self.0)));
    }
}
