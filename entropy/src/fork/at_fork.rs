//! The handler that the C library runs in every child made by `fork`.

use super::watch::WATCH;

/// Has the generation forgotten in every child that `fork` makes from now on; says whether that worked.
///
/// Registered twice, it forgets twice, which is harmless.
pub(super) fn register() -> bool {
    // SAFETY: `in_child` is a function that lives as long as the code of this crate. It only stores to an
    // atomic in memory that is never given back, which POSIX allows between `fork` and `exec` in a process
    // with several threads. glibc takes handlers of an unloaded library out by itself.
    let outcome = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    outcome == 0
}

/// `extern "C"` and without a panic in it, so that nothing unwinds into the C library.
extern "C" fn in_child() {
    WATCH.forget();
}
