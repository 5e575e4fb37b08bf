//! Which standard streams were closed when the process began.
//!
//! Rust's runtime opens `/dev/null` in the place of a closed one before `main` runs, so that no file that is
//! opened later takes its number. From then on nobody can tell "closed" from "meant for nobody", and what a
//! program prints is lost without an error. So this looks earlier, when the program is loaded. It is here and
//! not in the command line because it needs `unsafe`, and only with the feature `streams`.

use std::sync::atomic::{AtomicU8, Ordering};

/// A bit for each of the descriptors 0, 1 and 2 that was closed.
static CLOSED: AtomicU8 = AtomicU8::new(0);

/// Whether a standard stream, by the number of its descriptor, was closed when the process began. Never where
/// that cannot be told.
#[must_use]
pub fn was_closed(stream: u8) -> bool {
    stream < 3 && CLOSED.load(Ordering::Relaxed) & (1 << stream) != 0
}

/// Runs before `main` and before Rust's runtime: it uses nothing of either, and no thread but this one
/// exists.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_vendor = "apple"))]
extern "C" fn look() {
    for stream in 0..3 {
        // SAFETY: `F_GETFD` takes no pointer and changes nothing; of a closed descriptor it fails.
        if unsafe { libc::fcntl(stream, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << stream, Ordering::Relaxed);
        }
    }
}

// SAFETY: the section holds pointers to functions that take nothing they would miss, and the loader calls
// each once.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_vendor = "apple"))]
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;
