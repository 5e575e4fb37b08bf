//! A private key of five numbers: the three that the Chinese remainder theorem takes beside them.
//!
//! AWS-LC exports no division in constant time. The three are secret, so they are computed here in a time
//! that depends on lengths alone.

use aws_lc_sys as lc;
use std::hint::black_box;
use std::ptr::{null, null_mut};
use zeroize::Zeroizing;

use crate::Rejected;
use crate::key::LONGEST;
use crate::owned::{Owned, done};

/// The key of n, e, d, p and q, which `RSA_check_key` has accepted.
pub(crate) fn complete(numbers: [&[u8]; 5]) -> Result<Owned<lc::RSA>, Rejected> {
    let [_, _, d, p, q] = numbers;
    if numbers.iter().any(|number| number.len() > LONGEST / 8) {
        return Err(Rejected);
    }
    let [dp, dq] = [p, q].map(|prime| number(&remainder(d, &less_one(prime))));
    let computed = [dp?, dq?, inverse(&remainder(q, p), p)?];
    let [n, e, d, p, q] = numbers.map(number);
    let given = [n?, e?, d?, p?, q?];
    let ([dp, dq, inverse], [n, e, d, p, q]) =
        (computed.each_ref().map(Owned::get), given.each_ref().map(Owned::get));
    // SAFETY: the eight numbers live during the call, which copies them; the key is nobody else's.
    unsafe { Owned::new(lc::RSA_new_private_key(n, e, d, p, q, dp, dq, inverse), lc::RSA_free) }
}

/// A number of AWS-LC's from its bytes.
fn number(bytes: &[u8]) -> Result<Owned<lc::BIGNUM>, Rejected> {
    // SAFETY: it reads these bytes only, and the number that it allocates is nobody else's.
    unsafe { Owned::new(lc::BN_bin2bn(bytes.as_ptr(), bytes.len(), null_mut()), lc::BN_free) }
}

/// One less than an odd number. An even one stays as it is, and is no prime of an odd modulus.
fn less_one(odd: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut even = Zeroizing::new(odd.to_vec());
    even.last_mut().into_iter().for_each(|last| *last &= !1);
    even
}

/// The inverse of a number below a prime, which is its power to the prime less 2 (Fermat). What comes of a
/// number that is no prime is no inverse, as the check of the whole key sees.
fn inverse(of: &[u8], prime: &[u8]) -> Result<Owned<lc::BIGNUM>, Rejected> {
    let (inverse, of, exponent, prime) = (number(&[])?, number(of)?, number(prime)?, number(prime)?);
    // SAFETY: the number lives. Below 2 it becomes negative, and an exponent is taken without its sign.
    done(unsafe { lc::BN_sub_word(exponent.get(), 2) })?;
    // SAFETY: takes nothing; what it gives is nobody else's, and `BN_CTX_free` frees it.
    let scratch = unsafe { Owned::new(lc::BN_CTX_new(), lc::BN_CTX_free) }?;
    let [to, of, exponent, modulus] = [&inverse, &of, &exponent, &prime].map(Owned::get);
    // SAFETY: all of them live. The constants of the modulus, which are not given, are made in constant time.
    done(unsafe { lc::BN_mod_exp_mont_consttime(to, of, exponent, modulus, scratch.get(), null()) })?;
    Ok(inverse)
}

/// The remainder of a division of big-endian numbers, bit by bit: each step doubles it, adds a bit, and takes
/// the modulus off if it is not less, by a mask. The result is one byte longer than the modulus.
fn remainder(number: &[u8], modulus: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut rest = Zeroizing::new(vec![0; modulus.len() + 1]);
    let mut less = rest.clone();
    for bit in number.iter().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1)) {
        let (mut carry, mut borrow) = (bit, false);
        // The longer one has a digit of the modulus below each of its own but the first.
        let digits = modulus.iter().rev().chain([&0]);
        for ((rest, less), digit) in rest.iter_mut().zip(less.iter_mut()).rev().zip(digits) {
            (*rest, carry) = (*rest << 1 | carry, *rest >> 7);
            let (difference, first) = rest.overflowing_sub(*digit);
            let (difference, second) = difference.overflowing_sub(u8::from(borrow));
            (*less, borrow) = (difference, first | second);
        }
        let take = black_box(u8::from(borrow)).wrapping_sub(1);
        rest.iter_mut().zip(less.iter()).for_each(|(rest, less)| *rest ^= take & (*rest ^ less));
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_are_those_of_a_division() {
        for number in (0..=u16::MAX).step_by(7) {
            for modulus in [1_u16, 2, 3, 127, 128, 255, 256, 257, 4095, 32768, 65535] {
                let rest = remainder(&number.to_be_bytes(), &modulus.to_be_bytes());
                assert_eq!(rest[0], 0);
                assert_eq!(rest[1..], (number % modulus).to_be_bytes(), "{number} mod {modulus}");
            }
        }
        assert_eq!(**remainder(&[], &[7]), [0, 0]);
        assert_eq!(**remainder(&[1, 0, 0, 0, 0, 5], &[1, 0]), [0, 0, 5]);
        // No modulus at all: nothing sensible, and no panic.
        assert_eq!(remainder(&[9], &[]).len(), 1);
        assert_eq!(remainder(&[9], &[0]).len(), 2);
    }

    #[test]
    fn inverses_are_those_modulo_a_prime() {
        for of in 1..251_u8 {
            let inverse = inverse(&[of], &[251]).unwrap();
            // SAFETY: the number lives; it is below 251.
            let inverse = unsafe { aws_lc_sys::BN_get_word(inverse.get()) };
            assert_eq!(u64::from(of) * inverse % 251, 1, "{of}");
        }
        assert!(inverse(&[2], &[250]).is_err());
        assert!(inverse(&[251], &[251]).is_err());
        assert!(inverse(&[0], &[1]).is_ok());
        assert!(inverse(&[0], &[0]).is_err());
    }
}
