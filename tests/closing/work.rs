//! Every operation, with and without success.

use crate::captor;
use std::time::Duration;
use strongroom::{
    Aad, BlindIndex, Context, DataKeySize, Directory, Error, ExportKind, Expose, Import, Item, Key,
    KeyConfig, KeyType, Keyring, Memory, Normalize, Seal, SecretArray, SecretBytes, View,
};
use strongroom_tests::closing::{COLUMN, CONTEXT, Case, mask, unmask, unmask_into};

#[derive(Clone)]
pub(crate) struct Work {
    pub(crate) folder: String,
    /// Masked, as the materials are.
    pub(crate) plaintext: String,
    pub(crate) materials: Vec<String>,
}

impl Work {
    /// Works with the keys, and gives back handles that still exist when the keyring is closed.
    pub(crate) fn run(&self, ring: &Keyring, cases: &[Case]) -> Vec<(Key, Option<View>)> {
        let kept = cases.iter().map(|case| self.one(ring, case)).collect();
        self.refused(ring);
        kept
    }

    fn one(&self, ring: &Keyring, case: &Case) -> (Key, Option<View>) {
        let import = import(case, &self.materials[case.index]).allow_rotation(true).kdf(case.kdf);
        let key = ring.import_key(&case.name(), import, case.spec()).expect("an import");
        let view = case.derived.then(|| key.context(CONTEXT).expect("a view"));
        let data = view.as_ref().unwrap_or(&key);
        let mac = key.hmac(b"message").expect("a mac");
        let old = case.key_type.encrypts().then(|| self.encrypt(data, case));
        let signature = case.key_type.signs().then(|| data.sign(b"message").expect("a signature"));
        key.rotate().expect("a rotation");
        key.configure(KeyConfig::new().label("a", Some("b".to_owned()))).expect("a change");
        tell(&key, case);
        key.verify_hmac(b"message", &mac).expect("the mac");
        key.hmac(b"message").expect("a mac");
        key.verify_hmac(b"other", &mac).expect_err("a refusal");
        let column = BlindIndex::new(COLUMN).normalize(Normalize::Casefold);
        let index = data.index("Message \u{e9}", &column).expect("an index");
        assert!(data.indexes("message \u{c9}", &column).expect("indexes").contains(&index));
        if let Some(old) = &old {
            self.decrypt(data, old, case);
        }
        if let Some(signature) = &signature {
            data.verify(b"message", signature).expect("the signature");
            data.verify(b"other", signature).expect_err("a refusal");
            data.sign_batch([Item::message(b"one"), Item::message(b"two")])
                .into_iter()
                .for_each(|signed| drop(signed.expect("a signature")));
            data.public_key(None).expect("a public key");
        }
        let backup = key.backup(captor::seal("backup")).expect("a backup");
        let restored = ring
            .restore_key(&backup, captor::seal("backup"), Some(&case.restored_name()))
            .expect("the key again");
        restored.verify_hmac(b"message", &mac).expect("the mac");
        restored.disable().expect("a change");
        let mut damaged = backup;
        *damaged.last_mut().expect("bytes") ^= 1;
        ring.restore_key(&damaged, captor::seal("backup"), Some("damaged")).expect_err("a refusal");
        (key, view)
    }

    fn encrypt(&self, data: &View, case: &Case) -> String {
        let plaintext = SecretBytes::new(unmask(&self.plaintext));
        let aad = || if case.convergent { Aad::NONE } else { Aad::from("aad") };
        data.encrypt_binary_item(&Item::plaintext(&plaintext.expose()).aad(aad())).expect("a ciphertext");
        data.data_key(DataKeySize::Bits512, aad()).expect("a data key");
        let batch = data.encrypt_batch([
            Item::plaintext(plaintext.expose()).aad(aad()),
            Item::ciphertext("wrong").aad(aad()),
        ]);
        assert_eq!(batch.iter().filter(|result| result.is_ok()).count(), 1);
        if case.key_type == KeyType::Xaes256Gcm {
            self.tokens(data);
        }
        data.encrypt(plaintext.expose(), aad()).expect("a ciphertext")
    }

