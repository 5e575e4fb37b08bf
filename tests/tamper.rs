//! Whatever is changed about a ciphertext, a signature or a mac, it is refused; and a refused ciphertext
//! leaves nothing of its plaintext behind.

use base64_simd::{STANDARD, URL_SAFE_NO_PAD};
use strongroom::hazmat::{Aead, hkdf_sha256, hmac, seal};
use strongroom::{Aad, Error, HashAlgorithm, Import, Item, KeySpec, KeyType, Keyring, SignatureForm, View};
use strongroom_tests::changes::{characters, cut, lengthened};
use strongroom_tests::noise::noise_array;
use strongroom_tests::soak::scaled;

/// How many messages there are; the second half has the lengths of the first.
const MESSAGES: usize = 208;
const AAD: &[u8] = b"order-17";
/// What buffers are filled with; no plaintext has this byte, nor a zero.
const PATTERN: u8 = 0xA5;

/// Up to 103 bytes, of which none is zero or the pattern.
fn message(number: usize) -> Vec<u8> {
    (0..number % 104).map(|at| 1 + ((at * 7 + number) % 160) as u8).collect()
}

/// The messages that are tried, of the first so many: of each length those that end beside a block of 16
/// bytes, or in the long form all of them.
fn numbers(first: usize) -> impl Iterator<Item = usize> {
    let all = scaled(false, true);
    (0..first).filter(move |number| all || *number < 104 && matches!(number % 16, 0 | 1 | 15))
}

/// A key as the verbs see it, and the aad that it takes.
struct Subject {
    name: String,
    view: View,
    aad: &'static [u8],
}

impl Subject {
    fn aad(&self) -> Aad<'_> {
        if self.aad.is_empty() { Aad::NONE } else { Aad::from(self.aad) }
    }
}

/// Plain, derived and, where there is such a thing, convergent keys of a type; of one type also with a
/// version template.
fn subjects(ring: &Keyring, key_type: KeyType) -> Vec<Subject> {
    let create = |form: &str, spec: KeySpec| ring.create_key(&format!("{key_type}.{form}"), spec).unwrap();
    let spec = KeySpec::new(key_type);
    let under = |key: strongroom::Key| key.context([("tenant", "acme")]).unwrap();
    let mut all = vec![
        Subject { name: format!("{key_type}"), view: View::clone(&create("plain", spec.clone())), aad: AAD },
        Subject {
            name: format!("{key_type} derived"),
            view: under(create("derived", spec.clone().derived(true))),
            aad: AAD,
        },
    ];
    if key_type == KeyType::Aes256Gcm96 {
        let key = create("template", spec.clone().version_template("app-{{version}}-"));
        all.push(Subject { name: format!("{key_type} with a template"), view: View::clone(&key), aad: AAD });
    }
    if key_type.converges() {
        all.push(Subject {
            name: format!("{key_type} convergent"),
            view: under(create("convergent", spec.derived(true).convergent(true))),
            aad: b"",
        });
    }
    all
}

/// The one failure once a key was touched, or the public fact that tells a text from a ciphertext of this
/// key.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::DecryptFailed
            | Error::BadSignature
            | Error::Malformed
            | Error::VersionTooNew
            | Error::VersionTooOld
    )
}

