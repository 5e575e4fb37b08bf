//! What streams are read from and written to: memory, in which there may be more later.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// What was written and not yet taken.
#[derive(Clone, Default)]
pub(super) struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn written(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is encrypted, but who takes it wipes what others make of files.
    pub(super) fn take(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(std::mem::take(&mut *self.written()))
    }
}

/// What has arrived and was not yet read. Until the end has, there may be more of it.
#[derive(Clone, Default)]
pub(super) struct Source(Arc<Mutex<Arrived>>);

#[derive(Default)]
struct Arrived {
    bytes: Vec<u8>,
    from: usize,
    is_all: bool,
}

impl Source {
    fn arrived(&self) -> MutexGuard<'_, Arrived> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, bytes: &[u8]) {
        let mut arrived = self.arrived();
        let read = arrived.from;
        // What was read makes room, once that is more than what was not.
        if read >= arrived.bytes.len() - read {
            arrived.bytes.drain(..read);
            arrived.from = 0;
        }
        arrived.bytes.extend_from_slice(bytes);
    }

    /// There is no more than what has arrived.
    pub(super) fn end(&self) {
        self.arrived().is_all = true;
    }

    /// How many bytes were not read, and whether there will be no others.
    pub(super) fn left(&self) -> (usize, bool) {
        let arrived = self.arrived();
        (arrived.bytes.len() - arrived.from, arrived.is_all)
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut arrived = self.arrived();
        let left = arrived.bytes.get(arrived.from..).unwrap_or_default();
        if left.is_empty() && !arrived.is_all {
            // The reader goes on from where it is when it is asked again.
            return Err(ErrorKind::WouldBlock.into());
        }
        let len = left.len().min(out.len());
        out.iter_mut().zip(left).for_each(|(to, from)| *to = *from);
        arrived.from += len;
        Ok(len)
    }
}
