//! A child of a process in which other threads sign works with the same key.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(unix)]

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use strongroom_rsa::{Hash, Padding, PrivateKey, Salt};

static ENDED: AtomicBool = AtomicBool::new(false);

const PSS: Padding = Padding::Pss { hash: Hash::Sha256, salt: Salt::Auto };

/// What a child did: 0 is that its signature verifies.
fn forked(work: impl FnOnce() -> i32) -> libc::pid_t {
    // SAFETY: the child computes, allocates (which glibc and macOS allow it to) and leaves by `_exit`.
    match unsafe { libc::fork() } {
        0 => {
            let code = work();
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(code) }
        }
        child => child,
    }
}

/// The code with which a child ended; one that hangs is killed.
fn ended(child: libc::pid_t) -> Option<i32> {
    let begun = Instant::now();
    let mut status = 0;
    loop {
        // SAFETY: the place for the status is there.
        match unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } {
            0 if begun.elapsed() > Duration::from_secs(30) => {
                // SAFETY: it is a child that was not waited for yet.
                unsafe { libc::kill(child, libc::SIGKILL) };
            }
            0 => sleep(Duration::from_millis(1)),
            _ => return libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)),
        }
    }
}

#[test]
fn children_work_while_other_threads_of_the_parent_do() {
    let key = PrivateKey::generate(2048).unwrap();
    let public = key.public().unwrap();
    let works = |digest: [u8; 32]| {
        key.sign(PSS, &digest).and_then(|signature| public.verify(PSS, &digest, &signature)).is_ok()
    };
    // Without what `src/call.rs` does, AWS-LC aborts nearly every child, and a few may hang.
    let rounds = if std::env::var_os("STRONGROOM_SOAK").is_some() { 3000 } else { 40 };
    let mut failed = 0;
    scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !ENDED.load(Relaxed) {
                    assert!(works([7; 32]));
                }
            });
        }
        for _ in 0..rounds {
            let child = forked(|| i32::from(!works([9; 32])));
            failed += usize::from(ended(child) != Some(0));
        }
        ENDED.store(true, Relaxed);
    });
    assert_eq!(failed, 0, "of {rounds} children");
}
