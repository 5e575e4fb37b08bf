//! How a backup says which rule makes the nonces of a convergent version, and how a record does.
//!
//! The policy has a number, −1 for "each version says it", and each version has one, 0 for "the policy says
//! it". The products write −1, or 1 or 2 from before there were more, and 3 or 0.

use super::corrupt;
use crate::Error;
use crate::derive::ConvergentRule;

/// Of the key. The products read 0 as 1.
pub(super) fn of_key(number: i64) -> Result<ConvergentRule, Error> {
    match number {
        -1 | 3 => Ok(ConvergentRule::Three),
        0 | 1 => Ok(ConvergentRule::One),
        2 => Ok(ConvergentRule::Two),
        _ => Err(UNKNOWN),
    }
}

/// Of a version, where it is another than the key's. A version that leaves it to a policy which leaves it to
/// the versions has no rule that any product could follow; it is kept as one of the rule that nobody may
/// follow.
pub(super) fn of_version(policy: i64, version: i64) -> Result<Option<ConvergentRule>, Error> {
    let rule = match version {
        0 if policy == -1 => ConvergentRule::One,
        0 => return Ok(None),
        1 if matches!(policy, -1 | 3) => return Err(UNKNOWN),
        1 => ConvergentRule::One,
        2 => ConvergentRule::Two,
        3 => ConvergentRule::Three,
        _ => return Err(UNKNOWN),
    };
    Ok((rule != of_key(policy)?).then_some(rule))
}

const UNKNOWN: Error = corrupt("it makes nonces by a rule that no product has");

/// The number of a key's rule.
pub(super) fn key_number(rule: ConvergentRule) -> i64 {
    match rule {
        ConvergentRule::Three => -1,
        ConvergentRule::Two => 2,
        ConvergentRule::One => 1,
    }
}

/// The number of a version's rule, under that of its key.
pub(super) fn version_number(key: ConvergentRule, version: Option<ConvergentRule>) -> i64 {
    match (version.unwrap_or(key), key) {
        (ConvergentRule::Three, _) => 3,
        (same, key) if same == key => 0,
        (ConvergentRule::One, ConvergentRule::Three) => 0,
        (ConvergentRule::One, _) => 1,
        (ConvergentRule::Two, _) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for key in [ConvergentRule::One, ConvergentRule::Two, ConvergentRule::Three] {
            assert_eq!(of_key(key_number(key)).unwrap(), key);
            for version in
                [None, Some(ConvergentRule::One), Some(ConvergentRule::Two), Some(ConvergentRule::Three)]
                    .into_iter()
                    .filter(|v| *v != Some(key))
            {
                let number = version_number(key, version);
                assert_eq!(of_version(key_number(key), number).unwrap(), version, "{key:?} {version:?}");
            }
        }
        assert!([-2, 4].iter().all(|number| of_key(*number).is_err() && of_version(-1, *number).is_err()));
    }
}
