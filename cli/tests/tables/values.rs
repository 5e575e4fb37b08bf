//! What becomes of the cells.

use crate::shop::{Shop, bound, customers, derived, named, records};
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use strongroom::{Aad, Error, KeySpec, KeyType};

const COLUMNS: &str = "--column email --column iban --context-column tenant --aad-column id";

#[test]
fn every_cell_opens_in_its_row_and_nowhere_else() {
    let shop = Shop::new(derived());
    let table = customers();
    let path = shop.write("c.csv", &table);
    shop.done("encrypt", &format!("--csv c.csv {COLUMNS}"));
    let (before, after) = (records(&table), records(&shop.read("c.csv")));
    assert_eq!(before.len(), 3001);
    assert_eq!(before.len(), after.len());
    assert_eq!(before[0], after[0]);
    let mut seen = BTreeSet::new();
    for (old, new) in before.iter().zip(&after).skip(1) {
        let (id, tenant) = (&old[0], Some(old[1].as_slice()));
        for column in 0..old.len() {
            if column == 3 || column == 5 {
                let name = if column == 3 { "email" } else { "iban" };
                assert_eq!(shop.open(&new[column], tenant, bound(id, name)).unwrap(), old[column]);
                assert!(seen.insert(new[column].clone()));
            } else {
                assert_eq!(new[column], old[column]);
            }
        }
    }
    assert_eq!(seen.len(), 6000);
    let cell = &after[1][3];
    let (tenant, id) = (&after[1][1], &after[1][0]);
    shop.open(cell, Some(tenant), bound(id, "email")).unwrap();
    assert_eq!(shop.open(cell, Some(tenant), bound(&after[2][0], "email")), Err(Error::DecryptFailed));
    assert_eq!(shop.open(cell, Some(tenant), bound(id, "iban")), Err(Error::DecryptFailed));
    assert_eq!(shop.open(cell, Some(tenant), id), Err(Error::DecryptFailed));
    assert_eq!(shop.open(cell, Some(b"somebody else"), bound(id, "email")), Err(Error::DecryptFailed));
    // And back, byte for byte: the script that made the table writes CSV as this program does.
    let answer = shop.json("decrypt", &format!("--csv c.csv {COLUMNS}"));
    assert_eq!(
        (answer["rows"].as_u64(), answer["changed"].as_u64(), answer["written"].as_bool()),
        (Some(3000), Some(6000), Some(true))
    );
    assert!(std::fs::read(path).unwrap() == table);
}

#[test]
fn rewrap_renews_what_is_old_and_leaves_the_rest_byte_for_byte() {
    let shop = Shop::new(derived());
    shop.write("c.csv", customers());
    shop.done("encrypt", &format!("--csv c.csv {COLUMNS}"));
    let first = shop.read("c.csv");
    // Nothing is old yet: the file is not touched at all.
    let before = std::fs::metadata(shop.tables().join("c.csv")).unwrap();
    let answer = shop.json("rewrap", &format!("--csv c.csv {COLUMNS}"));
    assert_eq!(
        (answer["changed"].as_u64(), answer["up_to_date"].as_u64(), answer["written"].as_bool()),
        (Some(0), Some(6000), Some(false))
    );
    let after = std::fs::metadata(shop.tables().join("c.csv")).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    shop.done("rewrap", &format!("--csv c.csv {COLUMNS} --out same.csv"));
    assert!(shop.read("same.csv") == first);

    shop.key.rotate().unwrap();
    let answer = shop.json("rewrap", "--csv c.csv --column email --context-column tenant --aad-column id");
    assert_eq!((answer["changed"].as_u64(), answer["up_to_date"].as_u64()), (Some(3000), Some(0)));
    let half = shop.read("c.csv");
    let plan = shop.json("rewrap", &format!("--csv c.csv {COLUMNS} --dry-run"));
    assert_eq!(plan["ciphertexts"], serde_json::json!({"1": 3000, "2": 3000}));
    assert_eq!(plan["columns"][0]["ciphertexts"], serde_json::json!({"2": 3000}));
    assert_eq!(
        (plan["latest_version"].as_u64(), plan["would_change"].as_u64(), plan["would_refuse"].as_u64()),
        (Some(2), Some(3000), Some(0))
    );
    let answer = shop.json("rewrap", &format!("--csv c.csv {COLUMNS}"));
    assert_eq!((answer["changed"].as_u64(), answer["up_to_date"].as_u64()), (Some(3000), Some(3000)));
    for (old, new) in records(&half).iter().zip(&records(&shop.read("c.csv"))).skip(1) {
        assert_eq!(old[3], new[3]);
        assert_ne!(old[5], new[5]);
        assert!(new[5].starts_with(b"strongroom:v2:"));
    }
    shop.done("decrypt", &format!("--csv c.csv {COLUMNS} --out plain.csv"));
    assert!(shop.read("plain.csv") == customers());
}

