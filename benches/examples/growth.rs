//! `growth [--quick]`: what calls take as a keyring grows, by the number of its keys, of a key's versions, of
//! contexts, of messages in a batch and of processes on one folder, as lines of JSON like those of `table`:
//! `size` is the number, and of a work that ends in `bytes` the figure is of memory.
//!
//! The folder lies in memory where there is a file system for it: the library is measured, not the disk.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot be made ends the run")]

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use strongroom::{Aad, Directory, Item, Key, KeySpec, KeyType, Keyring, Seal, SecretArray};
use tempfile::TempDir;

const MESSAGE: [u8; 64] = [7; 64];
/// How often what can be repeated is.
const TIMES: usize = 200;
/// The words by which this program calls itself.
const LISTING: &str = "--listing";
const NEIGHBOUR: &str = "--neighbour";
/// Between two messages of a neighbour.
const PAUSE: Duration = Duration::from_millis(1);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let most = match words.as_slice() {
        [] => usize::MAX,
        ["--quick"] => 1000,
        [LISTING, folder] => return listing(Path::new(folder)),
        [NEIGHBOUR, folder] => return neighbour(Path::new(folder)),
        _ => {
            eprintln!("usage: growth [--quick]");
            return ExitCode::from(2);
        }
    };
    let up_to = |sizes: &[usize]| sizes.iter().copied().filter(|size| *size <= most).collect::<Vec<_>>();
    up_to(&[10, 100, 1000, 10_000, 100_000]).into_iter().for_each(keys);
    versions(&up_to(&[1, 10, 100, 1000, 10_000]));
    contexts(&up_to(&[1, 100, 10_000, 1_000_000]));
    batch(&up_to(&[1, 10, 100, 1000, 10_000, 100_000]));
    up_to(&[1, 2, 4, 16, 64]).into_iter().for_each(processes);
    ExitCode::SUCCESS
}

fn seal() -> Seal {
    Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap())
}

fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

fn place(folder: &TempDir) -> PathBuf {
    folder.path().join("keys")
}

fn say(who: &str, work: &str, size: usize, figure: f64) {
    println!(r#"{{"work":"{work}","size":{size},"who":"{who}","ns":{figure:.2}}}"#);
}

/// In nanoseconds.
fn once<T>(call: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = call();
    (start.elapsed().as_secs_f64() * 1e9, made)
}

/// The middle of many, in nanoseconds.
fn middle(mut call: impl FnMut()) -> f64 {
    let mut all: Vec<f64> = (0..TIMES).map(|_| once(&mut call).0).collect();
    all.sort_by(f64::total_cmp);
    all[TIMES / 2]
}

/// What this process holds in memory, in bytes; nothing where nobody says it.
fn resident() -> Option<f64> {
    let said = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = said.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? * 1024.0)
}

fn keys(count: usize) {
    let folder = folder();
    let made = Keyring::create(Directory::new(place(&folder)), seal()).unwrap();
    let name = |at: usize| format!("tenant-{at:06}");
    for at in 0..count {
        made.create_key(&name(at), KeyType::Aes256Gcm96).unwrap();
    }
    drop(made);
    let open = || Keyring::open(Directory::new(place(&folder)), seal()).unwrap();
    say("keys", "open the keyring", count, middle(|| drop(black_box(open()))));
    // Of another key each time, where there are as many.
    let ring = open();
    let mut at = 0;
    let first = middle(|| {
        at += 7919;
        let key = if count < TIMES { open().key(&name(at % count)) } else { ring.key(&name(at % count)) };
        black_box(key.unwrap().encrypt(MESSAGE, Aad::NONE).unwrap());
    });
    if count >= TIMES {
        say("keys", "the first message of a key", count, first);
    }
    say("keys", "rotate one of them", count, middle(|| _ = ring.key(&name(3)).unwrap().rotate().unwrap()));
    // By a process of its own, whose memory holds nothing else.
    let listed = Command::new(std::env::current_exe().unwrap()).arg(LISTING).arg(place(&folder)).output();
    let listed = listed.unwrap();
    assert!(listed.status.success(), "{listed:?}");
    print!("{}", String::from_utf8(listed.stdout).unwrap());
}

fn listing(folder: &Path) -> ExitCode {
    let ring = Keyring::open(Directory::new(folder), seal()).unwrap();
    let before = resident();
    let (taken, names) = once(|| ring.keys().unwrap());
    let count = names.len();
    drop(names);
    say("keys", "list them, the first time", count, taken);
    if let (Some(before), Some(after)) = (before, resident())
        && count >= 10_000
    {
        say("keys", "memory that a listed key takes, bytes", count, (after - before) / count as f64);
    }
    say("keys", "list them again", count, once(|| ring.keys().unwrap()).0);
    ExitCode::SUCCESS
}

