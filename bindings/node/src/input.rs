//! Messages, texts and what is said about them, as JavaScript gives them.

use crate::failure::{Failure, Instance};
use crate::js::buffer::NotBytes;
use crate::js::{Env, Kind, Value};
use std::ops::Deref;
use strongroom::Error;
use zeroize::Zeroizing;

/// Bytes where they are, or a copy that is wiped.
pub(crate) enum Bytes<'s> {
    There(&'s [u8]),
    Here(Zeroizing<Vec<u8>>),
}

impl Deref for Bytes<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Self::There(bytes) => bytes,
            Self::Here(bytes) => bytes,
        }
    }
}

impl Bytes<'_> {
    /// A copy of the input, for another thread.
    pub(crate) fn owned(self) -> Bytes<'static> {
        Bytes::Here(match self {
            Self::There(bytes) => Zeroizing::new(bytes.to_vec()),
            Self::Here(bytes) => bytes,
        })
    }
}

/// An aad or a context.
pub(crate) enum Spoken<'s> {
    Bytes(Bytes<'s>),
    Map(Vec<(String, String)>),
    /// Text that has no UTF-8 form.
    LoneSurrogate,
}

/// What is wrong with text that has no UTF-8 form, as a reason.
pub(crate) const LONE_SURROGATE: &str =
    "it has a surrogate without its other half, which is no text; pass bytes";

const NO_UTF8: Error = Error::invalid_option("not_unicode");

/// Whether memory of JavaScript is copied: where it is looked at after JavaScript could have run again, on
/// another thread, or by a keyring that calls back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    Copy,
    Borrow,
}

impl Take {
    #[inline]
    pub(crate) fn copy_if(copy: bool) -> Self {
        if copy { Self::Copy } else { Self::Borrow }
    }
}

