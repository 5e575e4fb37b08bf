//! DER (X.690), as far as keys are written in it: tags of one byte, definite lengths in their shortest form.

use super::Malformed;

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// A tag that goes on in the bytes behind it has these bits.
const LONG_TAG: u8 = 0x1f;

/// The elements that stand one after the other in some bytes. It borrows, so that no copy of a key is made.
#[derive(Debug)]
pub(crate) struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The contents of the next element, which must have this tag.
    pub(crate) fn next(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        if self.is_next(tag) { self.any().map(|(_, contents)| contents) } else { Err(Malformed) }
    }

    /// The next element: its tag and its contents.
    pub(crate) fn any(&mut self) -> Result<(u8, &'a [u8]), Malformed> {
        let [tag, first, rest @ ..] = self.0 else { return Err(Malformed) };
        if tag & LONG_TAG == LONG_TAG {
            return Err(Malformed);
        }
        let (len, rest) = match (*first, rest) {
            (short @ 0..=0x7f, rest) => (usize::from(short), rest),
            (0x81, [len @ 0x80..=0xff, rest @ ..]) => (usize::from(*len), rest),
            (0x82, [high @ 1..=0xff, low, rest @ ..]) => {
                (usize::from(u16::from_be_bytes([*high, *low])), rest)
            }
            _ => return Err(Malformed),
        };
        let (contents, rest) = rest.split_at_checked(len).ok_or(Malformed)?;
        self.0 = rest;
        Ok((*tag, contents))
    }

    /// The contents of the next element, if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Malformed> {
        if self.is_next(tag) { self.next(tag).map(Some) } else { Ok(None) }
    }

    /// Whether the next element has this tag.
    pub(crate) fn is_next(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// That nothing is left.
    pub(crate) fn end(self) -> Result<(), Malformed> {
        if self.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}

/// The head of an element: its tag and, in the shortest form, how long its contents are. Keys are written in
/// a few hundred bytes; what has more than 65,535 is not one.
pub(crate) fn head(tag: u8, len: usize) -> Vec<u8> {
    match u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes() {
        [0, len @ 0..=0x7f] => vec![tag, len],
        [0, len] => vec![tag, 0x81, len],
        [high, low] => vec![tag, 0x82, high, low],
    }
}

/// An element of the contents, one after the other. For what is no secret: it goes through memory that is not
/// wiped.
pub(crate) fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let mut element = head(tag, contents.iter().map(|part| part.len()).sum());
    contents.iter().for_each(|part| element.extend_from_slice(part));
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(head: &[u8], room: usize) -> Option<usize> {
        let bytes = [&[OCTET_STRING], head, &vec![7; room]].concat();
        let mut elements = Elements::of(&bytes);
        let contents = elements.next(OCTET_STRING).ok()?;
        elements.end().ok().map(|()| contents.len())
    }

    #[test]
    fn every_length_has_one_form() {
        for (head, len) in [
            (&[0][..], 0),
            (&[0x7f], 127),
            (&[0x81, 0x80], 128),
            (&[0x81, 0xff], 255),
            (&[0x82, 1, 0], 256),
            (&[0x82, 0xff, 0xff], 65_535),
        ] {
            assert_eq!(lengths(head, len), Some(len));
            assert_eq!(lengths(head, len + 1), None, "something follows");
            assert!(len == 0 || lengths(head, len - 1).is_none(), "it is cut off");
        }
        for head in [
            &[0x80][..],
            &[0x81, 0x7f],
            &[0x81, 5],
            &[0x82, 0, 0x80],
            &[0x82, 0, 0xff],
            &[0x83, 0, 1, 0],
            &[0x83, 1, 0, 0],
            &[0xff],
        ] {
            assert!((0..300).all(|room| lengths(head, room).is_none()), "{head:x?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for len in [0, 1, 127, 128, 255, 256, 65_535] {
            let (contents, written) =
                (vec![7; len], element(OCTET_STRING, &[&vec![7; len / 2], &vec![7; len - len / 2]]));
            let mut elements = Elements::of(&written);
            assert_eq!(elements.next(OCTET_STRING), Ok(&*contents), "{len}");
            assert_eq!(elements.end(), Ok(()), "{len}");
        }
    }

    #[test]
    fn an_element_is_taken_by_its_tag() {
        let mut elements = Elements::of(&[SEQUENCE, 0, INTEGER, 1, 5]);
        assert_eq!(elements.optional(SET), Ok(None));
        assert_eq!(elements.next(SET), Err(Malformed));
        assert_eq!(elements.next(SEQUENCE), Ok(&[][..]));
        assert_eq!(elements.optional(INTEGER), Ok(Some(&[5][..])));
        assert_eq!(elements.next(INTEGER), Err(Malformed));
        assert_eq!(elements.end(), Ok(()));
        let mut elements = Elements::of(&[SEQUENCE, 0, 0x9e, 1, 5, 0x9f, 1, 5]);
        assert_eq!((elements.any(), elements.any()), (Ok((SEQUENCE, &[][..])), Ok((0x9e, &[5][..]))));
        assert_eq!(elements.any(), Err(Malformed), "its tag has more than one byte");
        assert_eq!(Elements::of(&[]).any(), Err(Malformed));
    }
}
