//! What a token is bound to: the key and its version, the context, the aad, the prefix, and that it is one.

use crate::{HOUR, bytes, key, redeemed, text};
use strongroom::{Aad, Context, Error, Import, Item, KeySpec, Keyring, TokenForm};

#[test]
fn contexts_and_aads_bind_it() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let map = [("a", "b")];
    let encoded: &[u8] = b"\0\x01\0\x01a\0\x01b";
    let contexts =
        || [Context::bytes("acme").unwrap(), Context::map(map).unwrap(), Context::bytes(encoded).unwrap()];
    let aads = || [Aad::NONE, Aad::from("acme"), Aad::map(map).unwrap(), Aad::from(encoded)];
    let mut opens = 0;
    for (i, context) in contexts().iter().enumerate() {
        for (j, aad) in aads().iter().enumerate() {
            let token = key.context(context).unwrap().issue("user-17", HOUR, Aad::from(aad)).unwrap();
            for (k, other) in contexts().iter().enumerate() {
                for (l, said) in aads().iter().enumerate() {
                    let found = redeemed(&key.context(other).unwrap(), &token, Aad::from(said));
                    if (i, j) == (k, l) {
                        assert_eq!(found, Ok(b"user-17".to_vec()));
                        opens += 1;
                    } else {
                        assert_eq!(found, Err(Error::DecryptFailed), "{i} {j} {k} {l}");
                    }
                }
            }
            assert_eq!(redeemed(&key, &token, Aad::from(aad)), Err(Error::ContextRequired));
        }
    }
    assert_eq!(opens, 12);
}

#[test]
fn the_prefix_binds_it() {
    let (_ring, key) = key();
    let form = |prefix: &str| TokenForm::new().prefix(prefix);
    let issue = |prefix| key.issue_item(&Item::plaintext("user-17"), HOUR, &form(prefix)).unwrap();
    let redeem = |token: &str, prefix| key.redeem_item(&Item::token(token), &form(prefix)).map(drop);
    for prefix in ["srt_", "a0_", "abcdefghij012345_"] {
        let token = issue(prefix);
        assert!(token.starts_with(&format!("{prefix}_g")), "{token}");
        assert_eq!(redeem(&token, prefix), Ok(()));
        assert_eq!(redeem(&token, "other_"), Err(Error::Malformed));
        assert_eq!(redeem(&token.replacen(prefix, "other_", 1), "other_"), Err(Error::DecryptFailed));
    }
    assert_eq!(redeem(&key.issue("user-17", HOUR, Aad::NONE).unwrap(), "srt_"), Ok(()));
    // One prefix may begin with another one's letters, and none with another one.
    assert_eq!(redeem(&issue("ab_"), "abc_"), Err(Error::Malformed));
    assert_eq!(redeem(&issue("abc_"), "ab_"), Err(Error::Malformed));
    for prefix in ["", "_", "a_", "srt", "Srt_", "s_t_", "srt__", "sré_", "srt_\n", "abcdefghij0123456_"] {
        let refused = key.issue_item(&Item::plaintext("user-17"), HOUR, &form(prefix)).unwrap_err();
        assert_eq!(refused.detail(), Some("token_prefix_malformed"), "{prefix}");
        assert_eq!(redeem("", prefix).unwrap_err().detail(), Some("token_prefix_malformed"), "{prefix}");
    }
}

/// What the prefix and the aad are told apart by: lengths that move from one to the other.
#[test]
fn a_prefix_and_an_aad_are_not_taken_for_each_other() {
    let (_ring, key) = key();
    let token = |prefix: &str, aad: &[u8]| {
        key.issue_item(&Item::plaintext("user-17").aad(aad), HOUR, &TokenForm::new().prefix(prefix)).unwrap()
    };
    let one = bytes(&token("ab_", b"c_\x01d"));
    for (prefix, aad) in [("abc_", &b"d"[..]), ("ab_", b"c_"), ("abc_", b"\x01d"), ("ab_", b"d")] {
        let as_other = text(prefix, &one);
        let form = TokenForm::new().prefix(prefix);
        let found = key.redeem_item(&Item::token(&as_other).aad(aad), &form).map(drop);
        assert_eq!(found, Err(Error::DecryptFailed));
    }
}

