//! Which product wrote a backup, and what its type numbers mean there: 10 and 11 are different types in the
//! two.

use super::corrupt;
use crate::Error;
use crate::key::record::Dialect;
use crate::material::KeyType;

/// Fields that only one of the products writes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    /// `soft_deleted`
    pub(super) openbao: bool,
    /// `ParameterSet`, `HybridConfig`
    pub(super) vault: bool,
}

/// The numbers that mean the same in both.
const SHARED: [(i64, KeyType); 10] = [
    (0, KeyType::Aes256Gcm96),
    (1, KeyType::EcdsaP256),
    (2, KeyType::Ed25519),
    (3, KeyType::Rsa2048),
    (4, KeyType::Rsa4096),
    (5, KeyType::ChaCha20Poly1305),
    (6, KeyType::EcdsaP384),
    (7, KeyType::EcdsaP521),
    (8, KeyType::Aes128Gcm96),
    (9, KeyType::Rsa3072),
];
const OPENBAO: [(i64, KeyType); 2] = [(10, KeyType::Hmac), (11, KeyType::XChaCha20Poly1305)];
const VAULT: [(i64, KeyType); 3] =
    [(11, KeyType::Hmac), (12, KeyType::Aes128Cmac), (13, KeyType::Aes256Cmac)];

/// Types that have no place here, by the name that the product gives them.
const OPENBAO_ONLY: [(i64, &str); 1] = [(10_000, "external-key")];
const VAULT_ONLY: [(i64, &str); 7] = [
    (10, "managed_key"),
    (14, "ml-dsa"),
    (15, "hybrid"),
    (16, "aes192-cmac"),
    (17, "slh-dsa"),
    (18, "aes128-cbc"),
    (19, "aes256-cbc"),
];

/// The dialect that was asked for, if the backup does not contradict it, else the one that its fields tell.
pub(super) fn decide(asked: Option<Dialect>, marks: Marks, number: i64) -> Result<Option<Dialect>, Error> {
    match (asked, marks.openbao, marks.vault) {
        (Some(Dialect::OpenBao), false, true) | (Some(Dialect::Vault), true, false) => {
            Err(corrupt("it was written by the other product than was said"))
        }
        (Some(dialect), ..) => Ok(Some(dialect)),
        (None, true, false) => Ok(Some(Dialect::OpenBao)),
        (None, false, true) => Ok(Some(Dialect::Vault)),
        // Before they differed, both products wrote the same; but then the number must mean the same as well.
        (None, false, false) if SHARED.iter().any(|(shared, _)| *shared == number) => Ok(None),
        (None, ..) => Err(corrupt(
            "Vault and OpenBao mean different key types by its type number, and nothing in it tells which product wrote it; name the dialect",
        )),
    }
}

/// The type of a number, if its keys can be restored.
pub(super) fn key_type(number: i64, dialect: Option<Dialect>) -> Result<KeyType, Error> {
    let (own, foreign) = match dialect {
        Some(Dialect::OpenBao) => (OPENBAO.as_slice(), OPENBAO_ONLY.as_slice()),
        Some(Dialect::Vault) => (VAULT.as_slice(), VAULT_ONLY.as_slice()),
        None => (&[][..], &[][..]),
    };
    if let Some((_, key_type)) = SHARED.iter().chain(own).find(|(known, _)| *known == number) {
        return if is_restorable(*key_type) {
            Ok(*key_type)
        } else {
            Err(Error::TypeNotSupported { key_type: key_type.name() })
        };
    }
    match foreign.iter().find(|(known, _)| *known == number) {
        Some((_, key_type)) => Err(Error::TypeNotSupported { key_type }),
        None => Err(corrupt("its type number is not one of the product's")),
    }
}

/// The number of a type, if the product has it and backups of it can be written.
pub(super) fn number(key_type: KeyType, dialect: Dialect) -> Option<i64> {
    let own: &[(i64, KeyType)] = match dialect {
        Dialect::OpenBao => &OPENBAO,
        Dialect::Vault => &VAULT,
    };
    let found = SHARED.iter().chain(own).find(|(_, known)| *known == key_type);
    found.filter(|_| is_restorable(key_type)).map(|(number, _)| *number)
}

impl Dialect {
    /// What the other product takes a backup of such a key for that was written for this one, if not for what
    /// it is. It restores it without a word.
    ///
    /// ```
    /// use strongroom::{Dialect, KeyType};
    /// assert_eq!(Dialect::Vault.mistaken_for(KeyType::Hmac), Some("xchacha20-poly1305"));
    /// assert_eq!(Dialect::Vault.mistaken_for(KeyType::Aes256Gcm96), None);
    /// ```
    pub fn mistaken_for(self, key_type: KeyType) -> Option<&'static str> {
        let number = number(key_type, self)?;
        let (other, names) = match self {
            Self::OpenBao => (&VAULT[..], &VAULT_ONLY[..]),
            Self::Vault => (&OPENBAO[..], &OPENBAO_ONLY[..]),
        };
        let shared = SHARED.iter().any(|(known, _)| *known == number);
        let found = other.iter().find(|(known, _)| *known == number).map(|(_, found)| found.name());
        let found = found.or_else(|| names.iter().find(|(known, _)| *known == number).map(|(_, name)| *name));
        found.filter(|name| !shared && *name != key_type.name())
    }
}

/// Whether this build works with what a backup holds of the type.
const fn is_restorable(key_type: KeyType) -> bool {
    key_type.is_supported()
}
