//! Memory that JavaScript owns.

use super::{Env, Value, ok};
use napi_sys as sys;
use std::ptr::null_mut;
use std::slice;

/// What can be wrong with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotBytes {
    /// Something else than a `Uint8Array`.
    Other,
    /// Its memory was given away.
    Detached,
    /// Other threads can change it under our hands.
    Shared,
}

impl<'s> Env<'s> {
    /// The bytes of a `Uint8Array`, which every `Buffer` is.
    ///
    /// # Safety
    /// They are looked at no longer than until JavaScript runs again, which could detach them.
    #[inline]
    pub(crate) unsafe fn bytes(self, value: Value<'s>) -> Result<&'s [u8], NotBytes> {
        let (data, len) = self.memory(value)?;
        // SAFETY: `memory` checked what Node said; the caller sees to it that the memory stays.
        Ok(if len == 0 { &[] } else { unsafe { slice::from_raw_parts(data, len) } })
    }

    /// The bytes of a `Uint8Array`, to write to.
    ///
    /// # Safety
    /// As for [`bytes`](Self::bytes), and no other slice of the same memory is in use.
    pub(crate) unsafe fn bytes_mut(self, value: Value<'s>) -> Result<&'s mut [u8], NotBytes> {
        let (data, len) = self.memory(value)?;
        // SAFETY: `memory` checked what Node said; the caller sees to it that the memory stays and that no
        // other slice of it is in use.
        Ok(if len == 0 { &mut [] } else { unsafe { slice::from_raw_parts_mut(data, len) } })
    }

    #[inline]
    fn memory(self, value: Value<'s>) -> Result<(*mut u8, usize), NotBytes> {
        let (mut kind, mut len, mut data, mut memory) = (-1, 0, null_mut(), null_mut());
        // SAFETY: the environment and the value are those of this call; the results are locals, and a null
        // pointer asks for nothing.
        let status = unsafe {
            sys::napi_get_typedarray_info(
                self.raw(),
                value.raw(),
                &raw mut kind,
                &raw mut len,
                &raw mut data,
                &raw mut memory,
                null_mut(),
            )
        };
        ok(status).map_err(|_| NotBytes::Other)?;
        if kind != sys::TypedarrayType::uint8_array {
            return Err(NotBytes::Other);
        }
        let mut is_plain = false;
        // SAFETY: `memory` is the value that Node gave with this array, of this call; the result is a local.
        // A SharedArrayBuffer is not an ArrayBuffer.
        let status = unsafe { sys::napi_is_arraybuffer(self.raw(), memory, &raw mut is_plain) };
        if ok(status).is_err() || !is_plain {
            return Err(NotBytes::Shared);
        }
        if len == 0 {
            let mut is_detached = false;
            // SAFETY: `memory` is an ArrayBuffer of this call, as Node has just said; the result is a local.
            let status =
                unsafe { sys::napi_is_detached_arraybuffer(self.raw(), memory, &raw mut is_detached) };
            if ok(status).is_err() || is_detached {
                return Err(NotBytes::Detached);
            }
        } else if data.is_null() {
            return Err(NotBytes::Detached);
        }
        Ok((data.cast(), len))
    }
}
