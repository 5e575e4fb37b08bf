//! Tokens and API keys: the vectors of the format, who may issue and redeem, what a token is bound to, its
//! time, and whatever is changed about one.

mod admission;
mod api_keys;
mod binding;
mod tampering;
mod time;
mod vectors;

use base64_simd::URL_SAFE_NO_PAD;
use std::sync::Arc;
use std::time::Duration;
use strongroom::{Aad, Clock, Error, Key, KeySpec, Keyring, Memory, Seal, SecretArray, View};

/// How long tokens live here unless it is said.
const HOUR: Duration = Duration::from_secs(3600);

fn key() -> (Keyring, Key) {
    let ring = Keyring::in_memory();
    let key = ring.create_key("sessions", KeySpec::default()).unwrap();
    (ring, key)
}

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

/// A keyring of its own whose time somebody tells.
fn ring_at(clock: Arc<dyn Clock>) -> Keyring {
    Keyring::builder().clock(clock).create(Memory::new(), seal()).unwrap()
}

/// What a token holds, or why it is refused.
fn redeemed(key: &View, token: &str, aad: Aad<'_>) -> Result<Vec<u8>, Error> {
    key.redeem(token, aad).map(|token| token.payload.expose().to_vec())
}

/// What stands behind the prefix.
fn bytes(token: &str) -> Vec<u8> {
    let (_, base64) = token.split_once('_').unwrap();
    URL_SAFE_NO_PAD.decode_to_vec(base64).unwrap()
}

fn text(prefix: &str, bytes: &[u8]) -> String {
    prefix.to_owned() + &URL_SAFE_NO_PAD.encode_to_string(bytes)
}
