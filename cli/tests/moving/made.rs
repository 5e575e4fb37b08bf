//! Keys of every type and option that a server makes, with what it encrypted, signed and macked with each.

use crate::live::Live;
use base64_simd::STANDARD;
use serde_json::{Value, json};
use strongroom::{Item, Key, View};

pub(crate) const TYPES: [&str; 9] = [
    "aes256-gcm96",
    "aes128-gcm96",
    "chacha20-poly1305",
    "xchacha20-poly1305",
    "ed25519",
    "ecdsa-p256",
    "ecdsa-p384",
    "ecdsa-p521",
    "hmac",
];

pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) key_type: &'static str,
    pub(crate) derived: bool,
    pub(crate) convergent: bool,
    pub(crate) exportable: bool,
    pub(crate) allow_backup: bool,
    pub(crate) min_decryption: u32,
    pub(crate) min_available: u32,
    /// Each under the version of its place.
    texts: Vec<String>,
    signatures: Vec<String>,
    macs: Vec<String>,
}

/// How a key moves, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Backup,
    Export,
    Not,
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode_to_string(bytes)
}

impl Made {
    /// The key of this number in a mount.
    pub(crate) fn new(live: &Live, mount: &str, number: usize) -> Self {
        // RSA keys take the server a while.
        let key_type = match number % 40 {
            11 => "rsa-2048",
            31 if number < 40 => "rsa-3072",
            31 if number < 80 => "rsa-4096",
            _ => TYPES[number % TYPES.len()],
        };
        let round = number / TYPES.len();
        let is_aead = key_type.contains("gcm") || key_type.contains("chacha");
        let derived = (is_aead || key_type == "ed25519") && round % 2 == 1;
        let convergent = is_aead && derived && (round / 2).is_multiple_of(3);
        let kind = number % TYPES.len();
        let allowed =
            [(true, true), (true, false), (true, true), (true, false), (false, true), (false, false)];
        let (exportable, allow_backup) = allowed[(round / 2 + kind) % allowed.len()];
        let versions = match key_type.starts_with("rsa") {
            true => 2,
            false => 1 + (3 * round + round / 5 + kind) as u32 % 5,
        };
        let window = (round + kind) % 3;
        let mut made = Self {
            name: format!("key-{number:03}"),
            key_type,
            derived,
            convergent,
            exportable,
            allow_backup,
            min_decryption: if versions >= 3 && window > 0 { 2 } else { 1 },
            min_available: 0,
            texts: Vec::new(),
            signatures: Vec::new(),
            macs: Vec::new(),
        };
        let path = format!("{mount}/keys/{}", made.name);
        let mut asked = json!({
            "type": key_type, "derived": derived, "convergent_encryption": convergent,
            "exportable": exportable, "allow_plaintext_backup": allow_backup,
            "auto_rotate_period": if number.is_multiple_of(5) { "90d" } else { "0" },
        });
        if key_type == "hmac" {
            asked["key_size"] = json!(32 + 16 * (round % 4));
        }
        live.write(&path, &asked);
        for version in 1..=versions {
            if version > 1 {
                live.write(&format!("{path}/rotate"), &Value::Null);
            }
            made.work(live, mount);
        }
        let min_encryption = if made.min_decryption > 1 { versions } else { 0 };
        live.write(
            &format!("{path}/config"),
            &json!({
                "min_decryption_version": made.min_decryption, "min_encryption_version": min_encryption,
                "deletion_allowed": number.is_multiple_of(3),
            }),
        );
        if made.min_decryption > 1 && window == 2 {
            live.write(&format!("{path}/trim"), &json!({"min_available_version": 2}));
            made.min_available = 2;
        }
        made
    }

    /// Something of everything, under the latest version.
    fn work(&mut self, live: &Live, mount: &str) {
        let text = |data: Value, name: &str| data[name].as_str().unwrap().to_owned();
        let (encrypts, signs) = self.does();
        let mut asked = json!({"plaintext": base64(&self.name), "input": base64(&self.name)});
        let path = |verb: &str| format!("{mount}/{verb}/{}", self.name);
        self.macs.push(text(live.write(&path("hmac"), &asked), "hmac"));
        if self.derived {
            asked["context"] = json!(base64("tenant"));
        }
        if encrypts {
            self.texts.push(text(live.write(&path("encrypt"), &asked), "ciphertext"));
        }
        if signs {
            self.signatures.push(text(live.write(&path("sign"), &asked), "signature"));
        }
    }

