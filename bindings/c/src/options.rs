//! `strongroom_options`: what is said about one message.

use crate::failure::Failure;
use crate::maps::{self, Pair};
use crate::memory;
use crate::structure::{self, Structure};
use std::ffi::c_void;
use strongroom::{Aad, Context, Error, HashAlgorithm, IntoContext, Item, SignatureForm, Version};

/// `strongroom_options`
#[repr(C)]
pub struct Options {
    pub(crate) size: usize,
    pub(crate) aad: *const c_void,
    pub(crate) aad_len: usize,
    pub(crate) aad_map: *const Pair,
    pub(crate) aad_map_count: usize,
    pub(crate) context: *const c_void,
    pub(crate) context_len: usize,
    pub(crate) context_map: *const Pair,
    pub(crate) context_map_count: usize,
    pub(crate) version: u32,
    pub(crate) hash: u32,
    pub(crate) form: u32,
    pub(crate) reserved: u32,
}

// SAFETY: integers and pointers only.
unsafe impl Structure for Options {
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// The same, read, but for the context.
pub(crate) struct Said<'a> {
    aad: Option<Aad<'a>>,
    /// The caller's bytes of the aad, if it is not a map.
    aad_bytes: &'a [u8],
    pub(crate) context: Option<Result<Context, Error>>,
    version: Option<Version>,
    hash: Option<HashAlgorithm>,
    form: Option<SignatureForm>,
}

const TWICE: Failure = Failure::Argument("a context or aad is given both as bytes and as a map");

/// Calls with an item and everything that the options say about it; and with the caller's bytes of the aad,
/// if it is not a map.
///
/// # Safety
/// As [`read`]
#[inline(always)]
pub(crate) unsafe fn with<'a, T>(
    pointer: *const Options,
    item: Item<'a>,
    call: impl FnOnce(&Item<'_>, &'a [u8]) -> Result<T, Failure>,
) -> Result<T, Failure> {
    // Most calls have no options, and an item is large: then it stays where it was made.
    if pointer.is_null() {
        return call(&item, &[]);
    }
    // SAFETY: unless NULL, the struct has as many bytes as its first field says, and what it points to stays
    // for the call.
    let said = unsafe { read(pointer) }?;
    call(&said.about(item), said.aad_bytes)
}

/// # Safety
/// As `structure::read`, and what the struct points to is as long as it says
pub(crate) unsafe fn read<'a>(pointer: *const Options) -> Result<Said<'a>, Failure> {
    if pointer.is_null() {
        return Ok(Said { aad: None, aad_bytes: &[], context: None, version: None, hash: None, form: None });
    }
    // SAFETY: unless NULL, the caller's struct has as many bytes as its first field says.
    let options = unsafe { structure::read(pointer) }?;
    if options.reserved != 0 {
        return Err(Failure::Argument("the reserved field of the options is not 0"));
    }
    // SAFETY: whatever the struct points to is as long as it says; that is what `read` asks for.
    let ((aad, aad_bytes), context) = unsafe { (options.read_aad()?, options.read_context()?) };
    let version = match options.version {
        0 => None,
        number => Some(Version::new(number).ok_or(Failure::Argument("a version is above 2147483647"))?),
    };
    Ok(Said { aad, aad_bytes, context, version, hash: hash(options.hash)?, form: form(options.form)? })
}

impl Options {
    unsafe fn read_aad<'a>(&self) -> Result<(Option<Aad<'a>>, &'a [u8]), Failure> {
        const WRONG: Error = Error::InvalidAad { reason: "a string of the map is not UTF-8" };
        // SAFETY: unless NULL, the aad has `aad_len` bytes, and the map `aad_map_count` pairs with strings as
        // long as they say, as `read` asks.
        let (bytes, map) = unsafe {
            (memory::bytes(self.aad, self.aad_len)?, maps::read(self.aad_map, self.aad_map_count, WRONG)?)
        };
        match map {
            Some(_) if !self.aad.is_null() => Err(TWICE),
            Some(map) => Ok((Some(Aad::map(map)?), &[])),
            None => Ok(((!self.aad.is_null()).then_some(Aad::from(bytes)), bytes)),
        }
    }

    unsafe fn read_context(&self) -> Result<Option<Result<Context, Error>>, Failure> {
        const WRONG: Error = Error::InvalidContext { reason: "a string of the map is not UTF-8" };
        // SAFETY: unless NULL, the context has `context_len` bytes, and the map `context_map_count` pairs
        // with strings as long as they say, as `read` asks.
        let (bytes, map) = unsafe {
            (
                memory::bytes(self.context, self.context_len)?,
                maps::read(self.context_map, self.context_map_count, WRONG)?,
            )
        };
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
        if let Some(hash) = self.hash {
            item = item.hash(hash);
        }
        if let Some(form) = self.form {
            item = item.form(form);
        }
        item
    }

    /// Whether nothing but a context was said.
    pub(crate) fn is_context_only(&self) -> bool {
        self.aad.is_none() && self.version.is_none() && self.hash.is_none() && self.form.is_none()
    }
}

/// A context that may not be one: the operation says so, in its order.
struct Given<'a>(&'a Result<Context, Error>);

impl IntoContext for Given<'_> {
    fn into_context(self) -> Result<Context, Error> {
        self.0.clone()
    }
}

/// `strongroom_hash`: 0 is the default, else the place in the list, from 1, and SHA-1 after all others.
fn hash(number: u32) -> Result<Option<HashAlgorithm>, Failure> {
    match number.checked_sub(1) {
        None => Ok(None),
        Some(index) => HashAlgorithm::WITH_SHA1
            .get(index as usize)
            .copied()
            .map(Some)
            .ok_or(Failure::Argument("not a strongroom_hash")),
    }
}

/// `strongroom_form`
fn form(number: u32) -> Result<Option<SignatureForm>, Failure> {
    match number {
        0 => Ok(None),
        1 => Ok(Some(SignatureForm::Asn1)),
        2 => Ok(Some(SignatureForm::Jws)),
        _ => Err(Failure::Argument("not a strongroom_form")),
    }
}
