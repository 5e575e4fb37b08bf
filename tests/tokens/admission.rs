//! Who may: types, versions, what was disabled, lent or closed, and what is refused by its name, in its
//! order.

use crate::{HOUR, bytes, key, redeemed, seal, text};
use std::time::Duration;
use strongroom::{
    Aad, ApiKey, BlindIndex, Error, Item, KeyConfig, KeySpec, KeyType, Keyring, Memory, SignatureForm,
    TokenForm, Version,
};

fn version(number: u32) -> Version {
    Version::new(number).unwrap()
}

#[test]
fn other_types_are_refused_by_name() {
    let ring = Keyring::in_memory();
    let (_other, of_tokens) = key();
    let token = of_tokens.issue("user-17", HOUR, Aad::NONE).unwrap();
    let mut refused = 0;
    for key_type in KeyType::ALL.iter().copied().filter(|key_type| key_type.is_supported()) {
        if key_type == KeyType::Xaes256Gcm || key_type.name().starts_with("rsa") {
            continue;
        }
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        let says = |operation| Error::OperationNotSupported { operation, key_type: key_type.name() };
        assert_eq!(key.issue("user-17", HOUR, Aad::NONE).unwrap_err(), says("issue"));
        assert_eq!(redeemed(&key, &token, Aad::NONE), Err(says("redeem")));
        refused += 1;
    }
    assert!(refused >= 14, "{refused}");
}

/// A key may have versions of several types: what was issued under one of the right type is redeemed.
#[test]
fn versions_of_other_types_issue_none_and_redeem_none() {
    let key = Keyring::in_memory().create_key("mixed", KeyType::Aes256Gcm96).unwrap();
    key.rotate_to(KeyType::Xaes256Gcm).unwrap();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    assert_eq!(bytes(&token)[..5], *b"\xFE\0\0\0\x02");
    key.configure(KeyConfig::new().min_encryption_version(Some(Version::FIRST))).unwrap();
    let first = Item::plaintext("user-17").version(Version::FIRST);
    assert_eq!(
        key.issue_item(&first, HOUR, &TokenForm::new()).unwrap_err(),
        Error::OperationNotSupported { operation: "issue", key_type: "aes256-gcm96" }
    );
    let mut forged = bytes(&token);
    forged[4] = 1;
    assert_eq!(redeemed(&key, &text("srt_", &forged), Aad::NONE), Err(Error::Malformed));
    key.rotate_to(KeyType::Aes256Siv).unwrap();
    assert_eq!(redeemed(&key, &token, Aad::NONE), Ok(b"user-17".to_vec()));
    let says = Error::OperationNotSupported { operation: "issue", key_type: "aes256-siv" };
    assert_eq!(key.issue("user-17", HOUR, Aad::NONE).unwrap_err(), says);
}

#[test]
fn tokens_survive_a_rotation_until_their_version_is_closed() {
    let (_ring, key) = key();
    let first = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    key.rotate().unwrap();
    key.rotate().unwrap();
    assert_eq!(bytes(&key.issue("user-17", HOUR, Aad::NONE).unwrap())[1..5], [0, 0, 0, 3]);
    assert_eq!(redeemed(&key, &first, Aad::NONE), Ok(b"user-17".to_vec()));
    let under = |number: u32| {
        key.issue_item(&Item::plaintext("user-17").version(version(number)), HOUR, &TokenForm::new())
    };
    assert_eq!(under(2).unwrap_err(), Error::VersionNotAllowed);
    assert_eq!(under(4).unwrap_err(), Error::VersionTooNew);
    key.configure(KeyConfig::new().min_encryption_version(Some(version(2)))).unwrap();
    let second = under(2).unwrap();
    assert_eq!(bytes(&second)[1..5], [0, 0, 0, 2]);
    key.configure(KeyConfig::new().min_decryption_version(version(2))).unwrap();
    assert_eq!(redeemed(&key, &first, Aad::NONE), Err(Error::VersionTooOld));
    assert_eq!(redeemed(&key, &second, Aad::NONE), Ok(b"user-17".to_vec()));
    let mut later = bytes(&second);
    later[4] = 4;
    assert_eq!(redeemed(&key, &text("srt_", &later), Aad::NONE), Err(Error::VersionTooNew));
    let zero = Item::plaintext("user-17").version_number(0);
    let refused = key.issue_item(&zero, HOUR, &TokenForm::new()).unwrap_err();
    assert_eq!(refused.detail(), Some("version_out_of_range"));
}

/// Who has not seen a rotation yet looks when a token tells of it.
#[test]
fn another_process_redeems_what_was_issued_after_a_rotation() {
    let store = Memory::new();
    let issuing = Keyring::create(store.clone(), seal()).unwrap();
    let issuing = issuing.create_key("sessions", KeySpec::default()).unwrap();
    let redeeming = Keyring::open(store, seal()).unwrap().key("sessions").unwrap();
    redeeming.redeem(issuing.issue("user-17", HOUR, Aad::NONE).unwrap(), Aad::NONE).unwrap();
    for _ in 0..3 {
        issuing.rotate().unwrap();
        let token = issuing.issue("user-17", HOUR, Aad::NONE).unwrap();
        assert_eq!(redeemed(&redeeming, &token, Aad::NONE), Ok(b"user-17".to_vec()));
    }
}

