//! Another source than a file: rows as a database gives them, of which some cells are null. What becomes of
//! them is written in its own way.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::borrow::Cow;
use strongroom::{Aad, Error as LibraryError, Item, Key, KeySpec, KeyType, Keyring};
use strongroom_bulk::Verb::{Decrypt, Encrypt, Rewrap};
use strongroom_bulk::{
    Beginnings, CellFault, Change, Column, Columns, Content, Error, Fault, Given, Hint, Mixed, New,
    OnRefusal, Part, Place, Request, Source, Table, Verb,
};

const NAMES: [&str; 3] = ["id", "email", "iban"];

type Cells = [Option<String>; 3];

/// A page of a table.
struct Page {
    rows: Vec<(u64, Cells)>,
}

impl Source for Page {
    type Row = (u64, Cells);

    fn find(&mut self, name: &str) -> Result<usize, Error> {
        let found = NAMES.iter().position(|known| *known == name);
        found.ok_or_else(|| Error::from(Request::NotWorked(name.to_owned())))
    }

    fn next_row(&mut self) -> Result<Option<Self::Row>, Error> {
        Ok((!self.rows.is_empty()).then(|| self.rows.remove(0)))
    }

    fn content<'r>(&'r self, row: &'r Self::Row, position: usize) -> Result<Content<'r>, CellFault> {
        Ok(row.1[position].as_deref().map_or(Content::Nothing, |text| Content::Text(Cow::Borrowed(text))))
    }

    fn place(&self, row: &Self::Row) -> Place {
        Place { row: row.0, line: row.0, column: Column::Whole }
    }

    fn names(&self, _row: &Self::Row) -> Vec<String> {
        NAMES.map(str::to_owned).to_vec()
    }

    fn size(&self, row: &Self::Row) -> usize {
        row.1.iter().flatten().map(String::len).sum()
    }
}

fn key(spec: KeySpec) -> Key {
    Keyring::in_memory().create_key("customers", spec).unwrap()
}

fn columns() -> Columns {
    Columns { worked: vec!["iban".into(), "email".into()], aad: Some("id".into()), ..Columns::default() }
}

fn change(key: &Key, verb: Verb) -> Change<'_> {
    Change {
        verb,
        key,
        version: None,
        convergent: key.info().unwrap().convergent,
        bind: true,
        rebind: false,
        aad: Given::Nothing,
        context: Given::Nothing,
        mixed: Mixed::Refused,
        beginnings: Beginnings::new(None, false),
    }
}

/// What becomes of some rows, in the order of their columns.
fn worked(rows: &[Cells], columns: &Columns, change: &Change<'_>) -> Result<Vec<Cells>, Error> {
    let mut page = Page { rows: (1..).zip(rows.iter().cloned()).collect() };
    let found = columns.find(&mut page)?;
    let mut read = Vec::new();
    while let Some(row) = page.next_row()? {
        read.push(row);
    }
    let mut new = change.work(&page, &read, &found)?.into_iter();
    let mut rows: Vec<Cells> = read.into_iter().map(|(_, cells)| cells).collect();
    for row in &mut rows {
        for column in &found.worked {
            match new.next().unwrap() {
                New::Kept | New::Skipped | New::Current => {}
                New::Text(text) => row[column.position] = Some(text),
                New::Secret(text) => {
                    row[column.position] = Some(String::from_utf8(text.expose().to_vec()).unwrap());
                }
            }
        }
    }
    assert!(new.next().is_none());
    Ok(rows)
}

fn rows() -> Vec<Cells> {
    let text = |text: &str| Some(text.to_owned());
    vec![[text("1"), text("a@b"), None], [text("2"), text(""), text("DE2")], [None, None, None]]
}

#[test]
fn rows_of_any_source_are_worked_on() {
    let key = key(KeySpec::default());
    let encrypted = worked(&rows(), &columns(), &change(&key, Encrypt)).unwrap();
    assert_eq!((&encrypted[0][2], &encrypted[2]), (&None, &[None, None, None]));
    let cell = encrypted[1][2].clone().unwrap();
    let item = Item::ciphertext(&cell).aad(Aad::map([("row", "2"), ("column", "iban")]).unwrap());
    assert_eq!(key.decrypt_item(&item).unwrap().expose(), b"DE2");
    assert_eq!(worked(&encrypted, &columns(), &change(&key, Rewrap)).unwrap(), encrypted);
    key.rotate().unwrap();
    let renewed = worked(&encrypted, &columns(), &change(&key, Rewrap)).unwrap();
    assert!(
        renewed.iter().flat_map(|row| &row[1..]).flatten().all(|cell| cell.starts_with("strongroom:v2:"))
    );
    assert_eq!(worked(&renewed, &columns(), &change(&key, Decrypt)).unwrap(), rows());
    // Bound anew, to the name in the table.
    let bare = Change { bind: false, ..change(&key, Encrypt) };
    let bare = worked(&rows(), &columns(), &bare).unwrap();
    let rebind = Change { bind: false, rebind: true, ..change(&key, Rewrap) };
    let bound = worked(&bare, &columns(), &rebind).unwrap();
    assert_eq!(worked(&bound, &columns(), &change(&key, Decrypt)).unwrap(), rows());
}

