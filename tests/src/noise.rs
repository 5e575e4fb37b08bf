//! Bytes that look random and are the same each time.

/// `len` bytes; another `seed`, other bytes.
pub fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let step = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..len).map(step).collect()
}

/// Bytes that look random, as an array.
pub fn noise_array<const N: usize>(seed: u64) -> [u8; N] {
    let mut bytes = noise(N, seed).into_iter();
    std::array::from_fn(|_| bytes.next().unwrap_or_default())
}
