//! Verifying signatures.

use crate::Error;
use crate::context::Context;
use crate::key::decrypt::parse_text;
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::key::state::{Host, KeyState};
use crate::material::KeyType;
use crate::wire::text::Decoded;

/// `Ok` if the signature is one of the message.
pub(crate) fn verify(state: &KeyState, host: &dyn Host, bound: Option<&Context>, item: &Item<'_>) -> Result<(), Error> {
    let Input::Signed(message, signature) = item.input else { return Err(WRONG_ITEM) };
    state.admit("verify", KeyType::signs)?;
    item.only(false, false, false, true)?;
    let parsed = parse_text(state, signature)?;
    let payload = Decoded::new(parsed.base64, item.form.unwrap_or_default().alphabet()).map_err(|_| Error::Malformed)?;
    state.with_subkey(parsed.version, item.context_or(bound)?, host, |subkey| subkey.verify(message, payload.bytes()))
}
