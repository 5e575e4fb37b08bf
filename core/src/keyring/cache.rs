//! Subkeys of contexts that were seen before: bounded, wiped when they fall out, without a lock.

use crate::context::Context;
use crate::subkey::Subkey;
use crate::version::Version;
use arc_swap::ArcSwapOption;
use foldhash::quality::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const SETS: usize = 512;
const WAYS: usize = 4;
/// Longer contexts are derived each time, so that the cache stays small.
const MAX_CONTEXT: usize = 1024;

/// A table of sets. A subkey has its place in the set that its name hashes to, and pushes another out of it when it is full.
pub(super) struct Cache {
    sets: Box<[Set]>,
    hasher: RandomState,
    /// Which way gives place next.
    victim: AtomicUsize,
}

#[derive(Default)]
struct Set([Way; WAYS]);

#[derive(Default)]
struct Way {
    /// The hash of what stands here, to look into few ways. It may be behind: the name in the entry decides.
    tag: AtomicU64,
    entry: ArcSwapOption<Entry>,
}

struct Entry {
    key_id: [u8; 16],
    version: Version,
    context: Context,
    subkey: Arc<Subkey>,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self { sets: (0..SETS).map(|_| Set::default()).collect(), hasher: RandomState::default(), victim: AtomicUsize::new(0) }
    }

    pub(super) fn clear(&self) {
        self.sets.iter().flat_map(|set| &set.0).filter(|way| way.entry.load().is_some()).for_each(|way| way.entry.store(None));
    }

    fn set(&self, hash: u64) -> Option<&Set> {
        self.sets.get(hash as usize % SETS)
    }
}

/// The cache, as one key sees it. The key goes by the id that it was created under: a deleted and re-created name has another.
pub(super) struct CacheOf<'a> {
    pub(super) cache: &'a Cache,
    pub(super) key_id: &'a [u8; 16],
}

impl CacheOf<'_> {
    fn hash(&self, version: Version, context: &Context) -> u64 {
        self.cache.hasher.hash_one((self.key_id, version, context))
    }

    /// Calls with the subkey, if it is there.
    pub(super) fn find<T>(&self, version: Version, context: &Context, call: impl FnOnce(&Subkey) -> T) -> Option<T> {
        let hash = self.hash(version, context);
        for way in &self.cache.set(hash)?.0 {
            if way.tag.load(Ordering::Relaxed) == hash {
                // A guard instead of a clone of the Arc: two threads would fight over its count.
                let entry = way.entry.load();
                if let Some(entry) = entry.as_deref().filter(|e| e.key_id == *self.key_id && e.version == version && e.context == *context) {
                    return Some(call(&entry.subkey));
                }
            }
        }
        None
    }

    pub(super) fn keep(&self, version: Version, context: &Context, subkey: &Arc<Subkey>) {
        if context.encoded().len() > MAX_CONTEXT {
            return;
        }
        let hash = self.hash(version, context);
        let Some(Set(ways)) = self.cache.set(hash) else { return };
        let next = || ways.get(self.cache.victim.fetch_add(1, Ordering::Relaxed) % WAYS);
        let Some(way) = ways.iter().find(|way| way.entry.load().is_none()).or_else(next) else { return };
        let entry = Entry { key_id: *self.key_id, version, context: context.clone(), subkey: subkey.clone() };
        way.entry.store(Some(Arc::new(entry)));
        way.tag.store(hash, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_finds_what_it_still_has() {
        let cache = Cache::new();
        let of = CacheOf { cache: &cache, key_id: &[7; 16] };
        let subkey = Arc::new(Subkey::signing(&[7; 32]).unwrap());
        let contexts: Vec<_> = (0..4 * SETS * WAYS).map(|i| Context::bytes(i.to_be_bytes()).unwrap()).collect();
        contexts.iter().for_each(|context| of.keep(Version::FIRST, context, &subkey));
        let found = contexts.iter().filter(|context| of.find(Version::FIRST, context, |_| ()).is_some()).count();
        assert!((SETS * WAYS / 2..=SETS * WAYS).contains(&found), "{found}");
        assert!(of.find(Version::new(2).unwrap(), &contexts[contexts.len() - 1], |_| ()).is_none());
        assert!(CacheOf { cache: &cache, key_id: &[8; 16] }.find(Version::FIRST, &contexts[contexts.len() - 1], |_| ()).is_none());
        cache.clear();
        assert_eq!(Arc::strong_count(&subkey), 1);
    }
}
