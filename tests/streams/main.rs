//! Files of any size: the vectors of the format and of the construction, every cut and change of a file,
//! sources and sinks that fail, and reading from anywhere, compared with a buffer.

mod admission;
mod edges;
mod memory;
mod seeking;
mod tampering;
mod threads;
mod vectors;

use std::io::{Read, Write};
use strongroom::{Aad, Error, Key, KeySpec, KeyType, Keyring, View};

/// How long chunks are, and how long when they are sealed.
const CHUNK: usize = 16_384;
const SEALED: usize = 16_400;
/// What stands before the chunks.
const HEAD: usize = 64;

/// Bytes of which no two chunks have the same.
fn plaintext(len: usize) -> Vec<u8> {
    (0..len).map(|at| ((131 * at + at / 256) % 256) as u8).collect()
}

fn key() -> (Keyring, Key) {
    let ring = Keyring::in_memory();
    let key = ring.create_key("exports", KeySpec::new(KeyType::Xaes256Gcm)).unwrap();
    (ring, key)
}

fn sealed(key: &View, plaintext: &[u8], aad: Aad<'_>) -> Vec<u8> {
    let mut writer = key.encrypt_writer(Vec::new(), aad).unwrap();
    writer.write_all(plaintext).unwrap();
    writer.finish().unwrap()
}

/// What a reader from the front hands out, and what it says in the end.
fn opened(key: &View, file: &[u8], aad: Aad<'_>) -> (Vec<u8>, Result<(), Error>) {
    let mut out = Vec::new();
    let read = key.decrypt_reader(file, aad).and_then(|mut reader| reader.read_to_end(&mut out));
    (out, read.map(drop).map_err(|error| inside(&error)))
}

/// The library's error inside one of input and output.
fn inside(error: &std::io::Error) -> Error {
    Error::inside(error).unwrap_or_else(|| panic!("not of the library: {error}")).clone()
}