#[test]
fn what_was_disabled_deleted_or_closed_is_refused() {
    let (ring, key) = key();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    let both = || {
        let (issued, redeemed) = (key.issue("user-17", HOUR, Aad::NONE), key.redeem(&token, Aad::NONE));
        (issued.map(drop).unwrap_err(), redeemed.map(drop).unwrap_err())
    };
    key.disable().unwrap();
    let disabled = Error::KeyDisabled { name: "sessions".to_owned() };
    assert_eq!(both(), (disabled.clone(), disabled));
    key.enable().unwrap();
    key.configure(KeyConfig::new().deletion_allowed(true)).unwrap();
    ring.delete_key("sessions").unwrap();
    assert!(matches!(both(), (Error::KeyNotFound { .. }, Error::KeyNotFound { .. })));
    ring.close();
    assert_eq!(both(), (Error::Closed, Error::Closed));
}

#[test]
fn what_an_item_says_too_much_is_refused() {
    let (_ring, key) = key();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    let form = TokenForm::new();
    let issue = |item: &Item<'_>| key.issue_item(item, HOUR, &form).map(drop).unwrap_err().detail();
    let redeem = |item: &Item<'_>| key.redeem_item(item, &form).map(drop).unwrap_err().detail();
    let plaintext = || Item::plaintext("user-17");
    for item in [plaintext().form(SignatureForm::Jws), plaintext().prehashed(), plaintext().unhashed()] {
        assert_eq!(issue(&item), Some("item_says_too_much"));
    }
    for item in [Item::token(&token).version(Version::FIRST), Item::token(&token).form(SignatureForm::Jws)] {
        assert_eq!(redeem(&item), Some("item_says_too_much"));
    }
    for item in [Item::message("user-17"), Item::stream(), Item::token(&token), Item::ciphertext(&token)] {
        assert_eq!(issue(&item), Some("item_of_another_operation"));
    }
    for item in [Item::ciphertext(&token), Item::binary(&token), Item::stream(), plaintext()] {
        assert_eq!(redeem(&item), Some("item_of_another_operation"));
    }
    let item = Item::token(&token);
    let of_others = [
        key.encrypt_item(&item).map(drop),
        key.decrypt_item(&item).map(drop),
        key.sign_item(&item).map(drop),
    ];
    assert!(of_others.iter().all(Result::is_err));
    assert_eq!(key.rewrap_item(&item).unwrap_err().detail(), Some("item_of_another_operation"));
    assert_eq!(key.needs_rewrap_item(&item).unwrap_err().detail(), Some("item_of_another_operation"));
}

/// `docs/formats.md`, sections 13 and 18: with all that is wrong from some place on, the first of it is said.
#[test]
fn refusals_have_their_order() {
    let ring = Keyring::in_memory();
    let key = ring.create_key("tenants", KeySpec::default().derived(true)).unwrap();
    let token = key.context("acme").unwrap().issue("user-17", HOUR, Aad::NONE).unwrap();
    let good = bytes(&token);
    let of_version = |number: u8| {
        let mut bytes = good.clone();
        bytes[4] = number;
        text("srt_", &bytes)
    };
    key.rotate().unwrap();
    key.configure(KeyConfig::new().min_decryption_version(version(2))).unwrap();
    let (short, bad_prefix) = (text("srt_", b"\xFE\0\0\0\x02"), TokenForm::new().prefix("no prefix"));
    let long = vec![7; 65_536];
    let usual = TokenForm::new;
    let redeem =
        |item: &Item<'_>, form: &TokenForm| key.redeem_item(item, form).map(drop).unwrap_err().name();
    let disabled = ring.create_key("disabled", KeySpec::default()).unwrap();
    disabled.disable().unwrap();
    let everything = || Item::token("").aad(&long).context("");
    assert_eq!(disabled.redeem_item(&everything(), &bad_prefix).unwrap_err().name(), "key_disabled");
    assert_eq!(redeem(&everything(), &bad_prefix), "invalid_option");
    assert_eq!(redeem(&everything(), &usual()), "invalid_aad");
    assert_eq!(redeem(&Item::token("").context(""), &usual()), "invalid_context");
    assert_eq!(redeem(&Item::token(""), &usual()), "malformed");
    assert_eq!(redeem(&Item::token(&of_version(3)), &usual()), "version_too_new");
    assert_eq!(redeem(&Item::token(&of_version(1)), &usual()), "version_too_old");
    assert_eq!(redeem(&Item::token(&short), &usual()), "context_required");
    assert_eq!(redeem(&Item::token(&short).context("acme"), &usual()), "malformed");
    assert_eq!(redeem(&Item::token(&of_version(2)).context("acme"), &usual()), "decrypt_failed");

    let issue = |item: &Item<'_>, ttl: Duration, form: &TokenForm| {
        key.issue_item(item, ttl, form).map(drop).unwrap_err().name()
    };
    let everything = || Item::plaintext("").aad(&long).version(version(9)).context("");
    let refused = disabled.issue_item(&everything(), Duration::ZERO, &bad_prefix).unwrap_err();
    assert_eq!(refused.name(), "key_disabled");
    assert_eq!(issue(&everything(), HOUR, &bad_prefix), "invalid_option");
    assert_eq!(issue(&everything(), Duration::ZERO, &usual()), "invalid_option");
    assert_eq!(issue(&everything(), HOUR, &usual()), "invalid_aad");
    assert_eq!(
        issue(&Item::plaintext("").version(version(9)).context(""), HOUR, &usual()),
        "version_too_new"
    );
    assert_eq!(issue(&Item::plaintext("").context(""), HOUR, &usual()), "invalid_context");
    assert_eq!(issue(&Item::plaintext(""), HOUR, &usual()), "context_required");
    let plain = ring.create_key("plain", KeySpec::default()).unwrap();
    let refused = plain.issue_item(&Item::plaintext("").context("acme"), HOUR, &usual()).unwrap_err();
    assert_eq!(refused, Error::ContextNotAllowed);
    let refused = plain.redeem_item(&Item::token("").context("acme"), &usual()).unwrap_err();
    assert_eq!(refused, Error::Malformed);
    let refused = plain.redeem_item(&Item::token(&of_version(1)).context("acme"), &usual()).unwrap_err();
    assert_eq!(refused, Error::ContextNotAllowed);
    for aad in [Aad::from(""), Aad::from(&long)] {
        assert!(matches!(plain.issue("", HOUR, Aad::from(&aad)), Err(Error::InvalidAad { .. })));
        assert!(matches!(plain.redeem(&token, aad), Err(Error::InvalidAad { .. })));
    }
}

