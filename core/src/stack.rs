//! Overwriting what calls leave behind on the stack.
//!
//! Types that wipe themselves wipe where they are. A value that was moved, and a register that was saved,
//! leave a copy below that nothing wipes until another call happens to come as deep.

use std::hint::black_box;

/// Calls, and then overwrites the `N` bytes of stack below this call, which is where the call had its own.
#[inline(never)]
pub(crate) fn scrubbed<const N: usize, T>(call: impl FnOnce() -> T) -> T {
    let result = apart(call);
    overwrite::<N>();
    result
}

/// As deep as documents and seals are worked on.
pub(crate) const DEEP: usize = 16 << 10;
/// As deep as the keys of symmetric algorithms are prepared.
pub(crate) const SHALLOW: usize = 4 << 10;

/// What calls of hundreds of kilobytes may need: the matrices of ML-DSA.
const ROOMY: usize = 1 << 20;

/// Calls with enough stack for matrices, on a thread of its own where this one has little left, and
/// overwrites what the call had.
pub(crate) fn roomy<T: Send>(call: impl FnOnce() -> T + Send) -> T {
    with_room(|has_room| {
        let result = apart(call);
        // To ask how much is left takes longer on a first thread than to overwrite it.
        if has_room {
            pages(ROOMY / 2 / PAGE)
        } else {
            overwrite_up_to(ROOMY / 2)
        }
        result
    })
}

/// Calls with enough stack for matrices what knows nothing secret, of which nothing is overwritten.
pub(crate) fn roomy_in_public<T: Send>(call: impl FnOnce() -> T + Send) -> T {
    with_room(|_| call())
}

/// Tells the call whether there is as much room as it may need.
fn with_room<T: Send>(call: impl FnOnce(bool) -> T + Send) -> T {
    if strongroom_entropy::stack_left().is_some_and(|left| left >= ROOMY) {
        return call(true);
    }
    let (mut call, mut result) = (Some(call), None);
    let there = std::thread::scope(|scope| {
        let work = || result = call.take().map(|call| call(true));
        std::thread::Builder::new().stack_size(2 * ROOMY).spawn_scoped(scope, work).map(|_| ())
    });
    drop(there);
    match (result, call) {
        (Some(result), _) => result,
        // Where there is no room for a thread, there may be enough for the call.
        (None, Some(call)) => call(false),
        (None, None) => std::process::abort(),
    }
}

/// Has a frame of its own, so that nothing of it is above what is overwritten.
#[inline(never)]
fn apart<T>(call: impl FnOnce() -> T) -> T {
    call()
}

/// Overwrites `most` bytes of stack below this call, or what there is of it: threads with small stacks close
/// keyrings too.
pub(crate) fn overwrite_up_to(most: usize) {
    // Where the system does not say how much there is, as much as every other call needs.
    let room = strongroom_entropy::stack_left().map_or(DEEP, |left| left.saturating_sub(MARGIN));
    pages(most.min(room) / PAGE);
}

const PAGE: usize = 1 << 10;
/// For the frames beside what is overwritten, and for handlers of signals.
const MARGIN: usize = 12 << 10;

#[inline(never)]
fn pages(left: usize) {
    let mut page = [0u8; PAGE];
    black_box(&mut page);
    if left > 0 {
        pages(left - 1);
    }
    // It is used after the call, so the frames lie below each other.
    black_box(&mut page);
}

#[inline(never)]
fn overwrite<const N: usize>() {
    // The array escapes, so the zeros are written.
    black_box(&mut [0u8; N]);
}
