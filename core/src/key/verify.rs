//! Verifying signatures.

use crate::Error;
use crate::key::decrypt::{Zero, decode, parse_text};
use crate::key::item::{Input, Item, WRONG_ITEM};
use crate::key::sign::check_hash;
use crate::key::state::{Host, KeyState};
use crate::key::terms::Terms;
use crate::material::KeyType;
use crate::wire::text::Decoded;

/// `Ok` if the signature is one of the message.
pub(crate) fn verify(state: &KeyState, host: &dyn Host, terms: Terms<'_>, item: &Item<'_>) -> Result<(), Error> {
    let Input::Signed(message, signature) = item.input else { return Err(WRONG_ITEM) };
    state.admit("verify", KeyType::signs)?;
    check_hash(state, terms, item)?;
    item.only(false, false, terms.manner.is_transit(), true)?;
    let parsed = parse_text(state, signature, terms.manner, Zero::IsTooOld)?;
    let mut decoded = Decoded::nothing();
    let payload = decode(&mut decoded, parsed.base64, item.form.unwrap_or_default().alphabet(), terms.manner)?;
    state.with_subkey(parsed.version, terms.context(item, state.record.derived)?, host, |subkey| subkey.verify(message, payload))
}
