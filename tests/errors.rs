//! The table of errors: frozen numbers, and `docs/errors.md`, which is made from it.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::Write;
use std::io::{self, ErrorKind};
use std::path::Path;
use strongroom::{
    Aad, Directory, Error, ErrorFamily, ErrorInfo, KeySpec, KeyType, Keyring, Memory, PutError,
};
use strongroom::{Reason, Seal, SealError, SecretArray};
use strongroom_tests::golden;

/// What was released keeps its number and its name for good. New errors are added here when they are added to
/// the table.
#[rustfmt::skip]
const FROZEN: &[(u32, &str)] = &[
    (1, "closed"), (2, "invalid_key_name"), (3, "invalid_option"), (4, "key_exists"), (5, "key_mismatch"),
    (6, "context_required"), (7, "context_not_allowed"), (8, "invalid_context"), (9, "invalid_aad"), (10, "aad_not_allowed"),
    (11, "operation_not_supported"), (12, "message_too_long"), (13, "buffer_too_small"), (14, "version_not_allowed"),
    (15, "invalid_window"), (16, "not_exportable"), (17, "plaintext_backup_not_allowed"), (18, "deletion_not_allowed"),
    (19, "rotation_not_allowed"), (20, "rotation_type_mismatch"), (21, "invalid_material"), (22, "duplicate_material"),
    (23, "invalid_root_key"), (24, "last_seal"), (25, "seal_exists"), (26, "seal_not_found"), (27, "keyring_exists"),
    (28, "invalid_size"), (29, "type_not_supported"), (30, "exposure_not_confirmed"), (31, "usage_limit_reached"),
    (33, "index_not_supported"), (34, "invalid_value"), (35, "invalid_url"),
    (101, "malformed"), (102, "key_not_found"), (103, "version_too_old"), (104, "version_too_new"), (105, "key_disabled"),
    (106, "decrypt_failed"), (107, "bad_signature"), (108, "corrupt_backup"), (109, "no_such_version"),
    (110, "invalid_certificate"), (111, "token_not_yet_valid"), (112, "truncated_stream"), (113, "token_expired"),
    (201, "keyring_not_found"), (202, "store_failed"), (203, "conflict"), (204, "uncertain"), (205, "corrupt_document"),
    (206, "rolled_back"), (207, "wrong_seal"), (208, "seal_failed"), (209, "stale"), (210, "entropy_failed"),
    (211, "insecure_permissions"), (212, "unsupported_format"), (213, "keyring_mismatch"), (219, "usage_unknown"),
    (220, "pin_required"), (221, "seal_too_costly"),
];

const HEAD: &str = "\
# Errors

What each error means, and what to do about it.

Every error has a number and a name, which stay for good, in every language: the number is C's, the name is Python's and Node's
code. The family says who has to act. Messages hold no key bytes, plaintext, context or aad; `{words}` in braces are filled in.

Where the operating system had something to say, it is kept: `source()` of Rust's error (an `io::Error`), `__cause__` in Python
(an `OSError` with its `errno`), `cause` in Node (an `Error` with its `code` and `errno`). What a seal written in Python or
JavaScript raised is the cause there too. In C and C++ the message says it.

Once secret material has been touched there is one failure, `decrypt_failed`, or `bad_signature` for signatures and macs: a wrong
key, tag, commitment, context and aad are not told apart. [formats.md](formats.md), section 13, says which error comes first where
several fit, [matrix.md](matrix.md) what each type refuses.

This page is made from `Error::TABLE` in `core/src/error.rs` by `cargo xtask bless`; `tests/errors.rs` compares.
";

#[test]
fn numbers_and_names_are_frozen() {
    let table: Vec<(u32, &str)> = Error::TABLE.iter().map(|row| (row.number, row.name)).collect();
    assert_eq!(table, FROZEN, "an error lost its number or its name, or a new one is not in the list yet");
}