    fn tokens(&self, data: &View) {
        let payload = SecretBytes::new(unmask(&self.plaintext));
        let hour = Duration::from_secs(3600);
        let token = data.issue(payload.expose(), hour, Aad::from("aad")).expect("a token");
        let redeemed = data.redeem(&token, Aad::from("aad")).expect("the payload");
        assert_eq!(mask(redeemed.payload.expose()), self.plaintext);
        assert_eq!(data.redeem(&token, Aad::from("another")).unwrap_err(), Error::DecryptFailed);
    }

    fn decrypt(&self, data: &View, old: &str, case: &Case) {
        let aad = || if case.convergent { Aad::NONE } else { Aad::from("aad") };
        assert_eq!(mask(data.decrypt(old, aad()).expect("the plaintext").expose()), self.plaintext);
        if case.key_type == KeyType::Xaes256Gcm {
            self.tokens(data);
        }
        let new = data.rewrap(old, aad()).expect("a ciphertext");
        assert_eq!(data.rewrap(&new, aad()).expect("the same"), new);
        let read = data.decrypt_batch([
            Item::ciphertext(old).aad(aad()),
            Item::ciphertext(&new).aad(aad()),
            Item::ciphertext("wrong"),
        ]);
        assert_eq!(read.iter().filter(|result| result.is_ok()).count(), 2);
        assert_eq!(data.decrypt(old, Aad::from("another")).unwrap_err(), Error::DecryptFailed);
        if case.derived {
            let other = Context::map([("another", "context")]).expect("a context");
            drop(data.decrypt_item(&Item::ciphertext(old).context(other)));
        }
        let mut out = vec![0; self.plaintext.len() / 2];
        let binary = data.encrypt_binary_item(&Item::plaintext(b"short").aad(aad())).expect("a ciphertext");
        data.decrypt_into_item(&Item::binary(&binary).aad(aad()), &mut out).expect("the plaintext");
        data.decrypt_into_item(&Item::binary(&binary[..20]).aad(aad()), &mut out).expect_err("a refusal");
    }

    /// What is refused at the level of documents and seals.
    fn refused(&self, ring: &Keyring) {
        let wrong = || Seal::root_key(SecretArray::copy_of(&[7, 8].repeat(16)).expect("32 bytes"));
        assert_eq!(Keyring::open(Directory::new(&self.folder), wrong()).unwrap_err(), Error::WrongSeal);
        let mut snapshot = ring.snapshot_bytes().expect("a snapshot");
        let copy = Keyring::builder()
            .restore_bytes(&snapshot, Memory::new(), captor::seal("root 1"))
            .expect("a copy");
        assert!(copy.check().expect("a look").faults.is_empty());
        copy.close();
        *snapshot.last_mut().expect("bytes") ^= 1;
        Keyring::builder()
            .restore_bytes(&snapshot, Memory::new(), captor::seal("root 1"))
            .expect_err("a refusal");
    }
}

/// Tells the test what was made here.
pub(crate) fn tell(key: &Key, case: &Case) {
    let kind = if case.key_type.encrypts() {
        ExportKind::EncryptionKey
    } else if case.key_type.signs() {
        ExportKind::SigningKey
    } else {
        ExportKind::HmacKey
    };
    for (what, kind) in [("material", kind), ("hmac", ExportKind::HmacKey)] {
        for (version, secret) in key.export(kind, Expose::SecretMaterial).expect("an export") {
            println!("{what} {} {version} {}", case.index, mask(secret.expose()));
        }
    }
}

/// The material raw; seeds of Ed25519 also in PKCS#8, DER and PEM.
fn import(case: &Case, masked: &str) -> Import {
    /// RFC 8410 section 7, up to the seed.
    const HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let way = case.index / 8 % 3;
    if case.key_type != KeyType::Ed25519 || way == 0 {
        return Import::raw(SecretBytes::new(unmask(masked)));
    }
    let mut der = vec![0; 48];
    der[..16].copy_from_slice(&HEAD);
    unmask_into(masked, &mut der[16..]);
    let der = SecretBytes::new(der);
    if way == 1 {
        return Import::pkcs8(der);
    }
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        base64_simd::STANDARD.encode_to_string(der.expose())
    );
    Import::pkcs8(SecretBytes::new(pem.into_bytes()))
}
