//! The file that is written.

use crate::shop::Shop;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Stdio;
use strongroom::KeySpec;

fn mode(shop: &Shop, name: &str) -> u32 {
    fs::metadata(shop.tables().join(name)).unwrap().mode() & 0o777
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode_and_a_new_one_is_no_more_open() {
    let shop = Shop::new(KeySpec::default());
    let path = shop.write("c.csv", "v\nx\n");
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    shop.done("encrypt", "--csv c.csv --column v");
    assert_eq!(mode(&shop, "c.csv"), 0o640);
    shop.done("rewrap", "--csv c.csv --column v --out new.csv");
    assert_eq!(mode(&shop, "new.csv"), 0o640);
    shop.done("decrypt", "--csv c.csv --column v --out plain.csv");
    assert_eq!(mode(&shop, "plain.csv"), 0o600);
    fs::set_permissions(shop.tables().join("plain.csv"), Permissions::from_mode(0o444)).unwrap();
    shop.done("decrypt", "--csv c.csv --column v --out plain.csv");
    assert_eq!(mode(&shop, "plain.csv"), 0o444);
}

#[test]
fn the_output_may_be_the_input_by_any_name() {
    let shop = Shop::new(KeySpec::default());
    let path = shop.write("c.csv", "v\nx\n");
    symlink("c.csv", shop.tables().join("link.csv")).unwrap();
    shop.done("encrypt", "--csv c.csv --column v --out c.csv");
    shop.done("rewrap", "--csv c.csv --column v --out ./c.csv");
    let before = fs::metadata(&path).unwrap().ino();
    let answer = shop.json("rewrap", &format!("--csv c.csv --column v --out {}", path.display()));
    assert_eq!(answer["written"].as_bool(), Some(false));
    assert_eq!(shop.json("rewrap", "--csv link.csv --column v")["written"].as_bool(), Some(false));
    assert_eq!(fs::metadata(&path).unwrap().ino(), before);
    // A link is followed, and stays one.
    shop.done("decrypt", "--csv link.csv --column v");
    assert!(fs::symlink_metadata(shop.tables().join("link.csv")).unwrap().is_symlink());
    assert_eq!(shop.read("c.csv"), b"v\nx\n");
    let names: Vec<_> = shop.everything().into_iter().map(|(path, _)| path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["c.csv", "link.csv"]);
}

#[test]
fn a_pipe_can_be_read_but_not_replaced() {
    let shop = Shop::new(KeySpec::default());
    let run = |arguments: &str| {
        let mut child = shop.command("encrypt", arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"v\nx\n").unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(run("--csv /dev/stdin --column v --out new.csv").status.success());
    shop.done("decrypt", "--csv new.csv --column v");
    assert_eq!(shop.read("new.csv"), b"v\nx\n");
    let refused = run("--csv /dev/stdin --column v");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("--out"));
}
