//! Overwriting what calls leave behind on the stack.
//!
//! Types that wipe themselves wipe where they are. A value that was moved, and a register that was saved, leave a copy below that nothing
//! wipes until another call happens to come as deep.

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

/// Has a frame of its own, so that nothing of it is above what is overwritten.
#[inline(never)]
fn apart<T>(call: impl FnOnce() -> T) -> T {
    call()
}

#[inline(never)]
pub(crate) fn overwrite<const N: usize>() {
    // The array escapes, so the zeros are written.
    black_box(&mut [0u8; N]);
}