fn versions(counts: &[usize]) {
    let folder = folder();
    let ring = Keyring::create(Directory::new(place(&folder)), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let oldest = key.encrypt(MESSAGE, Aad::NONE).unwrap();
    let mut there = 1;
    for &count in counts {
        while there < count {
            key.rotate().unwrap();
            there += 1;
        }
        let decrypt = |text: &str| middle(|| drop(black_box(key.decrypt(text, Aad::NONE).unwrap())));
        let newest = key.encrypt(MESSAGE, Aad::NONE).unwrap();
        say("versions", "decrypt what the newest has made", count, decrypt(&newest));
        say("versions", "decrypt what the oldest has made", count, decrypt(&oldest));
        let begin = || {
            let ring = Keyring::open(Directory::new(place(&folder)), seal()).unwrap();
            black_box(ring.key("cards").unwrap().decrypt(&oldest, Aad::NONE).unwrap());
        };
        say("versions", "open the keyring and decrypt", count, middle(begin));
        // Each makes one more.
        let turns = (count / 20).clamp(1, 20);
        let (taken, ()) = once(|| (0..turns).for_each(|_| _ = key.rotate().unwrap()));
        say("versions", "rotate", count, taken / turns as f64);
        there += turns;
    }
}

fn contexts(counts: &[usize]) {
    let ring = Keyring::in_memory();
    let spec = KeySpec::new(KeyType::Aes256Gcm96).derived(true);
    for &count in counts {
        let key = ring.create_key(&format!("tenants-{count}"), spec.clone()).unwrap();
        let all: Vec<[u8; 8]> = (0..count as u64).map(u64::to_be_bytes).collect();
        let message =
            |context| drop(black_box(key.encrypt_item(&Item::plaintext(&MESSAGE).context(context)).unwrap()));
        all.iter().take(100_000).for_each(message);
        let calls = 100_000;
        // In an order that no cache of the processor foresees.
        let (taken, ()) = once(|| (0..calls).for_each(|at| message(&all[at * 7919 % count])));
        say("contexts", "encrypt under one of them", count, taken / calls as f64);
    }
}

fn batch(counts: &[usize]) {
    let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96).unwrap();
    for &count in counts {
        let items = vec![MESSAGE; count];
        let texts: Vec<String> = encrypted(&key, &items);
        let turns = (100_000 / count).max(1);
        let (taken, ()) = once(|| (0..turns).for_each(|_| drop(black_box(encrypted(&key, &items)))));
        say("messages", "encrypt one of a batch", count, taken / (turns * count) as f64);
        let decrypted = || key.decrypt_batch(texts.iter().map(Item::ciphertext));
        let (taken, ()) = once(|| (0..turns).for_each(|_| drop(black_box(decrypted()))));
        say("messages", "decrypt one of a batch", count, taken / (turns * count) as f64);
    }
}

fn encrypted(key: &Key, items: &[[u8; 64]]) -> Vec<String> {
    key.encrypt_batch(items.iter().map(Item::plaintext)).into_iter().map(Result::unwrap).collect()
}

/// One of them measures, and the others have the keyring open and encrypt a message each millisecond.
fn processes(count: usize) {
    let folder = folder();
    let ring = Keyring::create(Directory::new(place(&folder)), seal()).unwrap();
    let key = ring.create_key("cards", KeyType::Aes256Gcm96).unwrap();
    let others: Vec<Neighbour> = (1..count).map(|_| Neighbour::at(&place(&folder))).collect();
    let texts = middle(|| drop(black_box(key.encrypt(MESSAGE, Aad::NONE).unwrap())));
    say("processes", "encrypt in one of them", count, texts);
    say("processes", "rotate in one of them", count, middle(|| _ = key.rotate().unwrap()));
    let open = || Keyring::open(Directory::new(place(&folder)), seal()).unwrap();
    say("processes", "open one more", count, middle(|| drop(black_box(open()))));
    drop(others);
}

/// It ends when its input does.
struct Neighbour(Child);

impl Neighbour {
    fn at(folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let mut child =
            child.arg(NEIGHBOUR).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // It says when it has begun.
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
        Self(child)
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn neighbour(folder: &Path) -> ExitCode {
    let ring = Keyring::open(Directory::new(folder), seal()).unwrap();
    let key = ring.key("cards").unwrap();
    key.encrypt(MESSAGE, Aad::NONE).unwrap();
    println!("begun");
    std::io::stdout().flush().unwrap();
    let (ended, end) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        drop(ended);
    });
    while end.recv_timeout(PAUSE).is_err_and(|error| error == std::sync::mpsc::RecvTimeoutError::Timeout) {
        drop(black_box(key.encrypt(MESSAGE, Aad::NONE).unwrap()));
    }
    ExitCode::SUCCESS
}
