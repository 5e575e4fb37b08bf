//! Nonces: from the thread's pool, or straight from the operating system.

use std::cell::RefCell;
use std::sync::atomic::{Ordering, compiler_fence};

use crate::clock::Moment;
use crate::expand::{SEED, expand};
use crate::pool::Pool;
use crate::{Error, fill, fork};
use zeroize::Zeroizing;

/// The longest nonce that can be asked for.
const LONGEST: usize = 64;

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool::new()) };
}

/// `N` random bytes for one nonce, from the pool of the calling thread.
///
/// `N` is at most 64, which is checked when the program is compiled. The pool holds 4,032 bytes (336 nonces
/// of 12 bytes, 168 of 24), is refilled from a new seed, which is one call of the operating system, and is
/// dropped in a forked child and after a second.
///
/// Draw a nonce directly before it is used: one that is drawn, carried through a `fork` and used on both
/// sides is the same nonce twice.
///
/// ```
/// let nonce: [u8; 12] = strongroom_entropy::nonce()?;
/// assert_ne!(nonce, strongroom_entropy::nonce()?);
/// # Ok::<(), strongroom_entropy::Error>(())
/// ```
///
/// ```compile_fail
/// let too_long: [u8; 65] = strongroom_entropy::nonce()?;
/// # Ok::<(), strongroom_entropy::Error>(())
/// ```
///
/// # Errors
///
/// [`Error`] when the operating system gives no random bytes.
#[inline]
pub fn nonce<const N: usize>() -> Result<[u8; N], Error> {
    const { assert!(N <= LONGEST, "a nonce has at most 64 bytes") };
    POOL.try_with(|pool| {
        // The borrow flag keeps a signal handler out that interrupts a draw on its own thread. The fence
        // keeps the compiler from moving the draw in front of the flag.
        let mut pool = pool.try_borrow_mut().ok()?;
        compiler_fence(Ordering::SeqCst);
        let nonce = pool.draw(fork::fork_generation(), Moment::now(), refill);
        compiler_fence(Ordering::SeqCst);
        nonce.transpose()
    })
    // The thread is being torn down and its pool is gone already.
    .unwrap_or(None)
    .unwrap_or_else(nonce_unbuffered)
}

/// Fills the pool from a new seed, of which nothing stays, unless this system has a way of forking that goes
/// unseen.
#[cold]
fn refill(pool: &mut [u8]) -> Result<bool, Error> {
    if !fork::every_child_is_seen() {
        return Ok(false);
    }
    let mut seed = Zeroizing::new([0; SEED]);
    fill(&mut *seed)?;
    expand(&seed, pool);
    Ok(true)
}

/// `N` random bytes for one nonce, straight from the operating system.
///
/// For machines that are cloned while they run, or resumed more than once from one snapshot: nothing that was
/// drawn ahead of time can then be handed out on both. Costs one system call per nonce. `N` is at most 64,
/// which is checked when the program is compiled.
///
/// ```
/// let nonce: [u8; 24] = strongroom_entropy::nonce_unbuffered()?;
/// # Ok::<(), strongroom_entropy::Error>(())
/// ```
///
/// # Errors
///
/// [`Error`] when the operating system gives no random bytes.
pub fn nonce_unbuffered<const N: usize>() -> Result<[u8; N], Error> {
    const { assert!(N <= LONGEST, "a nonce has at most 64 bytes") };
    let mut nonce = [0; N];
    fill(&mut nonce)?;
    Ok(nonce)
}
