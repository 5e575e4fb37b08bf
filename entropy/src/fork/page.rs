//! A page of memory that the kernel wipes in every child.

use std::sync::atomic::AtomicU64;

/// A word, zero at first, that is zero again in every child however it was made, unless it shares its
/// parent's memory.
///
/// The page is never given back: it is asked for once, and by a few threads more when they all draw their
/// first nonce at the same moment. One that is not used costs an address and no memory.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn map() -> Option<&'static AtomicU64> {
    // SAFETY: a new private mapping at a place of the kernel's choosing touches no memory that is in use.
    let page = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            SIZE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if page == libc::MAP_FAILED || !is_wiped_on_fork(page) {
        return None;
    }
    // SAFETY: the mapping is readable and writable, zeroed, aligned to a page and larger than the word, it is
    // never given back, and no one else knows of it. The word is only reached through this shared reference
    // to an atomic; the kernel wipes the child's copy before the child runs.
    Some(unsafe { &*page.cast::<AtomicU64>() })
}

/// Other Unixes call it by other names, which nobody has tried here.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn map() -> Option<&'static AtomicU64> {
    None
}

/// The kernel rounds up to whole pages, both when it maps and when it is advised.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SIZE: usize = 4096;

/// Asks for the wiping, and asks for nonsense first: some versions of qemu's user mode say yes to all advice
/// and follow none of it, so that a kernel which takes nonsense cannot be believed.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_wiped_on_fork(page: *mut libc::c_void) -> bool {
    let advise = |advice| {
        // SAFETY: `page` starts a mapping of `SIZE` bytes that this module has just made and that nobody uses
        // yet. To be wiped on fork changes nothing in this process, and no kernel has an advice −1.
        unsafe { libc::madvise(page, SIZE, advice) == 0 }
    };
    !advise(-1) && advise(libc::MADV_WIPEONFORK)
}
