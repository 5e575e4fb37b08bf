//! API keys: what an application hands out to its own users, and keeps an index of.

use crate::failure::{Failure, Status};
use crate::index_options::IndexOptions;
use crate::memory::{In, Len, Out, utf8};
use crate::output::Output;
use std::ffi::c_char;
use strongroom::ApiKey;

/// A new API key: the prefix, 2 to 16 of a to z and 0 to 9, "_", and 49 characters, of which the last six
/// find typing errors. It is given out once and never stored: what is kept is its strongroom_key_index_binary
/// by strongroom_api_key_index. Wipe the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_api_key_generate(
    prefix: In<'_, c_char>,
    out: Out<'_, c_char>,
    capacity: Len,
    len: Out<'_, usize>,
) -> Status {
    boundary!({
        let out = Output::new(out, capacity, len)?;
        out.terminated(ApiKey::generate(&prefix.string()?)?.expose().as_bytes())
    })
}

/// Whether a text can be an API key at all, without a look at what is stored: one that was mistyped is
/// STRONGROOM_MALFORMED.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_api_key_check(text: In<'_, c_char>, text_len: Len) -> Status {
    boundary!({
        let text = text.secret(text_len)?;
        let text = utf8(&text)?;
        ApiKey::check(text).map_err(|error| Failure::from(error).because(|| ApiKey::why_malformed(text)))
    })
}

/// How API keys are indexed: under the name "strongroom.api-key", as they are, with 256 bits. Never freed.
#[unsafe(no_mangle)]
pub extern "C" fn strongroom_api_key_index() -> *const IndexOptions<'static> {
    boundary!(&raw const INDEX; { &raw const INDEX })
}

static INDEX: IndexOptions<'static> = {
    let (name, name_len) = In::standing(c"strongroom.api-key");
    IndexOptions {
        size: size_of::<IndexOptions<'_>>(),
        name,
        name_len,
        normalize: In::nothing(),
        bits: 256,
        version: 0,
    }
};
