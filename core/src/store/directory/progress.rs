//! How far writing has come: the file `epoch` of a directory. It is never flushed, and a power cut may leave
//! anything in it: then no process has seen what was in it before, and every name that is left lasts.
//!
//! Anybody may also remove it, or put an old one back, while processes run that remember what it said. So
//! nothing is counted from the start again: where there is no file that can be read, the next writer begins
//! at random, and numbers are compared for equality only.

use crate::Error;

/// `u64be epoch ‖ u64be begun ‖ u64be finished`; what may follow is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    epoch: u64,
    begun: u64,
    finished: u64,
}

/// 0 and the numbers above stand for no epoch in many places.
const HIGHEST: u64 = u64::MAX >> 1;

impl Progress {
    /// `None` for what no writer has left, so that it says nothing.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let &[epoch, begun, finished, ..] = bytes.as_chunks().0 else { return None };
        let [epoch, begun, finished] = [epoch, begun, finished].map(u64::from_be_bytes);
        (1..=HIGHEST).contains(&epoch).then_some(Self { epoch, begun, finished })
    }

    pub(super) fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        let numbers = [self.epoch, self.begun, self.finished];
        bytes
            .as_chunks_mut()
            .0
            .iter_mut()
            .zip(numbers)
            .for_each(|(bytes, number)| *bytes = number.to_be_bytes());
        bytes
    }

    /// Where nothing is known: numbers that no process has seen, as nobody can have chosen them.
    pub(super) fn start() -> Result<Self, Error> {
        let mut drawn = [0; 16];
        strongroom_entropy::fill(&mut drawn)?;
        let [epoch, begun] =
            [0, 1].map(|at| drawn.as_chunks().0.get(at).map_or(0, |bytes| u64::from_be_bytes(*bytes)));
        Ok(Self { epoch: (epoch & HIGHEST).max(1), begun, finished: begun })
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
        let next = if self.epoch == HIGHEST { 1 } else { self.epoch + 1 };
        Self {
            epoch: if is_for_others { next } else { self.epoch },
            begun: self.begun.wrapping_add(1),
            ..self
        }
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
        let highest = [HIGHEST.to_be_bytes(), [0xff; 8], [0xff; 8]].concat();
        for left in
            [&[][..], &[1, 2, 3], &[0xff; 8], &[0xff; 24], &[0; 24], &[1; 23], &[1; 24], &[1; 32], &highest]
        {
            let read = Progress::parse(left);
            assert_eq!(read.is_some(), left.starts_with(&[1; 24]) || left == highest, "{left:?}");
            let before = read.unwrap_or_else(|| Progress::start().unwrap());
            let begun = Progress::parse(&before.begin(true).to_bytes()).unwrap();
            assert_ne!(begun.epoch(), before.epoch());
            assert!(
                (1..=HIGHEST).contains(&begun.epoch())
                    && !begun.is_finished()
                    && begun.finish().is_finished(),
                "{left:?}"
            );
            assert_eq!(begun.begin(false).epoch(), begun.epoch());
        }
    }

    #[test]
    fn two_beginnings_have_nothing_in_common() {
        let [one, two] = [(); 2].map(|()| Progress::start().unwrap());
        assert!(one.epoch().abs_diff(two.epoch()) > 1 << 20 && one.begun().abs_diff(two.begun()) > 1 << 20);
    }
}
