//! Whether what was let in may go on.

use crate::Error;
use crate::engine::Engine;
use crate::entropy::fork_generation;
use std::sync::Arc;

/// The keyring of a stream, in the process that has begun it.
pub(crate) struct Admitted {
    engine: Arc<Engine>,
    generation: u64,
}

impl Admitted {
    pub(crate) fn to(engine: &Arc<Engine>) -> Self {
        Self { engine: engine.clone(), generation: fork_generation() }
    }

    /// Refuses a keyring that was closed.
    pub(super) fn to_read(&self) -> Result<(), Error> {
        if self.engine.is_closed() { Err(Error::Closed) } else { Ok(()) }
    }

    /// Refuses a forked child too: it has the parent's key and place in the stream, and both would seal the
    /// next chunk under one nonce.
    pub(super) fn to_write(&self) -> Result<(), Error> {
        if fork_generation() != self.generation { Err(Error::Closed) } else { self.to_read() }
    }
}