#[test]
fn errors_answer_as_their_rows_do() {
    for error in [
        Error::Closed,
        Error::Malformed,
        Error::InvalidOption { reason: "of a reason" },
        Error::StoreFailed { reason: "disk".into() },
    ] {
        let row = Error::TABLE.iter().find(|row| row.number == error.number()).unwrap();
        assert_eq!((error.name(), error.family()), (row.name, row.family()));
        if !row.message.contains('{') {
            assert_eq!(error.to_string(), row.message);
        }
    }
}

#[test]
fn messages_and_remedies_have_the_form_of_their_kind() {
    for ErrorInfo { name, message, meaning, remedy, .. } in Error::TABLE {
        let lower = |text: &str| text.starts_with('{') || text.chars().next().is_some_and(char::is_lowercase);
        assert!(lower(message) && !message.ends_with('.'), "{name}: {message}");
        for sentence in [meaning, remedy] {
            assert!(
                sentence.ends_with('.') && !lower(sentence) && !sentence.contains('|'),
                "{name}: {sentence}"
            );
        }
    }
}

#[test]
fn the_page_is_what_the_table_gives() {
    let mut page = HEAD.to_owned();
    let families = [
        (
            ErrorFamily::Misuse,
            "Misuse",
            "The calling program asked for something it must not ask for. Never caused by untrusted data.",
        ),
        (
            ErrorFamily::UntrustedInput,
            "Untrusted input",
            "Data from outside was refused: a ciphertext, a signature, a mac, a backup, the name of a key.",
        ),
        (
            ErrorFamily::Environment,
            "Environment",
            "The store, a seal, the operating system or the files they hold.",
        ),
    ];
    for (family, title, about) in families {
        write!(page, "\n## {title}\n\n{about}\n\n| number | name | what has happened | message | what to do |\n|---|---|---|---|---|\n").unwrap();
        for ErrorInfo { number, name, message, meaning, remedy } in
            Error::TABLE.iter().filter(|row| row.family() == family)
        {
            writeln!(page, "| {number} | `{name}` | {meaning} | {message} | {remedy} |").unwrap();
        }
    }
    page += "\n## Details of `invalid_option`\n\nWhich option, or which combination of them, is wrong: a code that stays for good, and what the message says. In\nRust it is `Error::detail`, in C `strongroom_error_detail`, in C++ `error::detail`, in Python and Node `.detail`.\nIn Python a word that is none of a fixed set is a `ValueError` instead, whose message lists the set.\n\n| detail | message |\n|---|---|\n";
    for (code, says) in Error::DETAILS {
        // A word in angle brackets would be taken for HTML, and not shown.
        writeln!(page, "| `{code}` | {} |", says.replace('<', "&lt;")).unwrap();
    }
    golden::check("docs/errors.md", &page);
}

#[test]
fn every_invalid_option_has_a_code_of_its_own() {
    let codes: BTreeSet<_> = Error::DETAILS.iter().map(|(code, _)| code).collect();
    let sentences: BTreeSet<_> = Error::DETAILS.iter().map(|(_, says)| says).collect();
    assert_eq!((codes.len(), sentences.len()), (Error::DETAILS.len(), Error::DETAILS.len()));
    for (code, says) in Error::DETAILS {
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{code}");
        assert_eq!(Error::InvalidOption { reason: says }.detail(), Some(*code));
    }
    assert_eq!(Error::Closed.detail(), None);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let shipped = ["core", "bulk", "platforms", "cli", "bindings/c", "bindings/node", "bindings/python"];
    let mut left: Vec<_> = shipped.iter().map(|name| root.join(name).join("src")).collect();
    let mut read = 0;
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        read += 1;
        for made in text.split("InvalidOption {").skip(1) {
            let made: String = made.chars().filter(|c| !c.is_whitespace()).take(9).collect();
            assert!(!made.starts_with("reason:\""), "{}: a sentence without a code", path.display());
        }
    }
    assert!(read > 250, "{read}");
}

