//! Telling a forked child from its parent, without asking the operating system each time.

#[cfg(unix)]
mod at_fork;
#[cfg(unix)]
mod page;
#[cfg(unix)]
mod watch;

/// A number that changes in a forked child.
///
/// It stays the same for as long as a process lives, and a child never sees the number of its parent, nor
/// that of any process further up. (Brothers may share one.) Whatever was cached under another number belongs
/// to another process and must be dropped. The price is two loads from memory.
///
/// Where forks cannot be noticed at all, because the page could not be mapped and the at-fork handler not
/// registered, every call returns a new number, so that nothing cached is ever taken to be current. Where
/// only the handler could be registered, children made by a bare `clone` see the number of their parent;
/// [`nonce`](crate::nonce) does not rely on it then. Where the operating system does not fork, the number is
/// always 1.
#[inline]
#[must_use]
pub fn fork_generation() -> u64 {
    #[cfg(unix)]
    return watch::WATCH.generation();
    #[cfg(not(unix))]
    return 1;
}

/// Whether no way of making a child goes past [`fork_generation`].
pub(crate) fn every_child_is_seen() -> bool {
    #[cfg(unix)]
    return watch::WATCH.sees_every_child();
    #[cfg(not(unix))]
    return true;
}
