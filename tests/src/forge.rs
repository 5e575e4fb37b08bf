//! Documents as someone writes them who has the keys but not the library: from `docs/formats.md`, over the
//! bare algorithms.

use crate::cbor::Cbor;
use strongroom::hazmat::{Aead, argon2id, ed25519_public, ed25519_sign, hkdf_sha256, hmac, open, seal};
use strongroom::{DocName, Expected, Fence, HashAlgorithm, Memory, Sealed, Store};

/// The committing payload (section 2). The nonce is always the same: nothing here is secret.
///
/// # Panics
/// Never, with material of 32 bytes.
pub fn payload(
    label: &str,
    material: &[u8],
    number: u32,
    kind: u8,
    context: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Vec<u8> {
    let nonce: [u8; 24] = *b"twenty-four known bytes.";
    let info = [&number.to_be_bytes(), [kind].as_slice(), context].concat();
    let okm = hkdf_sha256(label.as_bytes(), material, &info, 64).unwrap();
    let commitment = hmac(HashAlgorithm::Sha256, &okm[32..], &[&nonce, aad].concat());
    let ciphertext = seal(Aead::Xaes256Gcm, &okm[..32], &nonce, aad, plaintext).unwrap();
    [nonce.as_slice(), &commitment, &ciphertext].concat()
}

/// A keyring of which everything is known.
#[derive(Debug, Clone)]
pub struct Known {
    /// The keyring's id.
    pub id: [u8; 16],
    /// The key that wraps the root key.
    pub sealing: [u8; 32],
    /// The root key, number 1.
    pub root: [u8; 32],
}

impl Default for Known {
    fn default() -> Self {
        let bytes = |from: u8| std::array::from_fn(|at| from + at as u8);
        Self { id: *b"a known keyring.", sealing: bytes(1), root: bytes(100) }
    }
}

impl Known {
    /// The id of the `root-key` seal (section 8).
    ///
    /// # Panics
    /// Never.
    pub fn seal_id(&self) -> String {
        hex::encode(hkdf_sha256(b"strongroom.seal-id.v1", &self.sealing, b"", 8).unwrap())
    }

    /// What a wrap is bound to.
    pub fn wrap_aad(id: &[u8], kind: &str, copy_id: &str) -> Vec<u8> {
        [id, &1u32.to_be_bytes(), &Cbor::Array(vec![Cbor::text(kind), Cbor::text(copy_id)]).encode()].concat()
    }

    /// The blob of the `root-key` seal around a key.
    pub fn wrapped(&self, id: &[u8], key: &[u8]) -> Vec<u8> {
        payload(
            "strongroom.seal.v1",
            &self.sealing,
            1,
            0,
            b"",
            &Self::wrap_aad(id, "root-key", &self.seal_id()),
            key,
        )
    }

    /// The blob of a passphrase seal around the root key, under any parameters: memory in KiB, passes, lanes.
    ///
    /// # Panics
    /// When Argon2 does not take the parameters.
    pub fn wrapped_by_passphrase(&self, passphrase: &[u8], (m, t, p): (u32, u32, u32)) -> Vec<u8> {
        let salt = *b"sixteen of salt.";
        let parameters = [&m.to_be_bytes(), &t.to_be_bytes(), &p.to_be_bytes(), salt.as_slice()].concat();
        let sealing = argon2id(m, t, p, passphrase, &salt).unwrap();
        let aad = [Self::wrap_aad(&self.id, "passphrase", "passphrase"), parameters.clone()].concat();
        [parameters, payload("strongroom.seal.v1", &sealing, 1, 0, b"", &aad, &self.root)].concat()
    }

    /// One copy of a root key.
    pub fn copy(kind: &str, id: &str, blob: Vec<u8>) -> Cbor {
        Cbor::map([("id", Cbor::text(id)), ("blob", Cbor::Bytes(blob)), ("kind", Cbor::text(kind))])
    }

    /// A root document with any CBOR, under the mac of the root key.
    ///
    /// # Panics
    /// Never.
    pub fn root_document(&self, cbor: &[u8]) -> Vec<u8> {
        self.root_document_of(1, cbor)
    }

    /// A root document of any generation with any CBOR, under the mac of the root key.
    ///
    /// # Panics
    /// Never.
    pub fn root_document_of(&self, generation: u64, cbor: &[u8]) -> Vec<u8> {
        let covered = [b"SRR1".as_slice(), &self.id, &generation.to_be_bytes(), cbor].concat();
        let key = hkdf_sha256(b"strongroom.root.v1", &self.root, b"mac", 32).unwrap();
        let mac = hmac(HashAlgorithm::Sha256, &key, &covered);
        [covered, mac].concat()
    }

    /// A line of roots that begins with the root key, number 1, which vouches for itself.
    ///
    /// # Panics
    /// Never.
    pub fn line_of_one(&self) -> Cbor {
        let seed = hkdf_sha256(b"strongroom.root.v1", &self.root, b"sign", 32).unwrap().try_into().unwrap();
        let public = ed25519_public(&seed).to_vec();
        let statement = [
            b"strongroom.root-line.v1".as_slice(),
            &self.id,
            &0u32.to_be_bytes(),
            &1u32.to_be_bytes(),
            &public,
        ]
        .concat();
        let signature = ed25519_sign(&seed, &statement).to_vec();
        let entry = Cbor::map([
            ("number", Cbor::Uint(1)),
            ("public", Cbor::Bytes(public)),
            ("signature", Cbor::Bytes(signature)),
        ]);
        Cbor::Array(vec![entry])
    }

    /// The CBOR of a root document with these copies of the one root key.
    pub fn roots(copies: Vec<Cbor>) -> Vec<u8> {
        let root = Cbor::map([("number", Cbor::Uint(1)), ("copies", Cbor::Array(copies))]);
        Cbor::map([("label", Cbor::text("")), ("roots", Cbor::Array(vec![root]))]).encode()
    }

    /// The root document that the `root-key` seal opens.
    pub fn own_root_document(&self) -> Vec<u8> {
        self.root_document(&Self::roots(vec![Self::copy(
            "root-key",
            &self.seal_id(),
            self.wrapped(&self.id, &self.root),
        )]))
    }

    /// A key document with any body (section 7).
    pub fn key_document(&self, name: &str, generation: u64, body: &[u8]) -> Vec<u8> {
        self.document(b"SRK1", name, generation, body)
    }

    /// A usage document with any body (section 10).
    pub fn usage_document(&self, name: &str, generation: u64, body: &[u8]) -> Vec<u8> {
        self.document(b"SRU1", name, generation, body)
    }

    fn document(&self, magic: &[u8; 4], name: &str, generation: u64, body: &[u8]) -> Vec<u8> {
        let numbers = [1u32.to_be_bytes().as_slice(), &generation.to_be_bytes()].concat();
        let header =
            [magic.as_slice(), &self.id, &numbers, b"the id of a key.", &[name.len() as u8], name.as_bytes()]
                .concat();
        let context = [self.id.as_slice(), name.as_bytes()].concat();
        let sealed = payload("strongroom.document.v1", &self.root, 1, 1, &context, &header, body);
        [header, sealed].concat()
    }

    /// A sealed backup with any body, around a key that the `root-key` seal wraps (section 9).
    pub fn backup(&self, body: &[u8]) -> Vec<u8> {
        let (id, key) = (*b"id of the backup", [0x5A; 32]);
        let wrapped = Cbor::Array(vec![
            Cbor::text("root-key"),
            Cbor::text(&self.seal_id()),
            Cbor::Bytes(self.wrapped(&id, &key)),
        ])
        .encode();
        let head = [b"SRB1".as_slice(), &id, &(wrapped.len() as u32).to_be_bytes(), &wrapped].concat();
        let sealed = payload("strongroom.backup.v1", &key, 1, 0, b"", &head, body);
        [head, sealed].concat()
    }
}

/// The body of a document under root key number 1.
///
/// # Panics
/// If it does not open.
pub fn open_document(root: &[u8], keyring: &[u8], document: &[u8], name: &str) -> Vec<u8> {
    let (header, payload) = document.split_at(49 + name.len());
    let okm = document_keys(root, keyring, name);
    open(Aead::Xaes256Gcm, &okm[..32], &payload[..24], header, &payload[56..]).unwrap()
}

/// A document with the header and the body of another, of any generation.
///
/// # Panics
/// Never.
pub fn seal_document(
    root: &[u8],
    keyring: &[u8],
    header: &[u8],
    generation: u64,
    body: &[u8],
    name: &str,
) -> Vec<u8> {
    let header = [&header[..24], &generation.to_be_bytes(), &header[32..]].concat();
    let context = [keyring, name.as_bytes()].concat();
    [header.clone(), payload("strongroom.document.v1", root, 1, 1, &context, &header, body)].concat()
}

fn document_keys(root: &[u8], keyring: &[u8], name: &str) -> Vec<u8> {
    let info = [&1u32.to_be_bytes(), [1].as_slice(), keyring, name.as_bytes()].concat();
    hkdf_sha256(b"strongroom.document.v1", root, &info, 64).unwrap()
}

/// A snapshot of documents (section 11).
pub fn snapshot(documents: &[&[u8]]) -> Vec<u8> {
    let start = [b"SRS1".as_slice(), &(documents.len() as u32).to_be_bytes()].concat();
    documents.iter().fold(start, |out, document| {
        [out.as_slice(), &(document.len() as u32).to_be_bytes(), document].concat()
    })
}

/// The fields of a key, with the versions given.
pub fn key_fields(name: &str, versions: Cbor) -> Vec<(&'static str, Cbor)> {
    let mut fields: Vec<(&str, Cbor)> = [
        "derived",
        "convergent",
        "disabled",
        "imported",
        "exportable",
        "allow_rotation",
        "deletion_allowed",
        "allow_plaintext_backup",
    ]
    .map(|flag| (flag, Cbor::Bool(false)))
    .to_vec();
    fields.extend(
        [
            ("auto_rotate_period", 0),
            ("min_available_version", 0),
            ("min_decryption_version", 1),
            ("min_encryption_version", 0),
        ]
        .map(|(n, v)| (n, Cbor::Uint(v))),
    );
    fields.extend([("name", Cbor::text(name)), ("labels", Cbor::Map(vec![])), ("versions", versions)]);
    fields
}

/// A version of type `xaes256-gcm`.
pub fn version() -> Cbor {
    let bytes = |from: u8| Cbor::Bytes((from..from + 32).collect());
    Cbor::map([
        ("type", Cbor::Uint(1)),
        ("created", Cbor::Uint(1)),
        ("hmac_key", bytes(40)),
        ("material", bytes(80)),
    ])
}

/// Puts a document in place of whatever is there.
///
/// # Panics
/// Never: a store in memory takes everything.
pub fn put(store: &Memory, name: &DocName, document: Vec<u8>) {
    let there = |name| {
        store.load(name).unwrap().map_or(Expected::Absent, |(_, revision)| Expected::Revision(revision))
    };
    store
        .put_if(name, &Sealed::from_stored(document), there(name), Fence::new(there(&DocName::Root)))
        .unwrap();
}
