//! What somebody who knows how writes by hand, with nothing of the library: a key, random nonces out of a
//! pool for each thread, one buffer, base64 with SIMD, and a version that is always the first. No rotation,
//! no limit to how often a key is used, no forks, nothing wiped.

use crate::rounds::Measure;
use std::hint::black_box;
use std::rc::Rc;

const PREFIX: &str = "v1:";
const NONCE: usize = 12;
const TAG: usize = 16;

mod nonces {
    use super::NONCE;
    use std::cell::RefCell;

    const POOL: usize = 340 * NONCE;

    thread_local! {
        static LEFT: RefCell<(usize, [u8; POOL])> = const { RefCell::new((POOL, [0; POOL])) };
    }

    pub(crate) fn next() -> [u8; NONCE] {
        LEFT.with_borrow_mut(|(taken, pool)| {
            if *taken == POOL {
                getrandom::fill(pool).unwrap();
                *taken = 0;
            }
            let nonce = pool[*taken..*taken + NONCE].try_into().unwrap();
            *taken += NONCE;
            nonce
        })
    }
}

/// Two crates with one interface.
macro_rules! by {
    ($module:ident, $provider:ident) => {
        pub(crate) mod $module {
            use super::{NONCE, PREFIX, TAG, nonces};
            use $provider::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

            pub(crate) struct Program(LessSafeKey);

            impl Program {
                pub(crate) fn new() -> Self {
                    let mut key = [0; 32];
                    getrandom::fill(&mut key).unwrap();
                    Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap()))
                }

                pub(crate) fn encrypt(&self, message: &[u8]) -> String {
                    let nonce = nonces::next();
                    let mut sealed = Vec::with_capacity(NONCE + message.len() + TAG);
                    sealed.extend_from_slice(&nonce);
                    sealed.extend_from_slice(message);
                    let nonce = Nonce::assume_unique_for_key(nonce);
                    let made = self.0.seal_in_place_separate_tag(nonce, Aad::empty(), &mut sealed[NONCE..]);
                    sealed.extend_from_slice(made.unwrap().as_ref());
                    let base64 = base64_simd::STANDARD;
                    let mut text = String::with_capacity(PREFIX.len() + base64.encoded_length(sealed.len()));
                    text.push_str(PREFIX);
                    base64.encode_append(&sealed, &mut text);
                    text
                }

                pub(crate) fn decrypt(&self, text: &str) -> Option<Vec<u8>> {
                    let mut sealed = base64_simd::STANDARD.decode_to_vec(text.strip_prefix(PREFIX)?).ok()?;
                    let nonce = Nonce::try_assume_unique_for_key(sealed.get(..NONCE)?).ok()?;
                    let len = self.0.open_within(nonce, Aad::empty(), &mut sealed, NONCE..).ok()?.len();
                    sealed.truncate(len);
                    Some(sealed)
                }
            }
        }
    };
}

by!(with_ring, ring);
by!(with_aws_lc, aws_lc_rs);

pub(crate) fn add(measures: &mut Vec<Measure>, sizes: &[usize]) {
    let (ring, aws_lc) = (Rc::new(with_ring::Program::new()), Rc::new(with_aws_lc::Program::new()));
    for &size in sizes {
        let (encrypts, decrypts) = (Rc::clone(&ring), Rc::clone(&ring));
        let pair =
            (move |message: &[u8]| encrypts.encrypt(message), move |text: &str| decrypts.decrypt(text));
        push(measures, size, "by hand, ring", pair);
        let (encrypts, decrypts) = (Rc::clone(&aws_lc), Rc::clone(&aws_lc));
        let pair =
            (move |message: &[u8]| encrypts.encrypt(message), move |text: &str| decrypts.decrypt(text));
        push(measures, size, "by hand, aws-lc-rs", pair);
    }
}

fn push<E, D>(measures: &mut Vec<Measure>, size: usize, who: &str, (encrypt, decrypt): (E, D))
where
    E: Fn(&[u8]) -> String + 'static,
    D: Fn(&str) -> Option<Vec<u8>> + 'static,
{
    let message = vec![1; size];
    let text = encrypt(&message);
    assert!(decrypt(&text).as_ref() == Some(&message), "{who} does not open what it made");
    measures
        .push(Measure::of("encrypt text", size, who, move || drop(black_box(encrypt(black_box(&message))))));
    measures.push(Measure::of("decrypt text", size, who, move || drop(black_box(decrypt(black_box(&text))))));
}
