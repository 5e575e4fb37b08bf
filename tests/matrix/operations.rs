//! The data operations, each run on every key.

use crate::management::seal;
use crate::subject::{AAD, CONTEXT, MESSAGE, Subject, as_single};
use std::io::{Read, Write};
use std::time::Duration;
use strongroom::{
    Aad, BlindIndex, DataKey, DataKeySize, Error, HashAlgorithm, Item, Key, KeySpec, KeyType, Keyring,
    Memory, SecretBytes, SignatureForm, TokenForm, Version,
};

/// What is run, and how it is called on the page.
pub(crate) type Row = (&'static str, fn(&Subject) -> Result<(), Error>);

const OTHER: &str = "tenant-2";
/// A map as a context, and the bytes of its encoding.
const MAP: [(&str, &str); 1] = [("a", "b")];
const MAP_BYTES: &[u8] = b"\0\x01\0\x01a\0\x01b";

pub(crate) const ENCRYPTION: &[Row] = &[
    ("`encrypt`", |s| reads_back(s, encrypt(s, s.item(Item::plaintext(MESSAGE)))?, Aad::NONE)),
    ("… nothing", |s| encrypt(s, s.item(Item::plaintext(b""))).map(drop)),
    ("… with an aad", |s| {
        reads_back(s, encrypt(s, s.item(Item::plaintext(MESSAGE)).aad(AAD))?, Aad::from(AAD))
    }),
    ("… with a context", |s| encrypt(s, Item::plaintext(MESSAGE).context(CONTEXT)).map(drop)),
    ("… without a context", |s| encrypt(s, Item::plaintext(MESSAGE)).map(drop)),
    ("… with an empty context", |s| encrypt(s, Item::plaintext(MESSAGE).context("")).map(drop)),
    ("… under version 1 of 2", |s| {
        encrypt(s, s.item(Item::plaintext(MESSAGE)).version(Version::FIRST)).map(drop)
    }),
    ("… more often than `usage_limit`, here 1", |s| {
        let ring = Keyring::builder().usage_limit(1).create(Memory::new(), seal())?;
        let key =
            ring.create_key("limited", KeySpec::new(s.key_type).derived(s.derived).convergent(s.convergent))?;
        key.encrypt_item(&s.item(Item::plaintext(MESSAGE)))?;
        key.encrypt_item(&s.item(Item::plaintext(MESSAGE))).map(drop)
    }),
    ("… with a hash or a form", |s| {
        encrypt(s, s.item(Item::plaintext(MESSAGE)).hash(HashAlgorithm::Sha512)).map(drop)
    }),
    ("… of an item of another kind", |s| encrypt(s, s.item(Item::message(MESSAGE))).map(drop)),
    ("`encrypt_binary`", |s| {
        let binary = s.view().encrypt_binary_item(&Item::plaintext(&MESSAGE))?;
        is_message(s.view().decrypt_item(&Item::binary(&binary))?)
    }),
    ("`encrypt_into`", |s| {
        let mut out = [0; 256];
        let len = s.view().encrypt_into_item(&Item::plaintext(&MESSAGE), &mut out)?;
        is_message(s.view().decrypt_item(&Item::binary(&out[..len]))?)
    }),
    ("… a buffer that is too small", |s| {
        s.view().encrypt_into_item(&Item::plaintext(&MESSAGE), &mut [0; 8]).map(drop)
    }),
    ("`decrypt`", |s| is_message(decrypt(s, s.item(Item::ciphertext(&s.new.text)))?)),
    ("… of version 1 of 2", |s| is_message(decrypt(s, s.item(Item::ciphertext(&s.old.text)))?)),
    ("… with the aad that it was made with", |s| {
        is_message(decrypt(s, s.item(Item::ciphertext(&s.new.with_aad)).aad(AAD))?)
    }),
    ("… without that aad", |s| decrypt(s, s.item(Item::ciphertext(&s.new.with_aad))).map(drop)),
    ("… with an aad that it was not made with", |s| {
        decrypt(s, s.item(Item::ciphertext(&s.new.text)).aad(AAD)).map(drop)
    }),
    ("… with another context", |s| decrypt(s, Item::ciphertext(&s.new.text).context(OTHER)).map(drop)),
    ("… without a context", |s| decrypt(s, Item::ciphertext(&s.new.text)).map(drop)),
    ("… made under a map, read under the map's bytes", |s| {
        let text =
            if s.derived { encrypt(s, Item::plaintext(MESSAGE).context(MAP))? } else { s.new.text.clone() };
        is_message(decrypt(s, Item::ciphertext(&text).context(MAP_BYTES))?)
    }),
    ("… with the last bit of the payload changed", |s| {
        let mut binary = s.new.binary.clone();
        *binary.last_mut().unwrap() ^= 1;
        s.view().decrypt_item(&Item::binary(&binary)).map(drop)
    }),
    ("… with the other prefix", |s| {
        decrypt(s, s.item(Item::ciphertext(&other_prefix(&s.new.text)))).map(drop)
    }),
    ("… of version 3 of 2", |s| {
        decrypt(s, s.item(Item::ciphertext(&s.new.text.replace(":v2:", ":v3:").replace(":v1:", ":v3:"))))
            .map(drop)
    }),
    ("`decrypt_binary`", |s| is_message(s.view().decrypt_item(&Item::binary(&s.new.binary))?)),
    ("`decrypt_into`", |s| {
        let mut out = [0; MESSAGE.len()];
        let len = s.view().decrypt_into_item(&Item::binary(&s.new.binary), &mut out)?;
        assert_eq!((len, out.as_slice()), (MESSAGE.len(), MESSAGE));
        Ok(())
    }),
    ("… a buffer that is too small", |s| {
        s.view().decrypt_into_item(&Item::binary(&s.new.binary), &mut [0; MESSAGE.len() - 1]).map(drop)
    }),
    ("`rewrap`", |s| {
        let new = rewrap(s, s.item(Item::ciphertext(&s.old.text)))?;
        assert_ne!(new, s.old.text);
        reads_back(s, new, Aad::NONE)
    }),
    ("… of one that is up to date", |s| {
        let same = rewrap(s, s.item(Item::ciphertext(&s.new.text)))?;
        assert_eq!(same, s.new.text);
        Ok(())
    }),
    ("… with the aad that it was made with", |s| {
        reads_back(s, rewrap(s, s.item(Item::ciphertext(&s.old.with_aad)).aad(AAD))?, Aad::from(AAD))
    }),
    ("… without that aad", |s| rewrap(s, s.item(Item::ciphertext(&s.old.with_aad))).map(drop)),
    ("`rewrap_binary`", |s| {
        let new = s.view().rewrap_binary_item(&Item::binary(&s.old.binary))?;
        is_message(s.view().decrypt_item(&Item::binary(&new))?)
    }),
    ("`needs_rewrap`", |s| {
        assert!(s.key.needs_rewrap(&s.old.text)? && !s.key.needs_rewrap(&s.new.text)?);
        Ok(())
    }),
    ("`needs_rewrap_binary`", |s| {
        assert!(
            s.key.needs_rewrap_item(&Item::binary(&s.old.binary))?
                && !s.key.needs_rewrap_item(&Item::binary(&s.new.binary))?
        );
        Ok(())
    }),
    ("`data_key` of 16, 32 or 64 bytes", |s| {
        for size in [DataKeySize::Bits128, DataKeySize::Bits256, DataKeySize::Bits512] {
            let key = data_key(s, s.item(Item::data_key(size)))?;
            assert_eq!(key.plaintext.len(), size.bytes());
            assert_eq!(s.view().decrypt(&key.ciphertext, Aad::NONE)?.expose(), key.plaintext.expose());
        }
        Ok(())
    }),
    ("… with an aad", |s| data_key(s, s.item(Item::data_key(DataKeySize::Bits256)).aad(AAD)).map(drop)),
    ("… without a context", |s| data_key(s, Item::data_key(DataKeySize::Bits256)).map(drop)),
    ("`encrypt_writer` and `decrypt_reader`", |s| {
        let file = stream(s, &s.item(Item::stream()))?;
        read_stream(s, &file, &s.item(Item::stream()))
    }),
    ("… with an aad", |s| {
        let about = s.item(Item::stream().aad(AAD));
        read_stream(s, &stream(s, &about)?, &about)
    }),
    ("… without a context", |s| stream(s, &Item::stream()).map(drop)),
    ("… with a hash or a form", |s| {
        stream(s, &s.item(Item::stream()).hash(HashAlgorithm::Sha512)).map(drop)
    }),
    ("… of what is no stream", |s| read_stream(s, MESSAGE, &s.item(Item::stream()))),
    ("`rewrap_stream`", |s| {
        let (file, mut new) = (stream(s, &s.item(Item::stream()).version(Version::FIRST)), Vec::new());
        // Under the first version none is made any more, so it is one that is up to date.
        assert!(file.is_err());
        let file = stream(s, &s.item(Item::stream()))?;
        let rewrapped = s.key.rewrap_stream_item(&file[..], &mut new, &s.item(Item::stream()));
        rewrapped.map(drop).map_err(|error| Error::inside(&error).unwrap().clone())?;
        assert_eq!(new, file);
        Ok(())
    }),
    ("`issue` and `redeem`", |s| {
        let token = issue(s, s.item(Item::plaintext(MESSAGE)))?;
        redeem(s, s.item(Item::token(&token)))
    }),
    ("… with an aad", |s| {
        let token = issue(s, s.item(Item::plaintext(MESSAGE)).aad(AAD))?;
        redeem(s, s.item(Item::token(&token)).aad(AAD))
    }),
    ("… without that aad", |s| {
        let token = issue(s, s.item(Item::plaintext(MESSAGE)).aad(AAD))?;
        redeem(s, s.item(Item::token(&token)))
    }),
    ("… without a context", |s| issue(s, Item::plaintext(MESSAGE)).map(drop)),
    ("… with a hash or a form", |s| {
        issue(s, s.item(Item::plaintext(MESSAGE)).hash(HashAlgorithm::Sha512)).map(drop)
    }),
    ("… of what is no token", |s| redeem(s, s.item(Item::token(&s.new.text)))),
];

fn issue(s: &Subject, item: Item<'_>) -> Result<String, Error> {
    s.key.issue_item(&item, Duration::from_secs(60), &TokenForm::new())
}

fn redeem(s: &Subject, item: Item<'_>) -> Result<(), Error> {
    let token = s.key.redeem_item(&item, &TokenForm::new())?;
    is_message(token.payload)
}

fn stream(s: &Subject, about: &Item<'_>) -> Result<Vec<u8>, Error> {
    let mut writer = s.key.encrypt_writer_item(Vec::new(), about)?;
    writer.write_all(MESSAGE).unwrap();
    Ok(writer.finish().unwrap())
}

fn read_stream(s: &Subject, file: &[u8], about: &Item<'_>) -> Result<(), Error> {
    let mut out = Vec::new();
    let read = s.key.decrypt_reader_item(file, about).and_then(|mut reader| reader.read_to_end(&mut out));
    read.map_err(|error| Error::inside(&error).unwrap().clone())?;
    assert_eq!(out, MESSAGE);
    Ok(())
}

pub(crate) const SIGNATURES: &[Row] = &[
    ("`sign`", |s| verify(s, s.item(Item::signed(MESSAGE, &sign(s, s.item(Item::message(MESSAGE)))?)))),
    ("… in the form of a JWS", |s| {
        let jws = sign(s, s.item(Item::message(MESSAGE)).form(SignatureForm::Jws))?;
        verify(s, s.item(Item::signed(MESSAGE, &jws)).form(SignatureForm::Jws))
    }),
    ("… with a context", |s| sign(s, Item::message(MESSAGE).context(CONTEXT)).map(drop)),
    ("… without a context", |s| sign(s, Item::message(MESSAGE)).map(drop)),
    ("… with an aad", |s| sign(s, s.item(Item::message(MESSAGE)).aad(AAD)).map(drop)),
    ("… with a hash", |s| sign(s, s.item(Item::message(MESSAGE)).hash(HashAlgorithm::Sha512)).map(drop)),
    ("… under version 1 of 2", |s| {
        sign(s, s.item(Item::message(MESSAGE)).version(Version::FIRST)).map(drop)
    }),
    ("`verify`", |s| verify(s, s.item(Item::signed(MESSAGE, &s.new.signature)))),
    ("… of version 1 of 2", |s| verify(s, s.item(Item::signed(MESSAGE, &s.old.signature)))),
    ("… of another message", |s| verify(s, s.item(Item::signed(b"another", &s.new.signature)))),
    ("… with another context", |s| verify(s, Item::signed(MESSAGE, &s.new.signature).context(OTHER))),
    ("… with an aad", |s| verify(s, s.item(Item::signed(MESSAGE, &s.new.signature)).aad(AAD))),
    ("… of a JWS that is not said to be one", |s| verify(s, s.item(Item::signed(MESSAGE, &s.new.jws)))),
    ("`public_key`", |s| {
        assert_ne!(s.view().public_key(None)?, s.view().public_key(Some(Version::FIRST))?);
        Ok(())
    }),
    ("… without a context", |s| s.key.public_key(None).map(drop)),
    ("`derive_key`, of the key and a public key", |s| {
        let peer = s.key.public_key(None).or_else(|_| other_key().public_key(None))?;
        Keyring::in_memory().derive_key("agreed", &s.key, None, &peer, KeyType::Aes256Gcm96).map(drop)
    }),
    ("`certificate_request`", |s| s.key.certificate_request(None, None).map(drop)),
    ("`certificate_chain`", |s| s.key.certificate_chain(None).map(drop)),
    ("`set_certificate_chain` of what is none", |s| s.key.set_certificate_chain("none", None)),
];

pub(crate) const MACS: &[Row] = &[
    ("`hmac` under each of the 8 hashes", |s| {
        for hash in HashAlgorithm::ALL {
            let mac = hmac(s, Item::message(MESSAGE).hash(hash))?;
            verify_hmac(s, Item::signed(MESSAGE, &mac).hash(hash))?;
        }
        Ok(())
    }),
    ("… with a context", |s| hmac(s, Item::message(MESSAGE).context(CONTEXT)).map(drop)),
    ("… with an aad", |s| hmac(s, Item::message(MESSAGE).aad(AAD)).map(drop)),
    ("… under version 1 of 2", |s| hmac(s, Item::message(MESSAGE).version(Version::FIRST)).map(drop)),
    ("`verify_hmac`", |s| verify_hmac(s, Item::signed(MESSAGE, &s.new.mac))),
    ("… of version 1 of 2", |s| verify_hmac(s, Item::signed(MESSAGE, &s.old.mac))),
    ("… of another message", |s| verify_hmac(s, Item::signed(b"another", &s.new.mac))),
    ("… under another hash", |s| {
        verify_hmac(s, Item::signed(MESSAGE, &s.new.mac).hash(HashAlgorithm::Sha3_256))
    }),
    ("… with an aad", |s| verify_hmac(s, Item::signed(MESSAGE, &s.new.mac).aad(AAD))),
];

pub(crate) const VIEWS: &[Row] = &[
    ("`context`", |s| s.key.context(CONTEXT).map(drop)),
    ("… empty", |s| s.key.context("").map(drop)),
    ("… and another one in the item", |s| {
        s.key.context(CONTEXT)?.encrypt_item(&Item::plaintext(MESSAGE).context(CONTEXT)).map(drop)
    }),
];

pub(crate) const INDEXES: &[Row] = &[
    ("`index`", |s| {
        assert_eq!(index(s, VALUE, &column())?, s.view().index(VALUE, &column())?);
        Ok(())
    }),
    ("… without a context", |s| s.key.index(VALUE, &column()).map(drop)),
    ("… under version 1 of 2", |s| index(s, VALUE, &column().version(Version::FIRST)).map(drop)),
    ("… under version 3 of 2", |s| {
        index(s, VALUE, &column().version(Version::new(3).expect("a version"))).map(drop)
    }),
    ("… of nothing", |s| index(s, "", &column()).map(drop)),
    ("… of what is not UTF-8", |s| s.view().index(b"\xff", &column()).map(drop)),
    ("… of 7 bits", |s| index(s, VALUE, &column().bits(7)).map(drop)),
    ("… without a name", |s| index(s, VALUE, &BlindIndex::new("")).map(drop)),
    ("`index_binary`", |s| {
        let single = s.view().index_binary(VALUE, &column());
        assert_eq!(as_single(single, s.view().index_binary_batch([VALUE], &column()))?.len(), 16);
        Ok(())
    }),
    ("`index_prefixes`", |s| {
        assert_eq!(s.view().index_prefixes(VALUE, &[1, 3], &column())?.len(), 2);
        Ok(())
    }),
    ("… of no characters", |s| s.view().index_prefixes(VALUE, &[0], &column()).map(drop)),
    ("`index_ngrams`", |s| {
        assert_eq!(s.view().index_ngrams("banana", 2, &column())?.len(), 3);
        Ok(())
    }),
    ("`indexes`", |s| {
        let single = s.view().indexes(VALUE, &column());
        assert_eq!(as_single(single, s.view().indexes_batch([VALUE], &column()))?.len(), 2);
        Ok(())
    }),
    ("… without a context", |s| s.key.indexes(VALUE, &column()).map(drop)),
    ("`indexes_binary`", |s| {
        let single = s.view().indexes_binary(VALUE, &column());
        assert_eq!(as_single(single, s.view().indexes_binary_batch([VALUE], &column()))?.len(), 2);
        Ok(())
    }),
    ("`indexes_prefix`", |s| {
        let stored = s.view().index_prefixes(VALUE, &[3], &column().version(Version::FIRST))?;
        assert_eq!(s.view().indexes_prefix("ann", &column())?[1..], stored);
        Ok(())
    }),
    ("`indexes_ngrams`", |s| {
        assert_eq!(s.view().indexes_ngrams("banana", 2, &column())?[0].len(), 3);
        Ok(())
    }),
    ("`needs_reindex`", |s| {
        let single = s.key.needs_reindex("strongroom:i1:AA");
        as_single(single, s.key.needs_reindex_batch(["strongroom:i1:AA"])).map(drop)
    }),
    ("… of version 3 of 2", |s| s.key.needs_reindex("strongroom:i3:AA").map(drop)),
    ("… of what is no index", |s| s.key.needs_reindex(VALUE).map(drop)),
];

const VALUE: &str = "ann@example.com";

pub(crate) fn column() -> BlindIndex {
    BlindIndex::new("users.email")
}

fn index(s: &Subject, value: &str, column: &BlindIndex) -> Result<String, Error> {
    as_single(s.view().index(value, column), s.view().index_batch([value], column))
}

fn other_key() -> Key {
    Keyring::in_memory().create_key("other", KeyType::EcdsaP256).expect("a key in memory")
}

fn other_prefix(text: &str) -> String {
    match text.strip_prefix("vault:") {
        Some(rest) => format!("strongroom:{rest}"),
        None => text.replace("strongroom:", "vault:"),
    }
}

fn is_message(plaintext: SecretBytes) -> Result<(), Error> {
    assert_eq!(plaintext.expose(), MESSAGE);
    Ok(())
}

fn reads_back(s: &Subject, text: String, aad: Aad<'_>) -> Result<(), Error> {
    is_message(s.view().decrypt(text, aad)?)
}

fn encrypt(s: &Subject, item: Item<'_>) -> Result<String, Error> {
    as_single(s.key.encrypt_item(&item), s.key.encrypt_batch([item]))
}

fn decrypt(s: &Subject, item: Item<'_>) -> Result<SecretBytes, Error> {
    as_single(s.key.decrypt_item(&item), s.key.decrypt_batch([item]))
}

fn rewrap(s: &Subject, item: Item<'_>) -> Result<String, Error> {
    as_single(s.key.rewrap_item(&item), s.key.rewrap_batch([item]))
}

fn data_key(s: &Subject, item: Item<'_>) -> Result<DataKey, Error> {
    as_single(s.key.data_key_item(&item), s.key.data_key_batch([item]))
}

fn sign(s: &Subject, item: Item<'_>) -> Result<String, Error> {
    as_single(s.key.sign_item(&item), s.key.sign_batch([item]))
}

fn verify(s: &Subject, item: Item<'_>) -> Result<(), Error> {
    as_single(s.key.verify_item(&item), s.key.verify_batch([item]))
}

fn hmac(s: &Subject, item: Item<'_>) -> Result<String, Error> {
    as_single(s.key.hmac_item(&item), s.key.hmac_batch([item]))
}

fn verify_hmac(s: &Subject, item: Item<'_>) -> Result<(), Error> {
    as_single(s.key.verify_hmac_item(&item), s.key.verify_hmac_batch([item]))
}
