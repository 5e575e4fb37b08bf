//! Signatures and blocks under public keys, made here and read by a real server, and the other way round.

use super::{Transit, written};
use base64_simd::STANDARD;
use strongroom::{
    Aad, Dialect, HashAlgorithm, Item, Key, KeySpec, KeyType, Keyring, RsaPadding, SignatureForm, hazmat,
};
use strongroom_tests::dice::Dice;
use strongroom_tests::soak::scaled;

const TYPES: [KeyType; 7] = [
    KeyType::Ed25519,
    KeyType::EcdsaP256,
    KeyType::EcdsaP384,
    KeyType::EcdsaP521,
    KeyType::Rsa2048,
    KeyType::Rsa3072,
    KeyType::Rsa4096,
];

/// What is said of a signature in one round.
struct Said {
    hash: HashAlgorithm,
    form: SignatureForm,
    padding: Option<RsaPadding>,
}

impl Said {
    fn new(key_type: KeyType, dice: &mut Dice) -> Self {
        let padding = [None, Some(RsaPadding::Pss), Some(RsaPadding::Pkcs1v15)][dice.below(3) as usize];
        Self {
            hash: HashAlgorithm::WITH_SHA1[dice.below(9) as usize],
            form: [SignatureForm::Asn1, SignatureForm::Jws][dice.below(2) as usize],
            padding: padding.filter(|_| key_type.encrypts()),
        }
    }

    fn here<'a>(&self, item: Item<'a>) -> Item<'a> {
        let item = item.hash(self.hash).form(self.form);
        match self.padding {
            Some(padding) => item.padding(padding),
            None => item,
        }
    }

    fn there(&self) -> Vec<String> {
        let form = if self.form == SignatureForm::Jws { "jws" } else { "asn1" };
        let mut there =
            vec![format!("hash_algorithm={}", self.hash.name()), format!("marshaling_algorithm={form}")];
        there.extend(self.padding.map(|padding| {
            let name = if padding == RsaPadding::Pss { "pss" } else { "pkcs1v15" };
            format!("signature_algorithm={name}")
        }));
        there
    }
}

fn ask(server: &Transit, what: &str, path: &str, arguments: &[String]) -> String {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let field = format!("-field={what}");
    server.ask(&[&["write", &field, path][..], &arguments].concat()).unwrap().trim().to_owned()
}

fn rounds(server: &Transit, key: &Key, name: &str, key_type: KeyType, dice: &mut Dice) -> usize {
    let view = key.transit();
    let mut checks = 0;
    for round in 0..scaled(4, 200) {
        let message: Vec<u8> = (0..dice.below(300)).map(|_| dice.below(256) as u8).collect();
        let input = format!("input={}", STANDARD.encode_to_string(&message));
        let said = Said::new(key_type, dice);
        let there = said.there();
        let with = |more: &[String]| [&there[..], more].concat();
        let ours = view.sign_item(&said.here(Item::message(&message))).unwrap();
        let verify = format!("transit/verify/{name}");
        let seen = ask(server, "valid", &verify, &with(&[input.clone(), format!("signature={ours}")]));
        assert_eq!(seen, "true", "{key_type} {round} {there:?}");
        let theirs = ask(server, "signature", &format!("transit/sign/{name}"), &with(&[input]));
        view.verify_item(&said.here(Item::signed(&message, &theirs))).unwrap();
        checks += 2;
        if key_type.encrypts() {
            let short = &message[..message.len().min(190)];
            let ours = view.encrypt(short, Aad::NONE).unwrap();
            let decrypt = format!("transit/decrypt/{name}");
            let opened = ask(server, "plaintext", &decrypt, &[format!("ciphertext={ours}")]);
            assert_eq!(STANDARD.decode_to_vec(opened).unwrap(), short);
            let plaintext = format!("plaintext={}", STANDARD.encode_to_string(short));
            let theirs = ask(server, "ciphertext", &format!("transit/encrypt/{name}"), &[plaintext]);
            assert_eq!(view.decrypt(&theirs, Aad::NONE).unwrap().expose(), short);
            checks += 2;
        }
    }
    checks
}

#[test]
fn signatures_and_blocks_go_to_a_server_and_come_back() {
    hazmat::few_rsa_keys();
    let server = match Transit::start() {
        Ok(server) => server,
        Err(skipped) => {
            return println!("{skipped}: signatures_and_blocks_go_to_a_server_and_come_back, 0 checks");
        }
    };
    let (mut checks, mut dice) = (0, Dice::new(14));
    for key_type in TYPES.into_iter().filter(|key_type| key_type.is_supported()) {
        let name = key_type.name();
        let spec = KeySpec::new(key_type).exportable(true).allow_plaintext_backup(true);
        let made = Keyring::in_memory().create_key("made", spec).unwrap();
        made.rotate().unwrap();
        server.restore(name, &written(&made, Dialect::OpenBao).unwrap());
        checks += rounds(&server, &made, name, key_type, &mut dice);
        // The server rotates what came from here, and gives it back.
        server.ask(&["write", "-f", &format!("transit/keys/{name}/rotate")]).unwrap();
        let backup = server.ask(&["read", "-field=backup", &format!("transit/backup/{name}")]).unwrap();
        let back = Keyring::in_memory().restore_transit(backup.trim(), Some("back"), None).unwrap();
        assert_eq!(back.info().unwrap().latest_version.get(), 3, "{name}");
        checks += rounds(&server, &back, name, key_type, &mut dice);
    }
    println!("transit_live: {checks} signatures and blocks with a real server");
    assert!(checks >= 100, "{checks}");
}
