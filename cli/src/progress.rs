//! How far a command is, on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error that counts the bytes read; where that is no terminal it shows nothing.
pub(crate) fn of_bytes(length: u64) -> ProgressBar {
    bar(Some(length), "{bar:40} {percent:>3}%  {binary_bytes} of {binary_total_bytes}, {eta} left")
}

/// A line that counts bytes of which nobody knows how many there are.
pub(crate) fn of_unknown() -> ProgressBar {
    bar(None, "{spinner} {binary_bytes}, {binary_bytes_per_sec}")
}

/// A bar on standard error that counts keys.
#[cfg(feature = "platforms")]
pub(crate) fn of_keys(keys: usize) -> ProgressBar {
    bar(Some(keys as u64), "{bar:40} {pos} of {len} keys, {eta} left")
}

fn bar(length: Option<u64>, template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template(template);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
