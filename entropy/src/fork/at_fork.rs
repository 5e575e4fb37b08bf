//! The handler that the C library runs in every child made by `fork`.

/// Has `in_child` called in every child that `fork` makes from now on; says whether that worked.
///
/// Registered twice, it is called twice.
///
/// # Safety
/// Between `fork` and `exec` a process that had several threads may do little: `in_child` only does what
/// POSIX allows there, and does not panic.
pub(super) unsafe fn register(in_child: unsafe extern "C" fn()) -> bool {
    // SAFETY: `in_child` is a function that lives as long as the code of this crate, and does what may be
    // done in a child. glibc takes handlers of an unloaded library out by itself.
    let outcome = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    outcome == 0
}
