//! Points in time, as AWS writes them.

use std::time::{SystemTime, UNIX_EPOCH};

/// In seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u64);

const DAY: u64 = 86_400;

impl Moment {
    pub(crate) fn now() -> Self {
        Self(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
    }

    pub(crate) const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// `20150830T123600Z`, as signatures have it (ISO 8601, basic format).
    pub(crate) fn stamp(self) -> String {
        let (year, month, day) = date(self.0 / DAY);
        let second = self.0 % DAY;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// Of `2015-08-30T12:36:00Z`, with or without a fraction of a second, which is left out.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00"))?;
        let text = text.split('.').next()?;
        let (day, time) = text.split_once('T')?;
        let numbers = |text: &str, by: char| -> Option<[u64; 3]> {
            let parts: Option<Vec<u64>> = text.split(by).map(|part| part.parse().ok()).collect();
            parts?.try_into().ok()
        };
        let ([year, month, day], [hour, minute, second]) = (numbers(day, '-')?, numbers(time, ':')?);
        let is_one = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        is_one.then(|| Self(days(year, month, day) * DAY + hour * 3600 + minute * 60 + second))
    }
}

/// Days from 1970 to a date. Years begin in March, so that the day that some years have more is their last;
/// 153 days are five months that do, and 719,468 lie between the years 0 and 1970.
const fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The date of a day since 1970: the reverse of [`days`], by 400 years of 146,097 days each.
const fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, rest) = (days / 146_097, days % 146_097);
    let year = (rest - rest / 1460 + rest / 36_524 - rest / 146_096) / 365;
    let rest = rest - (365 * year + year / 4 - year / 100);
    let month = (5 * rest + 2) / 153;
    let day = rest - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + (month <= 2) as u64, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_as_they_are_written() {
        for (text, stamp, seconds) in [
            ("1970-01-01T00:00:00Z", "19700101T000000Z", 0),
            ("2015-08-30T12:36:00Z", "20150830T123600Z", 1_440_938_160),
            ("2000-02-29T23:59:59.123Z", "20000229T235959Z", 951_868_799),
            ("2024-12-31T00:00:01+00:00", "20241231T000001Z", 1_735_603_201),
            ("2100-03-01T00:00:00Z", "21000301T000000Z", 4_107_542_400),
        ] {
            let moment = Moment::read(text).unwrap();
            assert_eq!((moment.0, moment.stamp().as_str()), (seconds, stamp));
        }
        for day in (0..60_000).step_by(7) {
            let (year, month, date) = date(day);
            assert_eq!(days(year, month, date), day);
        }
        for wrong in ["", "2015-08-30", "2015-08-30T12:36:00", "2015-13-30T12:36:00Z", "15-8T1:2:3Z"] {
            assert_eq!(Moment::read(wrong), None, "{wrong}");
        }
    }
}
