//! What a stream is between two calls: it outlives the call that begins it.

use crate::endpoint::{Sink, Source, told};
use crate::failure::Failure;
use std::sync::{Mutex, MutexGuard, TryLockError};
use strongroom::{StreamReader, StreamWriter};

/// A stream that is written or read.
pub(crate) struct Stream {
    version: u32,
    /// Tried and never waited for: the caller's functions may call the stream again, on this thread or
    /// another, and a child of `fork` has not the thread that held it.
    state: Mutex<State>,
}

enum State {
    Writing(StreamWriter<Sink>),
    Reading(StreamReader<Source>),
    Finished,
}

const BUSY: Failure = Failure::Argument(
    "the stream is in the middle of another call: one thread at a time, and not from its own functions",
);
const FINISHED: Failure = Failure::Argument("the stream has its end; free it");
const NOT_WRITTEN: Failure = Failure::Argument("the stream is read, not written");
const NOT_READ: Failure = Failure::Argument("the stream is written, not read");

impl Stream {
    pub(crate) fn writing(writer: StreamWriter<Sink>) -> Self {
        Self { version: writer.version().get(), state: Mutex::new(State::Writing(writer)) }
    }

    pub(crate) fn reading(reader: StreamReader<Source>) -> Self {
        Self { version: reader.version().get(), state: Mutex::new(State::Reading(reader)) }
    }

    pub(crate) fn version(&self) -> u32 {
        self.version
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, Failure> {
        match self.state.try_lock() {
            Ok(state) => Ok(state),
            // What panicked is ended by that, or asked again.
            Err(TryLockError::Poisoned(state)) => Ok(state.into_inner()),
            Err(TryLockError::WouldBlock) => Err(BUSY),
        }
    }

    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut StreamWriter<Sink>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match &mut *self.state()? {
            State::Writing(writer) => work(writer),
            State::Reading(_) => Err(NOT_WRITTEN),
            State::Finished => Err(FINISHED),
        }
    }

    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut StreamReader<Source>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match &mut *self.state()? {
            State::Reading(reader) => work(reader),
            State::Writing(_) | State::Finished => Err(NOT_READ),
        }
    }

    /// Has so many threads work on it from now on.
    pub(crate) fn threads(&self, threads: usize) -> Result<(), Failure> {
        let mut state = self.state()?;
        *state = match std::mem::replace(&mut *state, State::Finished) {
            State::Writing(writer) => State::Writing(writer.threads(threads)),
            State::Reading(reader) => State::Reading(reader.threads(threads)),
            State::Finished => return Err(FINISHED),
        };
        Ok(())
    }

    pub(crate) fn finish(&self) -> Result<(), Failure> {
        let mut state = self.state()?;
        match std::mem::replace(&mut *state, State::Finished) {
            State::Writing(writer) => writer.finish().map(drop).map_err(told),
            State::Finished => Err(FINISHED),
            reading @ State::Reading(_) => {
                *state = reading;
                Err(NOT_WRITTEN)
            }
        }
    }
}
