//! Where the library is the slower one, or a way of its own is the slower way, with the reason: only the
//! lines in which that was measured are shown.

use super::figures::{At, Figures, Program};
use super::number;
use super::tables::Table;

struct Line {
    what: &'static str,
    slow: At<'static>,
    beside: &'static str,
    fast: At<'static>,
    why: &'static str,
}

const GCM: &str = "Strongroom aes256-gcm96";
const XAES: &str = "Strongroom xaes256-gcm";
const SIV: &str = "Strongroom aes256-siv";
const CHACHA: &str = "Strongroom chacha20-poly1305";
const MIB: u64 = 1 << 20;

const fn at(program: Program, work: &'static str, size: u64, who: &'static str) -> At<'static> {
    At { program, work, size, who }
}

macro_rules! lines {
    ($($what:literal $slow:expr, $beside:literal $fast:expr, $why:literal;)*) => {
        &[$(Line { what: $what, slow: $slow, beside: $beside, fast: $fast, why: $why },)*]
    };
}

use Program::{AwsLc, Fresh, Node, Python, RustCrypto};

#[rustfmt::skip]
const LINES: &[Line] = lines! {
    "64 B into a buffer" at(AwsLc, "encrypt_into", 64, GCM),
    "the bare primitive" at(AwsLc, "seal in place", 64, "aws-lc-rs AES-256-GCM"),
    "each call asks whether the keyring is open and what it knows is fresh, leases a use and draws a nonce";
    "1 MiB into a buffer" at(AwsLc, "encrypt_into", MIB, GCM),
    "the bare primitive" at(AwsLc, "seal in place", MIB, "aws-lc-rs AES-256-GCM"),
    "the primitive works in place; here twice as much memory goes through the caches";
    "64 B, encrypt to text" at(AwsLc, "encrypt text", 64, GCM),
    "by hand with ring" at(AwsLc, "encrypt text", 64, "by hand, ring"),
    "what each call asks, leases and draws; base64 and the allocation are on both sides";
    "64 B, decrypt from text" at(AwsLc, "decrypt text", 64, GCM),
    "by hand with ring" at(AwsLc, "decrypt text", 64, "by hand, ring"),
    "what each call asks; the version is looked up, and the plaintext is wiped when it is freed";
    "1 MiB, encrypt to text" at(AwsLc, "encrypt text", MIB, GCM),
    "into a buffer" at(AwsLc, "encrypt_into", MIB, GCM),
    "base64, and memory for the text";
    "1 MiB, decrypt from text" at(AwsLc, "decrypt text", MIB, GCM),
    "out of a buffer" at(AwsLc, "decrypt_into", MIB, GCM),
    "base64 is read into memory of ours, and the plaintext is wiped when it is freed";
    "1 MiB, encrypt to text, pages fresh" at(Fresh, "encrypt text", MIB, GCM),
    "pages kept" at(AwsLc, "encrypt text", MIB, GCM),
    "page faults: glibc gives large blocks back to the system until a program has freed one of that size";
    "1 MiB, decrypt from text, pages fresh" at(Fresh, "decrypt text", MIB, GCM),
    "pages kept" at(AwsLc, "decrypt text", MIB, GCM),
    "page faults";
    "64 B, `xaes256-gcm` to text" at(AwsLc, "encrypt text", 64, XAES),
    "`aes256-gcm96`" at(AwsLc, "encrypt text", 64, GCM),
    "a key for each message, and HMAC-SHA-256 that commits to it";
    "64 B, a context that is new" at(AwsLc, "context new", 64, GCM),
    "one that was seen" at(AwsLc, "context seen", 64, GCM),
    "the subkey is derived, its key schedule prepared, and it takes a place in the cache";
    "64 B of a batch of 10,000" at(AwsLc, "encrypt batch", 64, GCM),
    "one call each" at(AwsLc, "encrypt text", 64, GCM),
    "all results are kept at once: memory that is in no cache, and page faults";
    "64 B, rewrap to the newest version" at(AwsLc, "rewrap old", 64, GCM),
    "encrypt" at(AwsLc, "encrypt text", 64, GCM),
    "it decrypts as well";
    "64 B, rewrap of what is current" at(AwsLc, "rewrap current", 64, GCM),
    "decrypt" at(AwsLc, "decrypt text", 64, GCM),
    "what it gives back unchanged it has authenticated, and AWS-LC has no way to ask for the tag \
     alone: it opens and seals";
    "64 B, sign with `ed25519`" at(AwsLc, "signature", 64, "Strongroom ed25519"),
    "aws-lc-rs" at(AwsLc, "signature", 64, "aws-lc-rs ed25519"),
    "it is RustCrypto's in every build, which multiplies without assembler";
    "1 MiB, `aes256-siv` into a buffer" at(AwsLc, "encrypt_into", MIB, SIV),
    "`aes256-gcm96`" at(AwsLc, "encrypt_into", MIB, GCM),
    "CMAC is serial: each block waits for the one before";
    "64 B, `chacha20-poly1305` by RustCrypto" at(RustCrypto, "encrypt text", 64, CHACHA),
    "by AWS-LC" at(AwsLc, "encrypt text", 64, CHACHA),
    "the AVX2 part of `poly1305` 0.9 calls functions where instructions are meant";
    "1 MiB, `aes256-gcm96` by RustCrypto" at(RustCrypto, "encrypt_into", MIB, GCM),
    "by AWS-LC" at(AwsLc, "encrypt_into", MIB, GCM),
    "RustCrypto multiplies 128 bits at a time in GHASH, after it has encrypted; AWS-LC up to 512, and meanwhile";
    "64 B, encrypt to text, from Python" at(Python, "encrypt text", 64, GCM),
    "from Rust" at(AwsLc, "encrypt text", 64, GCM),
    "the call, its arguments, and the `str`";
    "64 B, encrypt to text, from Node" at(Node, "encrypt text", 64, GCM),
    "from Rust" at(AwsLc, "encrypt text", 64, GCM),
    "Node-API: every value is read and made by a call of its own";
    "64 B, decrypt from text, from Node" at(Node, "decrypt text", 64, GCM),
    "from Rust" at(AwsLc, "decrypt text", 64, GCM),
    "memory outside of V8's heap for the plaintext, and a `Buffer` over it";
    "64 KiB, encrypt to binary, from Python" at(Python, "encrypt binary", 64 << 10, GCM),
    "pyca AESGCM" at(Python, "encrypt binary", 64 << 10, "pyca AESGCM"),
    "the `bytes` are new each time, and written from another buffer";
    "64 KiB, decrypt from binary, from Python" at(Python, "decrypt binary", 64 << 10, GCM),
    "pyca AESGCM" at(Python, "decrypt binary", 64 << 10, "pyca AESGCM"),
    "the ciphertext is copied to where its plaintext goes before it is authenticated";
    "1 MiB, encrypt to binary, from Python" at(Python, "encrypt binary", MIB, GCM),
    "pyca AESGCM" at(Python, "encrypt binary", MIB, "pyca AESGCM"),
    "the `bytes` are new each time, and written from another buffer";
    "1 MiB, decrypt from binary, from Python" at(Python, "decrypt binary", MIB, GCM),
    "pyca AESGCM" at(Python, "decrypt binary", MIB, "pyca AESGCM"),
    "the ciphertext is copied to where its plaintext goes before it is authenticated";
    "1 MiB, encrypt to text, from Python" at(Python, "encrypt text", MIB, GCM),
    "binary" at(Python, "encrypt binary", MIB, GCM),
    "base64, and a text of 1.4 MB that is copied into a `str`";
    "1 MiB, encrypt to binary, from Node" at(Node, "encrypt binary", MIB, GCM),
    "node:crypto" at(Node, "encrypt binary", MIB, "node:crypto"),
    "the message is made in memory of ours, and copied into the `Buffer`";
    "1 MiB, decrypt from binary, from Node" at(Node, "decrypt binary", MIB, GCM),
    "node:crypto" at(Node, "decrypt binary", MIB, "node:crypto"),
    "the plaintext is in memory that is wiped, and copied into the `Buffer`";
    "1 MiB, encrypt to text, from Node" at(Node, "encrypt text", MIB, GCM),
    "node:crypto and base64" at(Node, "encrypt text", MIB, "node:crypto and base64"),
    "page faults of a text of 1.4 MB";
    "1 MiB, decrypt from text, from Node" at(Node, "decrypt text", MIB, GCM),
    "node:crypto and base64" at(Node, "decrypt text", MIB, "node:crypto and base64"),
    "the string is read as UTF-8 first, and the plaintext copied into the `Buffer`";
};

/// From here on it is slower, and not only measured so.
const SLOWER: f64 = 1.03;

pub(super) fn table(figures: &Figures) -> String {
    let heads = ["what", "takes", "beside", "takes", "×", "why"].map(str::to_owned);
    let mut table = Table::new(figures, &heads);
    for Line { what, slow, beside, fast, why } in LINES {
        let (Some(slow_ns), Some(fast_ns)) = (figures.ns(*slow), figures.ns(*fast)) else { continue };
        if slow_ns / fast_ns < SLOWER {
            continue;
        }
        let times = [table.time(*slow), table.time(*fast)];
        let [slow, fast] = times;
        let (beside, why) = (Some((*beside).to_owned()), Some((*why).to_owned()));
        table.row(what, &[slow, beside, fast, Some(number::ratio(slow_ns / fast_ns)), why]);
    }
    table.end()
}
