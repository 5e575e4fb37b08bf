//! Whatever is changed about a token, it is refused.

use crate::{HOUR, bytes, key, redeemed, text};
use strongroom::{Aad, Error};
use strongroom_tests::dice::Dice;
use strongroom_tests::soak::scaled;

fn is_refusal(found: &Result<Vec<u8>, Error>) -> bool {
    use Error::{DecryptFailed, Malformed, VersionTooNew, VersionTooOld};
    matches!(found, Err(Malformed | DecryptFailed | VersionTooNew | VersionTooOld))
}

#[test]
fn every_character_counts() {
    let (_ring, key) = key();
    let token = key.issue("user-17", HOUR, Aad::from("aad")).unwrap();
    for at in 0..token.len() {
        for byte in (b' '..=b'~').filter(|byte| *byte != token.as_bytes()[at]) {
            let mut changed = token.clone().into_bytes();
            changed[at] = byte;
            let changed = String::from_utf8(changed).unwrap();
            let found = redeemed(&key, &changed, Aad::from("aad"));
            assert!(is_refusal(&found), "{changed}: {found:?}");
            if at < 4 {
                assert_eq!(found, Err(Error::Malformed), "{changed}");
            }
        }
    }
}

#[test]
fn every_bit_counts() {
    let (_ring, key) = key();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    let good = bytes(&token);
    for bit in 0..8 * good.len() {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let found = redeemed(&key, &text("srt_", &bad), Aad::NONE);
        assert!(is_refusal(&found), "bit {bit}: {found:?}");
        if bit >= 40 {
            assert_eq!(found, Err(Error::DecryptFailed), "bit {bit}");
        }
    }
}

#[test]
fn one_that_is_cut_or_longer_is_none() {
    let (_ring, key) = key();
    let token = key.issue("user-17", HOUR, Aad::NONE).unwrap();
    let good = bytes(&token);
    for len in 0..token.len() {
        let found = redeemed(&key, &token[..len], Aad::NONE);
        assert!(is_refusal(&found), "{len}: {found:?}");
    }
    for len in 0..good.len() {
        let expected = if len < 5 + 72 + 16 { Error::Malformed } else { Error::DecryptFailed };
        assert_eq!(redeemed(&key, &text("srt_", &good[..len]), Aad::NONE), Err(expected), "{len}");
    }
    for more in ["A", "AA", "AAA", "AAAA", "=", "==", "\n", " ", "srt_", "é", "\0"] {
        for changed in [format!("{token}{more}"), format!("{more}{token}")] {
            let found = redeemed(&key, &changed, Aad::NONE);
            assert!(is_refusal(&found), "{changed:?}: {found:?}");
        }
    }
}

/// Several changes at once, anywhere, the prefix included.
#[test]
fn no_mutation_is_taken() {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n\x7F";
    let (_ring, key) = key();
    key.rotate().unwrap();
    let (mut dice, mut refused) = (Dice::new(16), 0);
    let tokens = ["", "user-17", &"x".repeat(300)]
        .map(|payload| [Aad::NONE, Aad::from("aad")].map(|aad| key.issue(payload, HOUR, aad).unwrap()));
    let tokens: Vec<&String> = tokens.iter().flatten().collect();
    let rounds = scaled(100_000, 2_000_000);
    while refused < rounds {
        let of = dice.below(tokens.len() as u64) as usize;
        let mut changed = tokens[of].clone().into_bytes();
        for _ in 0..=dice.below(4) {
            let at = dice.below(changed.len() as u64) as usize;
            let letter = LETTERS[dice.below(LETTERS.len() as u64) as usize];
            let other = tokens[dice.below(tokens.len() as u64) as usize].as_bytes();
            match dice.below(7) {
                0 => changed[at] = letter,
                1 => changed.insert(at, letter),
                2 if changed.len() > 1 => _ = changed.remove(at),
                3 => changed.truncate(at.max(1)),
                4 => changed.rotate_left(at),
                // The beginning of one with the end of another.
                5 => {
                    changed.truncate(at.max(1));
                    changed.extend_from_slice(&other[at.min(other.len())..]);
                }
                _ => changed[at] ^= 1 << dice.below(7),
            }
        }
        let Ok(changed) = String::from_utf8(changed) else { continue };
        if tokens.iter().any(|token| **token == changed) {
            continue;
        }
        for aad in [Aad::NONE, Aad::from("aad")] {
            let found = redeemed(&key, &changed, aad);
            assert!(is_refusal(&found), "{changed:?}: {found:?}");
            refused += 1;
        }
    }
}

/// Of any bytes, also where they begin as a token does: no panic, and nothing comes out.
#[test]
fn what_is_no_token_is_refused() {
    let (_ring, key) = key();
    for seed in 0..2000 {
        let mut bytes = strongroom_tests::noise::noise((seed as usize * 37) % 400, 1 + seed);
        let kept = (seed as usize % 6).min(bytes.len());
        bytes[..kept].copy_from_slice(&b"\xFE\0\0\0\x01"[..kept]);
        let found = redeemed(&key, &text("srt_", &bytes), Aad::NONE);
        assert!(is_refusal(&found), "{seed}: {found:?}");
    }
}
