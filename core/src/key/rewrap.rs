//! Bringing ciphertexts under the latest version.

use crate::Error;
use crate::key::call::Call;
use crate::key::decrypt::{self, Openable, Payload, Zero};
use crate::key::encrypt::{check_version, text_onto, to_binary, to_text};
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::state::KeyState;
use crate::wire::base64::Alphabet;
use crate::wire::{binary, text};

/// Authenticates, then encrypts anew under the latest version (in Transit's manner, under the one that was
/// asked for); one that is already as a new one would be comes back byte for byte.
pub(crate) fn rewrap(call: &Call<'_>) -> Result<String, Error> {
    let &Call { state, item, .. } = call;
    decrypt::with(call, |mut opened| {
        if matches!(item.input, Input::Ciphertext(_)) && is_current(state, &opened) {
            opened.check()?;
            // Of the payload that was authenticated: a text has one spelling.
            let (template, version) = (state.template(), opened.version);
            let prefix = state.prefix(version);
            return Ok(match opened.payload {
                Payload::There(payload) => text::of(template, prefix, version, Alphabet::Standard, payload),
                Payload::Ours(block) => text::around(template, prefix, version, Alphabet::Standard, block),
            });
        }
        let plaintext = opened.plaintext()?;
        renew(call, &opened, |version, subkey| to_text(call, version, subkey, opened.aad, plaintext.expose()))
    })
}

/// As [`rewrap`], into memory that is asked for when its length is known. Gives the length.
pub(crate) fn rewrap_onto<'o>(
    call: &Call<'_>,
    room: impl FnOnce(usize) -> Result<&'o mut [u8], Error>,
) -> Result<usize, Error> {
    let &Call { state, item, .. } = call;
    decrypt::with(call, |mut opened| {
        if matches!(item.input, Input::Ciphertext(_)) && is_current(state, &opened) {
            opened.check()?;
            let (template, version, payload) = (state.template(), opened.version, opened.payload());
            let prefix = state.prefix(version);
            let out = room(text::length(template, prefix, version, payload.len()))?;
            return text::write_into(
                template,
                prefix,
                version,
                Alphabet::Standard,
                payload.len(),
                out,
                |place| {
                    place.copy_from_slice(payload);
                    Ok(())
                },
            );
        }
        let plaintext = opened.plaintext()?;
        renew(call, &opened, |version, subkey| {
            text_onto(call, version, subkey, opened.aad, plaintext.expose(), room)
        })
    })
}

/// Renews a ciphertext in the compact binary form.
pub(crate) fn rewrap_binary(call: &Call<'_>) -> Result<Vec<u8>, Error> {
    let &Call { state, item, .. } = call;
    decrypt::with(call, |mut opened| {
        if matches!(item.input, Input::Binary(_)) && is_current(state, &opened) {
            opened.check()?;
            let head = binary::head(opened.version);
            return Ok(match opened.payload {
                Payload::There(payload) => [&head, payload].concat(),
                // The head stands before it.
                Payload::Ours(block) => block.memory,
            });
        }
        let plaintext = opened.plaintext()?;
        renew(call, &opened, |version, subkey| {
            to_binary(call, version, subkey, opened.aad, plaintext.expose())
        })
    })
}

pub(crate) fn is_current(state: &KeyState, opened: &Openable<'_>) -> bool {
    // Transit makes a new one each time.
    opened.canonical && opened.version == state.record.latest() && !opened.manner.is_transit()
}

pub(crate) fn renew<T>(
    call: &Call<'_>,
    opened: &Openable<'_>,
    work: impl FnOnce(crate::Version, &crate::subkey::Subkey) -> Result<T, Error>,
) -> Result<T, Error> {
    let &Call { state, host, .. } = call;
    let version = state.to_make(host, opened.asked, opened.manner)?;
    state.with_subkey(version, opened.context, host, |subkey| {
        check_version(state, version, subkey, opened.aad)?;
        work(version, subkey)
    })
}

