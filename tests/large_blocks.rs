//! A call on a large message takes one large block of memory, for its result. Two at a time are given back to
//! the operating system by the allocator of glibc after each call, and their pages fault again in the next.

use allocation_counter::measure;
use strongroom::{Aad, Item, Key, KeyType, Keyring};

const LEN: usize = 1 << 20;
/// Everything else that a call allocates, also what it makes on the side up to this length.
const SMALL: u64 = 70_000;

/// Holds all that a call allocates against the blocks that it may take. The first calls of a thread and a key
/// prepare something, and are not counted.
#[track_caller]
fn takes<T>(what: &str, blocks: &[usize], mut call: impl FnMut() -> T) {
    drop(call());
    let used = measure(|| drop(call()));
    let most = blocks.iter().map(|block| *block as u64).sum::<u64>() + SMALL;
    println!("{what}: {} bytes in all, of {most}", used.bytes_total);
    assert!(used.bytes_total <= most, "{what}: {} bytes in all, more than {most}", used.bytes_total);
}

#[test]
fn a_call_takes_one_large_block() {
    let ring = Keyring::in_memory();
    let message = vec![7; LEN];
    for key_type in [
        KeyType::Xaes256Gcm,
        KeyType::Aes256Gcm96,
        KeyType::ChaCha20Poly1305,
        KeyType::XChaCha20Poly1305,
        KeyType::Aes256Siv,
    ] {
        let key: Key = ring.create_key(key_type.name(), key_type).unwrap();
        let text = key.encrypt(&message, Aad::NONE).unwrap();
        let binary = key.encrypt_binary_item(&Item::plaintext(&message)).unwrap();
        let mut out = vec![0; LEN + 200];
        // SIV needs the plaintext twice, so a caller's is copied.
        let copied = if key_type == KeyType::Aes256Siv { LEN } else { 0 };
        let says = |verb: &str| format!("{key_type} {verb}");
        takes(&says("encrypt"), &[text.len(), copied], || key.encrypt(&message, Aad::NONE).unwrap());
        takes(&says("encrypt_binary"), &[binary.len(), copied], || {
            key.encrypt_binary_item(&Item::plaintext(&message)).unwrap()
        });
        takes(&says("encrypt_into"), &[copied], || {
            key.encrypt_into_item(&Item::plaintext(&message), &mut out).unwrap()
        });
        takes(&says("decrypt"), &[LEN], || key.decrypt(&text, Aad::NONE).unwrap());
        takes(&says("decrypt_binary"), &[LEN], || key.decrypt_item(&Item::binary(&binary)).unwrap());
        takes(&says("decrypt_into"), &[], || {
            key.decrypt_into_item(&Item::binary(&binary), &mut out).unwrap()
        });
        takes(&says("rewrap of what is current"), &[text.len()], || key.rewrap(&text, Aad::NONE).unwrap());
        takes(&says("rewrap_binary of what is current"), &[binary.len()], || {
            key.rewrap_binary_item(&Item::binary(&binary)).unwrap()
        });
        key.rotate().unwrap();
        takes(&says("rewrap"), &[LEN, text.len(), copied], || key.rewrap(&text, Aad::NONE).unwrap());
    }
}
