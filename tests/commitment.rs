//! The default type opens a ciphertext under one key, version, context and aad only; plain AES-GCM, shown
//! beside it, opens crafted ones under many.

use base64_simd::STANDARD;
use strongroom::hazmat::{Aead, hkdf_sha256, hmac, open, seal};
use strongroom::{
    Aad, Context, Error, HashAlgorithm, Import, Item, KeySpec, KeyType, Keyring, Seal, SecretArray, View,
};
use strongroom_tests::collide::{Gcm, colliding, two_aads};
use strongroom_tests::forge::Known;
use strongroom_tests::noise::{noise, noise_array};

const FIRST: [u8; 16] = *b"the first block.";

fn binary(version: u32, parts: &[&[u8]]) -> Vec<u8> {
    [[0xFE].as_slice(), &version.to_be_bytes(), &parts.concat()].concat()
}

/// Keys of a type with one version each, of the materials given.
fn keys(key_type: KeyType, materials: &[Vec<u8>]) -> Vec<View> {
    let ring = Keyring::in_memory();
    let import = |(at, material): (usize, &Vec<u8>)| {
        View::clone(&ring.import_key(&format!("k{at}"), Import::raw(material.as_slice()), key_type).unwrap())
    };
    materials.iter().enumerate().map(import).collect()
}

/// The two keys that `xaes256-gcm` makes (`docs/formats.md`, section 2): for encryption and for the
/// commitment.
fn okm(material: &[u8], version: u32, kind: u8, context: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let info = [&version.to_be_bytes(), [kind].as_slice(), context].concat();
    let mut okm = hkdf_sha256(b"strongroom.xaes256-gcm.v1", material, &info, 64).unwrap();
    let com = okm.split_off(32);
    (okm, com)
}

/// One who may open: a view of a key, with what it makes its subkey and its commitment from.
struct Reader {
    view: View,
    version: u32,
    keys: (Vec<u8>, Vec<u8>),
    aad: Vec<u8>,
}

/// An empty aad is said by leaving it out.
fn said(aad: &[u8]) -> Aad<'_> {
    if aad.is_empty() { Aad::NONE } else { Aad::from(aad) }
}

/// A ciphertext that the cipher within opens for every reader opens, with one's commitment, for that one
/// alone. Gives how many pairs were tried.
fn one_commitment_one_reader(readers: &[Reader], nonce: &[u8; 24], ciphertext: &[u8]) -> usize {
    let mut tried = 0;
    let commitment = |reader: &Reader| {
        hmac(HashAlgorithm::Sha256, &reader.keys.1, &[nonce, reader.aad.as_slice()].concat())
    };
    for (at, reader) in readers.iter().enumerate() {
        open(Aead::Xaes256Gcm, &reader.keys.0, nonce, &reader.aad, ciphertext)
            .expect("without the commitment it opens for all");
        for (other, committed) in readers.iter().enumerate() {
            let payload = [nonce.as_slice(), &commitment(committed), ciphertext].concat();
            let opened = reader
                .view
                .decrypt_item(&Item::binary(&binary(reader.version, &[&payload])).aad(said(&reader.aad)));
            let text = format!("strongroom:v{}:{}", reader.version, STANDARD.encode_to_string(&payload));
            let as_text = reader.view.decrypt(text, said(&reader.aad));
            if at == other {
                assert_eq!(opened.unwrap().expose(), as_text.unwrap().expose());
            } else {
                assert_eq!(
                    opened.unwrap_err(),
                    Error::DecryptFailed,
                    "reader {at} opens with the commitment of {other}"
                );
                assert_eq!(as_text.unwrap_err(), Error::DecryptFailed);
                tried += 1;
            }
        }
        for none in [[0; 32], [0xFF; 32]] {
            let bare = binary(reader.version, &[nonce, &none, ciphertext]);
            assert_eq!(
                reader.view.decrypt_item(&Item::binary(&bare).aad(said(&reader.aad))).unwrap_err(),
                Error::DecryptFailed
            );
        }
    }
    tried
}

fn collide_for(readers: &[Reader], nonce: &[u8; 24]) -> Vec<u8> {
    let gcms: Vec<Gcm> = readers.iter().map(|reader| Gcm::xaes(&reader.keys.0, nonce, &reader.aad)).collect();
    colliding(&gcms, FIRST)
}

