//! Where calls from C arrive and leave: a panic must not unwind into C, and an error becomes a status.

use crate::failure::{Failure, Status, remember};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The body of every exported function: `boundary!({ … Ok(()) })` gives a status, `boundary!(fallback; { …
/// })` a value, which is `fallback` after a panic.
macro_rules! boundary {
    ($body:block) => {
        $crate::boundary::status(|| -> Result<(), $crate::failure::Failure> { $body })
    };
    ($fallback:expr; $body:block) => {
        $crate::boundary::value($fallback, || $body)
    };
}

#[inline]
pub(crate) fn status(call: impl FnOnce() -> Result<(), Failure>) -> Status {
    // What a panic may have left half done is behind locks and swaps of the library, none of which it keeps.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => 0,
        Ok(Err(failure)) => remember(failure),
        Err(payload) => {
            discard(payload);
            remember(Failure::Panicked)
        }
    }
}

pub(crate) fn value<T>(fallback: T, call: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|payload| {
        discard(payload);
        fallback
    })
}

/// Drops what a panic carried, which could panic again.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(another);
    }
}