/// Tries every change of one ciphertext; gives how many there were.
fn tamper_with_ciphertext(subject: &Subject, plaintext: &[u8]) -> usize {
    let Subject { name, view, .. } = subject;
    let aad = || subject.aad();
    let text = view.encrypt(plaintext, aad()).unwrap();
    let (prefix, base64) = text.split_at(text.rfind([':', '-']).unwrap() + 1);
    let payload = STANDARD.decode_to_vec(base64).unwrap();
    let binary = [[0xFE, 0, 0, 0, 1].as_slice(), &payload].concat();
    assert_eq!(view.decrypt(&text, aad()).unwrap().expose(), plaintext, "{name}");
    assert_eq!(view.decrypt_item(&Item::binary(&binary).aad(aad())).unwrap().expose(), plaintext, "{name}");

    let mut tried = 0;
    for bit in 0..8 * binary.len() {
        let mut changed = binary.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        // Longer than the plaintext, so that what lies behind it is seen too.
        let mut out = vec![PATTERN; plaintext.len() + 8];
        let error = view.decrypt_into_item(&Item::binary(&changed).aad(aad()), &mut out).unwrap_err();
        assert!(
            out.iter().all(|byte| matches!(*byte, 0 | PATTERN)),
            "{name}: bit {bit} left plaintext in the buffer"
        );
        assert!(
            out[plaintext.len()..].iter().all(|byte| *byte == PATTERN),
            "{name}: bit {bit}: written behind the plaintext"
        );
        if bit < 40 {
            assert!(matches!(error, Error::Malformed | Error::VersionTooNew), "{name}: bit {bit}: {error:?}");
        } else {
            assert_eq!(error, Error::DecryptFailed, "{name}: bit {bit}");
            assert!(
                out[..plaintext.len()].iter().all(|byte| *byte == 0),
                "{name}: bit {bit}: the buffer is not wiped"
            );
            let respelt = format!("{prefix}{}", STANDARD.encode_to_string(&changed[5..]));
            assert_eq!(
                view.decrypt(&respelt, aad()).unwrap_err(),
                Error::DecryptFailed,
                "{name}: bit {bit} as text"
            );
        }
        tried += 2;
    }
    let mut refused = |what: &str, changed: &str, result: Result<(), Error>| {
        let error = result.expect_err(&format!("{name}: {what} taken: {changed}"));
        assert!(is_refusal(&error), "{name}: {what}: {error:?}");
        tried += 1;
    };
    for changed in characters(&text).chain(cut(&text)).chain(lengthened(&text)) {
        refused("a changed text", &changed, view.decrypt(&changed, aad()).map(drop));
    }
    for end in 0..binary.len() {
        refused("a cut binary", "", view.decrypt_item(&Item::binary(&binary[..end]).aad(aad())).map(drop));
        let mut out = vec![PATTERN; plaintext.len()];
        refused(
            "a binary cut in front",
            "",
            view.decrypt_into_item(&Item::binary(&binary[end + 1..]).aad(aad()), &mut out).map(drop),
        );
        assert!(
            out.iter().all(|byte| matches!(*byte, 0 | PATTERN)),
            "{name}: cut at {end}, plaintext is left in the buffer"
        );
    }
    for more in [&[0][..], &[0xFF], &[0; 16], &payload] {
        refused(
            "a longer binary",
            "",
            view.decrypt_item(&Item::binary(&[&binary, more].concat()).aad(aad())).map(drop),
        );
        refused(
            "a longer payload",
            "",
            view.decrypt(format!("{prefix}{}", STANDARD.encode_to_string([&payload, more].concat())), aad())
                .map(drop),
        );
    }
    for other in [&b"order-18"[..], b"order-1", b"order-177", b"\0"] {
        refused("another aad", "", view.decrypt(&text, Aad::from(other)).map(drop));
    }
    // A rewrap authenticates also where it would change nothing.
    let mut changed = payload.clone();
    changed[payload.len() / 2] ^= 1;
    refused(
        "a rewrap",
        "",
        view.rewrap(format!("{prefix}{}", STANDARD.encode_to_string(&changed)), aad()).map(drop),
    );
    tried
}

fn ciphertexts(key_types: &[KeyType]) {
    let ring = Keyring::in_memory();
    for key_type in key_types {
        for (form, subject) in subjects(&ring, *key_type).iter().enumerate() {
            let of = if form == 0 { MESSAGES } else { MESSAGES / 2 };
            let tried: usize =
                numbers(of).map(|number| tamper_with_ciphertext(subject, &message(number))).sum();
            let messages = numbers(of).count();
            println!("{}: {messages} ciphertexts, {tried} changes refused", subject.name);
            assert!(tried >= 2_000 * messages, "{}: only {tried}", subject.name);
        }
    }
}

/// Tries every change of one signature or mac.
fn tamper_with_tag(
    name: &str,
    text: &str,
    form: SignatureForm,
    verify: &dyn Fn(&str) -> Result<(), Error>,
) -> usize {
    let (prefix, base64) = text.split_at(text.rfind(':').unwrap() + 1);
    let codec = if form == SignatureForm::Jws { URL_SAFE_NO_PAD } else { STANDARD };
    let payload = codec.decode_to_vec(base64).unwrap();
    verify(text).unwrap();
    let mut tried = 0;
    for bit in 0..8 * payload.len() {
        let mut changed = payload.clone();
        changed[bit / 8] ^= 0x80 >> (bit % 8);
        let respelt = format!("{prefix}{}", codec.encode_to_string(&changed));
        assert_eq!(verify(&respelt).unwrap_err(), Error::BadSignature, "{name}: bit {bit}");
        tried += 1;
    }
    let shorter = (0..payload.len()).map(|end| payload[..end].to_vec());
    let longer = [&[0][..], &[0xFF], &payload].map(|more| [&payload, more].concat());
    let relengthened =
        shorter.chain(longer).map(|bytes| format!("{prefix}{}", codec.encode_to_string(bytes)));
    for changed in characters(text).chain(cut(text)).chain(lengthened(text)).chain(relengthened) {
        let error = verify(&changed).expect_err(&format!("{name} taken: {changed}"));
        assert!(is_refusal(&error), "{name}: {error:?}");
        tried += 1;
    }
    tried
}