#[test]
fn rows_of_any_source_are_counted() {
    let key = key(KeySpec::default());
    let encrypted = worked(&rows(), &columns(), &change(&key, Encrypt)).unwrap();
    let page = Page { rows: (1..).zip(encrypted.into_iter().chain(rows())).collect() };
    let survey = Table::open(page, &columns())
        .unwrap()
        .survey(Decrypt, Mixed::Refused, &Beginnings::new(None, false), &mut OnRefusal::Stop)
        .unwrap();
    let counts: Vec<_> = survey
        .columns
        .iter()
        .map(|count| (count.name.as_str(), count.plain, count.empty, count.kept))
        .collect();
    assert_eq!(counts, [("iban", 1, 4, 4), ("email", 1, 3, 2)]);
    assert_eq!((survey.rows, survey.refused, survey.versions()), (6, 3, [(1, 3)].into()));
    assert_eq!(survey.first.unwrap().place().unwrap().row, 4);
}

#[test]
fn a_cell_that_does_not_open_is_explained() {
    let key = key(KeySpec::default());
    let encrypted = worked(&rows(), &columns(), &change(&key, Encrypt)).unwrap();
    let hint = |rows: &[Cells], columns: &Columns, change: &Change<'_>| {
        let error = worked(rows, columns, change).unwrap_err();
        assert!(matches!(error.fault(), Fault::Library(LibraryError::DecryptFailed)), "{error}");
        error.hint().cloned()
    };
    let mut exchanged = encrypted.clone();
    exchanged[0].swap(1, 2);
    let belongs = Hint::Belongs { here: "iban".into(), there: "email".into() };
    assert_eq!(hint(&exchanged, &columns(), &change(&key, Decrypt)), Some(belongs));
    let unsaid = Columns { aad: None, ..columns() };
    let renamed = Hint::Renamed { column: "email".into(), row_unsaid: true };
    assert_eq!(hint(&encrypted, &unsaid, &change(&key, Decrypt)), Some(renamed));
    let unbound = Change { bind: false, ..change(&key, Decrypt) };
    assert_eq!(hint(&encrypted, &columns(), &unbound), Some(Hint::Bound));
    let bare = worked(&rows(), &columns(), &Change { bind: false, ..change(&key, Encrypt) }).unwrap();
    assert_eq!(hint(&bare, &columns(), &change(&key, Rewrap)), Some(Hint::NotBound));
}

#[test]
fn what_is_given_for_all_rows_has_to_fit() {
    let plain = key(KeySpec::default());
    let all = Columns { aad: None, ..columns() };
    let request = |change: Change<'_>| match worked(&rows(), &all, &change).unwrap_err().fault() {
        Fault::Request(request) => request.clone(),
        fault => panic!("{fault}"),
    };
    let with = |aad| Change { aad, ..change(&plain, Encrypt) };
    assert_eq!(request(with(Given::Bytes(b"\xff"))), Request::NotUtf8(Part::Aad));
    assert_eq!(request(with(Given::Map(&[("column", "x")]))), Request::NamesColumn(Part::Aad));
    let convergent = key(KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true));
    let with = |context| Change { context, ..change(&convergent, Encrypt) };
    assert_eq!(request(with(Given::Bytes(b"\xff"))), Request::NotUtf8(Part::Context));
    assert_eq!(request(with(Given::Map(&[("column", "x")]))), Request::NamesColumn(Part::Context));
    for aad in [Given::Bytes(b"shop"), Given::Map(&[("shop", "1")])] {
        let with = |verb| Change { aad, ..change(&plain, verb) };
        let encrypted = worked(&rows(), &all, &with(Encrypt)).unwrap();
        assert_eq!(worked(&encrypted, &all, &with(Decrypt)).unwrap(), rows());
        assert!(worked(&encrypted, &all, &change(&plain, Decrypt)).is_err());
    }
}

#[test]
fn rows_of_any_source_are_finished_and_go_on_past_what_is_refused() {
    let key = key(KeySpec::default());
    let encrypted = worked(&rows(), &columns(), &change(&key, Encrypt)).unwrap();
    let mixed = |verb| Change { mixed: Mixed::Finished, ..change(&key, verb) };
    let half = vec![encrypted[0].clone(), rows()[1].clone()];
    assert!(worked(&half, &columns(), &change(&key, Encrypt)).is_err());
    let finished = worked(&half, &columns(), &mixed(Encrypt)).unwrap();
    assert_eq!(finished[0], encrypted[0]);
    assert_eq!(worked(&finished, &columns(), &change(&key, Decrypt)).unwrap(), rows()[..2]);
    assert_eq!(worked(&half, &columns(), &mixed(Decrypt)).unwrap(), rows()[..2]);
    // A ciphertext of another row is not skipped, and keeps no other cell from being worked on.
    let moved = [[Some("1".into()), encrypted[1][1].clone(), Some("DE1".into())], rows()[1].clone()];
    let mut page = Page { rows: (1..).zip(moved).collect() };
    let found = columns().find(&mut page).unwrap();
    let read: Vec<_> = std::iter::from_fn(|| page.next_row().unwrap()).collect();
    let each = mixed(Encrypt).each(&page, &read, &found).unwrap();
    assert_eq!(each.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, true]);
    let error = each.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(error.fault(), Fault::DoesNotOpen(LibraryError::DecryptFailed)), "{error}");
    assert_eq!((error.fault().name(), error.place().unwrap().row), ("decrypt_failed", 1));
}
