//! Uses of a version that a batch took at once, to spend one for each item.

use crate::key::uses::{Taken, Uses, generation};
use crate::version::Version;
use std::cell::Cell;
use std::sync::Arc;

/// What is left of them, which is given back when this is dropped. So the count in the store is never below
/// what was encrypted, and an item that fails has cost nothing.
#[derive(Default)]
pub(crate) struct Purse {
    /// How many items are still to come, with the one that is worked on.
    ahead: Cell<usize>,
    uses: Cell<Option<Arc<Uses>>>,
    version: Cell<Option<Version>>,
    generation: Cell<u32>,
    left: Cell<u32>,
    waited: Cell<bool>,
}

impl Purse {
    pub(crate) fn expect(&self, ahead: usize) {
        self.ahead.set(ahead);
    }

    /// Spends one that was taken before. Those of another process are not this one's: it may have been forked
    /// since.
    #[inline]
    pub(crate) fn pay(&self, version: Version) -> bool {
        let pays = self.left.get() > 0
            && self.version.get() == Some(version)
            && self.generation.get() == generation();
        if pays {
            self.left.set(self.left.get() - 1);
        }
        pays
    }

    /// There were none, and the store was waited for.
    pub(crate) fn has_waited(&self) {
        self.waited.set(true);
    }

    /// Whether the key may have changed long ago, since the store was waited for: what is known of it is too
    /// old for further items.
    pub(crate) fn is_late(&self) -> bool {
        self.waited.get()
    }

    /// Takes some more, and spends one of them.
    #[cold]
    pub(crate) fn fill(&self, version: Version, uses: &Arc<Uses>) -> Taken {
        self.give_back();
        let taking = uses.take_many(self.ahead.get());
        if taking.number == 0 {
            return Taken::None;
        }
        self.uses.set(Some(uses.clone()));
        self.version.set(Some(version));
        self.generation.set(taking.generation);
        self.left.set(taking.number - 1);
        if taking.of_few { Taken::OneOfFew } else { Taken::One }
    }

    fn give_back(&self) {
        if let Some(uses) = self.uses.take() {
            uses.give_back(self.generation.get(), self.left.replace(0));
        }
    }
}

impl Drop for Purse {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_spent_comes_back() {
        let uses = Arc::new(Uses::default());
        uses.add(100);
        let (one, two) = (Version::FIRST, Version::new(2).unwrap());
        let purse = Purse::default();
        purse.expect(10);
        assert!(!purse.pay(one), "nothing is in it yet");
        assert_eq!(purse.fill(one, &uses), Taken::One);
        assert!(purse.pay(one) && !purse.pay(two));
        let other = Arc::new(Uses::default());
        assert_eq!(purse.fill(two, &other), Taken::None);
        assert_eq!(uses.drain(), 98, "two were spent, and another version gives the rest back");
        uses.add(20);
        assert_eq!(purse.fill(one, &uses), Taken::One);
        drop(purse);
        assert_eq!(uses.drain(), 19);
    }

    /// A child has a copy of what its parent took, and must neither spend it nor give it back.
    #[test]
    fn what_a_parent_took_is_nothing() {
        let uses = Arc::new(Uses::default());
        uses.add(100);
        let purse = Purse::default();
        purse.expect(10);
        assert_eq!(purse.fill(Version::FIRST, &uses), Taken::One);
        purse.generation.set(purse.generation.get().wrapping_sub(1));
        assert!(!purse.pay(Version::FIRST));
        drop(purse);
        assert_eq!(uses.drain(), 90);
    }
}
