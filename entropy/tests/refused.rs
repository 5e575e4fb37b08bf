//! Where the operating system gives no random bytes, nothing is made.
//!
//! One test in a program of its own: what a thread may ask of the kernel cannot be given back to it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use rand_core::{Rng, TryRng};
use strongroom_entropy::{Error, Generator, fill, generate, nonce, nonce_unbuffered};

#[test]
fn without_random_bytes_nothing_is_made() {
    // What there is of a pool is used up first.
    for _ in 0..168 {
        nonce::<24>().unwrap();
    }
    if !refuse_bytes() {
        eprintln!("skipped: system calls cannot be filtered here");
        return;
    }
    let mut key = [7; 32];
    let error: Error = fill(&mut key).unwrap_err();
    assert_eq!(key, [0; 32], "a key that looks like a whole one was left");
    assert!(error.to_string().contains("getrandom"), "{error}");

    assert_eq!(nonce::<24>(), Err(error));
    assert_eq!(nonce_unbuffered::<12>(), Err(error));
    assert_eq!(Generator.try_next_u32(), Err(error));
    assert_eq!(Generator.try_next_u64(), Err(error));
    let mut key = [7; 32];
    assert_eq!(Generator.try_fill_bytes(&mut key), Err(error));
    assert_eq!(key, [0; 32]);

    // Who looks for something is not left looking, and gets nothing.
    let mut looked = 0;
    let found = generate(|lent| {
        while !lent.next_u32().is_multiple_of(1009) {
            looked += 1;
        }
        looked
    });
    assert_eq!(found, Err(error));
}

/// Has the kernel answer EIO to `getrandom` from this thread. To EPERM and ENOSYS the bytes would come from
/// `/dev/urandom`.
fn refuse_bytes() -> bool {
    // The layout of `struct seccomp_data`: the number of the system call first.
    const NUMBER: u32 = 0;
    let mut filter = [
        libc::sock_filter { code: 0x20, jt: 0, jf: 0, k: NUMBER },
        libc::sock_filter { code: 0x15, jt: 0, jf: 1, k: u32::try_from(libc::SYS_getrandom).unwrap() },
        libc::sock_filter {
            code: 0x06,
            jt: 0,
            jf: 0,
            k: libc::SECCOMP_RET_ERRNO | libc::EIO.cast_unsigned(),
        },
        libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW },
    ];
    let program = libc::sock_fprog { len: u16::try_from(filter.len()).unwrap(), filter: filter.as_mut_ptr() };
    // SAFETY: `program` describes `filter`, and both outlive the calls, which change nothing but what this
    // thread may ask of the kernel.
    let filtered = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) == 0
    };
    let mut byte = 0_u8;
    // A C library may draw from a page of the kernel's without asking it.
    // SAFETY: there is a byte to be written.
    filtered && unsafe { libc::getrandom((&raw mut byte).cast(), 1, 0) } == -1
}
