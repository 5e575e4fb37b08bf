//! Rotating from every type to every other.

use crate::subject::subjects;
use crate::table::{Column, outcome, table};
use strongroom::KeyType;

/// A column for each way in which a key works; a row for each type that it is asked to rotate to.
pub(crate) fn rotating() -> String {
    let mut columns: Vec<Column> =
        subjects().into_iter().map(|s| Column { label: s.label, cells: Vec::new() }).collect();
    for to in KeyType::ALL {
        for (column, subject) in columns.iter_mut().zip(subjects()) {
            let result = subject.key.rotate_to(*to);
            if result.is_ok() {
                let read = subject.view().decrypt(&subject.old.text, strongroom::Aad::NONE);
                assert!(
                    !subject.key_type.encrypts() || read.is_ok(),
                    "{}: what was made before {to} still opens",
                    column.label
                );
            }
            column.cells.push(outcome(result));
        }
    }
    table("to", &KeyType::ALL.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>(), columns)
}
