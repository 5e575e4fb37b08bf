//! The longest that a process of the keyring may go on without having seen its store (`docs/formats.md`,
//! section 8).

use super::cbor::{Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use minicbor::Decoder;

/// What holds for a keyring whose document says nothing, in milliseconds.
pub(crate) const DEFAULT_LIMIT: u64 = 60_000;

/// The bound now, and the one before it: who has not yet seen the change still goes by that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Staleness {
    /// Milliseconds.
    pub(crate) limit: u64,
    /// Milliseconds.
    pub(crate) before: u64,
    /// When the limit was changed, in nanoseconds since 1970.
    pub(crate) since: u64,
}

impl Staleness {
    /// For how many milliseconds somebody may at most not have looked, at a time in nanoseconds since 1970.
    pub(crate) fn bound(said: Option<&Self>, now: u64) -> u64 {
        let Some(Self { limit, before, since }) = said else { return DEFAULT_LIMIT };
        let seen_by_all = since.saturating_add(before.saturating_mul(1_000_000));
        if now < seen_by_all { *limit.max(before) } else { *limit }
    }

    pub(super) fn write(&self, out: &mut Out<'_>) -> Written {
        let Self { limit, before, since } = self;
        Fields::new()
            .put("limit", |out| out.u64(*limit)?.ok())
            .put("since", |out| out.u64(*since)?.ok())
            .put("before", |out| out.u64(*before)?.ok())
            .write(out)
    }

    pub(super) fn read(input: &mut Decoder<'_>) -> Result<Self, Reason> {
        let (mut limit, mut before, mut since) = (None, None, None);
        fields(input, |name, input| {
            let field = match name {
                "limit" => &mut limit,
                "before" => &mut before,
                "since" => &mut since,
                _ => return Err(UNKNOWN_FIELD),
            };
            *field = Some(input.u64().map_err(bad)?);
            Ok(())
        })?;
        Ok(Self {
            limit: limit.ok_or(MISSING_FIELD)?,
            before: before.ok_or(MISSING_FIELD)?,
            since: since.ok_or(MISSING_FIELD)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_bound_of_before_counts_until_everybody_has_seen_the_change() {
        assert_eq!(Staleness::bound(None, 0), 60_000);
        let lowered = Staleness { limit: 1_000, before: 5_000, since: 7 };
        let seen = 7 + 5_000_000_000;
        assert_eq!([seen - 1, seen].map(|now| Staleness::bound(Some(&lowered), now)), [5_000, 1_000]);
        let raised = Staleness { limit: 9_000, before: 5_000, since: 7 };
        assert_eq!([0, u64::MAX].map(|now| Staleness::bound(Some(&raised), now)), [9_000, 9_000]);
        let endless = Staleness { limit: 1, before: u64::MAX, since: u64::MAX };
        assert_eq!([0, u64::MAX].map(|now| Staleness::bound(Some(&endless), now)), [u64::MAX, 1]);
    }
}
