//! Memory that grows without leaving a copy of what it held.

use strongroom::SecretBytes;
use zeroize::Zeroizing;

#[derive(Default)]
pub(crate) struct Wiped(Zeroizing<Vec<u8>>);

impl Wiped {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            // The old memory is wiped when it is dropped, which growing in place does not do.
            let mut larger = Vec::with_capacity(needed.max(2 * self.0.capacity()).max(256));
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn into_secret(mut self) -> SecretBytes {
        SecretBytes::new(std::mem::take(&mut *self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_there() {
        let mut wiped = Wiped::default();
        for round in 0..100u8 {
            wiped.push(&[round; 7]);
        }
        assert_eq!(wiped.len(), 700);
        let all: Vec<u8> = (0..100u8).flat_map(|round| [round; 7]).collect();
        assert_eq!(wiped.into_secret().expose(), all);
    }
}