/// Whether a rewrap would change a ciphertext. Looks at its outside only, so it says nothing about whether it
/// opens.
pub(crate) fn needs_rewrap(call: &Call<'_>) -> Result<bool, Error> {
    let &Call { state, terms, item, .. } = call;
    match item.input {
        Input::Ciphertext(ciphertext) => {
            let parsed = decrypt::parse_text(state, ciphertext, terms.manner, Zero::IsOne)?;
            Ok(parsed.version != state.record.latest()
                || parsed.prefix.is_none() != state.template().is_some())
        }
        Input::Binary(ciphertext) => {
            let (version, _) = binary::parse(ciphertext).map_err(|_| Error::Malformed)?;
            state.record.window().for_decryption(version)?;
            Ok(version != state.record.latest())
        }
        _ => Err(WRONG_ITEM),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Aad, Error, Item, Key, KeySpec, KeyType, Keyring};

    const AEADS: [KeyType; 6] = [
        KeyType::Xaes256Gcm,
        KeyType::Aes256Siv,
        KeyType::Aes256Gcm96,
        KeyType::Aes128Gcm96,
        KeyType::ChaCha20Poly1305,
        KeyType::XChaCha20Poly1305,
    ];

    /// Of every kind, on both sides of every border between ways to hold a payload.
    fn each(check: impl Fn(&Key, &[u8], &str)) {
        let ring = Keyring::in_memory();
        let mut keys = 0;
        for (i, key_type) in AEADS.into_iter().enumerate() {
            for (kind, spec) in [
                ("plain", KeySpec::new(key_type)),
                ("derived", KeySpec::new(key_type).derived(true)),
                ("convergent", KeySpec::new(key_type).derived(true).convergent(true)),
            ] {
                let Ok(key) = ring.create_key(&format!("{kind}-{i}"), spec) else { continue };
                keys += 1;
                for len in [0, 7, 240, 241, 300, 1980, 2100, 65_000, 66_000, 100_000] {
                    let message: Vec<u8> = (0..len).map(|i| (i % 253) as u8).collect();
                    check(&key, &message, &format!("{key_type} {kind} {len}"));
                }
            }
        }
        assert_eq!(keys, 16, "two of the types are not convergent");
    }

    fn about<'a>(key: &Key, item: Item<'a>) -> Item<'a> {
        if key.info().unwrap().derived { item.context("acme") } else { item }
    }

    #[test]
    fn what_is_encrypted_opens_and_comes_back_byte_for_byte() {
        each(|key, message, what| {
            let text = key.encrypt_item(&about(key, Item::plaintext(message))).unwrap();
            let binary = key.encrypt_binary_item(&about(key, Item::plaintext(message))).unwrap();
            let (of_text, of_binary) =
                (about(key, Item::ciphertext(&text)), about(key, Item::binary(&binary)));
            for item in [&of_text, &of_binary] {
                assert_eq!(key.decrypt_item(item).unwrap().expose(), message, "{what}");
                assert_eq!(key.transit().decrypt_item(item).unwrap().expose(), message, "{what}");
            }
            assert_eq!(key.rewrap_item(&of_text).unwrap(), text, "{what}");
            assert_eq!(key.rewrap_binary_item(&of_binary).unwrap(), binary, "{what}");
            let latest = key.rotate().unwrap();
            let (new_text, new_binary) =
                (key.rewrap_item(&of_text).unwrap(), key.rewrap_binary_item(&of_binary).unwrap());
            let (crossed_text, crossed_binary) =
                (key.rewrap_item(&of_binary).unwrap(), key.rewrap_binary_item(&of_text).unwrap());
            for text in [&new_text, &crossed_text] {
                assert!(text.contains(&format!("v{latest}:")), "{what}");
                assert_eq!(key.decrypt_item(&about(key, Item::ciphertext(text))).unwrap().expose(), message);
            }
            for binary in [&new_binary, &crossed_binary] {
                assert_eq!(key.decrypt_item(&about(key, Item::binary(binary))).unwrap().expose(), message);
            }
        });
    }

    /// Also where nothing would be decrypted: what is given back was authenticated.
    #[test]
    fn what_was_changed_anywhere_does_not_come_back() {
        each(|key, message, what| {
            let good = key.encrypt_binary_item(&about(key, Item::plaintext(message))).unwrap();
            for at in [5, 20, good.len() / 2, good.len() - 1] {
                let mut bad = good.clone();
                bad[at] ^= 0x10;
                let item = about(key, Item::binary(&bad));
                assert_eq!(key.decrypt_item(&item).unwrap_err(), Error::DecryptFailed, "{what} {at}");
                assert_eq!(key.rewrap_binary_item(&item).unwrap_err(), Error::DecryptFailed, "{what} {at}");
            }
            let text = key.encrypt_item(&about(key, Item::plaintext(message))).unwrap();
            let start = text.rfind(':').unwrap() + 1;
            for at in [start, start + 20, start + (text.len() - start) / 2, text.len() - 4] {
                let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
                let bad = [&text[..at], other, &text[at + 1..]].concat();
                let item = about(key, Item::ciphertext(&bad));
                assert_eq!(key.decrypt_item(&item).unwrap_err(), Error::DecryptFailed, "{what} {at}");
                assert_eq!(key.rewrap_item(&item).unwrap_err(), Error::DecryptFailed, "{what} {at}");
            }
            let short = about(key, Item::binary(&good[..9]));
            assert_eq!(key.decrypt_item(&short).unwrap_err(), Error::Malformed, "{what}");
            assert_eq!(key.rewrap_binary_item(&short).unwrap_err(), Error::Malformed, "{what}");
            let text = format!("{}AAAA", &text[..start]);
            let short = about(key, Item::ciphertext(&text));
            assert_eq!(key.decrypt_item(&short).unwrap_err(), Error::Malformed, "{what}");
            assert_eq!(key.rewrap_item(&short).unwrap_err(), Error::Malformed, "{what}");
        });
    }

    #[test]
    fn an_aad_is_checked_where_nothing_is_decrypted() {
        let key = Keyring::in_memory().create_key("k", KeyType::Xaes256Gcm).unwrap();
        let text = key.encrypt([7; 5000], Aad::from("a")).unwrap();
        assert_eq!(key.rewrap(&text, Aad::from("a")).unwrap(), text);
        assert_eq!(key.rewrap(&text, Aad::from("b")).unwrap_err(), Error::DecryptFailed);
    }
}
