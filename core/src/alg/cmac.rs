//! CMAC (SP 800-38B, RFC 4493), with its subkeys made once for a key.

use aes::cipher::consts::U16;
use aes::cipher::{
    Array, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, Key, KeyInit,
};
use aes::{Aes128Enc, Aes256Enc};
use zeroize::{Zeroize, Zeroizing};

use super::Rejected;
use super::gf128::double;

pub(super) type Block = [u8; 16];

/// A key of AES-128 or AES-256, ready to MAC.
pub(crate) struct CmacKey(Size);

enum Size {
    Aes128(Cmac<Aes128Enc>),
    Aes256(Cmac<Aes256Enc>),
}

impl CmacKey {
    /// Rejected is a key of another length than 16 or 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Result<Self, Rejected> {
        if let Ok(key) = key.try_into() {
            return Ok(Self(Size::Aes128(Cmac::new(key))));
        }
        key.try_into().map(|key| Self(Size::Aes256(Cmac::new(key)))).map_err(|_| Rejected)
    }

    /// The tag of a message.
    pub(super) fn of(&self, message: &[u8]) -> Zeroizing<Block> {
        match &self.0 {
            Size::Aes128(key) => key.of(message),
            Size::Aes256(key) => key.of(message),
        }
    }
}

/// A key with its schedule and both subkeys computed.
pub(super) struct Cmac<C> {
    cipher: Box<C>,
    /// K1, added to a last block that is full (SP 800-38B section 6.1).
    full: Zeroizing<Block>,
    /// K2, added to one that was padded.
    padded: Zeroizing<Block>,
}

impl<C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> Cmac<C> {
    pub(super) fn new(key: &Key<C>) -> Self
    where
        C: KeyInit,
    {
        let cipher = Box::new(C::new(key));
        let mut block = Array([0; 16]);
        cipher.encrypt_block(&mut block);
        let full = Zeroizing::new(double(block.0));
        block.zeroize();
        let padded = Zeroizing::new(double(*full));
        Self { cipher, full, padded }
    }

    /// The tag of a message.
    pub(super) fn of(&self, message: &[u8]) -> Zeroizing<Block> {
        let (blocks, rest) = message.as_chunks();
        match blocks.split_last() {
            Some((last, blocks)) if rest.is_empty() => self.of_parts(blocks, last),
            _ => self.of_parts(blocks, rest),
        }
    }

    /// The tag of `blocks ‖ tail`. The tail has at most 32 bytes, and is empty only if all is.
    pub(super) fn of_parts(&self, blocks: &[Block], tail: &[u8]) -> Zeroizing<Block> {
        let (before, last) = match tail.split_first_chunk() {
            Some((block, rest)) if !rest.is_empty() => (std::slice::from_ref(block), rest),
            _ => (&[][..], tail),
        };
        let mut end = Zeroizing::new([0; 16]);
        for (byte, last) in end.iter_mut().zip(last) {
            *byte = *last;
        }
        *end = match end.get_mut(last.len()) {
            Some(first) => {
                *first = 0x80;
                xor(*end, *self.padded)
            }
            None => xor(*end, *self.full),
        };
        let mut state = Zeroizing::new([0; 16]);
        let parts = [blocks, before, std::slice::from_ref(&*end)];
        self.cipher.encrypt_with_backend(Chain { parts, state: &mut state });
        state
    }
}

/// From block to block without leaving the cipher, which asks the processor what it can only once.
struct Chain<'a> {
    parts: [&'a [Block]; 3],
    state: &'a mut Block,
}

impl BlockSizeUser for Chain<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Chain<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let mut state = Array(*self.state);
        for block in self.parts.into_iter().flatten() {
            state.0 = xor(state.0, *block);
            backend.encrypt_block((&mut state).into());
        }
        *self.state = state.0;
        state.zeroize();
    }
}

#[inline]
pub(super) fn xor(left: Block, right: Block) -> Block {
    (u128::from_ne_bytes(left) ^ u128::from_ne_bytes(right)).to_ne_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4493 section 4: the subkeys and the four examples.
    #[test]
    fn the_examples_of_the_rfc() {
        let bytes = |text: &str| hex::decode(text.replace(' ', "")).unwrap();
        let key = bytes("2b7e1516 28aed2a6 abf71588 09cf4f3c");
        let cmac = Cmac::<Aes128Enc>::new(key.as_slice().try_into().unwrap());
        assert_eq!(cmac.full[..], bytes("fbeed618 35713366 7c85e08f 7236a8de"));
        assert_eq!(cmac.padded[..], bytes("f7ddac30 6ae266cc f90bc11e e46d513b"));
        let message = bytes(
            "6bc1bee2 2e409f96 e93d7e11 7393172a ae2d8a57 1e03ac9c 9eb76fac 45af8e51 \
             30c81c46 a35ce411 e5fbc119 1a0a52ef f69f2445 df4f9b17 ad2b417b e66c3710",
        );
        for (len, tag) in [
            (0, "bb1d6929 e9593728 7fa37d12 9b756746"),
            (16, "070a16b4 6b4d4144 f79bdd9d d04a287c"),
            (40, "dfa66747 de9ae630 30ca3261 1497c827"),
            (64, "51f0bebf 7e3b9d92 fc497417 79363cfe"),
        ] {
            assert_eq!(cmac.of(&message[..len])[..], bytes(tag), "{len}");
        }
    }

    #[test]
    fn it_does_not_matter_where_the_tail_begins() {
        let cmac = Cmac::<Aes256Enc>::new(&[7; 32].into());
        let message: Vec<u8> = (0..100).collect();
        for len in 1..=message.len() {
            let message = &message[..len];
            for blocks in 0..=len / 16 {
                let (head, tail) = message.split_at(16 * blocks);
                if (1..=32).contains(&tail.len()) {
                    assert_eq!(cmac.of_parts(head.as_chunks().0, tail), cmac.of(message), "{len} {blocks}");
                }
            }
        }
    }
}
