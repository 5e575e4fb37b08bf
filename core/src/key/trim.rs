//! Destroying the material of old versions. Their dates stay.

use crate::Error;
use crate::key::record::Record;
use crate::manner::Manner;
use crate::version::Version;

/// Clocks of machines differ, and a write takes a while after it has noted the time: ten seconds, in
/// nanoseconds.
const MARGIN: u64 = 10_000_000_000;

/// For how long after a version was closed somebody may still make something with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delay {
    /// Nobody else has the store.
    None,
    /// The longest that anybody may not have seen the store.
    Nanoseconds(u64),
}

/// Notes since when each version is closed: it is not the latest, and neither view can name it to make
/// something with. To be called before a record is written; says whether something was to be noted.
pub(crate) fn note_closed(record: &mut Record, now: u64) -> bool {
    let window = record.window();
    let mut changed = false;
    for (index, version) in record.versions.iter_mut().enumerate() {
        let Some(number) = Version::from_index(index) else { continue };
        // By the more lenient of the views.
        let open = window.for_encryption(Some(number), Manner::Transit).is_ok();
        if version.is_trimmed {
            continue;
        }
        let closed = if open { None } else { version.closed.or(Some(now)) };
        changed |= closed != version.closed;
        version.closed = closed;
    }
    changed
}

/// Destroys every version below `available`, if nobody makes anything with them any more.
pub(crate) fn trim(record: &mut Record, available: Version, delay: Delay, now: u64) -> Result<(), Error> {
    record.check_own()?;
    record.window().check_trim(available)?;
    let destroyed = || 0..available.index();
    if destroyed().filter_map(|index| record.versions.get(index)).any(|version| {
        !version.is_trimmed && !is_over(version.closed, version.lent.as_deref().copied(), delay, now)
    }) {
        return Err(Error::InvalidWindow { reason: NOT_YET });
    }
    for version in record.versions.iter_mut().take(available.index()).filter(|v| !v.is_trimmed) {
        version.destroy(now);
    }
    record.archive.drop_below(available);
    record.min_available = available.get();
    Ok(())
}

/// What was said when a version may still be written with.
pub(crate) const NOT_YET: &str = "another process may not have seen yet that a version is closed, and encrypt with it; trim max_staleness and ten seconds after the minimum versions were raised";

/// From when on [`trim`] destroys every version below `available`, in nanoseconds since 1970, if that is only
/// a matter of time.
pub(crate) fn possible_from(record: &Record, available: Version, delay: Delay) -> Option<u64> {
    record.window().check_trim(available).ok()?;
    let Delay::Nanoseconds(delay) = delay else { return None };
    let old = record.versions.iter().take(available.index()).filter(|version| !version.is_trimmed);
    let over = old.map(|version| Some(over_at(version.closed?, version.lent.as_deref().copied(), delay)));
    over.collect::<Option<Vec<u64>>>()?.into_iter().max()
}

/// A date that is missing or lies in the future says nothing, so it is not over.
fn is_over(closed: Option<u64>, lent: Option<u64>, delay: Delay, now: u64) -> bool {
    let Delay::Nanoseconds(delay) = delay else { return true };
    closed.is_some_and(|closed| now >= over_at(closed, lent, delay))
}

/// Whether everybody who has seen the store within the delay knows a version, by when it was made. One whose
/// date is missing was made long ago.
pub(crate) fn is_known(created: Option<u64>, delay: Delay, now: u64) -> bool {
    match delay {
        Delay::None => true,
        Delay::Nanoseconds(delay) => created.unwrap_or(0).saturating_add(delay).saturating_add(MARGIN) <= now,
    }
}

fn over_at(closed: u64, lent: Option<u64>, delay: u64) -> u64 {
    closed.saturating_add(delay).max(lent.unwrap_or(0)).saturating_add(MARGIN)
}
