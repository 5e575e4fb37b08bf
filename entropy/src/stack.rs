//! How much of a stack is left, for whoever overwrites what lies below.

/// How many bytes of this thread's stack are below the caller, or `None` where the system does not say. A
/// little less than there is.
pub fn stack_left() -> Option<usize> {
    let here = 0u8;
    (&raw const here).addr().checked_sub(end()?)
}

/// The lowest address of this thread's stack that may be used.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn end() -> Option<usize> {
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    let (mut lowest, mut size, mut guard) = (std::ptr::null_mut(), 0, 0);
    // SAFETY: the attributes are written by the first call, and given back if it succeeds; the thread is this
    // one, which exists.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let found = libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size) == 0;
        let guarded = libc::pthread_attr_getguardsize(attributes.as_ptr(), &mut guard) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        // Some C libraries count the guard as a part of the stack.
        (found && guarded && !lowest.is_null()).then(|| lowest.addr() + guard)
    }
}

#[cfg(target_vendor = "apple")]
fn end() -> Option<usize> {
    // SAFETY: the thread is this one, which exists.
    let (top, size) = unsafe {
        (
            libc::pthread_get_stackaddr_np(libc::pthread_self()).addr(),
            libc::pthread_get_stacksize_np(libc::pthread_self()),
        )
    };
    top.checked_sub(size)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn end() -> Option<usize> {
    None
}

#[cfg(all(test, any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod tests {
    use super::stack_left;

    #[test]
    fn a_thread_has_what_it_was_given() {
        for size in [64 << 10, 256 << 10] {
            let left = std::thread::Builder::new()
                .stack_size(size)
                .spawn(stack_left)
                .unwrap()
                .join()
                .unwrap()
                .unwrap();
            // A C library may use the stack of a thread that has ended again, up to four times as large.
            assert!(left < 4 * size && left > size / 2, "{left} of {size}");
        }
    }

    #[test]
    fn it_grows_less_further_down() {
        #[inline(never)]
        fn below() -> (Option<usize>, u8) {
            let frame = std::hint::black_box([1u8; 4096]);
            (stack_left(), frame[7])
        }
        assert!(below().0.unwrap() + 4000 < stack_left().unwrap());
    }
}