#[test]
fn every_language_has_every_detail() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let between = |text: &str, start: &str, end: &str| {
        text.split_once(start).unwrap().1.split_once(end).unwrap().0.to_owned()
    };
    let quoted = |text: &str, quote: char| -> Vec<String> {
        text.split(quote).skip(1).step_by(2).map(str::to_owned).collect()
    };
    let all: Vec<&str> = Error::DETAILS.iter().map(|(code, _)| *code).collect();
    let node = between(&read("bindings/node/index.d.ts"), "export type ErrorDetail =", "\n\n");
    assert_eq!(quoted(&node, '\''), all, "the union in index.d.ts");
    let python =
        between(&read("bindings/python/python/strongroom/errors.pyi"), "    detail: Literal[", "] | None");
    assert_eq!(quoted(&python, '"'), all, "the literal in errors.pyi");
    // These give a string, of which a test in bindings/c/src/failure.rs goes through all.
    assert!(read("include/strongroom.h").contains("strongroom_error_detail("));
    assert!(read("include/strongroom.hpp").contains("const char *detail() const noexcept"));
}

fn cause(error: &Error) -> Option<ErrorKind> {
    Some(error.source()?.downcast_ref::<io::Error>()?.kind())
}

#[test]
fn what_the_operating_system_said_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    let refused = Keyring::create(Memory::new(), Seal::root_key_file(&missing)).unwrap_err();
    assert_eq!((refused.name(), cause(&refused)), ("seal_failed", Some(ErrorKind::NotFound)));
    let ring = Keyring::create(Directory::new(folder.path().join("ring")), seal()).unwrap();
    let refused = ring.snapshot(missing.join("snapshot")).unwrap_err();
    assert_eq!((refused.name(), cause(&refused)), ("store_failed", Some(ErrorKind::NotFound)));
    assert!(refused.to_string().contains(&refused.source().unwrap().to_string()));
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let refused = Keyring::open(Directory::new(&file), seal()).unwrap_err();
    assert_eq!((refused.name(), cause(&refused)), ("store_failed", Some(ErrorKind::NotADirectory)));
    // What nobody outside said has none.
    let refused = Keyring::open(Directory::new(&missing), seal()).unwrap_err();
    assert_eq!((refused.name(), cause(&refused)), ("keyring_not_found", None));
    assert!(Keyring::in_memory().pin().unwrap_err().to_string().contains("this one is in memory alone"));
}

#[test]
fn errors_are_equal_if_they_say_the_same() {
    let full = || io::Error::from(ErrorKind::StorageFull);
    let of = |reason: Reason| [Error::StoreFailed { reason: reason.clone() }, Error::Uncertain { reason }];
    let (known, unknown) = (of(Reason::from("full").caused_by(full())), of("full".into()));
    assert_eq!(known, unknown);
    assert_eq!(known.each_ref().map(cause), [Some(ErrorKind::StorageFull); 2]);
    assert_eq!(known.clone().each_ref().map(cause), [Some(ErrorKind::StorageFull); 2]);
    assert_eq!(unknown.each_ref().map(cause), [None; 2]);
    assert_ne!(known, of(Reason::from("fuller").caused_by(full())));
    let failed = Error::from(SealError::Failed(Reason::from("403").caused_by(full())));
    assert_eq!(
        (failed.to_string().as_str(), cause(&failed)),
        ("the seal failed: 403", Some(ErrorKind::StorageFull))
    );
    assert_eq!(format!("{failed:?}"), "SealFailed: the seal failed: 403");
    let put = PutError::Failed(Reason::from("full").caused_by(full()));
    assert_eq!(put, PutError::Failed("full".into()));
}

