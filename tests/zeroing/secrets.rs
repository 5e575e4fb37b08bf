//! Every secret that a keyring works with, computed again from `docs/formats.md`.

use sha2::block_api::compress256;
use sha2::{Digest, Sha256, Sha512};
use strongroom::{HashAlgorithm, Kdf, KeyType, hazmat};
use strongroom_tests::closing::{COLUMN, CONTEXT, Case};

/// A secret and what it is.
pub(crate) struct Secret {
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
}

/// The list in the making.
#[derive(Default)]
pub(crate) struct Secrets(pub(crate) Vec<Secret>);

impl Secrets {
    /// The bytes, and the same as the words of a hash's message schedule.
    pub(crate) fn add(&mut self, what: &str, bytes: &[u8]) {
        self.0.push(Secret { what: what.to_owned(), bytes: bytes.to_vec() });
        let words = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|word| u32::from_be_bytes(*word).to_ne_bytes())
            .collect();
        self.0.push(Secret { what: format!("{what}, as words"), bytes: words });
    }

    /// A key of HMAC-SHA256: as it is, padded (RFC 2104 section 2), and the two states that do as well as the
    /// key.
    pub(crate) fn add_hmac_key(&mut self, what: &str, key: &[u8]) {
        self.add(what, key);
        let short = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
        for (pad, name) in [(0x36, "ipad"), (0x5c, "opad")] {
            let padded: Vec<u8> = short.iter().map(|byte| byte ^ pad).collect();
            self.add(&format!("{what}, {name}"), &padded);
            let mut block = [pad; 64];
            block[..padded.len()].copy_from_slice(&padded);
            let mut state = [
                0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
                0x5be0cd19,
            ];
            compress256(&mut state, &[block]);
            let state: Vec<u8> = state.iter().flat_map(|word: &u32| word.to_ne_bytes()).collect();
            self.0.push(Secret { what: format!("{what}, state after {name}"), bytes: state });
        }
    }

    /// HKDF-SHA256: the pseudorandom key, and what is expanded from it.
    fn add_hkdf(&mut self, what: &str, salt: &[u8], ikm: &[u8], info: &[u8], len: usize) -> Vec<u8> {
        let prk = hazmat::hmac(HashAlgorithm::Sha256, salt, ikm);
        self.add_hmac_key(&format!("{what}, prk"), &prk);
        let okm = hazmat::hkdf_sha256(salt, ikm, info, len).expect("a short output");
        self.add(&format!("{what}, okm"), &okm);
        okm
    }

    /// The keys of the committing payload (section 2).
    pub(crate) fn add_committing(
        &mut self,
        what: &str,
        label: &str,
        material: &[u8],
        number: u32,
        kind: u8,
        context: &[u8],
    ) {
        let info = [&number.to_be_bytes(), [kind].as_slice(), context].concat();
        let okm = self.add_hkdf(what, label.as_bytes(), material, &info, 64);
        self.add_hmac_key(&format!("{what}, com"), &okm[32..]);
    }

    /// The keys of a column of blind indexes (section 17), of the HMAC key of a version.
    pub(crate) fn add_column(&mut self, what: &str, case: &Case, number: u32, hmac_key: &[u8]) {
        let context = if case.derived { CONTEXT.as_bytes() } else { &[] };
        let info = [&number.to_be_bytes(), [u8::from(case.derived)].as_slice(), context].concat();
        let what = format!("{what}, indexes");
        let index_key = self.add_hkdf(&what, b"strongroom.index.v1", hmac_key, &info, 32);
        self.add_hmac_key(&what, &index_key);
        let purpose = [b"index\0\x80\0\0", [COLUMN.len() as u8].as_slice(), COLUMN.as_bytes(), &[1]].concat();
        let column = hazmat::hmac(HashAlgorithm::Sha256, &index_key, &purpose);
        self.add_hmac_key(&format!("{what}, column"), &column);
    }

    /// The material of a version, and everything that section 3 makes of it.
    pub(crate) fn add_version(&mut self, case: &Case, number: u32, material: &[u8]) {
        let what = format!("{} {} version {number}", case.key_type, case.index);
        let context = if case.derived { CONTEXT.as_bytes() } else { &[] };
        let kind = u8::from(case.derived);
        match case.key_type {
            KeyType::Xaes256Gcm => {
                self.add(&what, material);
                self.add_committing(&what, "strongroom.xaes256-gcm.v1", material, number, kind, context);
                let of_tokens = format!("{what}, tokens");
                self.add_committing(&of_tokens, "strongroom.token.v1", material, number, kind, context);
            }
            KeyType::Aes256Siv => {
                self.add(&what, material);
                let info = [&number.to_be_bytes(), [kind].as_slice(), context].concat();
                self.add_hkdf(&what, b"strongroom.aes256-siv.v1", material, &info, 64);
            }
            KeyType::Hmac => self.add_hmac_key(&what, material),
            KeyType::Ed25519 => {
                let seed = &material[..32];
                self.add(&what, seed);
                self.add_seed(&what, seed);
                if case.derived {
                    let pair = [seed, &hazmat::ed25519_public(seed.try_into().expect("32 bytes"))].concat();
                    let seed = self.add_hkdf(&what, &[], &pair, context, 32);
                    self.add_seed(&format!("{what}, derived"), &seed);
                }
            }
            _ if case.derived && case.kdf == Kdf::HmacCounter => {
                self.add_hmac_key(&what, material);
                self.add(&format!("{what}, derived"), &hazmat::counter_hmac_sha256(material, context));
            }
            _ if case.derived => {
                self.add(&what, material);
                let okm = self.add_hkdf(&what, &[], material, context, if case.convergent { 64 } else { 32 });
                if case.convergent {
                    let len = if case.key_type == KeyType::Aes128Gcm96 { 16 } else { 32 };
                    self.add_hmac_key(&format!("{what}, nonces"), &okm[len..len + 32]);
                }
            }
            _ => self.add(&what, material),
        }
    }

    /// What RFC 8032 section 5.1.5 makes of a seed.
    fn add_seed(&mut self, what: &str, seed: &[u8]) {
        let mut hash = Sha512::digest(seed);
        let words: Vec<u8> = hash
            .as_slice()
            .as_chunks::<8>()
            .0
            .iter()
            .flat_map(|word| u64::from_be_bytes(*word).to_ne_bytes())
            .collect();
        self.0.push(Secret { what: format!("{what}, hash of the seed, as words"), bytes: words });
        self.add(&format!("{what}, hash of the seed"), &hash);
        hash[0] &= 248;
        hash[31] = hash[31] & 127 | 64;
        self.add(&format!("{what}, scalar"), &hash[..32]);
    }
}
