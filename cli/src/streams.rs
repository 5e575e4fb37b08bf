//! The standard streams, as they are.
//!
//! The standard library takes one that is closed, or open the wrong way round, for one that swallows
//! everything or is at its end: output would be lost, and an empty message encrypted, without an error. So
//! each is used through a descriptor of its own here.

use std::io::{self, Read, Write};
use strongroom_entropy::streams::was_closed;

/// Standard input.
pub(crate) fn input() -> io::Result<impl Read> {
    if was_closed(0) { Err(closed()) } else { unbuffered_input() }
}

/// Standard output. Nothing is kept back: what is written has been given to the system.
pub(crate) fn output() -> io::Result<impl Write> {
    if was_closed(1) { Err(closed()) } else { unbuffered_output() }
}

/// Writes a line to standard error. Whoever closed it did not want to hear it.
pub(crate) fn say(line: &str) -> io::Result<()> {
    if was_closed(2) { Ok(()) } else { writeln!(io::stderr(), "{line}") }
}

fn closed() -> io::Error {
    io::Error::other("it is closed")
}

#[cfg(unix)]
fn unbuffered_input() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(Into::into)
}

#[cfg(not(unix))]
fn unbuffered_input() -> io::Result<io::Stdin> {
    Ok(io::stdin())
}

#[cfg(unix)]
fn unbuffered_output() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    io::stdout().as_fd().try_clone_to_owned().map(Into::into)
}

#[cfg(not(unix))]
fn unbuffered_output() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}