#[test]
fn ciphertexts_of_our_own_types() {
    ciphertexts(&[KeyType::Xaes256Gcm, KeyType::Aes256Siv]);
}

#[test]
fn ciphertexts_of_aes_gcm() {
    ciphertexts(&[KeyType::Aes256Gcm96, KeyType::Aes128Gcm96]);
}

#[test]
fn ciphertexts_of_chacha() {
    ciphertexts(&[KeyType::ChaCha20Poly1305, KeyType::XChaCha20Poly1305]);
}

/// Here the tag is right and the plaintext was decrypted; only then can it be seen that the nonce is not the
/// one that the rule gives.
#[test]
fn a_convergent_ciphertext_under_a_nonce_of_ones_own() {
    let material: [u8; 32] = noise_array(21);
    let spec = KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true);
    let view =
        Keyring::in_memory().import_key("k", Import::raw(material), spec).unwrap().context("acme").unwrap();
    let okm = hkdf_sha256(&[0; 32], &material, b"acme", 64).unwrap();
    for number in 0..MESSAGES {
        let plaintext = message(number);
        let ciphertext = |nonce: &[u8]| {
            [&[0xFE, 0, 0, 0, 1], nonce, &seal(Aead::Aes256Gcm, &okm[..32], nonce, b"", &plaintext).unwrap()]
                .concat()
        };
        let honest = ciphertext(&hmac(HashAlgorithm::Sha256, &okm[32..], &plaintext)[..12]);
        assert_eq!(honest, view.encrypt_binary_item(&Item::plaintext(&plaintext)).unwrap());
        let mut out = vec![PATTERN; plaintext.len() + 8];
        assert_eq!(
            view.decrypt_into_item(
                &Item::binary(&ciphertext(&noise_array::<12>(number as u64 + 99))),
                &mut out
            ),
            Err(Error::DecryptFailed)
        );
        assert!(
            out[..plaintext.len()].iter().all(|byte| *byte == 0),
            "{number}: plaintext is left in the buffer"
        );
    }
}

#[test]
fn every_type_that_encrypts_is_among_them() {
    let rsa = [KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096];
    let encrypting = KeyType::ALL.iter().filter(|t| t.encrypts() && !rsa.contains(t)).count();
    let signing =
        KeyType::ALL.iter().filter(|t| t.signs() && **t != KeyType::Ed25519 && !rsa.contains(t)).count();
    assert_eq!((encrypting, signing), (6, SIGNING.len()), "a new type needs its place in this file");
}

/// Beside Ed25519, and RSA where this build has it.
const SIGNING: [KeyType; 6] = [
    KeyType::EcdsaP256,
    KeyType::EcdsaP384,
    KeyType::EcdsaP521,
    KeyType::MlDsa44,
    KeyType::MlDsa65,
    KeyType::MlDsa87,
];

/// Each bit and length of a signature that has options or many bytes; of one that has thousands of bytes, a
/// bit of each byte, and in the long form all of them. The text around the bytes is damaged in the test of
/// Ed25519: all signatures have the same.
#[test]
fn signatures_of_many_bytes() {
    let ring = Keyring::in_memory();
    let rsa = KeyType::Rsa2048.is_supported().then_some(KeyType::Rsa2048);
    for key_type in SIGNING.into_iter().chain(rsa) {
        let key = ring.create_key(key_type.name(), key_type).unwrap();
        for form in [SignatureForm::Asn1, SignatureForm::Jws] {
            let text = key.sign_item(&Item::message(b"message").form(form)).unwrap();
            let verify =
                |message: &[u8], text: &str| key.verify_item(&Item::signed(message, text).form(form));
            verify(b"message", &text).unwrap();
            assert_eq!(verify(b"massage", &text), Err(Error::BadSignature), "{key_type}");
            let (head, base64) = text.rsplit_once(':').unwrap();
            let codec = match form {
                SignatureForm::Asn1 => base64_simd::STANDARD,
                SignatureForm::Jws => base64_simd::URL_SAFE_NO_PAD,
            };
            let signature = codec.decode_to_vec(base64).unwrap();
            let refused = |changed: &[u8], what: &str| {
                let changed = format!("{head}:{}", codec.encode_to_string(changed));
                assert_eq!(verify(b"message", &changed), Err(Error::BadSignature), "{key_type} {what}");
            };
            let one_of_each = signature.len() > 1000 && scaled(true, false);
            for bit in (0..signature.len() * 8).filter(|bit| !one_of_each || bit % 8 == bit / 8 % 8) {
                let mut changed = signature.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                refused(&changed, "flipped");
            }
            for len in [0, 1, signature.len() / 2, signature.len() - 1] {
                refused(&signature[..len], "cut off");
            }
            refused(&[&signature[..], &[0]].concat(), "longer");
            refused(&[&[0], &signature[..]].concat(), "longer at the front");
        }
    }
}

