//! API keys as text: `prefix ‖ number in 43 digits to the base 62 ‖ check in 6` (`docs/formats.md`, section
//! 18).
//!
//! They are secrets, so nothing here looks into a table or decides by what they hold, but for the one answer
//! in the end.

use super::Malformed;
use super::prefix::is_name;
use crate::secret::SecretBytes;
use zeroize::Zeroizing;

/// 62^43 is the first power above 2^256.
const NUMBER: usize = 43;
/// 62^6 is the first power above 2^32.
const CHECK: usize = 6;

/// The text of a number, given big-endian. The name is what stands in the prefix before its underscore.
pub(crate) fn write(name: &str, number: &[u8; 32]) -> SecretBytes {
    let begin = name.len() + 1;
    let mut text = SecretBytes::zeroed(begin + NUMBER + CHECK);
    let mut limbs = Zeroizing::new([0; 8]);
    limbs
        .iter_mut()
        .zip(number.as_chunks::<4>().0)
        .for_each(|(limb, bytes)| *limb = u32::from_be_bytes(*bytes));
    let bytes = text.expose_mut();
    bytes.iter_mut().zip(name.bytes().chain([b'_'])).for_each(|(byte, begun)| *byte = begun);
    digits(&mut *limbs, bytes.get_mut(begin..begin + NUMBER).unwrap_or_default());
    if let Some((begun, check)) = bytes.split_at_mut_checked(begin + NUMBER) {
        digits(&mut [crc32(begun)], check);
    }
    text
}

/// Whether a text has a prefix as they have, whatever follows.
pub(crate) fn begins_as_one(text: &str) -> bool {
    text.split_once('_').is_some_and(|(name, _)| is_name(name))
}

/// Whether a text is one: nothing about it is mistyped.
pub(crate) fn check(text: &str) -> Result<(), Malformed> {
    let begin = text.len().checked_sub(NUMBER + CHECK).ok_or(Malformed)?;
    let (prefix, rest) = text.as_bytes().split_at_checked(begin).ok_or(Malformed)?;
    let name = prefix.strip_suffix(b"_").and_then(|name| std::str::from_utf8(name).ok());
    if !name.is_some_and(is_name) {
        return Err(Malformed);
    }
    let (number, check) = rest.split_at_checked(NUMBER).ok_or(Malformed)?;
    let mut wrong = 0;
    // 43 digits are less than 2^288.
    let mut limbs = Zeroizing::new([0u32; 9]);
    for letter in number {
        let (digit, stray) = value(*letter);
        wrong |= stray;
        let mut carry = u64::from(digit);
        for limb in limbs.iter_mut().rev() {
            let product = u64::from(*limb) * 62 + carry;
            // The lower half stays here, the upper is carried.
            *limb = (product & 0xFFFF_FFFF) as u32;
            carry = product >> 32;
        }
    }
    wrong |= limbs[0];
    let mut expected = Zeroizing::new([0; CHECK]);
    let begun = text.as_bytes().get(..begin + NUMBER).unwrap_or_default();
    digits(&mut [crc32(begun)], &mut *expected);
    wrong |= expected.iter().zip(check).fold(0, |wrong, (one, other)| wrong | u32::from(one ^ other));
    if wrong == 0 { Ok(()) } else { Err(Malformed) }
}

/// Writes a number, given with its most significant part first, and leaves what does not fit.
fn digits(number: &mut [u32], out: &mut [u8]) {
    for digit in out.iter_mut().rev() {
        let mut rest = 0;
        for limb in number.iter_mut() {
            let dividend = rest << 32 | u64::from(*limb);
            // Below 2^32, since what is left of the part before is below 62. By a constant it is no division
            // but a multiplication, which takes the same time whatever is divided.
            *limb = ((dividend / 62) & 0xFFFF_FFFF) as u32;
            rest = dividend % 62;
        }
        *digit = letter((rest & 63) as u8);
    }
}

/// `0` to `9`, `A` to `Z`, `a` to `z` for 0 to 61.
fn letter(digit: u8) -> u8 {
    let above = |limit: u8| limit.wrapping_sub(digit) >> 7;
    b'0' + digit + 7 * above(9) + 6 * above(35)
}

/// What a letter stands for, and whether it is none: 0 if it is one.
fn value(letter: u8) -> (u8, u32) {
    // The high byte of a difference is that of a borrow.
    let within = |from: u8, to: u8| {
        let letter = u16::from(letter);
        let [borrowed, _] = ((u16::from(from) - 1).wrapping_sub(letter)
            & letter.wrapping_sub(u16::from(to) + 1))
        .to_be_bytes();
        borrowed
    };
    let (decimal, upper, lower) = (within(b'0', b'9'), within(b'A', b'Z'), within(b'a', b'z'));
    let of = |mask: u8, first: u8, value: u8| mask & letter.wrapping_sub(first).wrapping_add(value);
    let digit = of(decimal, b'0', 0) | of(upper, b'A', 10) | of(lower, b'a', 36);
    (digit, u32::from(!(decimal | upper | lower)))
}

/// IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & 0u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, number: &[u8; 32]) -> String {
        String::from_utf8(write(name, number).expose().to_vec()).unwrap()
    }

    #[test]
    fn the_checksum_is_the_one_that_everybody_has() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn every_byte_is_a_digit_or_none() {
        let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for byte in 0..=255 {
            match alphabet.iter().position(|digit| *digit == byte) {
                Some(digit) => {
                    assert_eq!(value(byte), (digit as u8, 0));
                    assert_eq!(letter(digit as u8), byte);
                }
                None => assert_ne!(value(byte).1, 0, "{byte}"),
            }
        }
    }

    #[test]
    fn what_is_written_is_taken_and_nothing_near_it() {
        for number in [[0; 32], [0xFF; 32], [0x5A; 32], [1; 32]] {
            let text = text("acme", &number);
            assert_eq!((text.len(), check(&text)), (54, Ok(())), "{text}");
            for at in 0..text.len() {
                let mut changed = text.clone().into_bytes();
                for byte in (b' '..=b'~').filter(|byte| *byte != text.as_bytes()[at]) {
                    changed[at] = byte;
                    let changed = std::str::from_utf8(&changed).unwrap();
                    assert_eq!(check(changed), Err(Malformed), "{changed}");
                }
                let mut shorter = text.clone();
                shorter.remove(at);
                assert_eq!(check(&shorter), Err(Malformed), "{shorter}");
                if at > 0 && text.as_bytes()[at] != text.as_bytes()[at - 1] {
                    changed = text.clone().into_bytes();
                    changed.swap(at, at - 1);
                    assert_eq!(check(std::str::from_utf8(&changed).unwrap()), Err(Malformed));
                }
            }
        }
    }

    #[test]
    fn a_number_of_33_bytes_is_none() {
        let checked = |number: &str| {
            let mut check = [0; CHECK];
            let begun = format!("acme_{number}");
            digits(&mut [crc32(begun.as_bytes())], &mut check);
            begun + std::str::from_utf8(&check).unwrap()
        };
        let largest = text("acme", &[0xFF; 32]);
        let number = &largest[5..5 + NUMBER];
        assert_eq!(checked(number), largest);
        assert_eq!(check(&checked(number)), Ok(()));
        let next = format!("{}2", &number[..NUMBER - 1]);
        assert!(number.ends_with('1'), "{number}");
        assert_eq!(check(&checked(&next)), Err(Malformed));
        assert_eq!(check(&checked(&"z".repeat(NUMBER))), Err(Malformed));
    }
}
