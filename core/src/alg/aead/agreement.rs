//! Two providers, one answer.

use super::provider::Cipher;
use super::{AeadAlgorithm, Opening, rustcrypto};

/// SplitMix64: the same numbers each time.
fn number(state: &mut u64, end: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as usize % end
}

fn bytes(state: &mut u64, len: usize) -> Vec<u8> {
    (0..len).map(|_| number(state, 256) as u8).collect()
}

#[test]
fn both_providers_say_the_same() {
    let mut state = 13;
    let s = &mut state;
    let mut refused = 0;
    for case in 0..10_000 {
        let algorithm = [
            AeadAlgorithm::Aes128Gcm,
            AeadAlgorithm::Aes256Gcm,
            AeadAlgorithm::ChaCha20Poly1305,
            AeadAlgorithm::XChaCha20Poly1305,
        ][case % 4];
        let (key, nonce) = (bytes(s, algorithm.key_len()), bytes(s, algorithm.nonce_len()));
        let most = if case % 100 == 0 { 20_000 } else { 600 };
        let (message, aad) = (number(s, most), number(s, 70));
        let (message, aad) = (bytes(s, message), bytes(s, aad));
        let (fast, portable) =
            (Cipher::new(algorithm, &key).unwrap(), rustcrypto::Cipher::new(algorithm, &key).unwrap());
        assert!(!matches!(fast, Cipher::Portable(_)), "it is compared with itself");
        let (mut ours, mut theirs) = (vec![1; message.len()], vec![2; message.len()]);
        let tag = fast.seal(&nonce, &aad, &message, &mut ours).unwrap();
        assert_eq!(tag, portable.seal(&nonce, &aad, &message, &mut theirs).unwrap(), "{algorithm:?} {case}");
        assert_eq!(ours, theirs, "{algorithm:?} {case}");
        // One bit of all that is told, or none.
        let (mut nonce, mut aad, mut sealed, mut tag) = (nonce, aad, ours, tag);
        let changes = case % 3 == 0;
        if changes {
            let parts = [&mut nonce[..], &mut aad, &mut sealed, &mut tag];
            let mut parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let part = number(s, parts.len());
            let at = number(s, parts[part].len());
            parts[part][at] ^= 1 << number(s, 8);
            refused += 1;
        }
        let before = sealed.clone();
        let mut out = [vec![0; message.len()], vec![0; message.len()]];
        let [one, other] = &mut out;
        let opened = [
            fast.open(&nonce, &aad, Opening::Into(&sealed, one), &tag),
            portable.open(&nonce, &aad, Opening::Into(&sealed, other), &tag),
            fast.open(&nonce, &aad, Opening::Check(&mut sealed), &tag),
        ];
        assert!(opened.iter().all(|opened| opened.is_ok() != changes), "{algorithm:?} {case} {opened:?}");
        if !changes {
            assert_eq!(out, [message.clone(), message]);
            assert_eq!(sealed, before, "it was to be checked only");
        }
    }
    assert!(refused > 3000);
}
