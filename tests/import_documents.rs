//! Key pairs and public keys in every form in which others write them: imported, completed, exported again.

#[path = "import_documents/exports.rs"]
mod exports;
#[path = "import_documents/halves.rs"]
mod halves;
#[path = "import_documents/wrapped.rs"]
mod wrapped;

use serde::Deserialize;
use strongroom::{Error, Import, Key, KeySpec, KeyType, Keyring};
use strongroom_tests::vectors::{Hex, load};

#[derive(Deserialize)]
struct Documents {
    private: Vec<Document>,
    public: Vec<Document>,
}

#[derive(Deserialize)]
struct Document {
    id: String,
    #[serde(rename = "type")]
    key_type: String,
    document: Hex,
    passphrase: Option<String>,
    /// The public key as DER, or why there is none.
    public: Option<Hex>,
    reason: Option<String>,
}

impl Document {
    /// The type, if this build has it.
    fn key_type(&self) -> Option<KeyType> {
        Some(self.key_type.parse::<KeyType>().unwrap()).filter(|key_type| key_type.is_supported())
    }

    /// The key, or none where it was refused as it should be. `Err` is a document of a type that this build
    /// does not have.
    fn check(&self, import: Import) -> Result<Option<Key>, ()> {
        let is_of_type = |key_type: &&KeyType| self.id.starts_with(key_type.name());
        if KeyType::ALL.iter().find(is_of_type).is_some_and(|key_type| !key_type.is_supported()) {
            return Err(());
        }
        let imported = imported(self.key_type().ok_or(())?, import);
        match (&self.public, &self.reason, imported) {
            (Some(public), None, Ok(key)) => {
                assert_eq!(key.public_key(None).unwrap().to_der(), public.0, "{}", self.id);
                Ok(Some(key))
            }
            (None, Some(reason), Err(Error::InvalidMaterial { reason: given })) => {
                assert_eq!(given, reason, "{}", self.id);
                Ok(None)
            }
            (_, _, other) => panic!("{}: {other:?}", self.id),
        }
    }
}

fn documents() -> Documents {
    load("documents/keys.json")
}

fn imported(key_type: KeyType, import: Import) -> Result<Key, Error> {
    Keyring::in_memory().import_key("k", import, KeySpec::new(key_type).exportable(true))
}

/// A seed of Ed25519.
fn imported_seed() -> [u8; 32] {
    std::array::from_fn(|at| at as u8)
}

#[test]
fn private_keys_of_other_programs() {
    let (mut read, mut refused) = (0, 0);
    for document in documents().private {
        let import = Import::private_key(&document.document[..]);
        let import = match &document.passphrase {
            Some(passphrase) => import.passphrase(passphrase.as_bytes()),
            None => import,
        };
        match document.check(import) {
            Err(()) => {}
            Ok(Some(key)) => {
                key.verify(b"message", key.sign(b"message").unwrap()).unwrap();
                assert_eq!(key.info().unwrap().versions.len(), 1);
                assert!(key.info().unwrap().imported);
                read += 1;
            }
            Ok(None) => refused += 1,
        }
    }
    println!("{read} read, {refused} refused");
    assert!(read >= 60 && refused >= 70, "only {read} were read and {refused} refused");
}

#[test]
fn public_keys_of_other_programs() {
    let (mut read, mut refused) = (0, 0);
    for document in documents().public {
        match document.check(Import::public_key(&document.document[..])) {
            Err(()) => {}
            Ok(Some(key)) => {
                assert_eq!(key.sign(b"message"), Err(Error::NoSuchVersion));
                read += 1;
            }
            Ok(None) => refused += 1,
        }
    }
    println!("{read} read, {refused} refused");
    assert!(read >= 12 && refused >= 40, "only {read} were read and {refused} refused");
}

/// What is read as PKCS#8 is read the same by the constructor for every form.
#[test]
fn pkcs8_alone_takes_no_other_form() {
    let mut refused = 0;
    for document in documents().private {
        let Some(key_type) = document.key_type() else { continue };
        let passphrase = |import: Import| match &document.passphrase {
            Some(passphrase) => import.passphrase(passphrase.as_bytes()),
            None => import,
        };
        let strict = imported(key_type, passphrase(Import::pkcs8(&document.document[..])));
        let every = imported(key_type, passphrase(Import::private_key(&document.document[..])));
        let public = |key: &Key| key.public_key(None).unwrap();
        match (strict, every) {
            (Ok(strict), Ok(every)) => assert_eq!(public(&strict), public(&every), "{}", document.id),
            (Err(Error::InvalidMaterial { .. }), Ok(_)) => {
                assert!(document.id.contains("bare") || document.id.contains("behind"), "{}", document.id);
                refused += 1;
            }
            (Err(Error::InvalidMaterial { .. }), Err(Error::InvalidMaterial { .. })) => {}
            // Beside one in PKCS#8 there is a bare one, which is not looked for.
            (Ok(_), Err(Error::InvalidMaterial { .. })) => assert_eq!(document.id, "two keys"),
            (strict, every) => panic!("{}: {strict:?}, {every:?}", document.id),
        }
    }
    assert!(refused >= 12, "{refused}");
}

/// A type without key pairs takes neither half, and a passphrase is for documents.
#[test]
fn what_a_type_does_not_have_is_refused() {
    let document = documents().private.swap_remove(0).document.0;
    for key_type in KeyType::ALL.iter().copied().filter(|key_type| key_type.is_supported()) {
        let passphrase = imported(key_type, Import::raw([7; 32]).passphrase(b"1234")).unwrap_err();
        assert!(passphrase.to_string().contains("leave it out"), "{key_type}: {passphrase}");
        let passphrase = imported(key_type, Import::public_key([7; 32]).passphrase(b"1234")).unwrap_err();
        assert!(passphrase.to_string().contains("leave it out"), "{key_type}: {passphrase}");
        if key_type.signs() {
            continue;
        }
        let private = imported(key_type, Import::private_key(document.as_slice())).unwrap_err();
        assert!(matches!(private, Error::InvalidMaterial { .. }), "{key_type}: {private}");
        let public = imported(key_type, Import::public_key(document.as_slice())).unwrap_err();
        let key_type = key_type.name();
        assert_eq!(public, Error::OperationNotSupported { operation: "import of a public key", key_type });
    }
}

/// Every byte changed to another, cut off and doubled: read or refused with one kind of error, and no panic.
#[test]
fn damage() {
    let mut tried = 0;
    for document in documents().private {
        let is_short = document.document.len() < 700 && !document.id.contains("pyca");
        let (Some(key_type), true, None) = (document.key_type(), is_short, &document.reason) else {
            continue;
        };
        if document.passphrase.is_some() && !document.id.contains("aes-128") {
            continue;
        }
        for at in (0..document.document.len()).step_by(2) {
            let mut changed = document.document.0.clone();
            changed[at] ^= 1 << (at % 8);
            let mut doubled = document.document.0.clone();
            doubled.insert(at, doubled[at]);
            for damaged in [changed, doubled, document.document[..at].to_vec()] {
                let import = Import::private_key(damaged);
                let import = match &document.passphrase {
                    Some(passphrase) => import.passphrase(passphrase.as_bytes()),
                    None => import,
                };
                match imported(key_type, import) {
                    Ok(_) | Err(Error::InvalidMaterial { .. }) => tried += 1,
                    Err(other) => panic!("{}, byte {at}: {other}", document.id),
                }
            }
        }
    }
    assert!(tried >= 5_000, "{tried}");
}
