//! What comes out looks random: enough to notice bytes that were wiped, skipped or never filled, and no more.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use rand_core::{Rng, TryRng};
use strongroom_entropy::{Error, Generator, fill, generate, nonce, nonce_unbuffered};

/// Every bit of every position is set about half of the time, and every value of a byte turns up about as
/// often. The bounds are ten standard deviations and more away.
fn assert_looks_random<const N: usize>(mut draw: impl FnMut() -> Result<[u8; N], Error>) {
    const DRAWS: usize = 50_000;
    let mut values = [0_usize; 256];
    let mut bits = vec![[0_usize; 8]; N];
    for _ in 0..DRAWS {
        for (position, byte) in draw().unwrap().into_iter().enumerate() {
            values[usize::from(byte)] += 1;
            for (bit, count) in bits[position].iter_mut().enumerate() {
                *count += usize::from(byte >> bit & 1);
            }
        }
    }
    let expected = DRAWS * N / 256;
    for (value, count) in values.into_iter().enumerate() {
        assert!(
            count.abs_diff(expected) < expected / 4,
            "byte {value} came {count} times, not about {expected}"
        );
    }
    for (position, counts) in bits.into_iter().enumerate() {
        for count in counts {
            assert!(
                count.abs_diff(DRAWS / 2) < DRAWS / 40,
                "a bit at {position} was set {count} times of {DRAWS}"
            );
        }
    }
}

#[test]
fn nonces_look_random() {
    assert_looks_random(nonce::<12>);
    assert_looks_random(nonce::<24>);
    // Sizes that do not divide the pool, and the longest.
    assert_looks_random(nonce::<13>);
    assert_looks_random(nonce::<64>);
}

#[test]
fn unbuffered_nonces_look_random() {
    assert_looks_random(nonce_unbuffered::<12>);
}

#[test]
fn keys_look_random() {
    assert_looks_random(|| {
        let mut key = [0; 32];
        fill(&mut key).map(|()| key)
    });
}

#[test]
fn generators_look_random() {
    assert_looks_random(|| Generator.try_next_u32().map(u32::to_ne_bytes));
    assert_looks_random(|| Generator.try_next_u64().map(u64::to_ne_bytes));
    assert_looks_random(|| {
        let mut bytes = [0; 13];
        Generator.try_fill_bytes(&mut bytes).map(|()| bytes)
    });
    assert_looks_random(|| generate(|lent| lent.next_u32().to_ne_bytes()));
    assert_looks_random(|| generate(|lent| lent.next_u64().to_ne_bytes()));
    assert_looks_random(|| {
        generate(|lent| {
            let mut bytes = [0; 13];
            lent.fill_bytes(&mut bytes);
            bytes
        })
    });
}

#[test]
fn no_block_stays_zero() {
    for size in [1000, 4096, 100_000] {
        let mut bytes = vec![0; size];
        fill(&mut bytes).unwrap();
        assert!(bytes.windows(16).all(|block| block != [0; 16]));
    }
    for _ in 0..10_000 {
        assert!(nonce::<64>().unwrap().windows(8).all(|block| block != [0; 8]));
    }
}

#[test]
fn nothing_is_also_a_size() {
    assert_eq!(nonce::<0>().unwrap(), []);
    assert_eq!(nonce_unbuffered::<0>().unwrap(), []);
    fill(&mut []).unwrap();
}
