//! What a text that is no ciphertext of a key was perhaps meant to be, by its outside.

use crate::key::state::KeyState;
use crate::wire::text::Prefix;
use crate::wire::token;

/// Why a text is malformed for a key, where that can be seen.
pub(crate) fn mistaken(state: &KeyState, text: &str) -> Option<&'static str> {
    let begins = |prefix: Prefix| text.starts_with(prefix.head());
    let own = state.prefix(state.record.latest());
    if let Some(why) = blank(text) {
        Some(why)
    } else if token::begins_as_one(text) {
        Some("it is a token: redeem it")
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

/// Why a text is malformed as a token with this prefix, where that can be seen.
pub(crate) fn mistaken_token(text: &str, prefix: &str) -> Option<&'static str> {
    let is_text_of_a_key =
        [Prefix::Vault, Prefix::Strongroom].iter().any(|known| text.starts_with(known.head()));
    if let Some(why) = blank(text) {
        Some(why)
    } else if text.starts_with(prefix) {
        Some(CUT)
    } else if token::begins_as_one(text) {
        Some("it has another prefix; name the one with which it was issued")
    } else if is_text_of_a_key {
        Some("it is a ciphertext, signature or mac: decrypt or verify it")
    } else {
        None
    }
}

const CUT: &str = "it begins as one; what follows was cut off or changed, so take all of it from its place";

/// What is wrong with the space in a text and around it.
fn blank(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        Some("it is empty")
    } else if text.trim() != text {
        Some("it has a space or a newline before it or behind it; cut that off")
    } else if text.contains(char::is_whitespace) {
        Some("it has a space or a newline inside")
    } else {
        None
    }
}
