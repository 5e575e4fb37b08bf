//! Times as Go writes them (RFC 3339 with up to nine digits of a second), to nanoseconds since 1970 and back.

const SECOND: i128 = 1_000_000_000;
/// Go's zero time, which says that a time is not known.
const ZERO: &str = "0001-01-01T00:00:00Z";

/// `Some(None)` for a time that is not known or that an unsigned 64-bit number of nanoseconds cannot hold;
/// `None` for no time at all.
pub(super) fn parse(text: &str) -> Option<Option<u64>> {
    let (date, rest) = text.split_once('T')?;
    let mut date = date.split('-');
    let (year, month, day) = (fixed(date.next()?, 4)?, fixed(date.next()?, 2)?, fixed(date.next()?, 2)?);
    let (clock, offset) = match rest.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => {
            let at = rest.rfind(['+', '-'])?;
            let (clock, zone) = rest.split_at(at);
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let offset = fixed(hours, 2)? * 3600 + fixed(minutes, 2)? * 60;
            (clock, if zone.starts_with('-') { -offset } else { offset })
        }
    };
    let mut clock = clock.split(':');
    let (hour, minute, second) = (fixed(clock.next()?, 2)?, fixed(clock.next()?, 2)?, clock.next()?);
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let second = fixed(second, 2)?;
    let proper = date.next().is_none()
        && clock.next().is_none()
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    if !proper
        || hour > 23
        || minute > 59
        || second > 59
        || fraction.is_empty()
        || fraction.len() > 9
        || !fraction.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let nanos: i128 = format!("{fraction:0<9}").parse().ok()?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    let time = i128::from(seconds) * SECOND + nanos;
    Some(u64::try_from(time).ok().filter(|time| *time > 0))
}

/// The text of a time, as Go's `RFC3339Nano`: without zeros at its end.
pub(super) fn format(time: Option<u64>) -> String {
    let Some(time) = time else { return ZERO.to_owned() };
    let (seconds, nanos) = (time / 1_000_000_000, time % 1_000_000_000);
    let (days, clock) = ((seconds / 86_400) as i64, seconds % 86_400);
    let (year, month, day) = date(days);
    let mut fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}") };
    while fraction.ends_with('0') {
        fraction.pop();
    }
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{fraction}Z",
        clock / 3600,
        clock / 60 % 60,
        clock % 60
    )
}

fn fixed(text: &str, len: usize) -> Option<i64> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that a leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times() {
        for (text, time) in [
            ("1970-01-01T00:00:00.000000001Z", 1),
            ("2000-02-29T23:59:59Z", 951_868_799_000_000_000),
            ("2026-11-23T08:56:45.911578013Z", 1_795_424_205_911_578_013),
            ("2026-11-23T08:56:45.91Z", 1_795_424_205_910_000_000),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000_000_000),
        ] {
            assert_eq!(parse(text), Some(Some(time)), "{text}");
            assert_eq!(format(Some(time)), text);
        }
        assert_eq!(parse("2026-11-23T10:26:45.5+01:30"), parse("2026-11-23T08:56:45.5Z"));
        assert_eq!(parse("2026-11-23T07:56:45-01:00"), parse("2026-11-23T08:56:45Z"));
    }

    #[test]
    fn what_is_not_known_stays_so() {
        assert_eq!(parse(ZERO), Some(None));
        assert_eq!(parse("9999-12-31T23:59:59Z"), Some(None));
        assert_eq!(format(None), ZERO);
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in [
            "",
            "T",
            "2026-11-23",
            "2026-11-23T08:56Z",
            "2026-13-23T08:56:45Z",
            "2026-11-23T24:56:45Z",
            "2026-11-23T08:56:45",
            "2026-11-23T08:56:45.Z",
            "2026-11-23T08:56:45.1234567890Z",
            "26-11-23T08:56:45Z",
            "2026-11-23T08:56:45+1:00",
            "2026-11-23T08:56:45.5é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_six_centuries_comes_back() {
        for day in 0..213_000u64 {
            let time = day * 86_400_000_000_000 + 1;
            assert_eq!(parse(&format(Some(time))), Some(Some(time)));
        }
    }
}
