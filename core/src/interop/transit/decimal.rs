//! Numbers of hundreds of digits, as Go writes those of curves and of RSA: in wiped memory, in a time that
//! depends on how long they are and on nothing else about them.

use crate::secret::SecretBytes;

/// As many digits as 4,096 bits can have, and some to spare.
const MAX_DIGITS: usize = 1300;

/// The number of decimal digits, big-endian without zeros at the front; `None` for what is no such number.
pub(super) fn read(digits: &[u8]) -> Option<SecretBytes> {
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Ten to the n is below 2 to the 10 n / 3 + 1.
    let mut number = SecretBytes::zeroed(digits.len() * 10 / 24 + 1);
    for digit in digits {
        let mut carried = u16::from(digit - b'0');
        for byte in number.expose_mut().iter_mut().rev() {
            let [high, low] = (u16::from(*byte) * 10 + carried).to_be_bytes();
            (*byte, carried) = (low, high.into());
        }
    }
    let zeros = number.expose().iter().take_while(|byte| **byte == 0).count();
    let len = number.len();
    Some(number.narrowed(zeros..len))
}

/// The decimal digits of a big-endian number.
pub(super) fn write(number: &[u8]) -> SecretBytes {
    let mut rest = SecretBytes::copy_of(number);
    // Each byte is under three digits.
    let mut digits = SecretBytes::zeroed(number.len() * 5 / 2 + 1);
    for digit in digits.expose_mut().iter_mut().rev() {
        let mut carried = 0;
        for byte in rest.expose_mut() {
            let value = carried << 8 | u16::from(*byte);
            // The division is by a constant, which compilers multiply by its inverse.
            let (quotient, remainder) = (value / 10, value % 10);
            *byte = u8::try_from(quotient).unwrap_or(u8::MAX);
            carried = remainder;
        }
        *digit = b'0' + u8::try_from(carried).unwrap_or_default();
    }
    let len = digits.len();
    let zeros = digits.expose().iter().take_while(|digit| **digit == b'0').count().min(len - 1);
    digits.narrowed(zeros..len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_in_both_ways() {
        for (digits, bytes) in [
            ("0", &[][..]),
            ("9", &[9]),
            ("10", &[10]),
            ("255", &[255]),
            ("256", &[1, 0]),
            ("65535", &[255, 255]),
            ("18446744073709551616", &[1, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("340282366920938463463374607431768211455", &[255; 16]),
        ] {
            assert_eq!(read(digits.as_bytes()).unwrap().expose(), bytes, "{digits}");
            assert_eq!(write(bytes).expose(), digits.as_bytes(), "{digits}");
            assert_eq!(write(&[&[0, 0], bytes].concat()).expose(), digits.as_bytes(), "{digits}");
            assert_eq!(read(format!("00{digits}").as_bytes()).unwrap().expose(), bytes, "{digits}");
        }
        let large: Vec<u8> = (1..=255).cycle().take(512).collect();
        assert_eq!(read(write(&large).expose()).unwrap().expose(), large);
        assert_eq!(read(write(&[255; 512]).expose()).unwrap().expose(), [255; 512]);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in ["", "-1", "1.0", "1e3", "+1", " 1", "1 ", "٣", &"1".repeat(MAX_DIGITS + 1)] {
            assert!(read(bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(read("9".repeat(MAX_DIGITS).as_bytes()).is_some());
    }
}