#[test]
fn an_up_to_date_ciphertext_is_opened_all_the_same() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", bound("1", "v")).unwrap();
    shop.write("c.csv", format!("id,v\n1,{good}\n2,{good}\n"));
    let output = shop.run("rewrap", "--csv c.csv --column v --aad-column id");
    assert_eq!(output.status.code(), Some(4));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .starts_with("strongroom: row 2 (line 3), column \"v\": decryption failed")
    );
}

#[test]
fn tables_of_every_shape_come_back_as_they_were() {
    let shop = Shop::new(KeySpec::default());
    let shapes: [(&[u8], &str); 10] = [
        (b"id,v\n1,text\n2,\n", ""),
        (b"\xef\xbb\xbfid,v\r\n1,text\r\n2,\"a\r\nb\"\r\n", ""),
        (b"\xef\xbb\xbfv,id\n\xef\xbb\xbfx,1\n", ""),
        (b"id;v\n1;\"a;b\"\n2;a,b\n", "--delimiter ;"),
        (b"id\tv\n1\ta,b\n", "--delimiter tab"),
        (b"v\ntext\n\"\"\n\"\"\n", ""),
        (b"v,id\n , \n", ""),
        (b"v\n", ""),
        (b"other,v,\xff\xfe\n\xff\x00\xc3,ok,\xe4\n", ""),
        (b"v,=1+1\n=1+1,@x\n+1,-1\n", ""),
    ];
    for (table, options) in shapes {
        shop.write("c.csv", table);
        let rows = shop.json("encrypt", &format!("--csv c.csv --column v {options}"))["rows"].as_u64();
        let encrypted = shop.read("c.csv");
        assert!(rows == Some(0) || encrypted != table);
        shop.done("decrypt", &format!("--csv c.csv --column v {options}"));
        assert_eq!(shop.read("c.csv").escape_ascii().to_string(), table.escape_ascii().to_string());
        // Without the last line end, which may be missing.
        let loose: Vec<u8> =
            table.strip_suffix(b"\n").map(|t| t.strip_suffix(b"\r").unwrap_or(t)).unwrap().to_vec();
        shop.write("c.csv", &loose);
        shop.done("encrypt", &format!("--csv c.csv --column v {options} --out e.csv"));
        shop.done("decrypt", &format!("--csv e.csv --column v {options}"));
        assert_eq!(shop.read("e.csv").escape_ascii().to_string(), loose.escape_ascii().to_string());
    }
}

#[test]
fn columns_may_be_named_in_any_order() {
    let shop = Shop::new(KeySpec::default());
    let table = b"a,b,c,d\n1,2,3,4\n5,6,7,8\n";
    shop.write("c.csv", table);
    shop.done("encrypt", "--csv c.csv --column d --column a --column c");
    for (old, new) in records(table).iter().zip(records(&shop.read("c.csv"))).skip(1) {
        assert_eq!(new[1], old[1]);
        for (at, name) in [(0, "a"), (2, "c"), (3, "d")] {
            assert_eq!(shop.open(&new[at], None, named(name)).unwrap(), old[at]);
        }
    }
    shop.done("decrypt", "--csv c.csv --column c --column d --column a");
    assert_eq!(shop.read("c.csv"), table);
}

#[test]
fn an_empty_cell_is_a_value_unless_it_is_to_be_kept() {
    let shop = Shop::new(KeySpec::default());
    let table = "id,v\n1,\n2,x\n";
    shop.write("c.csv", table);
    shop.done("encrypt", "--csv c.csv --column v --aad-column id");
    let encrypted = records(&shop.read("c.csv"));
    assert_eq!(shop.open(&encrypted[1][1], None, bound("1", "v")).unwrap(), b"");
    shop.done("decrypt", "--csv c.csv --column v --aad-column id");
    assert_eq!(shop.read("c.csv"), table.as_bytes());

    assert_eq!(
        shop.json("encrypt", "--csv c.csv --column v --aad-column id --keep-empty")["empty"].as_u64(),
        Some(1)
    );
    assert_eq!(records(&shop.read("c.csv"))[1][1], b"");
    let planned = shop.run("decrypt", "--csv c.csv --column v --dry-run --json");
    let plan: serde_json::Value = serde_json::from_slice(&planned.stdout).unwrap();
    assert_eq!((plan["columns"][0]["empty"].as_u64(), plan["would_refuse"].as_u64()), (Some(1), Some(1)));
    let said: serde_json::Value = serde_json::from_slice(&planned.stderr).unwrap();
    assert_eq!(
        (planned.status.code(), &said["error"]["name"], &said["error"]["row"]),
        (Some(4), &"invalid_table".into(), &1.into())
    );
    let output = shop.run("decrypt", "--csv c.csv --column v --aad-column id");
    assert_eq!(output.status.code(), Some(4));
    assert!(
        String::from_utf8(output.stderr).unwrap().contains("row 1 (line 2), column \"v\": the cell is empty")
    );
    for verb in ["rewrap", "decrypt"] {
        assert_eq!(
            shop.json(verb, "--csv c.csv --column v --aad-column id --keep-empty")["empty"].as_u64(),
            Some(1)
        );
    }
    assert_eq!(shop.read("c.csv"), table.as_bytes());
}

