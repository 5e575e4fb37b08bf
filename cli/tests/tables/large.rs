//! Tables that do not fit into the memory that the program may have, and ends that come too early.

use crate::shop::Shop;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;
use strongroom::KeySpec;

const ROWS: usize = 200_000;
/// Of address space, which is more than what is resident: 14 MiB of it are the program. The encrypted table
/// is larger.
const KIB: usize = 56 << 10;

fn large(shop: &Shop, name: &str) -> u64 {
    let path = shop.tables().join(name);
    let mut file = BufWriter::new(File::create(&path).unwrap());
    writeln!(file, "id,v,w,notes").unwrap();
    for row in 0..ROWS {
        writeln!(file, "{row},value {row},other {row},\"text, quoted\nand on a second line, number {row}\"")
            .unwrap();
    }
    file.flush().unwrap();
    fs::metadata(path).unwrap().len()
}

/// Under a limit that makes every allocation beyond it fail.
fn limited(shop: &Shop, verb: &str, arguments: &str) -> std::process::Output {
    let command = shop.command(verb, arguments);
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("ulimit -v {KIB} && exec \"$0\" \"$@\""))
        .arg(command.get_program())
        .args(command.get_args());
    shell
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(shop.tables())
        .output()
        .unwrap()
}

#[test]
fn memory_does_not_grow_with_the_table() {
    let shop = Shop::new(KeySpec::default());
    let plain = large(&shop, "c.csv");
    let original = shop.read("c.csv");
    for verb in ["encrypt", "rewrap", "decrypt"] {
        if verb == "rewrap" {
            let len = fs::metadata(shop.tables().join("c.csv")).unwrap().len();
            assert!(len > KIB as u64 * 1024, "{len} bytes would fit into the memory");
            println!("{ROWS} rows, {plain} bytes plain, {len} bytes encrypted, at most {KIB} KiB of memory");
            shop.key.rotate().unwrap();
        }
        let output = limited(&shop, verb, "--csv c.csv --column v --column w --aad-column id");
        assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8(output.stdout).unwrap().contains("200,000 rows, 400,000 cells"));
    }
    assert!(shop.read("c.csv") == original);
}

#[test]
fn a_missing_quote_does_not_fill_the_memory() {
    let shop = Shop::new(KeySpec::default());
    let mut file = File::create(shop.tables().join("c.csv")).unwrap();
    file.write_all(b"id,v\n1,\"x\n").unwrap();
    file.write_all(&vec![b'y'; 200 << 20]).unwrap();
    let output = limited(&shop, "encrypt", "--csv c.csv --column v");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("row 1 (line 2), cell 2: the cell is larger than 16 MiB; is a closing quote missing?"),
        "{said}"
    );
}

#[test]
fn a_cell_may_be_as_large_as_said_and_no_larger() {
    let shop = Shop::new(KeySpec::default());
    let table = |len: usize| [b"id,v\n1,".as_slice(), &vec![b'y'; len], b"\n"].concat();
    // Four thirds of it still fit.
    shop.write("c.csv", table(12 << 20).as_slice());
    assert_eq!(shop.run("encrypt", "--csv c.csv --column v").status.code(), Some(4));
    let most = (16 << 20) / 4 * 3 - 200;
    shop.write("c.csv", table(most));
    shop.done("encrypt", "--csv c.csv --column v");
    shop.done("decrypt", "--csv c.csv --column v");
    assert!(shop.read("c.csv") == table(most));
    shop.write("c.csv", table((16 << 20) - 1));
    let output = shop.run("encrypt", "--csv c.csv --column v");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("row 1 (line 2), column \"v\": the new content is larger than 16 MiB"), "{said}");
    // What is not worked on passes through at that size.
    shop.done("encrypt", "--csv c.csv --column id");
}

#[test]
fn a_killed_process_leaves_the_table_whole_and_nothing_else() {
    let shop = Shop::new(KeySpec::default());
    large(&shop, "c.csv");
    let original = shop.read("c.csv");
    for after in [0, 1 << 20, 30 << 20] {
        let mut child = shop
            .command("encrypt", "--csv c.csv --column v --column w --aad-column id")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while written(child.id()).is_some_and(|bytes| bytes <= after) {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9), "it was done before it could be killed");
        let left = shop.everything();
        assert!(left.iter().any(|(path, content)| path.ends_with("c.csv") && *content == original));
        assert_eq!(left.len(), 1);
    }
    shop.done("encrypt", "--csv c.csv --column v --column w --aad-column id");
}

#[test]
fn rows_that_were_added_meanwhile_are_not_lost() {
    let shop = Shop::new(KeySpec::default());
    large(&shop, "c.csv");
    let child = shop
        .command("encrypt", "--csv c.csv --column v --aad-column id")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while written(child.id()).is_some_and(|bytes| bytes <= 1 << 20) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut file = fs::OpenOptions::new().append(true).open(shop.tables().join("c.csv")).unwrap();
    file.write_all(b"new,new,new,new\n").unwrap();
    let content = shop.read("c.csv");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8(output.stderr).unwrap().contains("the file was changed while it was read"));
    assert!(content.ends_with(b"\nnew,new,new,new\n") && shop.read("c.csv") == content);
}

/// How much a process has written; `None` once it has ended.
fn written(process: u32) -> Option<u64> {
    let mut text = String::new();
    File::open(format!("/proc/{process}/io")).ok()?.read_to_string(&mut text).ok()?;
    text.lines().find_map(|line| line.strip_prefix("wchar: "))?.parse().ok()
}
