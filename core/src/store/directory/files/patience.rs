//! Waiting for a lock that somebody else holds, and not for ever.

use super::LockMode;
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A thousand times as long as a write takes on a slow disk. Whoever has the lock for longer was stopped, or
/// its disk hangs.
pub(super) const USUAL: Duration = Duration::from_secs(30);

/// Between two tries: no system waits for a `flock` until a time. A part of how long it was waited already,
/// so that nobody who waits for the next moment of a busy folder sleeps through it, and nobody who waits for
/// long keeps a processor busy.
const SHORTEST: Duration = Duration::from_micros(50);
const LONGEST: Duration = Duration::from_millis(5);
const PART: u32 = 32;

/// Locks an open file of this name. The last try comes after `patience`, however long this process was not
/// running meanwhile.
pub(super) fn lock(file: &File, name: &str, mode: LockMode, patience: Duration) -> io::Result<()> {
    let started = Instant::now();
    loop {
        let waited = started.elapsed();
        let is_last = waited >= patience;
        let taken = match mode {
            LockMode::Exclusive => file.try_lock(),
            LockMode::Shared => file.try_lock_shared(),
        };
        match taken {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if is_last => return Err(held(name, patience)),
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Interrupted => return Err(error),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
        sleep((waited / PART).clamp(SHORTEST, LONGEST));
    }
}

fn held(name: &str, patience: Duration) -> io::Error {
    let what = format!(
        "another process has held the lock {name} for {patience:?}; look for one that was stopped or hangs, or for a child that it left behind \
         (lslocks, or fuser with the file), let it go on or end it, and try again"
    );
    io::Error::new(ErrorKind::TimedOut, what)
}
