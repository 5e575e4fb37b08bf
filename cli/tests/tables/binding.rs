//! A cell opens in its row and in its column, and in no other.

use crate::shop::{Shop, bound, derived, named, records};
use strongroom::{Aad, Context, Item, KeySpec, KeyType};

const CELLS: &str = "--csv c.csv --column email --column iban --aad-column id";

/// A table of two rows, encrypted, as cells.
fn encrypted(shop: &Shop, options: &str) -> Vec<Vec<String>> {
    shop.write("c.csv", "id,tenant,email,iban\n1,acme,a@b,DE1\n2,acme,c@d,DE2\n");
    shop.done("encrypt", &format!("{CELLS} {options}"));
    cells(shop)
}

fn cells(shop: &Shop) -> Vec<Vec<String>> {
    records(&shop.read("c.csv"))
        .into_iter()
        .map(|row| row.into_iter().map(|cell| String::from_utf8(cell).unwrap()).collect())
        .collect()
}

fn table(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| row.join(",") + "\n").collect()
}

/// Runs what has to be refused in row 1, and gives what was said.
fn refused(shop: &Shop, verb: &str, arguments: &str) -> String {
    let before = shop.everything();
    let output = shop.run(verb, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{verb} {arguments}: {said}");
    assert!(said.starts_with("strongroom: row 1 (line 2), column \"email\": decryption failed"), "{said}");
    assert!(shop.everything() == before);
    said
}

#[test]
fn columns_of_one_row_cannot_be_exchanged() {
    for aad_column in ["--aad-column id", "", "--aad shop", "--aad-map shop=1"] {
        for key_type in KeyType::ALL.iter().filter(|t| t.encrypts() && t.derives()) {
            let shop = Shop::new(KeySpec::new(*key_type));
            let arguments = format!("--csv c.csv --column email --column iban {aad_column}");
            shop.write("c.csv", "id,email,iban\n1,a@b,DE1\n");
            shop.done("encrypt", &arguments);
            let mut rows = cells(&shop);
            rows[1].swap(1, 2);
            shop.write("c.csv", table(&rows));
            for verb in ["decrypt", "rewrap"] {
                let said = refused(&shop, verb, &arguments);
                assert!(said.contains("belongs into column \"iban\" of this row"), "{said}");
            }
            rows[1].swap(1, 2);
            shop.write("c.csv", table(&rows));
            shop.done("decrypt", &arguments);
        }
    }
}

#[test]
fn whoever_forgets_to_say_the_row_is_told() {
    let shop = Shop::new(KeySpec::default());
    encrypted(&shop, "");
    for verb in ["decrypt", "rewrap"] {
        let said = refused(&shop, verb, "--csv c.csv --column email");
        assert!(said.contains("was the table encrypted with --aad-column or --aad?"), "{said}");
        let said = refused(&shop, verb, "--csv c.csv --column email --aad-column tenant");
        assert!(
            !said.contains("was the table encrypted") && said.contains("did the column have another name"),
            "{said}"
        );
    }
}

#[test]
fn a_cell_can_be_opened_alone() {
    let shop = Shop::new(KeySpec::default());
    let rows = encrypted(&shop, "");
    assert_eq!(shop.open(rows[1][2].as_bytes(), None, bound("1", "email")).unwrap(), b"a@b");
    assert_eq!(shop.open(rows[2][3].as_bytes(), None, bound("2", "iban")).unwrap(), b"DE2");
    shop.write("cell", &rows[1][3]);
    assert_eq!(shop.done("decrypt", "--in cell --aad-map row=1 --aad-map column=iban"), "DE1");
    shop.write("c.csv", "id,email\n1,a@b\n");
    shop.done("encrypt", "--csv c.csv --column email");
    assert_eq!(shop.open(cells(&shop)[1][1].as_bytes(), None, named("email")).unwrap(), b"a@b");
}

#[test]
fn an_aad_for_all_rows_goes_with_the_name() {
    let shop = Shop::new(KeySpec::default());
    for (given, pairs) in [
        ("--aad shop", &[("aad", "shop")][..]),
        ("--aad-base64 c2hvcA==", &[("aad", "shop")]),
        ("--aad-map shop=1 --aad-map till=2", &[("shop", "1"), ("till", "2")]),
    ] {
        shop.write("c.csv", "email\na@b\n");
        shop.done("encrypt", &format!("--csv c.csv --column email {given}"));
        let aad = Aad::map(pairs.iter().copied().chain([("column", "email")])).unwrap();
        assert_eq!(shop.open(cells(&shop)[1][0].as_bytes(), None, aad).unwrap(), b"a@b");
    }
    for (given, expected) in [("--aad-base64 /w==", "UTF-8"), ("--aad-map column=x", "\"column\"")] {
        shop.write("c.csv", "email\na@b\n");
        let output = shop.run("encrypt", &format!("--csv c.csv --column email {given}"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(2) && said.contains(expected) && said.contains("--bind-column no"),
            "{said}"
        );
        shop.done("encrypt", &format!("--csv c.csv --column email {given} --bind-column no"));
    }
}

#[test]
fn tables_from_before_names_were_bound_open_and_can_be_bound() {
    let shop = Shop::new(derived());
    let cell = |row: &str, text: &str| {
        shop.key.encrypt_item(&Item::plaintext(text).context("acme").aad(row)).unwrap()
    };
    let old = format!(
        "id,tenant,email,iban\n1,acme,{},{}\n2,acme,{},{}\n",
        cell("1", "a@b"),
        cell("1", "DE1"),
        cell("2", "c@d"),
        cell("2", "DE2")
    );
    let plain = "id,tenant,email,iban\n1,acme,a@b,DE1\n2,acme,c@d,DE2\n";
    let arguments = format!("{CELLS} --context-column tenant");
    shop.write("c.csv", &old);
    for verb in ["decrypt", "rewrap"] {
        let said = refused(&shop, verb, &arguments);
        assert!(
            said.contains("hint: the cell is not bound to the name of its column: --bind-column no opens it"),
            "{said}"
        );
    }
    assert_eq!(shop.json("rewrap", &format!("{arguments} --bind-column no"))["up_to_date"], 4);
    shop.done("decrypt", &format!("{arguments} --bind-column no --out plain.csv"));
    assert_eq!(shop.read("plain.csv"), plain.as_bytes());
    // Written so again, and told apart.
    shop.done(
        "encrypt",
        &format!("{} --context-column tenant --bind-column no", CELLS.replace("c.csv", "plain.csv")),
    );
    let said = refused(
        &shop,
        "decrypt",
        &format!("{} --context-column tenant", CELLS.replace("c.csv", "plain.csv")),
    );
    assert!(said.contains("--bind-column no opens it"), "{said}");
    // And moved over, all of it or nothing.
    let plan = shop.json("rewrap", &format!("{arguments} --bind-column no --rebind --dry-run"));
    assert_eq!(plan["would_change"], 4);
    let answer = shop.json("rewrap", &format!("{arguments} --bind-column no --rebind"));
    assert_eq!((&answer["changed"], &answer["columns_bound"]), (&4.into(), &true.into()));
    let said = refused(&shop, "rewrap", &format!("{arguments} --bind-column no --rebind"));
    assert!(
        said.contains("the cell is bound to the name of its column; leave out --bind-column no"),
        "{said}"
    );
    shop.done("decrypt", &arguments);
    assert_eq!(shop.read("c.csv"), plain.as_bytes());
}

#[test]
fn a_column_that_was_renamed_says_so() {
    let shop = Shop::new(KeySpec::default());
    let mut rows = encrypted(&shop, "");
    rows[0][2] = "mail".to_owned();
    shop.write("c.csv", table(&rows));
    let arguments = CELLS.replace("email", "mail");
    let output = shop.run("decrypt", &arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(4) && said.contains("--column-name \"mail=NAME\""), "{said}");
    shop.key.rotate().unwrap();
    // A rewrap keeps what a ciphertext is bound to, unless it is to be bound anew.
    shop.done("rewrap", &format!("{arguments} --column-name mail=email"));
    shop.done("decrypt", &format!("{arguments} --column-name mail=email --out plain.csv"));
    assert_eq!(shop.read("plain.csv"), b"id,tenant,mail,iban\n1,acme,a@b,DE1\n2,acme,c@d,DE2\n");
    shop.done("rewrap", &format!("{arguments} --column-name mail=email --rebind"));
    shop.done("decrypt", &arguments);
    assert_eq!(shop.read("c.csv"), shop.read("plain.csv"));
    // Two that changed their names for each other.
    let mut rows = encrypted(&shop, "");
    rows[0].swap(2, 3);
    shop.write("c.csv", table(&rows));
    shop.done("decrypt", &format!("{CELLS} --column-name email=iban --column-name iban=email"));
    assert_eq!(shop.read("c.csv"), b"id,tenant,iban,email\n1,acme,a@b,DE1\n2,acme,c@d,DE2\n");
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let shop = Shop::new(KeySpec::default());
    encrypted(&shop, "");
    for (verb, options, expected) in [
        ("encrypt", "--rebind", "--rebind is for rewrap"),
        ("decrypt", "--rebind", "--rebind is for rewrap"),
        ("encrypt", "--column-name email=x", "bound to the name in the header"),
        ("decrypt", "--column-name mail=x", "--column names NAME too"),
        ("decrypt", "--column-name email", "NAME=BOUND"),
        ("decrypt", "--column-name email=iban", "bound to the same name"),
        ("decrypt", "--column-name email=x --bind-column no", "they are not"),
        ("decrypt", "--column-name email=x --transit", "they are not"),
        ("decrypt", "--bind-column maybe", "--bind-column"),
    ] {
        let output = shop.run(verb, &format!("{CELLS} {options}"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{verb} {options}: {said}");
    }
}

#[test]
fn convergent_keys_have_the_name_in_the_context() {
    let shop = Shop::new(KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true));
    let arguments = "--csv c.csv --column email --column iban";
    for (context, pairs) in [
        ("--context-column tenant", ("context", "acme")),
        ("--context acme", ("context", "acme")),
        ("--context-map t=acme", ("t", "acme")),
    ] {
        let plain = "id,tenant,email,iban\n1,acme,same,same\n2,acme,same,other\n";
        shop.write("c.csv", plain);
        shop.done("encrypt", &format!("{arguments} {context}"));
        let mut rows = cells(&shop);
        // Equal within a column, which is what such keys are for, and not between columns.
        assert_eq!(rows[1][2], rows[2][2]);
        assert_ne!(rows[1][2], rows[1][3]);
        let item = Item::ciphertext(&rows[1][3]).context(Context::map([pairs, ("column", "iban")]).unwrap());
        assert_eq!(shop.key.decrypt_item(&item).unwrap().expose(), b"same");
        rows[1].swap(2, 3);
        shop.write("c.csv", table(&rows));
        refused(&shop, "decrypt", &format!("{arguments} {context}"));
        rows[1].swap(2, 3);
        shop.write("c.csv", table(&rows));
        shop.done("decrypt", &format!("{arguments} {context}"));
        assert_eq!(shop.read("c.csv"), plain.as_bytes());
        // As it was before.
        shop.done("encrypt", &format!("{arguments} {context} --bind-column no"));
        let said = refused(&shop, "decrypt", &format!("{arguments} {context}"));
        assert!(said.contains("--bind-column no opens it"), "{said}");
        shop.done("rewrap", &format!("{arguments} {context} --bind-column no --rebind"));
        shop.done("decrypt", &format!("{arguments} {context}"));
        assert_eq!(shop.read("c.csv"), plain.as_bytes());
    }
}

#[test]
fn with_transit_nothing_is_bound_unless_asked_for_and_that_is_said() {
    let shop = Shop::new(KeySpec::new(KeyType::Aes256Gcm96));
    shop.write("c.csv", "id,tenant,email,iban\n1,acme,a@b,DE1\n");
    let done = shop.done("encrypt", &format!("{CELLS} --transit"));
    assert!(done.contains(", not bound to the names of the columns"), "{done}");
    let rows = cells(&shop);
    assert_eq!(shop.open(rows[1][2].as_bytes(), None, "1").unwrap(), b"a@b");
    shop.done("rewrap", &format!("{CELLS} --transit --rebind"));
    let said = refused(&shop, "decrypt", &format!("{CELLS} --transit"));
    assert!(said.contains("say --bind-column yes"), "{said}");
    shop.done("decrypt", &format!("{CELLS} --transit --bind-column yes"));
    let answer = shop.json("encrypt", &format!("{CELLS} --transit --bind-column yes"));
    assert_eq!(answer["columns_bound"], true);
    assert_eq!(shop.open(cells(&shop)[1][2].as_bytes(), None, bound("1", "email")).unwrap(), b"a@b");
    let convergent = Shop::new(KeySpec::new(KeyType::Aes256Gcm96).derived(true).convergent(true));
    convergent.write("c.csv", "id,tenant,email,iban\n1,acme,a@b,DE1\n");
    let arguments =
        "--csv c.csv --column email --column iban --context-column tenant --transit --bind-column yes";
    convergent.done("encrypt", arguments);
    let mut rows = cells(&convergent);
    rows[1].swap(2, 3);
    convergent.write("c.csv", table(&rows));
    refused(&convergent, "decrypt", arguments);
}