#[test]
fn many_keys() {
    let mut opened = 0;
    for (key_type, len) in [(KeyType::Aes256Gcm96, 32), (KeyType::Aes128Gcm96, 16)] {
        for count in [2, 3, 16] {
            let materials: Vec<Vec<u8>> = (0..count).map(|at| noise(len, 100 + 2 * at)).collect();
            let (nonce, aad) = (noise(12, 5), b"order-17");
            let gcms: Vec<Gcm> = materials.iter().map(|material| Gcm::new(material, &nonce, aad)).collect();
            let ciphertext = binary(1, &[&nonce, &colliding(&gcms, FIRST)]);
            let plaintexts: Vec<_> = keys(key_type, &materials)
                .iter()
                .map(|key| key.decrypt_item(&Item::binary(&ciphertext).aad(Aad::from(aad))).unwrap())
                .collect();
            assert!(
                plaintexts.windows(2).all(|two| two[0].expose() != two[1].expose()),
                "each reads another message"
            );
            opened += plaintexts.len();
        }
    }
    assert_eq!(opened, 42, "the attack on plain AES-GCM is real");

    let mut tried = 0;
    for count in [2, 3, 16] {
        let materials: Vec<Vec<u8>> = (0..count).map(|at| noise(32, 100 + 2 * at)).collect();
        let reader = |(view, material): (View, &Vec<u8>)| Reader {
            view,
            version: 1,
            keys: okm(material, 1, 0, b""),
            aad: b"order-17".to_vec(),
        };
        let readers: Vec<Reader> =
            keys(KeyType::Xaes256Gcm, &materials).into_iter().zip(&materials).map(reader).collect();
        let nonce = noise_array(7);
        tried += one_commitment_one_reader(&readers, &nonce, &collide_for(&readers, &nonce));
    }
    assert_eq!(tried, 2 + 6 + 240);
}

#[test]
fn two_versions() {
    let materials = [noise(32, 11), noise(32, 13)];
    let two = |key_type: KeyType| {
        let key =
            Keyring::in_memory().import_key("k", Import::raw(materials[0].as_slice()), key_type).unwrap();
        key.import_version(Import::raw(materials[1].as_slice())).unwrap();
        key
    };
    let (plain, nonce) = (two(KeyType::Aes256Gcm96), noise(12, 5));
    let payload =
        [nonce.as_slice(), &colliding(&materials.each_ref().map(|m| Gcm::new(m, &nonce, b"")), FIRST)]
            .concat();
    let read = |version| plain.decrypt_item(&Item::binary(&binary(version, &[&payload]))).unwrap();
    assert_ne!(read(1).expose(), read(2).expose(), "plain AES-GCM opens the relabelled one");

    let ours = two(KeyType::Xaes256Gcm);
    let reader = |version: u32| Reader {
        view: View::clone(&ours),
        version,
        keys: okm(&materials[version as usize - 1], version, 0, b""),
        aad: b"order-17".to_vec(),
    };
    let (readers, nonce) = ([reader(1), reader(2)], noise_array(9));
    assert_eq!(one_commitment_one_reader(&readers, &nonce, &collide_for(&readers, &nonce)), 2);
}

#[test]
fn two_contexts() {
    let material = noise(32, 17);
    let map = [("tenant", "acme")];
    let encoded = b"\0\x01\0\x06tenant\0\x04acme";
    let derived = |key_type| {
        Keyring::in_memory()
            .import_key("k", Import::raw(material.as_slice()), KeySpec::new(key_type).derived(true))
            .unwrap()
    };

    let (plain, nonce) = (derived(KeyType::Aes256Gcm96), noise(12, 5));
    let contexts: [&[u8]; 3] = [b"acme", b"globex", encoded];
    let subkeys = contexts.map(|context| hkdf_sha256(&[0; 32], &material, context, 32).unwrap());
    let crafted =
        binary(1, &[&nonce, &colliding(&subkeys.each_ref().map(|key| Gcm::new(key, &nonce, b"")), FIRST)]);
    for context in contexts {
        plain
            .context(context)
            .unwrap()
            .decrypt_item(&Item::binary(&crafted))
            .expect("plain AES-GCM opens for every context");
    }

    // The map and the bytes of its encoding are different contexts, too.
    let ours = derived(KeyType::Xaes256Gcm);
    let reader = |context: Context, kind: u8, bytes: &[u8]| Reader {
        view: ours.context(context).unwrap(),
        version: 1,
        keys: okm(&material, 1, kind, bytes),
        aad: vec![],
    };
    let mut readers: Vec<Reader> =
        contexts.iter().map(|context| reader(Context::bytes(context).unwrap(), 1, context)).collect();
    readers.push(reader(Context::map(map).unwrap(), 2, encoded));
    let nonce = noise_array(9);
    assert_eq!(one_commitment_one_reader(&readers, &nonce, &collide_for(&readers, &nonce)), 12);
}

