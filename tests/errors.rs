//! The table of errors: frozen numbers, and `docs/errors.md`, which is made from it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use strongroom::{Error, ErrorFamily, ErrorInfo};
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
    (101, "malformed"), (102, "key_not_found"), (103, "version_too_old"), (104, "version_too_new"), (105, "key_disabled"),
    (106, "decrypt_failed"), (107, "bad_signature"), (108, "corrupt_backup"), (109, "no_such_version"),
    (201, "keyring_not_found"), (202, "store_failed"), (203, "conflict"), (204, "uncertain"), (205, "corrupt_document"),
    (206, "rolled_back"), (207, "wrong_seal"), (208, "seal_failed"), (209, "stale"), (210, "entropy_failed"),
    (211, "insecure_permissions"), (212, "unsupported_format"), (213, "keyring_mismatch"), (219, "usage_unknown"),
    (220, "pin_required"), (221, "seal_too_costly"),
];

const HEAD: &str = "\
# Errors

Made from `Error::TABLE` in `core/src/error.rs` by `cargo xtask bless`; `tests/errors.rs` compares.

Every error has a number and a name, which stay for good, in every language: the number is C's, the name is Python's and Node's
code. The family says who has to act. Messages hold no key bytes, plaintext, context or aad; `{words}` in braces are filled in.

Once secret material has been touched there is one failure, `decrypt_failed`, or `bad_signature` for signatures and macs: a wrong
key, tag, commitment, context and aad are not told apart. [formats.md](formats.md), section 13, says which error comes first where
several fit, [matrix.md](matrix.md) what each type refuses.
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
        Error::StoreFailed { reason: "disk".to_owned() },
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
    page += "\n## Details of `invalid_option`\n\nWhich option, or which combination of them, is wrong: a code that stays for good (`Error::detail` in Rust, `.detail` in Python),\nand what the message says.\n\n| detail | message |\n|---|---|\n";
    for (code, says) in Error::DETAILS {
        writeln!(page, "| `{code}` | {says} |").unwrap();
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
    let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src")];
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
    assert!(read > 100, "{read}");
}
