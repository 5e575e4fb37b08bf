//! `strongroom_options`: what is said about one message.

use crate::choice;
use crate::failure::Failure;
use crate::maps::{self, Pair};
use crate::memory::{In, Len};
use crate::signing::{Numbers, Signing};
use crate::structure::{self, Structure};
use std::ffi::c_void;
use std::mem::offset_of;
use strongroom::{Aad, Column, Context, Error, IntoContext, Item, Version};

/// What is said about one message.
#[repr(C)]
pub struct Options<'a> {
    pub(crate) size: usize,
    /// Associated data: authenticated with the message, not stored. Bytes, or a map of strings; NULL for
    /// none. Up to 65,535 bytes, or 2^30 in the view of strongroom_key_transit.
    pub(crate) aad: In<'a, c_void>,
    pub(crate) aad_len: Len,
    pub(crate) aad_map: In<'a, Pair<'a>>,
    pub(crate) aad_map_count: Len,
    /// From this a derived key makes the subkey for the message. Bytes, or a map of strings, as long as an
    /// aad; NULL for none.
    pub(crate) context: In<'a, c_void>,
    pub(crate) context_len: Len,
    pub(crate) context_map: In<'a, Pair<'a>>,
    pub(crate) context_map_count: Len,
    /// The version to encrypt, sign or MAC with, or 0 for the latest. A rewrap takes one in the view of
    /// strongroom_key_transit only.
    pub(crate) version: u32,
    /// One of enum strongroom_hash, or 0.
    pub(crate) hash: u32,
    /// One of enum strongroom_form, or 0.
    pub(crate) form: u32,
    pub(crate) reserved: u32,
    /// 1 if what is signed or verified is the digest of the message by the hash, else 0. For ECDSA and
    /// RSA keys.
    pub(crate) prehashed: u32,
    /// One of enum strongroom_padding, or 0. For RSA keys.
    pub(crate) padding: u32,
    /// One of enum strongroom_salt, or 0. For RSA keys.
    pub(crate) salt: u32,
    /// With STRONGROOM_SALT_BYTES, how many.
    pub(crate) salt_length: u32,
}

// SAFETY: a size first, then integers and pointers only.
unsafe impl Structure for Options<'_> {
    const FIRST_SIZE: usize = offset_of!(Self, prehashed);
}

/// What the options say once they are read, but for the context.
pub(crate) struct Said<'a> {
    aad: Option<Aad<'a>>,
    /// The caller's bytes of the aad, if it is not a map.
    aad_bytes: &'a [u8],
    pub(crate) context: Option<Result<Context, Error>>,
    version: Option<Version>,
    signing: Signing,
}

const TWICE: Failure = Failure::Argument("a context or aad is given both as bytes and as a map");

/// Calls with an item and everything that the options say about it; and with the caller's bytes of the aad,
/// if it is not a map.
#[inline(always)]
pub(crate) fn with<'a, T>(
    options: In<'a, Options<'a>>,
    item: Item<'_>,
    call: impl FnOnce(&Item<'_>, &'a [u8]) -> Result<T, Failure>,
) -> Result<T, Failure> {
    // Most calls have no options, and an item is large: then it stays where it was made.
    if options.is_null() {
        return call(&item, &[]);
    }
    let said = read(options)?;
    call(&said.about(item), said.aad_bytes)
}

pub(crate) fn read<'a>(options: In<'_, Options<'a>>) -> Result<Said<'a>, Failure> {
    if options.is_null() {
        return Ok(Said {
            aad: None,
            aad_bytes: &[],
            context: None,
            version: None,
            signing: Signing::default(),
        });
    }
    let options = structure::read(options)?;
    if options.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the options is not 0"));
    }
    let ((aad, aad_bytes), context) = (options.read_aad()?, options.read_context()?);
    let version = choice::version(options.version)?;
    let signing = Signing::read(&options.signing())?;
    Ok(Said { aad, aad_bytes, context, version, signing })
}

impl<'a> Options<'a> {
    fn signing(&self) -> Numbers {
        let &Self { hash, form, prehashed, padding, salt, salt_length, .. } = self;
        Numbers { hash, form, prehashed, padding, salt, salt_length }
    }

    fn read_aad(&self) -> Result<(Option<Aad<'a>>, &'a [u8]), Failure> {
        const WRONG: Error = Error::InvalidAad { reason: "a string of the map is not UTF-8" };
        let (bytes, map) =
            (self.aad.bytes(self.aad_len)?, maps::read(self.aad_map, self.aad_map_count, WRONG)?);
        match map {
            Some(_) if !self.aad.is_null() => Err(TWICE),
            Some(map) => Ok((Some(Aad::map(map)?), &[])),
            None => Ok(((!self.aad.is_null()).then_some(Aad::from(bytes)), bytes)),
        }
    }

    fn read_context(&self) -> Result<Option<Result<Context, Error>>, Failure> {
        const WRONG: Error = Error::InvalidContext { reason: "a string of the map is not UTF-8" };
        let (bytes, map) = (
            self.context.bytes(self.context_len)?,
            maps::read(self.context_map, self.context_map_count, WRONG)?,
        );
        match map {
            Some(_) if !self.context.is_null() => Err(TWICE),
            Some(map) => Ok(Some(Context::map(map))),
            None => Ok((!self.context.is_null()).then(|| Context::bytes(bytes))),
        }
    }
}

impl<'a> Said<'a> {
    /// The item with everything that was said about it.
    fn about<'b>(&'b self, mut item: Item<'b>) -> Item<'b> {
        if let Some(aad) = &self.aad {
            item = item.aad(aad);
        }
        if let Some(context) = &self.context {
            item = item.context(Given(context));
        }
        if let Some(version) = self.version {
            item = item.version(version);
        }
        self.signing.about(item)
    }

    /// A column with everything that was said about all of its values.
    pub(crate) fn about_column<'b>(&'b self, mut column: Column<'b>) -> Result<Column<'b>, Failure> {
        if !self.signing.is_nothing() {
            return Err(Failure::Argument("a column has no use for what is said of signatures"));
        }
        if let Some(aad) = &self.aad {
            column = column.aad(aad);
        }
        if let Some(context) = &self.context {
            column = column.context(Given(context));
        }
        if let Some(version) = self.version {
            column = column.version(version);
        }
        Ok(column)
    }

    pub(crate) fn has_aad(&self) -> bool {
        self.aad.is_some()
    }

    /// The caller's bytes of the aad, if it is not a map: all else was copied.
    pub(crate) fn borrowed(&self) -> &'a [u8] {
        self.aad_bytes
    }

    /// Whether nothing but a context was said.
    pub(crate) fn is_context_only(&self) -> bool {
        self.aad.is_none() && self.version.is_none() && self.signing.is_nothing()
    }
}

/// A context that may not be one: the operation says so, in its order.
struct Given<'a>(&'a Result<Context, Error>);

impl IntoContext for Given<'_> {
    fn into_context(self) -> Result<Context, Error> {
        self.0.clone()
    }
}