#[test]
fn two_aads_for_one_key() {
    let (material, plaintext) = (noise(32, 19), b"any message at all");
    let nonce = noise(12, 5);
    let aads = two_aads(&Gcm::new(&material, &nonce, b""), FIRST);
    let ciphertext = seal(Aead::Aes256Gcm, &material, &nonce, &aads[0], plaintext).unwrap();
    let plain = keys(KeyType::Aes256Gcm96, std::slice::from_ref(&material)).remove(0);
    for aad in &aads {
        let opened = plain
            .decrypt_item(&Item::binary(&binary(1, &[&nonce, &ciphertext])).aad(Aad::from(aad)))
            .expect("plain AES-GCM opens with both");
        assert_eq!(opened.expose(), plaintext);
    }

    let ours = keys(KeyType::Xaes256Gcm, std::slice::from_ref(&material)).remove(0);
    let (subkeys, nonce) = (okm(&material, 1, 0, b""), noise_array(9));
    let aads = two_aads(&Gcm::xaes(&subkeys.0, &nonce, b""), FIRST);
    let ciphertext = seal(Aead::Xaes256Gcm, &subkeys.0, &nonce, &aads[0], plaintext).unwrap();
    let reader =
        |aad: &Vec<u8>| Reader { view: ours.clone(), version: 1, keys: subkeys.clone(), aad: aad.clone() };
    assert_eq!(one_commitment_one_reader(&[reader(&aads[0]), reader(&aads[1])], &nonce, &ciphertext), 2);
}

/// One blob for many sealing keys would let a forger ask which of many passphrases it is, at one question.
#[test]
fn one_blob_for_two_seals() {
    let seals =
        [1, 3].map(|seed| Known { id: *b"a known keyring.", sealing: noise_array(seed), root: [0; 32] });
    let nonce: [u8; 24] = noise_array(9);
    let aads = seals.each_ref().map(|known| Known::wrap_aad(&known.id, "root-key", &known.seal_id()));
    let subkeys = seals.each_ref().map(|known| {
        let okm = hkdf_sha256(b"strongroom.seal.v1", &known.sealing, &[0, 0, 0, 1, 0], 64).unwrap();
        (okm[..32].to_vec(), okm[32..].to_vec())
    });
    let gcms: Vec<Gcm> =
        subkeys.iter().zip(&aads).map(|(keys, aad)| Gcm::xaes(&keys.0, &nonce, aad)).collect();
    let ciphertext = colliding(&gcms, FIRST);
    for (committed, keys) in subkeys.iter().enumerate() {
        let commitment = hmac(HashAlgorithm::Sha256, &keys.1, &[nonce.as_slice(), &aads[committed]].concat());
        let blob = [nonce.as_slice(), &commitment, &ciphertext].concat();
        for (reader, known) in seals.iter().enumerate() {
            // Whoever forges knows what the blob opens to, and so the root key that the mac is made with.
            let root = open(Aead::Xaes256Gcm, &subkeys[reader].0, &nonce, &aads[reader], &ciphertext)
                .expect("without the commitment it opens for both");
            let known = Known { root: root.try_into().unwrap(), ..known.clone() };
            let document = known.root_document(&Known::roots(vec![Known::copy(
                "root-key",
                &known.seal_id(),
                blob.clone(),
            )]));
            let store = strongroom::Memory::new();
            strongroom_tests::forge::put(&store, &strongroom::DocName::Root, document);
            let opened = Keyring::open(store, Seal::root_key(SecretArray::copy_of(&known.sealing).unwrap()));
            assert_eq!(opened.map(drop), if reader == committed { Ok(()) } else { Err(Error::WrongSeal) });
        }
    }
}

/// What is not promised: a name is not bound, so keys that share material open each other's ciphertexts.
#[test]
fn names_are_not_bound() {
    let materials = [noise(32, 23), noise(32, 23)];
    let keys = keys(KeyType::Xaes256Gcm, &materials);
    let ciphertext = keys[0].encrypt(b"message", Aad::from("row-1")).unwrap();
    assert_eq!(keys[1].decrypt(&ciphertext, Aad::from("row-1")).unwrap().expose(), b"message");
    assert_eq!(keys[1].decrypt(&ciphertext, Aad::from("row-2")).unwrap_err(), Error::DecryptFailed);
}