    /// Whether it encrypts, and whether it signs.
    fn does(&self) -> (bool, bool) {
        let rsa = self.key_type.starts_with("rsa");
        let signs = rsa || self.key_type.starts_with("e");
        (rsa || (!signs && self.key_type != "hmac"), signs)
    }

    pub(crate) fn way(&self) -> Way {
        match (self.exportable, self.allow_backup) {
            (true, true) => Way::Backup,
            // What is below is in no export.
            (true, false) if self.min_decryption <= self.min_available.max(1) => Way::Export,
            _ => Way::Not,
        }
    }

    fn item<'a>(&self, item: Item<'a>) -> Item<'a> {
        if self.derived { item.context("tenant") } else { item }
    }

    /// Whether the keyring opens and verifies all that the server made, but for what is below the window.
    pub(crate) fn is_read_by(&self, key: &Key) -> usize {
        let (view, message): (View, &str) = (key.transit(), &self.name);
        let mut checks = 0;
        let first = self.min_decryption as usize - 1;
        for (at, text) in self.texts.iter().enumerate() {
            let opened = view.decrypt_item(&self.item(Item::ciphertext(text)));
            match at < first {
                true => assert!(opened.is_err(), "{} {at}", self.name),
                false => assert_eq!(opened.unwrap().expose(), message.as_bytes(), "{} {at}", self.name),
            }
            checks += 1;
        }
        for (at, signature) in self.signatures.iter().enumerate() {
            let verified = view.verify_item(&self.item(Item::signed(message, signature)));
            assert_eq!(verified.is_err(), at < first, "{} {at} {verified:?}", self.name);
            checks += 1;
        }
        for (at, mac) in self.macs.iter().enumerate() {
            let verified = view.verify_hmac_item(&Item::signed(message, mac));
            assert_eq!(verified.is_err(), at < first, "{} {at} {verified:?}", self.name);
            checks += 1;
        }
        // Where there is one answer, it is that of the server, byte for byte.
        assert_eq!(&view.hmac_item(&Item::message(message)).unwrap(), self.macs.last().unwrap());
        if self.convergent {
            let ours = view.encrypt_item(&self.item(Item::plaintext(message))).unwrap();
            assert_eq!(&ours, self.texts.last().unwrap(), "{}", self.name);
        }
        if self.key_type == "ed25519" {
            let ours = view.sign_item(&self.item(Item::message(message))).unwrap();
            assert_eq!(&ours, self.signatures.last().unwrap(), "{}", self.name);
        }
        checks + 1
    }

    /// Whether the server, at a mount, opens and verifies what the keyring makes, and what a server made.
    pub(crate) fn is_read_at(&self, live: &Live, mount: &str, key: &Key) -> usize {
        let view = key.transit();
        let (encrypts, signs) = self.does();
        let (input, first) = (base64(&self.name), self.min_decryption as usize - 1);
        let with = |name: &str, value: &str| {
            let mut asked = json!({name: value, "input": input});
            if self.derived {
                asked["context"] = json!(base64("tenant"));
            }
            asked
        };
        let mut checks = 0;
        let path = |verb: &str| format!("{mount}/{verb}/{}", self.name);
        if encrypts {
            let ours = view.encrypt_item(&self.item(Item::plaintext(&self.name))).unwrap();
            for text in self.texts.iter().skip(first).chain([&ours]) {
                let opened = live.write(&path("decrypt"), &with("ciphertext", text));
                assert_eq!(opened["plaintext"], *input, "{}", self.name);
                checks += 1;
            }
        }
        if signs {
            let ours = view.sign_item(&self.item(Item::message(&self.name))).unwrap();
            for signature in self.signatures.iter().skip(first).chain([&ours]) {
                let verified = live.write(&path("verify"), &with("signature", signature));
                assert_eq!(verified["valid"], true, "{}", self.name);
                checks += 1;
            }
        }
        let ours = view.hmac_item(&Item::message(&self.name)).unwrap();
        for mac in self.macs.iter().skip(first).chain([&ours]) {
            let verified = live.write(&path("verify"), &with("hmac", mac));
            assert_eq!(verified["valid"], true, "{}", self.name);
            checks += 1;
        }
        checks
    }
}
