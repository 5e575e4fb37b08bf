//! Verifying signatures.

use crate::Error;
use crate::key::call::Call;
use crate::key::decrypt::{Zero, decode, parse_text};
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::sign::how;
use crate::wire::text::Decoded;

/// `Ok` if the signature is one of the message.
pub(crate) fn verify(call: &Call<'_>) -> Result<(), Error> {
    let &Call { state, terms, item, .. } = call;
    let Input::Signed(message, signature) = item.input else { return Err(WRONG_ITEM) };
    let parsed = parse_text(state, signature, terms.manner, Zero::IsTooOld)?;
    let mut decoded = Decoded::nothing();
    let payload =
        decode(&mut decoded, parsed.base64, item.form.unwrap_or_default().alphabet(), terms.manner)?;
    let how = how(call, parsed.version, message.len())?;
    state.with_subkey(parsed.version, call.context()?, call.host, |subkey| {
        subkey.verify(&how, message, payload)
    })
}
