//! Keys of contexts and columns that were seen before: bounded, wiped when they fall out, without a lock.

use arc_swap::ArcSwapOption;
use foldhash::quality::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const SETS: usize = 512;
const WAYS: usize = 4;
/// Keys of longer contexts are made each time, so that the cache stays small.
pub(super) const MAX_CONTEXT: usize = 1024;

/// A table of sets. A key has its place in the set that its name hashes to, and pushes another out of it when
/// it is full.
pub(super) struct Cache<N, K> {
    sets: Box<[Set<N, K>]>,
    hasher: RandomState,
    /// Which way gives place next.
    victim: AtomicUsize,
}

struct Set<N, K>([Way<N, K>; WAYS]);

struct Way<N, K> {
    /// The hash of what stands here, to look into few ways. It may be behind: the name in the entry decides.
    tag: AtomicU64,
    entry: ArcSwapOption<Entry<N, K>>,
}

struct Entry<N, K> {
    name: N,
    key: K,
}

impl<N, K> Default for Way<N, K> {
    fn default() -> Self {
        Self { tag: AtomicU64::new(0), entry: ArcSwapOption::default() }
    }
}

impl<N, K> Cache<N, K> {
    pub(super) fn new() -> Self {
        Self {
            sets: (0..SETS).map(|_| Set(std::array::from_fn(|_| Way::default()))).collect(),
            hasher: RandomState::default(),
            victim: AtomicUsize::new(0),
        }
    }

    pub(super) fn clear(&self) {
        self.sets
            .iter()
            .flat_map(|set| &set.0)
            .filter(|way| way.entry.load().is_some())
            .for_each(|way| way.entry.store(None));
    }

    fn set(&self, hash: u64) -> Option<&Set<N, K>> {
        self.sets.get(usize::try_from(hash % SETS as u64).ok()?)
    }

    /// Calls with the key of a name, if it is there: one that hashes as `hashed`, and that `is` takes.
    #[inline]
    pub(super) fn find<T>(
        &self,
        hashed: impl Hash,
        is: impl Fn(&N) -> bool,
        call: impl FnOnce(&K) -> T,
    ) -> Option<T> {
        let hash = self.hasher.hash_one(hashed);
        for way in &self.set(hash)?.0 {
            if way.tag.load(Ordering::Relaxed) == hash {
                // A guard instead of a clone of the Arc: two threads would fight over its count.
                let entry = way.entry.load();
                if let Some(entry) = entry.as_deref().filter(|entry| is(&entry.name)) {
                    return Some(call(&entry.key));
                }
            }
        }
        None
    }

    pub(super) fn keep(&self, hashed: impl Hash, name: N, key: K) {
        let hash = self.hasher.hash_one(hashed);
        let Some(Set(ways)) = self.set(hash) else { return };
        let next = || ways.get(self.victim.fetch_add(1, Ordering::Relaxed) % WAYS);
        let Some(way) = ways.iter().find(|way| way.entry.load().is_none()).or_else(next) else { return };
        way.entry.store(Some(Arc::new(Entry { name, key })));
        way.tag.store(hash, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_finds_what_it_still_has() {
        let cache = Cache::new();
        let shared = Arc::new(());
        let names = 0..4 * SETS * WAYS;
        names.clone().for_each(|name| cache.keep(name, name, shared.clone()));
        let is_found = |name: usize| cache.find(name, |known| *known == name, |_| ()).is_some();
        let found = names.clone().filter(|name| is_found(*name)).count();
        assert!((SETS * WAYS / 2..=SETS * WAYS).contains(&found), "{found}");
        assert!(!is_found(names.end));
        let latest = names.end - 1;
        assert!(is_found(latest) && cache.find(latest, |_| false, |_| ()).is_none(), "the name decides");
        cache.clear();
        assert_eq!(Arc::strong_count(&shared), 1);
    }
}