impl<'s> Env<'s> {
    /// A `Uint8Array`.
    #[inline]
    pub(crate) fn binary(self, value: Value<'s>, take: Take, what: &str) -> Result<Bytes<'s>, Failure> {
        // SAFETY: what borrows does not call JavaScript before it is done; what does, copies.
        match unsafe { self.uncut(value) } {
            Ok(bytes) if take == Take::Borrow => Ok(Bytes::There(bytes)),
            Ok(bytes) => Ok(Bytes::Here(Zeroizing::new(bytes.to_vec()))),
            Err(wrong) => Err(refusal(wrong, what, "a Buffer or Uint8Array")),
        }
    }

    /// The bytes of a `Uint8Array`. One whose memory was shrunk has none any more, which does not pass for an
    /// empty one.
    ///
    /// # Safety
    /// As for [`bytes`](Self::bytes).
    #[inline]
    unsafe fn uncut(self, value: Value<'s>) -> Result<&'s [u8], NotBytes> {
        // SAFETY: the caller looks at the bytes no longer than until JavaScript runs again.
        let bytes = unsafe { self.bytes(value) }?;
        if bytes.is_empty() && Instance::is_cut_off(self, value) {
            Err(NotBytes::Detached)
        } else {
            Ok(bytes)
        }
    }

    /// A ciphertext in the binary form.
    #[inline]
    pub(crate) fn binary_ciphertext(self, value: Value<'s>, take: Take) -> Result<Bytes<'s>, Failure> {
        let what = "a binary ciphertext";
        self.binary(value, take, what).map_err(|failure| match failure {
            Failure::Type(message) if self.kind(value) == Kind::String => {
                Failure::Type(format!("{message}; text goes to the function without Binary in its name"))
            }
            other => other,
        })
    }

    /// A ciphertext in the text form.
    pub(crate) fn ciphertext(self, value: Value<'s>) -> Result<String, Failure> {
        let what = "a ciphertext";
        self.string(value, what).map_err(|failure| match failure {
            Failure::Type(message) if self.kind(value) == Kind::Object => {
                Failure::Type(format!("{message}; bytes go to the function with Binary in its name"))
            }
            other => other,
        })
    }

    /// A `Uint8Array`, or a string as UTF-8.
    #[inline]
    pub(crate) fn message(self, value: Value<'s>, take: Take, what: &str) -> Result<Bytes<'s>, Failure> {
        match self.speech(value, take, what, "a Buffer, Uint8Array or string")? {
            Spoken::Bytes(bytes) => Ok(bytes),
            _ => Err(NO_UTF8.into()),
        }
    }

    /// A value of a column that is searched: a `Uint8Array`, or a string as UTF-8. The library refuses what
    /// is no text, and so what has no UTF-8 form.
    #[inline]
    pub(crate) fn column_value(self, value: Value<'s>, take: Take) -> Result<Bytes<'s>, Failure> {
        match self.speech(value, take, "a value", "a Buffer, Uint8Array or string")? {
            Spoken::Bytes(bytes) => Ok(bytes),
            _ => Ok(Bytes::There(&[0xFF])),
        }
    }

    /// An aad or a context: a `Uint8Array`, a string, or a map as an array of names and values in turn.
    pub(crate) fn spoken(self, value: Value<'s>, take: Take, what: &str) -> Result<Spoken<'s>, Failure> {
        if self.is_array(value) {
            self.pairs(value, what)
        } else {
            self.speech(value, take, what, "a string, Buffer, Uint8Array, Map or plain object")
        }
    }

    fn speech(self, value: Value<'s>, take: Take, what: &str, wanted: &str) -> Result<Spoken<'s>, Failure> {
        // SAFETY: what is borrowed is looked at no longer than until JavaScript runs again; else it is copied
        // at once.
        match unsafe { self.uncut(value) } {
            Ok(bytes) if take == Take::Borrow => Ok(Spoken::Bytes(Bytes::There(bytes))),
            Ok(bytes) => Ok(Spoken::Bytes(Bytes::Here(Zeroizing::new(bytes.to_vec())))),
            Err(NotBytes::Other) => match self.utf8(value) {
                Some(utf8) if self.has_lone_surrogate(value, &utf8) => Ok(Spoken::LoneSurrogate),
                Some(utf8) => Ok(Spoken::Bytes(Bytes::Here(utf8))),
                None => Err(refusal(NotBytes::Other, what, wanted).of_number(self.number(value).is_some())),
            },
            Err(wrong) => Err(refusal(wrong, what, wanted)),
        }
    }

    fn pairs(self, array: Value<'s>, what: &str) -> Result<Spoken<'s>, Failure> {
        let mut texts = Vec::new();
        for value in self.elements(array)? {
            let utf8 = self.utf8(value).ok_or_else(|| {
                Failure::Type(format!("the names and values of a map as {what} must be strings"))
            })?;
            if self.has_lone_surrogate(value, &utf8) {
                return Ok(Spoken::LoneSurrogate);
            }
            texts.push(String::from_utf8_lossy(&utf8).into_owned());
        }
        let mut pairs = Vec::with_capacity(texts.len() / 2);
        let mut texts = texts.into_iter();
        while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            pairs.push((name, value));
        }
        Ok(Spoken::Map(pairs))
    }

    /// A string. What has no UTF-8 form is not a ciphertext, the name of a key or of a type either, and is
    /// refused as such.
    pub(crate) fn string(self, value: Value<'s>, what: &str) -> Result<String, Failure> {
        self.text(value).ok_or_else(|| Failure::Type(format!("{what} must be a string")))
    }

    /// A string of any characters, such as a label or a path. What has no UTF-8 form would be kept as another
    /// one, so it is refused.
    pub(crate) fn any_string(self, value: Value<'s>, what: &str) -> Result<String, Failure> {
        let text = self.string(value, what)?;
        if self.has_lone_surrogate(value, text.as_bytes()) { Err(NO_UTF8.into()) } else { Ok(text) }
    }
}

impl Failure {
    /// What is said where a number was given for what is text: its text is what was meant.
    fn of_number(self, is_number: bool) -> Self {
        match self {
            Self::Type(message) if is_number => {
                Self::Type(format!("{message}; of a number give its text, as in String(row.id)"))
            }
            other => other,
        }
    }
}

fn refusal(wrong: NotBytes, what: &str, wanted: &str) -> Failure {
    Failure::Type(match wrong {
        NotBytes::Other => format!("{what} must be {wanted}"),
        NotBytes::Detached => format!("the memory of {what} was given away or shrunk"),
        NotBytes::Shared => {
            format!("{what} is over a SharedArrayBuffer, which others can change meanwhile; copy it first")
        }
    })
}
