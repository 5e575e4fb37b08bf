//! AES key wrap with padding (RFC 5649) under AES-256, of what Transit wraps.

use aes_kw::{KeyInit, KwpAes256};
use zeroize::Zeroizing;

use crate::alg::Rejected;

pub(super) const KEY_LEN: usize = 32;
/// The lengths that Transit's key wrap takes. RFC 5649 would take more.
const PAYLOAD: std::ops::RangeInclusive<usize> = 16..=8192;
/// The blocks of key wrap.
const BLOCK: usize = 8;

/// RFC 5649 section 4.1.
pub(crate) fn wrap(key: &[u8; KEY_LEN], payload: &[u8]) -> Result<Vec<u8>, Rejected> {
    if !PAYLOAD.contains(&payload.len()) {
        return Err(Rejected);
    }
    let mut wrapped = vec![0; payload.len().next_multiple_of(BLOCK) + BLOCK];
    KwpAes256::new(key.into()).wrap_key(payload, &mut wrapped).map_err(|_| Rejected)?;
    Ok(wrapped)
}

/// RFC 5649 section 4.2.
pub(crate) fn unwrap(key: &[u8; KEY_LEN], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let room = wrapped.len().checked_sub(BLOCK).ok_or(Rejected)?;
    if room > PAYLOAD.end().next_multiple_of(BLOCK) {
        return Err(Rejected);
    }
    let mut payload = Zeroizing::new(vec![0; room]);
    let len = KwpAes256::new(key.into()).unwrap_key(wrapped, &mut payload).map_err(|_| Rejected)?.len();
    if !PAYLOAD.contains(&len) {
        return Err(Rejected);
    }
    payload.truncate(len);
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two keys that OpenBao 2.6.2 imported, with the ephemeral keys and the part behind OAEP.
    #[test]
    fn it_is_the_key_wrap_that_the_products_have() {
        for (ephemeral, wrapped, payload) in KEYS {
            let bytes = |text: &str| base64_simd::STANDARD.decode_to_vec(text).unwrap();
            let ephemeral: [u8; KEY_LEN] = bytes(ephemeral).try_into().unwrap();
            assert_eq!(*unwrap(&ephemeral, &bytes(wrapped)).unwrap(), bytes(payload));
            assert_eq!(wrap(&ephemeral, &bytes(payload)).unwrap(), bytes(wrapped));
        }
    }

    #[test]
    fn it_takes_the_lengths_that_transit_takes_and_no_damage() {
        let key = [7; KEY_LEN];
        for len in [16, 17, 23, 24, 63, 64, 65, 8185, 8192] {
            let payload = vec![0x55; len];
            let mut wrapped = wrap(&key, &payload).unwrap();
            assert_eq!(*unwrap(&key, &wrapped).unwrap(), payload);
            for at in [0, 7, 8, wrapped.len() - 1] {
                wrapped[at] ^= 1;
                assert_eq!(unwrap(&key, &wrapped), Err(Rejected), "{len} {at}");
                wrapped[at] ^= 1;
            }
            assert_eq!(unwrap(&[8; KEY_LEN], &wrapped), Err(Rejected));
            for shorter in [0, 1, 8, wrapped.len() - 8, wrapped.len() - 1] {
                assert_eq!(unwrap(&key, &wrapped[..shorter]), Err(Rejected), "{len} {shorter}");
            }
        }
        for len in [0, 1, 15, 8193] {
            assert_eq!(wrap(&key, &vec![0x55; len]), Err(Rejected), "{len}");
            let mut wrapped = vec![0; len.next_multiple_of(BLOCK).max(BLOCK) + BLOCK];
            if KwpAes256::new(&key.into()).wrap_key(&vec![0x55; len], &mut wrapped).is_ok() {
                assert_eq!(unwrap(&key, &wrapped), Err(Rejected), "{len} was wrapped by another");
            }
        }
    }

    const KEYS: [(&str, &str, &str); 2] = [
        (
            "9g7pmh1/SSUgXQPT9Y79bEr8CuBkE21lDGBC3h9QSIg=",
            "XP4WxTMxGfgQ8AsRcPJd5Fdk4WaEBUpS",
            "Aq29YlzP6Y+yE0+faAYeXw==",
        ),
        (
            "6JzIOeOkZA+xZd4CL4aduUb6Ggoh+9XLyyFKAtZLjfU=",
            "mZjWp/dluTwU09o3i3+Yu5DJ9mdyyQKfcfXEe5YtV+a2b50AHBs7btXN+qCwfKy/jhjBWODFT8hTbkMVo2Bw\
             X0axBebAP8gnkUNRy2GJzCwakKHoFg2CvUeyXEcg2R1rpybQlwUov6b7IJrrHtDsl8opuvcRjwY3MrT76rGY\
             O9nAnN4epDZ+3DaU8LO6qsR0B7V6hpZb+O5a5wz8hqg0V6lOnM+yOkEdeNuIe3JOOnq2RCmT+mjE6NhBlHcX\
             1aJ5ksQoZAena1jToLbX4RDuWA==",
            "C0p2bD6fJHHIGndJJ0KqlQAeHhOJJqmou6x3c2Ai+WiZia5GjoqLVpZNVpXBXikoYEOoywjRPqJV+R/gNwKb\
             sr5Rsxq2cDML2WNIqvfQvQuty2nZG5uFo8Q4PWTsvKgEkJZeJ+Zi+cLYHsMvGNgJImddMdSbBQJP1fFCFSRy\
             TVIPI3THgz1962KSnrU+ltQldJQLnQcAtIhYjXVVeWdEzE3RTmHjuRJjmgcXzIj4NPoir3Y8HZtpHjA2Gk2Q\
             7TmC312kiKa5kaA=",
        ),
    ];
}
