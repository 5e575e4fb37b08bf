//! What a call through C costs above the same call from Rust, in one process and in turns: the minimum of
//! many rounds. With `--json` as lines of JSON for `cargo xtask bench`; with `--quick` of fewer rounds.

use std::ffi::{c_char, c_void};
use std::hint::black_box;
use std::ptr;
use std::time::{Duration, Instant};
use strongroom::{Aad, Item, KeyType, Keyring};
// Linked for its functions, which are called as C calls them.
use strongroom_c as _;

type Call =
    unsafe extern "C" fn(u64, *const c_void, usize, *const c_void, *mut c_void, usize, *mut usize) -> u32;

unsafe extern "C" {
    fn strongroom_keyring_in_memory(keyring: *mut u64) -> u32;
    fn strongroom_keyring_create_key(
        keyring: u64,
        name: *const c_char,
        spec: *const c_void,
        key: *mut u64,
    ) -> u32;
    fn strongroom_key_encrypt(
        key: u64,
        data: *const c_void,
        len: usize,
        options: *const c_void,
        out: *mut c_void,
        capacity: usize,
        len: *mut usize,
    ) -> u32;
    fn strongroom_key_decrypt(
        key: u64,
        data: *const c_void,
        len: usize,
        options: *const c_void,
        out: *mut c_void,
        capacity: usize,
        len: *mut usize,
    ) -> u32;
    fn strongroom_key_encrypt_binary(
        key: u64,
        data: *const c_void,
        len: usize,
        options: *const c_void,
        out: *mut c_void,
        capacity: usize,
        len: *mut usize,
    ) -> u32;
}

const ROUNDS: usize = 400;
const QUICK_ROUNDS: usize = 100;
const CALLS: u32 = 2000;

/// How it was asked for. Cargo adds words of its own.
struct Asked {
    json: bool,
    rounds: usize,
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let has = |word: &str| words.iter().any(|given| given == word);
    let asked = Asked { json: has("--json"), rounds: if has("--quick") { QUICK_ROUNDS } else { ROUNDS } };
    for key_type in [KeyType::Xaes256Gcm, KeyType::Aes256Gcm96] {
        let Ok(key) = Keyring::in_memory().create_key("k", key_type) else { return };
        let c_key = c_key(&format!("{key_type}\0"));
        let (message, mut out) = ([7; 64], [0; 1024]);
        asked.compare(
            key_type,
            "encrypt text",
            || drop(black_box(key.encrypt(black_box(&message), Aad::NONE))),
            || {
                black_box(call(strongroom_key_encrypt, c_key, black_box(&message), &mut out));
            },
        );
        let mut in_rust = [0; 1024];
        asked.compare(
            key_type,
            "encrypt_into",
            || drop(black_box(key.encrypt_into_item(&Item::plaintext(black_box(&message)), &mut in_rust))),
            || {
                black_box(call(strongroom_key_encrypt_binary, c_key, black_box(&message), &mut out));
            },
        );
        let text = key.encrypt(message, Aad::NONE).unwrap_or_default();
        let mut c_text = [0; 1024];
        let len = call(strongroom_key_encrypt, c_key, &message, &mut c_text);
        asked.compare(
            key_type,
            "decrypt text",
            || drop(black_box(key.decrypt(black_box(&text), Aad::NONE))),
            || {
                black_box(call(strongroom_key_decrypt, c_key, black_box(&c_text[..len]), &mut out));
            },
        );
    }
}

/// Calls as a C program does: through a pointer that the compiler does not see through.
#[inline(never)]
fn call(function: Call, key: u64, input: &[u8], out: &mut [u8]) -> usize {
    let mut len = 0;
    // SAFETY: as `strongroom.h` asks for.
    let status = unsafe {
        black_box(function)(
            key,
            input.as_ptr().cast(),
            input.len(),
            ptr::null(),
            out.as_mut_ptr().cast(),
            out.len(),
            &mut len,
        )
    };
    assert_eq!(status, 0);
    len
}

/// A key in a keyring in memory. `type_name` ends with a NUL.
fn c_key(type_name: &str) -> u64 {
    let (mut ring, mut key) = (0, 0);
    // `strongroom_key_spec`, of which only the size and the type are set.
    let spec = [56, type_name.as_ptr() as usize, 0, 0, 0, 0, 0];
    // SAFETY: as `strongroom.h` asks for.
    let made = unsafe {
        strongroom_keyring_in_memory(&mut ring);
        strongroom_keyring_create_key(ring, c"k".as_ptr(), spec.as_ptr().cast(), &mut key)
    };
    assert_eq!(made, 0);
    key
}

impl Asked {
    fn compare(&self, key_type: KeyType, work: &str, mut rust: impl FnMut(), mut c: impl FnMut()) {
        let (mut by_rust, mut by_c) = (f64::MAX, f64::MAX);
        for _ in 0..self.rounds {
            by_rust = by_rust.min(time(&mut rust));
            by_c = by_c.min(time(&mut c));
        }
        if self.json {
            for (who, ns) in [("Rust", by_rust), ("C", by_c)] {
                println!(r#"{{"work":"{work}","size":64,"who":"{who} {key_type}","ns":{ns:.2}}}"#);
            }
            return;
        }
        println!(
            "{:26} 64 B   Rust {by_rust:6.1} ns   C {by_c:6.1} ns   above Rust {:+5.1} ns   ratio {:.3}",
            format!("{key_type} {work}"),
            by_c - by_rust,
            by_c / by_rust
        );
    }
}

/// Nanoseconds of one call.
fn time(call: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    let total: Duration = start.elapsed();
    total.as_secs_f64() * 1e9 / f64::from(CALLS)
}
