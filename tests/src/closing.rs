//! What the program that closes a keyring and the test that then searches its memory have to agree on.

use strongroom::{Kdf, KeySpec, KeyType};

/// How many keys are imported.
pub const KEYS: usize = 100;
/// The context of derived keys.
pub const CONTEXT: &str = "acme";
/// The column of the blind indexes.
pub const COLUMN: &str = "messages";

/// A key to import. Everything of it but the material.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Its place in the list.
    pub index: usize,
    /// Its type, before and after it is rotated.
    pub key_type: KeyType,
    /// Whether it takes a context.
    pub derived: bool,
    /// Whether it makes nonces from plaintexts.
    pub convergent: bool,
    /// How subkeys of a Transit type are made.
    pub kdf: Kdf,
}

impl Case {
    /// All of them: every type, derived and not, convergent and with the older derivation where there is such
    /// a thing.
    pub fn all() -> Vec<Self> {
        (0..KEYS).map(Self::nth).collect()
    }

    fn nth(index: usize) -> Self {
        use KeyType::{
            Aes128Gcm96, Aes256Gcm96, Aes256Siv, ChaCha20Poly1305, Ed25519, Hmac, XChaCha20Poly1305,
            Xaes256Gcm,
        };
        let types = [
            Xaes256Gcm,
            Aes256Siv,
            Aes256Gcm96,
            Aes128Gcm96,
            ChaCha20Poly1305,
            XChaCha20Poly1305,
            Ed25519,
            Hmac,
        ];
        let (key_type, round) = (types[index % types.len()], index / types.len());
        let derived = round % 2 == 1 && key_type.derives();
        let convergent = derived && key_type.converges() && round % 4 == 3;
        // AES-128 encrypts nothing under the older derivation.
        let counter =
            derived && key_type.converges() && key_type != Aes128Gcm96 && !convergent && round % 8 == 5;
        let kdf = if counter { Kdf::HmacCounter } else { Kdf::HkdfSha256 };
        Self { index, key_type, derived, convergent, kdf }
    }

    /// Its name.
    pub fn name(&self) -> String {
        format!("key-{}", self.index)
    }

    /// The name under which it is restored.
    pub fn restored_name(&self) -> String {
        format!("restored-{}", self.index)
    }

    /// The length of its material, in bytes. Some `hmac` keys are longer than a block of SHA-256.
    pub fn material_len(&self) -> usize {
        match self.key_type {
            KeyType::Aes128Gcm96 => 16,
            KeyType::Aes256Siv => 64,
            KeyType::Hmac => 32 + 16 * (self.index / 8),
            _ => 32,
        }
    }

    /// How it is created.
    pub fn spec(&self) -> KeySpec {
        KeySpec::new(self.key_type)
            .derived(self.derived)
            .convergent(self.convergent)
            .exportable(true)
            .deletion_allowed(true)
    }
}

/// Hexadecimal digits that are not those of the secret, to pass it between processes and to leave no copy
/// that a search would find.
pub fn mask(secret: &[u8]) -> String {
    secret.iter().map(|byte| format!("{:02x}", byte ^ MASK)).collect()
}

/// The reverse of [`mask`].
///
/// # Panics
/// When the digits are none.
pub fn unmask(digits: &str) -> Vec<u8> {
    let mut secret = vec![0; digits.len() / 2];
    unmask_into(digits, &mut secret);
    secret
}

/// The reverse of [`mask`], in place.
///
/// # Panics
/// When the digits are none, or too few.
pub fn unmask_into(digits: &str, secret: &mut [u8]) {
    for (at, byte) in secret.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("hexadecimal digits") ^ MASK;
    }
}

const MASK: u8 = 0xa5;
