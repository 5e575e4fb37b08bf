//! `docs/matrix.md`: every type with every option and every operation, really run. The page is what came of
//! it.

#[path = "matrix/creation.rs"]
mod creation;
#[path = "matrix/lifecycle.rs"]
mod lifecycle;
#[path = "matrix/management.rs"]
mod management;
#[path = "matrix/operations.rs"]
mod operations;
#[path = "matrix/rotation.rs"]
mod rotation;
#[path = "matrix/subject.rs"]
mod subject;
#[path = "matrix/table.rs"]
mod table;
#[path = "matrix/types.rs"]
mod types;

use operations::Row;
use strongroom_tests::golden;
use subject::{Subject, subjects};
use table::{Column, outcome};

const HEAD: &str = "\
# Matrix

Which type does what. Made by running it: `tests/matrix.rs` creates the keys, calls the operations and compares this page with what
came of them; `cargo xtask bless` writes it.

A cell is `works` or the name of the error, which [errors.md](errors.md) explains. Types and ways that answer alike share a column.
A derived key is given the context that it needs unless a row says otherwise; a batch of each operation on items was seen to end as the single.
";

const PARTS: [(&str, &str); 12] = [
    (
        "Types",
        "A type that commits binds a ciphertext to one key, version, context and aad: no second combination opens it. The others do not: who knows or chooses two keys can make a \
        ciphertext that opens under both, so tell rows and tenants apart by aad and by derived keys, and do not take the fact that a ciphertext opens for a proof of which key made it. \
        A deterministic type shows which plaintexts are equal, within one version, context and aad.",
    ),
    (
        "Creating",
        "`create_key` with every combination of what is fixed for good. `exportable`, `allow_plaintext_backup`, `deletion_allowed`, `auto_rotate_period` and labels were tried in every \
        combination beside each of them, and change nothing.",
    ),
    ("Importing", "`import_key` with raw material."),
    ("Imported keys", "What can be done to them next."),
    ("Encryption", "The key has two versions, and its latest is the second."),
    ("Signatures", ""),
    ("Macs", "Under the version's hmac key, which is not derived; for type `hmac` under the material."),
    (
        "Blind indexes",
        "Under the version's hmac key; for the types for macs under the material. The version that is stored is the newest that everybody has had the time to hear of, and the keys \
        of this page have just been rotated, so it is the first.",
    ),
    ("Views", ""),
    ("Management", ""),
    ("Rotation", "`rotate_to` from each column to each row."),
    (
        "Versions by state",
        "For every type that does the operation, in every way; `encrypt`, `sign`, `hmac` and `index` are asked for the version by its number.",
    ),
];

fn every_row() -> impl Iterator<Item = Row> {
    [operations::ENCRYPTION, operations::SIGNATURES, operations::MACS, operations::INDEXES]
        .into_iter()
        .flatten()
        .copied()
}

/// A row for each operation, a column for each way in which a key works. `fresh`: each row gets keys of its
/// own.
fn run(rows: &[Row], fresh: bool) -> String {
    let shared = subjects();
    let mut columns: Vec<Column> =
        shared.iter().map(|s| Column { label: s.label.clone(), cells: Vec::new() }).collect();
    for (name, call) in rows {
        let own = fresh.then(subjects);
        let of: &[Subject] = own.as_deref().unwrap_or(&shared);
        for (column, subject) in columns.iter_mut().zip(of) {
            let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call(subject)));
            column.cells.push(outcome(answer.unwrap_or_else(|_| panic!("{}: {name}", subject.label))));
        }
    }
    table::table("operation", &rows.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>(), columns)
}

#[test]
fn the_page_is_what_comes_of_running_it() {
    strongroom::hazmat::few_rsa_keys();
    let tables = [
        types::types(),
        creation::creating(),
        creation::importing(),
        creation::imported(),
        run(operations::ENCRYPTION, false),
        run(operations::SIGNATURES, false),
        run(operations::MACS, false),
        run(operations::INDEXES, false),
        run(operations::VIEWS, false),
        run(management::ROWS, true),
        rotation::rotating(),
        lifecycle::states(),
    ];
    let mut page = HEAD.to_owned();
    for ((title, about), table) in PARTS.into_iter().zip(tables) {
        let about = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
        page += &format!("\n## {title}\n\n{about}{table}");
    }
    page += &format!(
        "\n## Disabled keys\n\nWhere the operation works on an enabled key.\n\n{}",
        lifecycle::disabled()
    );
    golden::check("docs/matrix.md", &page);
}

#[test]
fn a_closed_keyring_does_nothing() {
    strongroom::hazmat::few_rsa_keys();
    lifecycle::closed();
}
