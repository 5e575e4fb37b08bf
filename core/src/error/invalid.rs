//! What is wrong where an option or a combination of them is: a stable code for programs, a sentence for
//! people.

/// One row for each: the constant, its code, and what the error says. A code keeps its meaning for good; the
/// sentence may become clearer.
macro_rules! invalid {
    ($($(#[$about:meta])? $name:ident $code:literal $says:literal;)*) => {
        $($(#[$about])? pub(crate) const $name: &str = $says;)*

        /// Every code with its sentence.
        pub(super) const ROWS: &[(&str, &str)] = &[
            $(($code, $says),)*
            // What only the bindings can be told: there words are text.
            ("hash_needs_wrapped", "a hash is for key material that is wrapped; leave it out, or say that format"),
            ("item_missing", "there is no value here; leave the item out, or give one"),
            ("not_unicode", "a string with a surrogate without its other half has no UTF-8 form; pass bytes"),
            ("unknown_dialect", "unknown dialect; it is vault or openbao"),
            ("unknown_export_format", "unknown format of a key; it is raw, der, pem or jwk"),
            ("unknown_form", "unknown form of a signature; it is asn1 or jws"),
            (
                "unknown_hash",
                "unknown hash; it is one of sha2-224, -256, -384, -512, sha3-224, -256, -384, -512, sha1, and none \
                    for what an rsa key signs as it is",
            ),
            ("unknown_kdf", "unknown kdf; it is hkdf-sha256 or hmac-counter"),
            (
                "unknown_material_format",
                "unknown format of key material; it is raw, pkcs8, private-key, public-key or wrapped",
            ),
            ("unknown_nonces", "unknown source of nonces; it is pooled or unbuffered"),
            ("unknown_padding", "unknown padding of a signature; it is pss or pkcs1v15"),
            ("unknown_part", "unknown part of a key; it is encryption-key, signing-key or hmac-key"),
            ("unknown_public_key_format", "unknown format of a public key; it is raw, der, pem or jwk"),
            (
                "unknown_salt_length",
                "unknown salt_length; it is auto, hash, or a number of bytes from 0 to 65535",
            ),
        ];
    };
}

/// Whether two codes are one, asked while constants are made.
pub(super) const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

invalid! {
    BACKUP_PERIOD_TOO_LONG "backup_period_too_long"
        "the products read no auto_rotate_period above 292 years; configure a shorter one";
    BACKUP_OF_SEVERAL_TYPES "backup_of_several_types"
        "the key has versions of several types, and keys of the product have one; trim the others first";
    BACKUP_OF_SEVERAL_KDFS "backup_of_several_kdfs"
        "the key has versions that derive subkeys in several ways, and keys of the product have one; trim \
            the others first";
    BACKUP_WOULD_LOSE "backup_would_lose"
        "Vault would derive other subkeys for it and lose what was encrypted; rotate the key first, then \
            Vault leaves it as it is, or say even_if_unusable";
    BACKUP_OF_OLD_RULES "backup_of_old_rules"
        "OpenBao encrypts and decrypts nothing with convergent versions of the first two rules; rewrap to a \
            newer version and raise min_decryption_version, or say even_if_unusable";
    BACKUP_OF_AES128_KDF "backup_of_aes128_kdf"
        "neither product decrypts with aes128-gcm96 and the older kdf; rewrap under another key, or say \
            even_if_unusable";
    BACKUP_OF_ED25519_KDF "backup_of_ed25519_kdf"
        "derived ed25519 with the older kdf has an all-zero public key in OpenBao, under which forgeries \
            verify, and signs nothing in Vault; create a new key, or say even_if_unusable";
    FORMAT_IS_RAW_ONLY "format_is_raw_only"
        "symmetric and hmac keys have no other form than raw";
    SHA1_NOT_ALLOWED "sha1_not_allowed"
        "sha1 is for macs that Transit made, or is to verify; use the view for Transit";
    SHA1_SIGNS_NOTHING_NEW "sha1_signs_nothing_new"
        "two messages with one sha1 can be made, so signatures with it are only verified; name another hash, \
            or use the view for Transit";
    HASH_NOT_SUPPORTED "hash_not_supported"
        "keys of this type have one way to sign; leave out the hash and prehashed";
    PADDING_NOT_SUPPORTED "padding_not_supported"
        "padding, salt_length and input without a hash are for rsa keys";
    SALT_NOT_SUPPORTED "salt_not_supported"
        "pkcs1v15 has no salt; leave out salt_length, or take pss";
    UNHASHED_NEEDS_PKCS1V15 "unhashed_needs_pkcs1v15"
        "input without a hash is padded by pkcs1v15 only; name that padding, or the hash";
    UNHASHED_HAS_NO_HASH "unhashed_has_no_hash"
        "input without a hash cannot also have one; leave one of the two out";
    DIGEST_OF_ANOTHER_LENGTH "digest_of_another_length"
        "with prehashed the input is a digest, and this one does not have the length of its hash; name the \
            hash it was made with, or leave out prehashed";
    #[cfg_attr(not(feature = "aws-lc"), allow(dead_code, reason = "it is about RSA"))]
    UNHASHED_TOO_LONG "unhashed_too_long"
        "input without a hash is at most 11 bytes shorter than the key; hash it first";
    #[cfg_attr(not(feature = "aws-lc"), allow(dead_code, reason = "it is about RSA"))]
    SALT_TOO_LONG "salt_too_long"
        "the salt is too long: with a digest of the hash and two bytes it fills the key";
    CANNOT_BE_SWITCHED_OFF "cannot_be_switched_off"
        "exportable and allow_plaintext_backup cannot be switched off once they were on, since copies may \
            exist";
    KDF_MAKES_NOTHING_NEW "kdf_makes_nothing_new"
        "aes128-gcm96 with the kdf hmac-counter decrypts and encrypts no more, since no other product opens \
            it: rotate to another type, or create a new key";
    RULE_MAKES_NOTHING_NEW "rule_makes_nothing_new"
        "this version makes its nonces in a way that is no longer safe; it decrypts, and encrypts no more: \
            rotate the key, or create a new one";
    TOO_MANY_VERSIONS "too_many_versions"
        "the key has as many versions as there are numbers; create a new key";
    ROTATION_WOULD_MAKE_NOTHING "rotation_would_make_nothing"
        "a new version of this convergent key could not encrypt, since its kdf gives too few bytes or its \
            nonces come from the caller; create a new key";
    TYPE_WOULD_MAKE_NOTHING "type_would_make_nothing"
        "a new version of this type could make nothing with the key's kdf; rotate to another type, or create \
            a new key";
    AUTO_ROTATE_PERIOD_TOO_SHORT "auto_rotate_period_too_short"
        "auto_rotate_period must be zero, for never, or at least an hour";
    AUTO_ROTATE_PERIOD_TOO_LONG "auto_rotate_period_too_long"
        "auto_rotate_period must be under 584 years";
    LABELS_OUT_OF_RANGE "labels_out_of_range"
        "a key has at most 64 labels, with names of 1 to 255 and values of up to 255 bytes";
    DERIVED_NOT_SUPPORTED "derived_not_supported"
        "keys of this type cannot be derived";
    CONVERGENT_NOT_SUPPORTED "convergent_not_supported"
        "keys of this type cannot be convergent; aes256-siv is deterministic by itself";
    CONVERGENT_NEEDS_DERIVED "convergent_needs_derived"
        "a convergent key must also be derived";
    KEY_SIZE_NOT_SUPPORTED "key_size_not_supported"
        "key_size is for keys of type hmac only";
    KEY_SIZE_OUT_OF_RANGE "key_size_out_of_range"
        "key_size must be 32 to 512 bytes";
    VERSION_TEMPLATE_MALFORMED "version_template_malformed"
        "a version template has {{version}} once, followed by something that is not a digit, in at most 128 \
            printable ASCII characters";
    VERSION_TEMPLATE_AMBIGUOUS "version_template_ambiguous"
        "a version template must not be one character away from vault:v{{version}}: or \
            strongroom:v{{version}}:, which are read too";
    VERSION_TEMPLATE_NOT_SUPPORTED "version_template_not_supported"
        "macs never use a version template, so keys of type hmac take none";
    KEY_IS_LENT "key_is_lent"
        "the key was lent to this keyring: change it where it belongs, then refresh what was lent";
    VALUE_OF_ANOTHER_KIND "value_of_another_kind"
        "the value of an option is of another kind";
    NOT_AT_CREATION "not_at_creation"
        "a new key has one version, so it takes no lowest one";
    LABEL_NOT_THERE "label_not_there"
        "a new key has no label to remove";
    FIXED_AT_CREATION "fixed_at_creation"
        "what a key is created with for good cannot be changed";
    ITEM_SAYS_TOO_MUCH "item_says_too_much"
        "the item has a version, or says of a signature what this operation does not take";
    VERSION_OUT_OF_RANGE "version_out_of_range"
        "a version is a number from 1 to 2147483647; leave it out for the latest, or say 0 to the view for \
            Transit";
    ITEM_OF_ANOTHER_OPERATION "item_of_another_operation"
        "this operation takes another kind of item";
    IMPORT_NEEDS_ALLOW_ROTATION "import_needs_allow_rotation"
        "an imported key with an auto_rotate_period must also allow rotation";
    NOT_IMPORTED "not_imported"
        "versions can be imported only while the latest version was imported itself; rotate this key instead";
    NOTHING_TO_COMPLETE "nothing_to_complete"
        "a new key has no version to complete; leave the number out";
    VERSION_IS_WHOLE "version_is_whole"
        "the version has its private key already; leave the number out to add a version";
    COMPLETED_BY_PRIVATE_KEY "completed_by_private_key"
        "a version that there is has its public key and is completed by its private one; leave the number \
            out to add a version";
    DERIVED_NEEDS_PRIVATE_KEY "derived_needs_private_key"
        "the keys for each context are made of the private half, so a derived key needs it; import the \
            private key";
    PASSPHRASE_NOT_SUPPORTED "passphrase_not_supported"
        "a passphrase is for private keys that are encrypted as PKCS#8; leave it out";
    NO_WRAPPING_KEY "no_wrapping_key"
        "the keyring has no wrapping key yet, so nothing was wrapped for it; ask for it with wrapping_key";
    AGREED_TYPE_NOT_SUPPORTED "agreed_type_not_supported"
        "a key that two sides agree on is of type aes256-gcm96, aes128-gcm96, chacha20-poly1305 or \
            xchacha20-poly1305; name one of these";
    DERIVED_HAS_NO_CERTIFICATE "derived_has_no_certificate"
        "a derived key has a key pair for each context, and a certificate is of one; create a key that is \
            not derived";
    TOKEN_PREFIX_MALFORMED "token_prefix_malformed"
        "the prefix of a token has 2 to 16 of a to z and 0 to 9, and behind them an underscore: write acme_, \
            not acme";
    TOKEN_TTL_OUT_OF_RANGE "token_ttl_out_of_range"
        "a token is valid for a second to 400 days; issue another one before it expires";
    API_KEY_PREFIX_MALFORMED "api_key_prefix_malformed"
        "the prefix of an API key has 2 to 16 of a to z and 0 to 9; leave out the underscore, which follows by \
            itself";
    KDF_DIFFERS "kdf_differs"
        "the key derives its subkeys in another way; name the kdf it was imported with";
    KDF_NEEDS_DERIVED "kdf_needs_derived"
        "a kdf is for derived keys only";
    KDF_TOO_SHORT_FOR_CONVERGENT "kdf_too_short_for_convergent"
        "convergent keys need the kdf hkdf-sha256, the other one gives too few bytes";
    KDF_NOT_SUPPORTED "kdf_not_supported"
        "the kdf hmac-counter is for the encryption types of Transit only";
    DOCUMENT_TOO_LARGE "document_too_large"
        "the key has too many versions for one document; create a new key";
    PIN_MALFORMED "pin_malformed"
        "a pin is srp1:<keyring id>:<number>:<public key>:<generation>, as it was printed";
    PINNED_AT_CREATION "pinned_at_creation"
        "a pin or witness names a keyring that there is; open it, or create one without a pin or witness";
    KEYRING_LABEL_TOO_LONG "keyring_label_too_long"
        "a keyring's label has at most 255 bytes";
    KEY_IS_READABLE "key_is_readable"
        "the key can be read; delete it instead";
    SNAPSHOT_OF_TOO_MANY "snapshot_of_too_many"
        "there are too many documents for one file";
    SNAPSHOT_TOO_LARGE "snapshot_too_large"
        "the keyring is larger than 1.5 GiB, which is too large for a snapshot; take one of its file system \
            instead";
    MAX_STALENESS_OUT_OF_RANGE "max_staleness_out_of_range"
        "max_staleness of a keyring is one second to 365 days";
    MAX_STALENESS_ABOVE_KEYRING "max_staleness_above_keyring"
        "max_staleness is longer than the keyring allows, and versions are trimmed by that; allow more \
            first: strongroom configure --max-staleness";
    NO_SEAL "no_seal"
        "a keyring needs at least one seal; give one";
    SEVERAL_SEALS "several_seals"
        "this takes one seal; give one of them";
    TOO_MANY_ROOT_KEYS "too_many_root_keys"
        "the keyring has had as many root keys as there are numbers; create a new keyring";
    RULE_IS_UNUSABLE "rule_is_unusable"
        "this version makes its nonces in a way that is no longer safe to use; it is kept, and refuses to \
            work";
    UNKNOWN_KEY_TYPE "unknown_key_type"
        "unknown key type; there are xaes256-gcm, aes256-siv, aes256-gcm96, aes128-gcm96, chacha20-poly1305, \
            xchacha20-poly1305, ed25519, ecdsa-p256, \
            ecdsa-p384, ecdsa-p521, rsa-2048, rsa-3072, rsa-4096, ml-dsa-44, ml-dsa-65, ml-dsa-87, hmac, \
            aes128-cmac and aes256-cmac";
    SEAL_UNDER_ANOTHER_ID "seal_under_another_id"
        "the seal that opened the keyring has another id than its copy, which it opens only while there is no \
            other copy of its kind; give it the id of its copy";
    SEAL_WITHOUT_COPY "seal_without_copy"
        "the keyring has no copy of the root key for this seal that could be wrapped anew; add_seal makes \
            one";
    SEAL_LABEL_OUT_OF_RANGE "seal_label_out_of_range"
        "a label of a seal has 1 to 255 bytes";
    ALLOW_COSTLY_NOT_SUPPORTED "allow_costly_not_supported"
        "allow_costly is for passphrases; other seals cost nothing to speak of";
    INSECURE_MODE_NOT_SUPPORTED "insecure_mode_not_supported"
        "insecure_mode_ok is for a root key or a passphrase in a file; other seals have no mode";
    KEYRING_ID_MALFORMED "keyring_id_malformed"
        "a keyring id is 32 hexadecimal digits";
    INDEX_NAME_OUT_OF_RANGE "index_name_out_of_range"
        "the name of a blind index has 1 to 255 bytes; give the name of the column";
    INDEX_BITS_OUT_OF_RANGE "index_bits_out_of_range"
        "a blind index has 8 to 256 bits";
    INDEX_LENGTH_OUT_OF_RANGE "index_length_out_of_range"
        "the beginnings and pieces of a value that are indexed have 1 to 255 characters";
    #[cfg_attr(not(feature = "normalize"), allow(dead_code, reason = "it is about steps"))]
    UNKNOWN_NORMALIZATION "unknown_normalization"
        "unknown step of a normalization; there are trim, nfkc, casefold, digits and email";
    COLUMNS_DIFFER "columns_differ"
        "every column of a batch has as many elements as there are items, or is one value for all";
    COLUMN_OFFSETS_MALFORMED "column_offsets_malformed"
        "the offsets of a column begin at 0 or above, never fall, and end within its data";
    COLUMN_VALIDITY_TOO_SHORT "column_validity_too_short"
        "the validity of a column has one bit for each value, and is too short for that";
    COLUMN_TOO_LARGE "column_too_large"
        "the result would have more than 2147483647 bytes, where 32-bit offsets end; use 64-bit offsets, or \
            fewer rows at a time";
}
