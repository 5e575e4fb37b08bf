//! `streams [--quick]`: what a stream takes from Rust, beside the bare primitive of the provider on chunks of
//! the same length, and what reading at random takes, as lines of JSON like those of `table`: `size` is that
//! of the plaintext.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot be made ends the run")]

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use strongroom::{KeySpec, Keyring};

/// What a chunk of a stream holds.
const CHUNK: usize = 16 << 10;
const PIECE: usize = 64 << 10;
const READS: usize = 2000;
const OURS: &str = "Strongroom, from Rust";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let size = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => 1 << 30,
        ["--quick"] => 16 << 20,
        _ => {
            eprintln!("usage: streams [--quick]");
            return ExitCode::from(2);
        }
    };
    let key = Keyring::in_memory().create_key("exports", KeySpec::default()).unwrap();
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let path = folder.path().join("stream");

    let plaintext = vec![7; PIECE];
    let begun = Instant::now();
    let mut writer = key.encrypt_writer(File::create(&path).unwrap(), strongroom::Aad::NONE).unwrap();
    for _ in 0..size / PIECE {
        writer.write_all(&plaintext).unwrap();
    }
    writer.finish().unwrap();
    say(OURS, "encrypt", size, begun);

    let begun = Instant::now();
    let mut reader = key.decrypt_reader(File::open(&path).unwrap(), strongroom::Aad::NONE).unwrap();
    assert_eq!(io::copy(&mut reader, &mut io::sink()).unwrap(), size as u64);
    say(OURS, "decrypt", size, begun);

    // Somewhere else each time, and seldom at the beginning of a chunk.
    let mut out = vec![0; PIECE];
    let mut at = 0u64;
    let mut read = || {
        at = (at + 7_654_321) % (size - PIECE) as u64;
        reader.seek(SeekFrom::Start(at)).unwrap();
        reader.read_exact(&mut out).unwrap();
        black_box(&out);
    };
    (0..READS).for_each(|_| read());
    let begun = Instant::now();
    (0..READS).for_each(|_| read());
    let each = begun.elapsed().as_secs_f64() * 1e9 / READS as f64;
    line(OURS, "64 KiB at random", PIECE, each);

    bare(size, &path);
    ExitCode::SUCCESS
}

/// Chunks of the same length, read from the same place and sealed and opened in place: what nothing that
/// authenticates them as a whole can do without.
fn bare(size: usize, path: &Path) {
    let who = "the bare primitive of aws-lc-rs, in chunks of 16 KiB";
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap());
    let nonce = |at: usize| {
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&(at as u64).to_be_bytes());
        Nonce::assume_unique_for_key(nonce)
    };
    let plaintext = vec![7; CHUNK];
    let mut chunk = Vec::with_capacity(CHUNK + 16);
    let begun = Instant::now();
    let mut file = File::create(path).unwrap();
    for at in 0..size / CHUNK {
        chunk.clear();
        chunk.extend_from_slice(&plaintext);
        key.seal_in_place_append_tag(nonce(at), Aad::empty(), &mut chunk).unwrap();
        file.write_all(&chunk).unwrap();
    }
    say(who, "encrypt", size, begun);
    let begun = Instant::now();
    let mut file = File::open(path).unwrap();
    for at in 0..size / CHUNK {
        chunk.resize(CHUNK + 16, 0);
        file.read_exact(&mut chunk).unwrap();
        black_box(key.open_in_place(nonce(at), Aad::empty(), &mut chunk).unwrap());
    }
    say(who, "decrypt", size, begun);
}

fn say(who: &str, work: &str, size: usize, begun: Instant) {
    line(who, work, size, begun.elapsed().as_secs_f64() * 1e9);
}

fn line(who: &str, work: &str, size: usize, ns: f64) {
    println!(r#"{{"work":"{work}","size":{size},"who":"{who}","ns":{ns:.2}}}"#);
}