#[test]
fn a_key_that_is_not_there_is_named_with_the_one_that_was_perhaps_meant() {
    let ring = Keyring::in_memory();
    ring.create_key("customers", KeySpec::default().deletion_allowed(true)).unwrap();
    ring.create_key("orders", KeySpec::default()).unwrap();
    let said = |name: &str| ring.key(name).unwrap_err().to_string();
    assert_eq!(
        said("custmoers"),
        "there is no key \"custmoers\" (did you mean \"customers\"?); list the keys, or create it first"
    );
    assert_eq!(said("invoices"), "there is no key \"invoices\"; list the keys, or create it first");
    let exists = ring.create_key("orders", KeySpec::default()).unwrap_err().to_string();
    assert_eq!(exists, "the key \"orders\" exists already; take it as it is, or use another name");
    // A deleted key is not meant.
    let key = ring.key("customers").unwrap();
    ring.delete_key("customers").unwrap();
    assert_eq!(said("custmoers"), "there is no key \"custmoers\"; list the keys, or create it first");
    let gone = key.encrypt("x", Aad::NONE).unwrap_err().to_string();
    assert_eq!(gone, "there is no key \"customers\"; list the keys, or create it first");
    // What was made meanwhile is no error.
    assert_eq!(ring.key_or_create("customers", KeySpec::default()).unwrap().name().as_str(), "customers");
}

#[test]
fn errors_say_which_folder_file_or_variable() {
    let open = |seal: Seal| Keyring::create(Memory::new(), seal).unwrap_err().to_string();
    let said = open(Seal::root_key_env("STRONGROOM_NOT_SET"));
    assert!(
        said.contains("the environment variable STRONGROOM_NOT_SET that should hold it is not set"),
        "{said}"
    );
    // The key itself in the place of the name.
    let text = Seal::generate_root_key().unwrap();
    let key = std::str::from_utf8(text.expose()).unwrap();
    for secret in [key, "hunter2", &"AB".repeat(32)] {
        let said = open(Seal::root_key_env(secret));
        assert!(said.contains("is not set") && !said.contains(secret), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let seal = Seal::root_key_text(text);
    let said = Keyring::open(Directory::new(&keys), seal.clone()).unwrap_err().to_string();
    assert_eq!(said, format!("there is no keyring in {}; create one first", keys.display()));
    Keyring::create(Directory::new(&keys), seal.clone()).unwrap();
    let said = Keyring::create(Directory::new(&keys), seal).unwrap_err().to_string();
    let expected = "already; open it instead of creating it";
    assert_eq!(said, format!("a keyring exists in {} {expected}", keys.display()));
    let path = folder.path().join("short");
    std::fs::write(&path, "hex:00").unwrap();
    let said = open(Seal::root_key_file(&path).insecure_mode_ok());
    assert!(said.contains(&format!("in the file {}: ", path.display())) && said.contains("64"), "{said}");
    for seal in [Seal::root_key_file(&path), Seal::passphrase_file(&path)] {
        std::fs::write(&path, "").unwrap();
        let said = open(seal.insecure_mode_ok());
        let place = format!("in the file {}: ", path.display());
        assert!(said.contains(&place) && said.contains("empty"), "{said}");
    }
}

#[test]
fn options_are_named_as_a_language_has_them() {
    let told = |error: Error| error.told(|option| option.to_uppercase());
    assert_eq!(told(Error::VersionTooOld), "the version is older than the key's MIN_DECRYPTION_VERSION");
    let path = "/run/my_secret".to_owned();
    let said = told(Error::InsecurePermissions { path });
    assert!(
        said.starts_with("/run/my_secret can be read") && said.contains("say INSECURE_MODE_OK of"),
        "{said}"
    );
    let document = "key-my_key.sr".to_owned();
    let said = told(Error::CorruptDocument { document, reason: "it is not" });
    assert_eq!(said, "key-my_key.sr cannot be read: it is not; restore it from a snapshot or copy");
    let said = told(Error::invalid_option("import_needs_allow_rotation"));
    assert_eq!(said, "an imported key with an AUTO_ROTATE_PERIOD must also allow rotation");
    assert_eq!(told(Error::InvalidKeyName), Error::InvalidKeyName.to_string());
    let said = "aes".parse::<KeyType>().unwrap_err().to_string();
    for known in KeyType::ALL.iter().filter(|known| known.is_supported()) {
        assert!(said.contains(known.name()), "{said}: {}", known.name());
    }
    // What is filled in last may be anybody's.
    assert_eq!(told(Error::SealFailed { reason: "my_kms".into() }), "the seal failed: my_kms");
}
