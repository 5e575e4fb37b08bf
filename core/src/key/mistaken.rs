//! What a text that is not what a call takes was perhaps meant to be, by its outside.

use crate::key::state::KeyState;
use crate::wire::text::Prefix;
use crate::wire::{api_key, index, stream, token};

/// Why a text is malformed for a key, where that can be seen.
pub(crate) fn mistaken(state: &KeyState, text: &str) -> Option<&'static str> {
    let begins = |prefix: Prefix| text.starts_with(prefix.head());
    let own = state.prefix(state.record.latest());
    if let Some(why) = blank(text) {
        Some(why)
    } else if token::begins_as_one(text) {
        Some(A_TOKEN)
    } else if index::begins_as_one(text) {
        Some(AN_INDEX)
    } else if api_key::check(text).is_ok() {
        Some(AN_API_KEY)
    } else if stream::begins_as_one(text.as_bytes()) {
        Some(A_STREAM)
    } else if own == Prefix::Strongroom && begins(Prefix::Vault) {
        Some("it is of Vault's or OpenBao's Transit: bring its key here with a backup of it, and use that")
    } else if own == Prefix::Vault && begins(Prefix::Strongroom) {
        Some("it is of a key of another type; take the key that made it")
    } else if begins(own) && !state.record.key_type().signs() {
        // Of a signature it may be another form of it.
        Some(CUT)
    } else {
        None
    }
}

/// Why bytes are malformed as a ciphertext in its binary form, where that can be seen.
pub(crate) fn mistaken_binary(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() {
        Some(EMPTY)
    } else if stream::begins_as_one(bytes) {
        Some(A_STREAM)
    } else if is_text_of_a_key(bytes) {
        Some("it is the text form: give it to the call for text")
    } else {
        None
    }
}

/// Why a text is malformed as a token with this prefix, where that can be seen.
pub(crate) fn mistaken_token(text: &str, prefix: &str) -> Option<&'static str> {
    if let Some(why) = blank(text) {
        Some(why)
    } else if api_key::check(text).is_ok() {
        Some(AN_API_KEY)
    } else if text.starts_with(prefix) {
        Some(CUT)
    } else if token::begins_as_one(text) {
        Some("it has another prefix; name the one with which it was issued")
    } else if index::begins_as_one(text) {
        Some(AN_INDEX)
    } else if is_text_of_a_key(text.as_bytes()) {
        Some(OF_A_KEY)
    } else {
        None
    }
}

/// Why a text is malformed as a blind index, where that can be seen.
pub(crate) fn mistaken_index(text: &str) -> Option<&'static str> {
    if let Some(why) = blank(text) {
        Some(why)
    } else if index::begins_as_one(text) {
        Some(CUT)
    } else if is_text_of_a_key(text.as_bytes()) {
        Some("it is a ciphertext, signature or mac; the blind index is what stands in a column beside it")
    } else if token::begins_as_one(text) {
        Some(A_TOKEN)
    } else if api_key::check(text).is_ok() {
        Some(AN_API_KEY)
    } else {
        Some("the text of a blind index begins with strongroom:i and the number of its version")
    }
}

/// Why a text is malformed as an API key, where that can be seen. It may be nearly one, and secret: only
/// where it has white space, and what it begins with, is looked at.
pub(crate) fn mistaken_api_key(text: &str) -> Option<&'static str> {
    if let Some(why) = blank(text) {
        Some(why)
    } else if token::begins_as_one(text) {
        Some(A_TOKEN)
    } else if index::begins_as_one(text) {
        Some(AN_INDEX)
    } else if is_text_of_a_key(text.as_bytes()) {
        Some(OF_A_KEY)
    } else if api_key::begins_as_one(text) {
        Some("it begins as one; what follows was mistyped, cut off or changed")
    } else {
        Some("an API key begins with a prefix of a to z and 0 to 9 and an underscore, such as acme_")
    }
}

const EMPTY: &str = "it is empty";
const A_TOKEN: &str = "it is a token: redeem it";
const AN_INDEX: &str = "it is a blind index, from which nobody gets the value back: search by it, and decrypt \
    the ciphertext that stands beside it";
const AN_API_KEY: &str = "it is an API key, which holds nothing that could be read: check it, and find its row \
    by its blind index";
const A_STREAM: &str = "it is a stream: give it to the call for streams";
const OF_A_KEY: &str = "it is a ciphertext, signature or mac: decrypt or verify it";
const CUT: &str = "it begins as one; what follows was cut off or changed, so take all of it from its place";

fn is_text_of_a_key(bytes: &[u8]) -> bool {
    [Prefix::Vault, Prefix::Strongroom].iter().any(|known| bytes.starts_with(known.head().as_bytes()))
}

/// What is wrong with the space in a text and around it.
fn blank(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        Some(EMPTY)
    } else if text.trim() != text {
        Some("it has a space or a newline before it or behind it; cut that off")
    } else if text.contains(char::is_whitespace) {
        Some("it has a space or a newline inside")
    } else {
        None
    }
}
