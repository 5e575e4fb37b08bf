//! However long a file is, it takes two chunks of memory.

use crate::{CHUNK, SEALED, key};
use allocation_counter::{AllocationInfo, measure};
use std::io::{self, Read};
use strongroom::Aad;

const MIB: u64 = 1 << 20;
/// Two chunks, and what little is beside them.
const MOST: u64 = (2 * SEALED + 8_192) as u64;

#[track_caller]
fn takes_little(what: &str, call: impl FnOnce()) {
    let AllocationInfo { bytes_max, bytes_current, .. } = measure(call);
    println!("{what}: at most {bytes_max} bytes, {bytes_current} in the end");
    assert!(bytes_max <= MOST, "{what}: {bytes_max} bytes");
    assert_eq!(bytes_current, 0, "{what}");
}

#[test]
fn a_file_of_any_length_takes_two_chunks() {
    let (_ring, key) = key();
    // What is made once for a key and a thread.
    key.encrypt_writer(Vec::new(), Aad::NONE).unwrap().finish().unwrap();
    for len in [MIB, 40 * MIB] {
        let source = || io::repeat(7).take(len);
        takes_little(&format!("to write {len} bytes"), || {
            let mut writer = key.encrypt_writer(io::sink(), Aad::NONE).unwrap();
            assert_eq!(io::copy(&mut source(), &mut writer).unwrap(), len);
            writer.finish().unwrap();
        });
        let mut writer = key.encrypt_writer(Vec::new(), Aad::NONE).unwrap();
        io::copy(&mut source(), &mut writer).unwrap();
        let file = writer.finish().unwrap();
        takes_little(&format!("to read {len} bytes"), || {
            let mut reader = key.decrypt_reader(&file[..], Aad::NONE).unwrap();
            let (mut out, mut all) = ([0; CHUNK], 0);
            loop {
                match reader.read(&mut out).unwrap() {
                    0 => break,
                    read => all += read as u64,
                }
            }
            assert_eq!(all, len);
        });
        takes_little(&format!("to copy {len} bytes"), || {
            key.rewrap_stream(&file[..], io::sink(), Aad::NONE).unwrap();
        });
    }
}
