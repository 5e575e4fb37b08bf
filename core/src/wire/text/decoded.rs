//! The payload of a text, decoded where it will be read and opened.

use crate::wire::base64::Alphabet;
use crate::wire::text::SMALL;
use crate::wire::{MAX_MESSAGE, MAX_OVERHEAD, Malformed, go_base64};
use base64_simd::{AsOut, Base64, STANDARD, URL_SAFE_NO_PAD};

/// A large payload, which ends with the memory.
///
/// One large block is all that a call takes: two of a megabyte are given back to the system after each call
/// by the allocator of glibc, and touching fresh pages then takes as long as all else.
pub(crate) struct Block {
    pub(crate) memory: Vec<u8>,
    pub(crate) at: usize,
}

impl Block {
    pub(crate) fn payload(&self) -> &[u8] {
        self.memory.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn payload_mut(&mut self) -> &mut [u8] {
        self.memory.get_mut(self.at..).unwrap_or_default()
    }
}

/// A payload, on the stack if it is small. It is filled in place, since moving it would cost as much as
/// decoding.
pub(crate) struct Decoded {
    small: [u8; SMALL],
    len: usize,
    /// If there is one, it is this.
    large: Option<Block>,
}

impl Decoded {
    pub(crate) fn nothing() -> Self {
        Self { small: [0; SMALL], len: 0, large: None }
    }

    /// Strictly: no other alphabet, no line breaks, padding as it has to be, spare bits zero.
    pub(crate) fn read(&mut self, base64: &str, alphabet: Alphabet) -> Result<&[u8], Malformed> {
        self.read_into(base64, alphabet, 0)?;
        Ok(self.bytes())
    }

    /// Strictly, and if it is large, into a block of so many bytes, if they are enough.
    pub(crate) fn read_into(
        &mut self,
        base64: &str,
        alphabet: Alphabet,
        room: usize,
    ) -> Result<(), Malformed> {
        let codec: &Base64 = match alphabet {
            Alphabet::Standard => &STANDARD,
            Alphabet::UrlSafe => &URL_SAFE_NO_PAD,
        };
        let base64 = base64.as_bytes();
        if base64.len() > (MAX_MESSAGE + MAX_OVERHEAD).div_ceil(3) * 4 {
            return Err(Malformed);
        }
        let len = codec.decoded_length(base64).map_err(|_| Malformed)?;
        if len <= SMALL {
            codec.decode(base64, self.small.as_mut_slice().as_out()).map_err(|_| Malformed)?;
            self.len = len;
        } else {
            let mut memory = Vec::with_capacity(room.max(len));
            let at = room.saturating_sub(len);
            memory.resize(at, 0);
            codec.decode_append(base64, &mut memory).map_err(|_| Malformed)?;
            self.large = Some(Block { memory, at });
        }
        Ok(())
    }

    /// As Go reads it. What is written strictly, as nearly everything is, is read so.
    pub(crate) fn read_as_go(&mut self, base64: &str, alphabet: Alphabet) -> Result<&[u8], Malformed> {
        if self.read_into(base64, alphabet, 0).is_err() {
            let bytes = go_base64::decode(base64.as_bytes(), alphabet)?;
            if bytes.len() > MAX_MESSAGE + MAX_OVERHEAD {
                return Err(Malformed);
            }
            self.large = Some(Block { memory: bytes.expose().to_vec(), at: 0 });
        }
        Ok(self.bytes())
    }

    /// The payload, to be opened where it is, if it is large.
    pub(crate) fn take_block(&mut self) -> Option<Block> {
        self.large.take()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.large {
            Some(block) => block.payload(),
            None => self.small.get(..self.len).unwrap_or_default(),
        }
    }
}