/// Tokens are not Transit's, so they are read as strictly there; contexts and aads are as lenient as
/// elsewhere.
#[test]
fn the_view_for_transit_reads_them_as_strictly() {
    let (_ring, key) = key();
    let view = key.transit();
    let token = view.issue("user-17", HOUR, Aad::from("")).unwrap();
    assert_eq!(redeemed(&key, &token, Aad::NONE), Ok(b"user-17".to_vec()));
    assert_eq!(redeemed(&view, &token, Aad::from("")), Ok(b"user-17".to_vec()));
    let with_context = |item: Item<'_>| view.redeem_item(&item.context("acme"), &TokenForm::new()).map(drop);
    assert_eq!(with_context(Item::token(&token)), Ok(()));
    let long = vec![7; 70_000];
    let bound = view.issue("user-17", HOUR, Aad::from(&long)).unwrap();
    assert_eq!(redeemed(&view, &bound, Aad::from(&long)), Ok(b"user-17".to_vec()));
    for odd in [format!("{token}\n"), format!("{}\n{}", &token[..20], &token[20..]), format!("{token}==")] {
        assert_eq!(redeemed(&view, &odd, Aad::NONE), Err(Error::Malformed), "{odd:?}");
    }
    // The next letter has a spare bit that is not zero.
    let next = char::from(token.bytes().last().unwrap() + 1);
    let odd = format!("{}{next}", &token[..token.len() - 1]);
    assert_eq!(redeemed(&view, &odd, Aad::NONE), Err(Error::Malformed), "{odd}");
    let latest = view.issue_item(&Item::plaintext("user-17").version_number(0), HOUR, &TokenForm::new());
    assert!(latest.is_ok());
}

#[test]
fn a_text_that_is_none_is_named() {
    let (_ring, key) = key();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    let ciphertext = key.encrypt("user-17", Aad::NONE).unwrap();
    assert_eq!(key.why_malformed(&token), Some("it is a token: redeem it"));
    let form = TokenForm::new();
    let index = key.index("user-17", &BlindIndex::new("n")).unwrap();
    let why_index = key.why_malformed(&index).unwrap();
    // Whatever its prefix is, also that of tokens.
    let of_an_api = ApiKey::generate("srt").unwrap();
    for (odd, why) in [
        (" ", "it is empty"),
        (&*format!("{token}\n"), "it has a space or a newline before it or behind it; cut that off"),
        (&*ciphertext, "it is a ciphertext, signature or mac: decrypt or verify it"),
        (&*index, why_index),
        (
            of_an_api.expose(),
            "it is an API key, which holds nothing that could be read: check it, and find its row \
            by its blind index",
        ),
        (&token.replace("srt_", "acme_"), "it has another prefix; name the one with which it was issued"),
        (
            &token[..20],
            "it begins as one; what follows was cut off or changed, so take all of it from its place",
        ),
    ] {
        assert_eq!(form.why_malformed(odd), Some(why), "{odd}");
    }
    assert_eq!(form.why_malformed("nonsense"), None);
}
