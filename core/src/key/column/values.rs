//! Values in one buffer, as Arrow has its binary and utf8 arrays.

use super::Offsets;
use crate::Error;
use crate::error::invalid;
use std::ops::Range;

/// Values in one buffer: the data of all, [`Offsets`] into it, and perhaps a validity bitmap that says which
/// are null. The buffers are those of Arrow's binary, utf8, large binary and large utf8 arrays.
///
/// ```
/// use strongroom::Values;
/// let values = Values::new(b"41114242", &[0i32, 4, 4, 8]).validity(&[0b101], 0);
/// assert_eq!(values.len(), 3);
/// assert_eq!((values.get(1), values.get(2)), (None, Some(b"4242".as_slice())));
/// ```
#[derive(Clone, Copy)]
pub struct Values<'a> {
    data: &'a [u8],
    offsets: Offsets<'a>,
    validity: Option<(&'a [u8], usize)>,
}

impl std::fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Values({} of {} bytes)", self.len(), self.data.len())
    }
}

impl<'a> Values<'a> {
    /// Without a null. The operation that is given them refuses offsets that are none.
    pub fn new(data: &'a (impl AsRef<[u8]> + ?Sized), offsets: impl Into<Offsets<'a>>) -> Self {
        Self { data: data.as_ref(), offsets: offsets.into(), validity: None }
    }

    /// With a bitmap in which the bit of a value is 1 unless it is null, the least significant bit of each
    /// byte first. Bit number `first` is that of the first value: 0, unless the values are a part of an array
    /// that has one bitmap.
    pub fn validity(mut self, bitmap: &'a [u8], first: usize) -> Self {
        self.validity = Some((bitmap, first));
        self
    }

    /// How many values there are, the null ones too.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of the values, unless it is null or there is none.
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        if index < self.len() && !self.is_null(index) { self.at(index).ok() } else { None }
    }

    /// Refuses offsets that fall or go beyond the data, and a bitmap that is too short.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.offsets.are_proper(self.data.len()) {
            return Err(MALFORMED);
        }
        let short = self.validity.is_some_and(|(bitmap, first)| {
            let bits = bitmap.len().saturating_mul(8);
            first.checked_add(self.len()).is_none_or(|needed| needed > bits)
        });
        if short { Err(Error::InvalidOption { reason: invalid::COLUMN_VALIDITY_TOO_SHORT }) } else { Ok(()) }
    }

    #[inline]
    pub(crate) fn is_null(&self, index: usize) -> bool {
        self.validity.is_some_and(|(bitmap, first)| {
            let bit = first.saturating_add(index);
            bitmap.get(bit / 8).is_none_or(|byte| byte >> (bit % 8) & 1 == 0)
        })
    }

    /// The bytes of a value, which is not asked whether it is null. Offsets that were proper may have changed
    /// since, where others have the memory too: then it is refused.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> Result<&'a [u8], Error> {
        let range = self.offsets.get(index).zip(self.offsets.get(index + 1));
        range.and_then(|(start, end)| self.data.get(start..end)).ok_or(MALFORMED)
    }

    /// Some of the values.
    pub(super) fn part(&self, values: Range<usize>) -> Self {
        let validity = self.validity.map(|(bitmap, first)| (bitmap, first.saturating_add(values.start)));
        Self { data: self.data, offsets: self.offsets.part(values), validity }
    }

    /// The sum of what is made of the length of each value that is not null.
    pub(crate) fn sum(&self, of: impl Fn(usize) -> usize) -> usize {
        let is_null = |index| self.is_null(index);
        match self.offsets {
            Offsets::I32(offsets) => sum(offsets, is_null, of),
            Offsets::I64(offsets) => sum(offsets, is_null, of),
        }
    }

    /// How long a value is.
    pub(super) fn length(&self, index: usize) -> usize {
        let ends = self.offsets.get(index).zip(self.offsets.get(index + 1));
        ends.map_or(0, |(start, end)| end.saturating_sub(start))
    }

    /// The bytes between the first and the last offset.
    pub(crate) fn bytes(&self) -> usize {
        let ends = self.offsets.get(0).zip(self.offsets.get(self.len()));
        ends.map_or(0, |(start, end)| end.saturating_sub(start))
    }

    pub(crate) fn offsets(&self) -> Offsets<'a> {
        self.offsets
    }
}

fn sum<T: Copy>(offsets: &[T], is_null: impl Fn(usize) -> bool, of: impl Fn(usize) -> usize) -> usize
where
    usize: TryFrom<T>,
{
    let number = |offset| usize::try_from(offset).unwrap_or_default();
    let lengths = offsets.windows(2).enumerate().map(|(index, ends)| match ends {
        [start, end] if !is_null(index) => of(number(*end).saturating_sub(number(*start))),
        _ => 0,
    });
    lengths.fold(0, usize::saturating_add)
}

const MALFORMED: Error = Error::InvalidOption { reason: invalid::COLUMN_OFFSETS_MALFORMED };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn improper_offsets_are_refused_and_proper_ones_are_not() {
        let proper =
            |offsets: Offsets<'_>| Values { data: b"12345678", offsets, validity: None }.check().is_ok();
        for good in [&[][..], &[0], &[8], &[0, 0], &[3, 8], &[0, 4, 4, 8]] {
            let wide: Vec<i64> = good.iter().map(|offset| i64::from(*offset)).collect();
            assert!(proper(Offsets::I32(good)) && proper(Offsets::I64(&wide)), "{good:?}");
        }
        for bad in
            [&[-1][..], &[9], &[0, 9], &[4, 3], &[-1, 4], &[0, i32::MAX], &[0, i32::MIN, 8], &[0, 5, 4, 8]]
        {
            let wide: Vec<i64> = bad.iter().map(|offset| i64::from(*offset)).collect();
            assert!(!proper(Offsets::I32(bad)) && !proper(Offsets::I64(&wide)), "{bad:?}");
        }
        assert!(!proper(Offsets::I64(&[0, i64::MAX])) && !proper(Offsets::I64(&[i64::MIN, 0])));
    }

    #[test]
    fn a_bitmap_is_read_from_its_first_bit_on() {
        let values = Values::new(b"abcdefghij", &[0i32, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let nulls = |first| {
            let values = values.validity(&[0b1010_0110, 0b0000_0001], first);
            (0..9).filter(|index| values.is_null(*index)).collect::<Vec<_>>()
        };
        assert_eq!(nulls(0), [0, 3, 4, 6]);
        assert_eq!(nulls(3), [0, 1, 3, 6, 7, 8]);
        assert!(values.validity(&[0xFF, 0xFF], 7).check().is_ok());
        for (bitmap, first) in [(&[0xFF, 0xFF][..], 8), (&[0xFF], 0), (&[], 0), (&[0xFF, 0xFF], usize::MAX)] {
            assert!(values.validity(bitmap, first).check().is_err(), "{bitmap:?} {first}");
        }
    }
}