/// Each bit and length of a block under a public key.
#[test]
fn ciphertexts_of_rsa() {
    if !KeyType::Rsa2048.is_supported() {
        return;
    }
    let key = Keyring::in_memory().create_key("rsa", KeyType::Rsa2048).unwrap();
    let binary = key.encrypt_binary_item(&Item::plaintext(b"message")).unwrap();
    for bit in 5 * 8..binary.len() * 8 {
        let mut changed = binary.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(key.decrypt_item(&Item::binary(&changed)).unwrap_err(), Error::DecryptFailed, "{bit}");
    }
    let longer = [&binary[..], &[0]].concat();
    for other in [&binary[..5], &binary[..binary.len() - 1], &longer] {
        assert_eq!(key.decrypt_item(&Item::binary(other)).unwrap_err(), Error::Malformed, "{}", other.len());
    }
    assert_eq!(key.decrypt_item(&Item::binary(&binary).aad("a")).unwrap_err(), Error::AadNotAllowed);
    assert_eq!(key.encrypt(b"message", strongroom::Aad::from("a")).unwrap_err(), Error::AadNotAllowed);
}

#[test]
fn signatures() {
    let ring = Keyring::in_memory();
    for (subject, of) in subjects(&ring, KeyType::Ed25519).into_iter().zip([MESSAGES, MESSAGES / 4]) {
        let messages = numbers(of).count();
        for form in [SignatureForm::Asn1, SignatureForm::Jws] {
            let mut tried = 0;
            for number in numbers(of) {
                let message = message(number);
                let signature = subject.view.sign_item(&Item::message(&message).form(form)).unwrap();
                let name = format!("{} {form:?} {number}", subject.name);
                tried += tamper_with_tag(&name, &signature, form, &|text| {
                    subject.view.verify_item(&Item::signed(&message, text).form(form))
                });
                // The form is not named in the text, so the other one is another spelling.
                let other = if form == SignatureForm::Jws { SignatureForm::Asn1 } else { SignatureForm::Jws };
                assert!(subject.view.verify_item(&Item::signed(&message, &signature).form(other)).is_err());
                assert_eq!(
                    subject
                        .view
                        .verify_item(&Item::signed(&[&message, &b"!"[..]].concat(), &signature).form(form)),
                    Err(Error::BadSignature)
                );
            }
            println!("{} {form:?}: {messages} signatures, {tried} changes refused", subject.name);
            assert!(tried >= 2_000 * messages, "{}: only {tried}", subject.name);
        }
    }
}

#[test]
fn macs_under_every_hash() {
    let ring = Keyring::in_memory();
    let own = ring.create_key("mac", KeySpec::new(KeyType::Hmac).key_size(48)).unwrap();
    let of_aead = ring.create_key("aead", KeySpec::default()).unwrap();
    let of_derived = ring.create_key("derived", KeySpec::new(KeyType::Aes256Gcm96).derived(true)).unwrap();
    let mut cases: Vec<(&strongroom::Key, HashAlgorithm)> =
        HashAlgorithm::ALL.iter().map(|hash| (&own, *hash)).collect();
    cases.extend([(&of_aead, HashAlgorithm::Sha256), (&of_derived, HashAlgorithm::Sha3_512)]);
    for (key, hash) in &cases {
        let (mut tried, messages) = (0, numbers(MESSAGES).count());
        for number in numbers(MESSAGES) {
            let message = message(number);
            let mac = key.hmac_item(&Item::message(&message).hash(*hash)).unwrap();
            let name = format!("{key:?} {hash:?} {number}");
            tried += tamper_with_tag(&name, &mac, SignatureForm::Asn1, &|text| {
                key.verify_hmac_item(&Item::signed(&message, text).hash(*hash))
            });
            assert_eq!(
                key.verify_hmac_item(&Item::signed(&[&message, &b"!"[..]].concat(), &mac).hash(*hash)),
                Err(Error::BadSignature)
            );
        }
        println!("{key:?} {hash:?}: {messages} macs, {tried} changes refused");
        assert!(tried >= 480 * messages, "{key:?} {hash:?}: only {tried}");
    }
    assert!(cases.len() >= 10);
}
