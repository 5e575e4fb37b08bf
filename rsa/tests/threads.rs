//! Threads share keys.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::thread::{scope, spawn};

use common::{key, no_errors, refused};
use strongroom_rsa::{Hash, Padding, PrivateKey, PublicKey, Salt};

#[test]
fn threads_work_with_one_key_at_the_same_time() {
    let shared = key("vault-2048-3");
    let public = shared.public().unwrap();
    let plain = Padding::Pkcs1v15 { hash: Some(Hash::Sha384) };
    let pss = Padding::Pss { hash: Hash::Sha384, salt: Salt::Auto };
    let expected = shared.sign(plain, &[1; 48]).unwrap();
    // Another key of the same numbers, with which nothing was done yet.
    let fresh = PrivateKey::from_der(&shared.to_der().unwrap()).unwrap();
    scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(fresh.sign(plain, &[1; 48]).unwrap(), expected);
                    let signature = fresh.sign(pss, &[1; 48]).unwrap();
                    public.verify(pss, &[1; 48], &signature).unwrap();
                    refused(public.verify(pss, &[2; 48], &signature));
                    let ciphertext = public.encrypt_oaep(Hash::Sha256, b"4111").unwrap();
                    let mut out = [0; 256];
                    assert_eq!(fresh.decrypt_oaep(Hash::Sha256, &ciphertext, &mut out), Ok(4));
                    assert_eq!(&out[..4], b"4111");
                    no_errors();
                }
            });
        }
    });
}

#[test]
fn keys_go_from_thread_to_thread() {
    fn goes<T: Send + Sync + 'static>(_: &T) {}
    let key: PrivateKey = key("vault-2048-1");
    let public: PublicKey = spawn(move || key.public().unwrap()).join().unwrap();
    goes(&public);
    assert_eq!(public.bits(), 2048);
}