#[test]
fn encrypt_cannot_mint_and_decrypt_cannot_redeem() {
    let (_ring, key) = key();
    // What a token has inside, under the aad that a token has.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    let inside = [&now.to_be_bytes()[..], &(now + 3_600_000).to_be_bytes(), b"admin"].concat();
    let bound = b"\x04srt_\0";
    for aad in [Aad::from(bound), Aad::NONE] {
        let ciphertext = key.encrypt_binary_item(&Item::plaintext(&inside).aad(&aad)).unwrap();
        assert_eq!(key.decrypt_item(&Item::binary(&ciphertext).aad(&aad)).unwrap().expose(), inside);
        assert_eq!(redeemed(&key, &text("srt_", &ciphertext), Aad::NONE), Err(Error::DecryptFailed));
    }
    let ciphertext = key.encrypt(&inside, Aad::from(bound)).unwrap();
    assert_eq!(redeemed(&key, &ciphertext, Aad::NONE), Err(Error::Malformed));

    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    assert_eq!(key.decrypt(&token, Aad::NONE).unwrap_err(), Error::Malformed);
    assert_eq!(key.rewrap(&token, Aad::NONE).unwrap_err(), Error::Malformed);
    assert_eq!(key.needs_rewrap(&token).unwrap_err(), Error::Malformed);
    let binary = bytes(&token);
    for view in [(*key).clone(), key.transit()] {
        for aad in [Aad::from(bound), Aad::NONE] {
            let item = || Item::binary(&binary).aad(&aad);
            assert_eq!(view.decrypt_item(&item()).unwrap_err(), Error::DecryptFailed);
            assert_eq!(view.rewrap_binary_item(&item()).unwrap_err(), Error::DecryptFailed);
        }
    }
    let stream = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap().finish().unwrap();
    assert_eq!(redeemed(&key, &text("srt_", &stream), Aad::NONE), Err(Error::Malformed));
    assert!(key.decrypt_reader(&binary[..], Aad::NONE).is_err());
}

/// A key whose ciphertexts begin as tokens do: still neither is the other.
#[test]
fn a_template_that_looks_like_a_prefix_makes_no_tokens() {
    let spec = KeySpec::default().version_template("srt_token_{{version}}_");
    let key = Keyring::in_memory().create_key("odd", spec).unwrap();
    let (ciphertext, token) =
        (key.encrypt("user-17", Aad::NONE).unwrap(), key.issue("user-17", HOUR, Aad::NONE).unwrap());
    assert!(ciphertext.starts_with("srt_token_1_") && token.starts_with("srt__g"));
    assert_eq!(redeemed(&key, &ciphertext, Aad::NONE), Err(Error::Malformed));
    assert_eq!(key.decrypt(&token, Aad::NONE).unwrap_err(), Error::Malformed);
    assert!(key.decrypt(&ciphertext, Aad::NONE).is_ok() && key.redeem(&token, Aad::NONE).is_ok());
}

#[test]
fn another_key_and_another_version_open_none() {
    let (ring, key) = key();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    let other = ring.create_key("other", KeySpec::default()).unwrap();
    assert_eq!(redeemed(&other, &token, Aad::NONE), Err(Error::DecryptFailed));
    key.rotate().unwrap();
    let mut forged = bytes(&token);
    forged[4] = 2;
    assert_eq!(redeemed(&key, &text("srt_", &forged), Aad::NONE), Err(Error::DecryptFailed));
}

#[test]
fn an_imported_key_redeems_what_another_keyring_issued() {
    let import = || Import::raw((0..32).collect::<Vec<u8>>());
    let keys = ["one", "other"].map(|name| {
        Keyring::in_memory().import_key(name, import(), KeySpec::default().derived(true)).unwrap()
    });
    let [one, other] = keys.each_ref().map(|key| key.context([("tenant", "acme")]).unwrap());
    let token = one.issue("user-17", HOUR, Aad::NONE).unwrap();
    assert_eq!(redeemed(&other, &token, Aad::NONE), Ok(b"user-17".to_vec()));
    // Twice, when its subkey is remembered.
    assert_eq!(redeemed(&other, &token, Aad::NONE), Ok(b"user-17".to_vec()));
}

/// The subkeys of one context for two purposes are remembered beside each other.
#[test]
fn what_is_remembered_of_a_context_is_for_its_purpose() {
    let key = Keyring::in_memory().create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let view = key.context("acme").unwrap();
    for _ in 0..3 {
        let (ciphertext, token) =
            (view.encrypt("4111", Aad::NONE).unwrap(), view.issue("user-17", HOUR, Aad::NONE).unwrap());
        assert_eq!(view.decrypt(&ciphertext, Aad::NONE).unwrap().expose(), b"4111");
        // Were the one remembered for the other, this would open.
        let (bound, binary) = (Aad::from(b"\x04srt_\0"), bytes(&token));
        let opened = view.decrypt_item(&Item::binary(&binary).aad(bound));
        assert_eq!(opened.unwrap_err(), Error::DecryptFailed);
        assert_eq!(redeemed(&view, &token, Aad::NONE), Ok(b"user-17".to_vec()));
    }
}

#[test]
fn two_tokens_of_one_payload_are_two() {
    let (_ring, key) = key();
    let tokens: std::collections::BTreeSet<String> =
        (0..1000).map(|_| key.issue("user-17", HOUR, Aad::NONE).unwrap()).collect();
    assert_eq!(tokens.len(), 1000);
}

#[test]
fn payloads_of_any_length_come_back() {
    let (_ring, key) = key();
    for len in [0, 1, 100, 223, 224, 225, 239, 240, 241, 419, 420, 5000, 100_000] {
        let payload = strongroom_tests::noise::noise(len, 9);
        let aad = strongroom_tests::noise::noise(1 + len.min(65_534), 5);
        let token = key.issue(&payload, HOUR, Aad::from(&aad)).unwrap();
        assert_eq!(token.len(), 4 + ((5 + 72 + 16 + len) * 4).div_ceil(3));
        assert_eq!(redeemed(&key, &token, Aad::from(&aad)), Ok(payload));
    }
}