#[test]
fn every_type_of_key_and_a_template_of_its_own() {
    for key_type in KeyType::ALL.iter().filter(|t| t.encrypts() && t.derives()) {
        for template in [None, Some("shop-{{version}}-of-many:")] {
            let spec = KeySpec::new(*key_type);
            let shop =
                Shop::new(if let Some(template) = template { spec.version_template(template) } else { spec });
            shop.write("c.csv", "v,id\none,1\ntwo,2\n");
            shop.done("encrypt", "--csv c.csv --column v --aad everywhere");
            let cells = records(&shop.read("c.csv"));
            let aad = Aad::map([("aad", "everywhere"), ("column", "v")]).unwrap();
            assert_eq!(shop.open(&cells[2][0], None, aad).unwrap(), b"two");
            assert_eq!(cells[2][0].starts_with(b"shop-1-of-many:"), template.is_some());
            let again = shop.run("encrypt", "--csv c.csv --column v --aad everywhere");
            assert_eq!(again.status.code(), Some(4), "{key_type}");
            shop.key.rotate().unwrap();
            shop.done("rewrap", "--csv c.csv --column v --aad everywhere");
            assert_eq!(
                shop.json("rewrap", "--csv c.csv --column v --dry-run")["ciphertexts"],
                serde_json::json!({"2": 2})
            );
            shop.done("decrypt", "--csv c.csv --column v --aad everywhere");
            assert_eq!(shop.read("c.csv"), b"v,id\none,1\ntwo,2\n");
        }
    }
}

#[test]
fn one_context_for_all_rows() {
    let shop = Shop::new(derived());
    shop.write("c.csv", "v\nx\n");
    shop.done("encrypt", "--csv c.csv --column v --context-map tenant=acme");
    shop.done("decrypt", "--csv c.csv --column v --context-map tenant=acme");
    assert_eq!(shop.read("c.csv"), b"v\nx\n");
}

#[test]
fn the_plan_is_shown_to_people() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", Aad::NONE).unwrap();
    shop.key.rotate().unwrap();
    let table = format!("id,v\n1,{good}\n2,plain\n3,\n");
    shop.write("c.csv", &table);
    let planned = shop.run("rewrap", "--csv c.csv --column v --dry-run");
    assert_eq!(
        String::from_utf8(planned.stdout).unwrap(),
        "c.csv: 3 rows, the latest version of the key is 2\n\n\
         column   version 1   plain   empty\n\
         v                1       1       1\n\n\
         rewrap would change 1 cell, but would stop at the first of 2 cells that it has to refuse; nothing was opened or written\n"
    );
    assert_eq!(shop.read("c.csv"), table.as_bytes());
    // It ends as the work itself would.
    let said = String::from_utf8(planned.stderr).unwrap();
    assert_eq!(
        (planned.status.code(), said.as_str()),
        (
            Some(4),
            "strongroom: row 2 (line 3), column \"v\": the cell is not a ciphertext; --allow-plaintext leaves such cells as they are\n"
        )
    );
    let done = shop.run("rewrap", "--csv c.csv --column v --bind-column no");
    assert_eq!(
        (done.status.code(), String::from_utf8(done.stderr).unwrap()),
        (Some(4), said.replace('\n', "; stopped after 1 row, nothing was written\n"))
    );
}

#[test]
fn a_plan_stops_where_the_work_would() {
    let shop = Shop::new(KeySpec::default());
    let good = shop.key.encrypt("text", bound("1", "v")).unwrap();
    for (verb, cells, refused) in [
        ("encrypt", vec!["1,x".to_owned(), format!("2,{good}"), "3,y".to_owned()], 1),
        ("encrypt", vec!["1,x".to_owned(), ",y".to_owned()], 1),
        ("decrypt", vec![format!("1,{good}"), "1,x".to_owned(), "1,".to_owned()], 2),
        ("encrypt", vec!["1,x".to_owned()], 0),
        ("decrypt", vec![format!("1,{good}")], 0),
    ] {
        shop.write("c.csv", format!("id,v\n{}\n", cells.join("\n")));
        let arguments = "--csv c.csv --column v --aad-column id";
        let plan = shop.run(verb, &format!("{arguments} --dry-run --json"));
        let shown: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
        assert_eq!(
            (&shown["would_refuse"], &shown["would_change"]),
            (&refused.into(), &(cells.len() - refused).into()),
            "{verb} {cells:?}"
        );
        let done = shop.run(verb, &format!("{arguments} --out new.csv --json"));
        assert_eq!(
            (plan.status.code(), refused == 0),
            (done.status.code(), done.status.success()),
            "{verb} {cells:?}"
        );
        let place = |said: &[u8]| {
            serde_json::from_slice::<serde_json::Value>(said).map(|said| said["error"]["row"].clone()).ok()
        };
        assert_eq!(place(&plan.stderr), place(&done.stderr), "{verb} {cells:?}");
    }
}
