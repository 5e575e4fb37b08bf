//! PBES2 (RFC 8018 section 6.2) for reading: a key from a passphrase by PBKDF2 or scrypt, and AES in CBC.
//!
//! Written here, since `pkcs5` leaves the key behind and `scrypt` its whole table, of which a few blocks are
//! enough to compute the key.

use aes::cipher::{BlockCipherDecrypt, BlockSizeUser, KeyInit, consts::U16};
use aes::{Aes128Dec, Aes192Dec, Aes256Dec};
use zeroize::Zeroizing;

use super::Rejected;
use super::hash::HashAlgorithm;
use super::mac::HmacKey;

mod scrypt;

const BLOCK: usize = 16;

/// How the key is derived. The caller limits what comes from a file before it gets here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kdf {
    /// PBKDF2 (RFC 8018 section 5.2) with an HMAC.
    Pbkdf2 { hash: HashAlgorithm, iterations: u32 },
    /// scrypt (RFC 7914) with N a power of two.
    Scrypt { log_n: u32, r: usize, p: usize },
}

/// The plaintext of a ciphertext, whose length is a multiple of the block's. Rejected is another length,
/// memory that the system does not give, and a wrong padding, which is all by which a wrong passphrase can be
/// told here.
pub(crate) fn decrypt(
    kdf: Kdf,
    password: &[u8],
    salt: &[u8],
    key_len: usize,
    iv: &[u8; BLOCK],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let mut key = Zeroizing::new(vec![0; key_len]);
    match kdf {
        Kdf::Pbkdf2 { hash, iterations } => pbkdf2(hash, password, salt, iterations, &mut key),
        Kdf::Scrypt { log_n, r, p } => scrypt::scrypt(password, salt, log_n, r, p, &mut key)?,
    }
    match key_len {
        16 => cbc::<Aes128Dec>(&key, iv, ciphertext),
        24 => cbc::<Aes192Dec>(&key, iv, ciphertext),
        32 => cbc::<Aes256Dec>(&key, iv, ciphertext),
        _ => Err(Rejected),
    }
}

/// RFC 8018 section 5.2, for at least one iteration.
fn pbkdf2(hash: HashAlgorithm, password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8]) {
    let prf = HmacKey::new(hash, password);
    for (number, block) in (1u32..).zip(out.chunks_mut(hash.output_len())) {
        let mut u = prf.mac(&[salt, &number.to_be_bytes()]);
        block.iter_mut().zip(u.as_bytes()).for_each(|(byte, u)| *byte = *u);
        for _ in 1..iterations {
            u = prf.mac(&[u.as_bytes()]);
            block.iter_mut().zip(u.as_bytes()).for_each(|(byte, u)| *byte ^= u);
        }
    }
}

/// AES in CBC (SP 800-38A section 6.2), and the padding of RFC 5652 section 6.3 taken off.
fn cbc<C: BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + KeyInit>(
    key: &[u8],
    iv: &[u8; BLOCK],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let cipher = Box::new(C::new_from_slice(key).map_err(|_| Rejected)?);
    let (blocks, rest) = ciphertext.as_chunks::<BLOCK>();
    if !rest.is_empty() {
        return Err(Rejected);
    }
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    let mut before = iv;
    for (block, ciphertext) in plaintext.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
        cipher.decrypt_block(block.into());
        block.iter_mut().zip(before).for_each(|(byte, before)| *byte ^= before);
        before = ciphertext;
    }
    let padding = plaintext.last().copied().ok_or(Rejected)?;
    let len = plaintext.len().checked_sub(padding.into()).ok_or(Rejected)?;
    let is_padding = (1..=16).contains(&padding)
        && plaintext.get(len..).is_some_and(|bytes| bytes.iter().all(|byte| *byte == padding));
    if !is_padding {
        return Err(Rejected);
    }
    plaintext.truncate(len);
    Ok(plaintext)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6070 section 2, RFC 7914 section 11, and of the other hashes what Python's hashlib computes.
    #[test]
    fn pbkdf2_is_that_of_the_rfcs() {
        let long = "passwordPASSWORDpassword";
        for (hash, iterations, password, salt, expected) in [
            (HashAlgorithm::Sha1, 1, "password", &b"salt"[..], "0c60c80f961f0e71f3a9b524af6012062fe037a6"),
            (HashAlgorithm::Sha1, 2, "password", b"salt", "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
            (HashAlgorithm::Sha1, 4096, "password", b"salt", "4b007901b765489abead49d926f721d065a429c1"),
            (
                HashAlgorithm::Sha1,
                4096,
                long,
                b"saltSALTsaltSALTsaltSALTsaltSALTsalt",
                "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
            ),
            (HashAlgorithm::Sha1, 4096, "pass\0word", b"sa\0lt", "56fa6aa75548099dcc37d7f03425e0c3"),
            (
                HashAlgorithm::Sha256,
                1,
                "passwd",
                b"salt",
                "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc\
                 49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
            ),
            (
                HashAlgorithm::Sha224,
                3,
                "password",
                b"salt",
                "947cf079cfc7f2016dcd7ec418840443edaabb90c496f98cabeec4bfb1a5a4aaff68cca92cf05a6d",
            ),
            (
                HashAlgorithm::Sha384,
                3,
                "password",
                b"salt",
                "1bfb451b6087e5d24eeffb57d7284448da95b581d35a1887d9a6e756af559b1fb4798a4529502f87",
            ),
            (
                HashAlgorithm::Sha512,
                3,
                "password",
                b"salt",
                "b6b07cb2cebf4ad84468391a543824fccffe0e0769dbe6bddf10a65673c4b648e612d44918f9ce9a",
            ),
        ] {
            let mut out = vec![0; expected.len() / 2];
            pbkdf2(hash, password.as_bytes(), salt, iterations, &mut out);
            assert_eq!(hex::encode(out), expected, "{hash:?} {iterations} {password:?}");
        }
    }

    #[test]
    fn cbc_takes_its_padding_off_and_no_other() {
        let (key, iv) = ([7; 32], [9; 16]);
        let encrypted = |plaintext: &[u8]| {
            use aes::cipher::BlockCipherEncrypt;
            let cipher = aes::Aes256Enc::new(&key.into());
            let mut before = iv;
            plaintext
                .as_chunks::<16>()
                .0
                .iter()
                .flat_map(|block| {
                    before.iter_mut().zip(block).for_each(|(byte, plain)| *byte ^= plain);
                    cipher.encrypt_block((&mut before).into());
                    before
                })
                .collect::<Vec<u8>>()
        };
        let opened = |plaintext: &[u8]| {
            let plaintext = cbc::<Aes256Dec>(&key, &iv, &encrypted(plaintext));
            plaintext.map(|plaintext| plaintext.to_vec())
        };
        for len in 0..48 {
            let padding = 16 - len % 16;
            let mut padded = vec![0x55; len];
            padded.extend(std::iter::repeat_n(padding as u8, padding));
            assert_eq!(opened(&padded), Ok(vec![0x55; len]));
            for at in len..padded.len() {
                padded[at] ^= 0x20;
                assert_eq!(opened(&padded), Err(Rejected), "{len} {at}");
                padded[at] ^= 0x20;
            }
        }
        assert_eq!(opened(&[0; 16]), Err(Rejected));
        assert_eq!(opened(&[17; 32]), Err(Rejected));
        for len in [0, 1, 15, 17] {
            assert!(cbc::<Aes256Dec>(&key, &iv, &vec![0; len]).is_err(), "{len}");
        }
    }
}
