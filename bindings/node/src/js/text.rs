//! Strings, as UTF-8.

use super::{Env, Refused, Value, ok};
use napi_sys as sys;
use std::ptr::null_mut;
use zeroize::Zeroizing;

/// Up to this many UTF-16 units the memory for the longest possible UTF-8 is taken at once. Longer strings
/// are first taken for ASCII, as every text of the library is.
const SHORT: usize = 4096;

/// What replaces a lone surrogate: U+FFFD.
const REPLACEMENT: [u8; 3] = [0xEF, 0xBF, 0xBD];

impl<'s> Env<'s> {
    /// The UTF-8 bytes of a string, a lone surrogate replaced by U+FFFD; `None` if it is not a string. Wiped,
    /// since it may be a secret.
    pub(crate) fn utf8(self, value: Value<'s>) -> Option<Zeroizing<Vec<u8>>> {
        let units = self.utf16_len(value)?;
        if units <= SHORT {
            return self.utf8_start(value, 3 * units);
        }
        let start = self.utf8_start(value, units)?;
        // As many bytes as units, each of them a character: none is missing.
        if start.len() == units && start.is_ascii() {
            return Some(start);
        }
        self.utf8_start(value, self.utf8_len(value)?)
    }

    /// As many characters as have room in `room` bytes of UTF-8.
    fn utf8_start(self, value: Value<'s>, room: usize) -> Option<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::<u8>::with_capacity(room + 1));
        let mut len = 0;
        // SAFETY: the environment and the value are those of this call, and the vector has the room and that
        // of the zero byte after it.
        ok(unsafe {
            sys::napi_get_value_string_utf8(
                self.raw(),
                value.raw(),
                bytes.as_mut_ptr().cast(),
                room + 1,
                &raw mut len,
            )
        })
        .ok()?;
        // SAFETY: Node wrote `len` bytes, which is at most the room.
        unsafe { bytes.set_len(len) };
        Some(bytes)
    }

    /// A string, a lone surrogate replaced by U+FFFD; `None` if it is not a string.
    pub(crate) fn text(self, value: Value<'s>) -> Option<String> {
        String::from_utf8(std::mem::take(&mut *self.utf8(value)?)).ok()
    }

    /// Whether a string whose UTF-8 bytes are `utf8` has a surrogate without its other half.
    pub(crate) fn has_lone_surrogate(self, value: Value<'s>, utf8: &[u8]) -> bool {
        if utf8.is_ascii() || !utf8.windows(3).any(|three| three == REPLACEMENT) {
            return false;
        }
        let Some(units) = self.utf16_len(value) else { return false };
        let mut text = Zeroizing::new(vec![0u16; units + 1]);
        let mut len = 0;
        // SAFETY: the environment and the value are those of this call; the buffer has the room that is
        // named.
        let read = ok(unsafe {
            sys::napi_get_value_string_utf16(
                self.raw(),
                value.raw(),
                text.as_mut_ptr(),
                units + 1,
                &raw mut len,
            )
        });
        read == Err(Refused) || char::decode_utf16(text[..len].iter().copied()).any(|unit| unit.is_err())
    }

    fn utf16_len(self, value: Value<'s>) -> Option<usize> {
        let mut len = 0;
        // SAFETY: the environment and the value are those of this call; without memory to write to, Node
        // gives the length.
        ok(unsafe { sys::napi_get_value_string_utf16(self.raw(), value.raw(), null_mut(), 0, &raw mut len) })
            .ok()?;
        Some(len)
    }

    fn utf8_len(self, value: Value<'s>) -> Option<usize> {
        let mut len = 0;
        // SAFETY: the environment and the value are those of this call; without memory to write to, Node
        // gives the length.
        ok(unsafe { sys::napi_get_value_string_utf8(self.raw(), value.raw(), null_mut(), 0, &raw mut len) })
            .ok()?;
        Some(len)
    }
}
