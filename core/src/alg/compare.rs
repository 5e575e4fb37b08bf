//! Comparison of secrets.

use zeroize::optimization_barrier;

/// Whether two byte strings are equal, in a time that depends on their lengths only.
///
/// The differences are gathered word by word. All of them have to be in memory at the barrier, so the
/// compiler cannot stop at the first; `entropy/timing` sees that it does not. The crate `subtle` has a
/// barrier for each byte, which takes 32 ns for 32 bytes where this takes one.
#[inline]
pub(crate) fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks(), right.as_chunks());
    let mut differences = 0;
    for (left, right) in left.iter().zip(right) {
        differences |= u128::from_ne_bytes(*left) ^ u128::from_ne_bytes(*right);
    }
    for (left, right) in left_rest.iter().zip(right_rest) {
        differences |= u128::from(left ^ right);
    }
    optimization_barrier(&differences);
    differences == 0
}

#[cfg(test)]
mod tests {
    use super::constant_time_eq;

    #[test]
    fn any_bit_that_differs_is_seen() {
        for len in 0..=64 {
            let original: Vec<u8> = (0..len).map(|i: u8| i.wrapping_mul(37) + 5).collect();
            assert!(constant_time_eq(&original, &original.clone()), "{len}");
            for bit in 0..8 * original.len() {
                let mut other = original.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(!constant_time_eq(&original, &other), "{len}, bit {bit}");
                assert!(!constant_time_eq(&other, &original), "{len}, bit {bit}");
            }
        }
    }

    #[test]
    fn differences_do_not_cancel_out() {
        for len in 2..=64 {
            for (first, second) in (0..len).flat_map(|i| (i + 1..len).map(move |j| (i, j))) {
                let mut other = vec![7; len];
                (other[first], other[second]) = (8, 8);
                assert!(!constant_time_eq(&vec![7; len], &other), "{len}: {first} and {second}");
            }
        }
    }

    #[test]
    fn another_length_is_not_equal() {
        for (left, right) in (0..=33).flat_map(|i| (0..=33).map(move |j| (i, j))) {
            assert_eq!(constant_time_eq(&vec![0; left], &vec![0; right]), left == right, "{left}, {right}");
        }
    }
}
