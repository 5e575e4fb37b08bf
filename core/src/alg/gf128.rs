//! Doubling in the field of CMAC's subkeys and of SIV's S2V.

/// Multiplies by `x` in GF(2^128), first bit first (SP 800-38B section 6.1, RFC 5297 section 2.3).
///
/// The reduction is a multiplication by the bit that falls out, not a branch: the blocks doubled here are
/// secret.
#[inline]
pub(super) fn double(block: [u8; 16]) -> [u8; 16] {
    let value = u128::from_be_bytes(block);
    let carry = value >> 127;
    ((value << 1) ^ (carry * 0x87)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::double;

    #[test]
    fn double_reduces_when_the_first_bit_is_set() {
        let mut block = [0; 16];
        block[0] = 0x80;
        let mut expected = [0; 16];
        expected[15] = 0x87;
        assert_eq!(double(block), expected);
    }

    #[test]
    fn double_carries_across_bytes() {
        let mut block = [0; 16];
        block[15] = 0x80;
        let mut expected = [0; 16];
        expected[14] = 1;
        assert_eq!(double(block), expected);
    }
}
