//! OpenBao's program, for the tests that ask a real server.

use std::ffi::OsString;
use std::process::Stdio;

use crate::step::command;
use crate::venv;

/// What names the program to the tests.
pub(crate) const VARIABLE: &str = "STRONGROOM_BAO";

/// The program that is named or on the path already, else that of the tests' environment of Python, which is
/// fetched once. `None` where none can be had: the tests then say that they count nothing.
pub(crate) fn program() -> Option<OsString> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return Some(named);
    }
    if command("bao")
        .arg("version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        return Some("bao".into());
    }
    match venv::with("tests/requirements-bao.txt") {
        Ok(python) => Some(python.with_file_name("bao").into()),
        Err(error) => {
            eprintln!(
                "\n==> skipped: the checks with a real OpenBao, which is not here and cannot be fetched ({error:#})"
            );
            None
        }
    }
}
