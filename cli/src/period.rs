//! How long, and when, as people write it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// `90d`, `24h`, `1day 12h`; `0` or `never` for never.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    match text {
        "0" | "never" => Ok(Duration::ZERO),
        _ => humantime::parse_duration(text)
            .map_err(|error| format!("{error}; write it like 90d, 24h or never")),
    }
}

/// As [`parse`] reads it.
pub(crate) fn show(period: Duration) -> String {
    if period.is_zero() { "never".to_owned() } else { humantime::format_duration(period).to_string() }
}

/// The first whole second that is not before.
pub(crate) fn time_after(nanoseconds: u64) -> String {
    time(nanoseconds.saturating_add(999_999_999))
}

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn instant(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

/// RFC 3339 in UTC, from nanoseconds since 1970.
pub(crate) fn time(nanoseconds: u64) -> String {
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_nanos(nanoseconds)).to_string()
}
