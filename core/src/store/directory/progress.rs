//! How far writing has come: the file `epoch` of a directory. It is never flushed, and a power cut may leave anything in it: then no process has seen what
//! was in it before, and every name that is left lasts.

/// `u64be epoch ‖ u64be begun ‖ u64be finished`; what is missing is 0.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    epoch: u64,
    begun: u64,
    finished: u64,
}

impl Progress {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let (numbers, _) = bytes.as_chunks();
        let number = |index: usize| numbers.get(index).map_or(0, |bytes| u64::from_be_bytes(*bytes));
        // Half of the numbers, so that none is the highest, which stands for none in many places.
        Self { epoch: number(0) & (u64::MAX >> 1), begun: number(1), finished: number(2) }
    }

    pub(super) fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        let numbers = [self.epoch, self.begun, self.finished];
        bytes.as_chunks_mut().0.iter_mut().zip(numbers).for_each(|(bytes, number)| *bytes = number.to_be_bytes());
        bytes
    }

    /// Differs after each change that others have to see.
    pub(super) fn epoch(self) -> u64 {
        self.epoch
    }

    /// The number of the last write that was begun.
    pub(super) fn begun(self) -> u64 {
        self.begun
    }

    /// A write begins.
    pub(super) fn begin(self, is_for_others: bool) -> Self {
        Self { epoch: self.epoch + u64::from(is_for_others), begun: self.begun.wrapping_add(1), ..self }
    }

    /// The write that was begun last lasts, and with it all before it, since they are flushed together.
    pub(super) fn finish(self) -> Self {
        Self { finished: self.begun, ..self }
    }

    pub(super) fn is_finished(self) -> bool {
        self.begun == self.finished
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_power_cut_leaves_goes_on() {
        for left in [&[][..], &[1, 2, 3], &[0xff; 8], &[0xff; 24], &[0; 23]] {
            let before = Progress::parse(left);
            let begun = Progress::parse(&before.begin(true).to_bytes());
            assert_ne!(begun.epoch(), before.epoch());
            assert!(begun.epoch() < u64::MAX && !begun.is_finished() && begun.finish().is_finished(), "{left:?}");
            assert_eq!(begun.begin(false).epoch(), begun.epoch());
        }
    }
}
