//! The time that a machine was suspended counts.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Set in the process that thinks that its machine has slept.
const SLEPT: &str = "STRONGROOM_SLEPT";

/// Runs a program in a time namespace, where the machine has slept for a day.
fn asleep(program: &Path, arguments: &[&str]) -> std::io::Result<ExitStatus> {
    let mut command = Command::new("unshare");
    command
        .args(["--time", "--boottime", &DAY.as_secs().to_string()])
        .arg(program)
        .args(arguments)
        .env(SLEPT, "1")
        .status()
}

#[test]
fn the_day_that_a_machine_slept_counts() {
    if std::env::var_os(SLEPT).is_some() {
        let mut awake = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `awake` is a valid place for one `timespec`, which is all that the call writes to.
        assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut awake) }, 0);
        let awake = Duration::from_secs(awake.tv_sec as u64);
        let passed = Duration::from_millis(strongroom_entropy::coarse_millis());
        assert!(passed >= awake + DAY / 2, "{passed:?} {awake:?}");
        return;
    }
    if !asleep("true".as_ref(), &[]).is_ok_and(|status| status.success()) {
        println!(
            "skipped: the_day_that_a_machine_slept_counts, which needs unshare --time and the right to use it"
        );
        return;
    }
    let here = std::env::current_exe().unwrap();
    let status = asleep(&here, &["--exact", "the_day_that_a_machine_slept_counts"]).unwrap();
    assert!(status.success(), "{status}");
}
