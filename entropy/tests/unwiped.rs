//! On a Linux that does not wipe pages on fork, no nonce is repeated either, even by children that nobody is
//! told of.
//!
//! One test in a program of its own: the refusal must be in place before the first nonce is drawn, and it
//! stays.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "children/table.rs"]
mod table;

use strongroom_entropy::fork_generation;
use table::{bare_clone, child, ended_well, family, fork};

#[test]
fn without_wiping_nothing_is_repeated() {
    if !refuse_wiping() {
        eprintln!("skipped: system calls cannot be filtered here");
        return;
    }
    family(bare_clone, 100, 100, Vec::new);
    family(fork, 100, 100, Vec::new);

    let own = fork_generation();
    assert_eq!(fork_generation(), own);
    assert!(ended_well(child(fork, || fork_generation() > own)), "the at-fork handler did not run");
    // What the documentation says of this case, and the proof that the filter is at work: a bare clone goes
    // unnoticed.
    assert!(ended_well(child(bare_clone, || fork_generation() == own)), "pages were wiped after all");
}

/// Has the kernel answer EINVAL to `madvise(…, MADV_WIPEONFORK)`, as before Linux 4.14, in this thread and
/// its children.
fn refuse_wiping() -> bool {
    // The layout of `struct seccomp_data`: the number of the system call first, the third argument at byte
    // 32, whose low half comes first on the little-endian machines that this runs on.
    const NUMBER: u32 = 0;
    const THIRD_ARGUMENT: u32 = 32;
    let load = |offset| libc::sock_filter { code: 0x20, jt: 0, jf: 0, k: offset };
    let skip_unless = |value, skip| libc::sock_filter { code: 0x15, jt: 0, jf: skip, k: value };
    let answer = |answer| libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: answer };
    let mut filter = [
        load(NUMBER),
        skip_unless(u32::try_from(libc::SYS_madvise).unwrap(), 3),
        load(THIRD_ARGUMENT),
        skip_unless(libc::MADV_WIPEONFORK.cast_unsigned(), 1),
        answer(libc::SECCOMP_RET_ERRNO | libc::EINVAL.cast_unsigned()),
        answer(libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: u16::try_from(filter.len()).unwrap(), filter: filter.as_mut_ptr() };
    // SAFETY: `program` describes `filter`, and both outlive the calls, which change nothing but what this
    // thread and its children may ask of the kernel.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) == 0
    }
}
