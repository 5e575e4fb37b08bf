//! The same column in CSV and in NDJSON is bound to the same, so a cell may move from one to the other.

use crate::desk::{Desk, values};
use strongroom::{KeySpec, KeyType};
use strongroom_bulk::Verb::{Decrypt, Encrypt};

const ROWS: [[&str; 4]; 3] =
    [["1", "acme", "a@b", "x,\"y\""], ["2", "acme", "", "é\n"], ["3", "other", "c@d", "null"]];

fn csv() -> String {
    let quoted = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
    let rows = ROWS.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n");
    ["id,tenant,email,note\n".to_owned()].into_iter().chain(rows).collect()
}

fn ndjson(rows: &[[&str; 4]]) -> String {
    let line = |[id, tenant, email, note]: &[&str; 4]| {
        format!("{}\n", serde_json::json!({ "id": id, "tenant": tenant, "email": email, "note": note }))
    };
    rows.iter().map(line).collect()
}

#[test]
fn a_cell_opens_in_the_other_format() {
    let plain = KeySpec::default();
    let derived = KeySpec::default().derived(true);
    let convergent = KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true);
    for (spec, aad, context) in
        [(&plain, true, false), (&plain, false, false), (&derived, true, true), (&convergent, false, true)]
    {
        for bind in [true, false] {
            let mut desk = Desk::with(spec.clone(), &["email", "note"]);
            desk.bind = bind;
            desk.columns.aad = aad.then(|| "id".to_owned());
            desk.columns.context = context.then(|| "tenant".to_owned());
            // Out of CSV, into NDJSON.
            let (encrypted, _) = desk.csv(Encrypt, csv()).unwrap();
            let mut reader = csv::Reader::from_reader(encrypted.as_slice());
            let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let rows: Vec<[&str; 4]> =
                records.iter().map(|row| [&row[0], &row[1], &row[2], &row[3]]).collect();
            assert!(rows.iter().all(|row| row[2].contains(":v1:")));
            assert_eq!(desk.done(Decrypt, ndjson(&rows)), ndjson(&ROWS));
            // And back.
            let encrypted = desk.done(Encrypt, ndjson(&ROWS));
            let mut writer =
                csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(["id", "tenant", "email", "note"]).unwrap();
            for value in values(&encrypted) {
                let cells =
                    ["id", "tenant", "email", "note"].map(|name| value[name].as_str().unwrap().to_owned());
                writer.write_record(cells).unwrap();
            }
            let (opened, _) = desk.csv(Decrypt, writer.into_inner().unwrap()).unwrap();
            let opened = String::from_utf8(opened).unwrap();
            assert_eq!(opened.split_once('\n').unwrap().1, csv().split_once('\n').unwrap().1);
        }
    }
}
