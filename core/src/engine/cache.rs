//! Subkeys of contexts that were seen before: bounded, wiped when they fall out, without a lock.

use crate::context::Context;
use crate::key::subkeys::Tag;
use crate::subkey::Subkey;
use arc_swap::ArcSwapOption;
use foldhash::quality::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const SETS: usize = 512;
const WAYS: usize = 4;
/// Longer contexts are derived each time, so that the cache stays small.
const MAX_CONTEXT: usize = 1024;

/// A table of sets. A subkey has its place in the set that its name hashes to, and pushes another out of it
/// when it is full.
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
    of: Tag,
    context: Context,
    subkey: Subkey,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self {
            sets: (0..SETS).map(|_| Set::default()).collect(),
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

    fn set(&self, hash: u64) -> Option<&Set> {
        self.sets.get(usize::try_from(hash % SETS as u64).ok()?)
    }

    fn hash(&self, of: &Tag, context: &Context) -> u64 {
        self.hasher.hash_one((of, context))
    }

    /// Calls with the subkey that a version, known by its tag, has under a context, if it is there.
    pub(super) fn find<T>(&self, of: &Tag, context: &Context, call: impl FnOnce(&Subkey) -> T) -> Option<T> {
        let hash = self.hash(of, context);
        for way in &self.set(hash)?.0 {
            if way.tag.load(Ordering::Relaxed) == hash {
                // A guard instead of a clone of the Arc: two threads would fight over its count.
                let entry = way.entry.load();
                if let Some(entry) = entry.as_deref().filter(|e| e.of == *of && e.context == *context) {
                    return Some(call(&entry.subkey));
                }
            }
        }
        None
    }

    pub(super) fn keep(&self, of: &Tag, context: &Context, subkey: &Subkey) {
        if context.encoded().len() > MAX_CONTEXT {
            return;
        }
        let hash = self.hash(of, context);
        let Some(Set(ways)) = self.set(hash) else { return };
        let next = || ways.get(self.victim.fetch_add(1, Ordering::Relaxed) % WAYS);
        let Some(way) = ways.iter().find(|way| way.entry.load().is_none()).or_else(next) else { return };
        let entry = Entry { of: *of, context: context.clone(), subkey: subkey.clone() };
        way.entry.store(Some(Arc::new(entry)));
        way.tag.store(hash, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alg::sign::SignAlgorithm;

    #[test]
    fn it_is_bounded_and_finds_what_it_still_has() {
        let cache = Cache::new();
        let algorithm = SignAlgorithm::Ed25519;
        let subkey = Subkey::signing(algorithm, algorithm.key_of_seed(&[7; 32]).unwrap()).unwrap();
        let Subkey::Signing(shared) = &subkey else { panic!("of another kind") };
        let contexts: Vec<_> =
            (0..4 * SETS * WAYS).map(|i| Context::bytes(i.to_be_bytes()).unwrap()).collect();
        contexts.iter().for_each(|context| cache.keep(&[7; 16], context, &subkey));
        let found = contexts.iter().filter(|context| cache.find(&[7; 16], context, |_| ()).is_some()).count();
        assert!((SETS * WAYS / 2..=SETS * WAYS).contains(&found), "{found}");
        assert!(cache.find(&[8; 16], &contexts[contexts.len() - 1], |_| ()).is_none());
        cache.clear();
        assert_eq!(Arc::strong_count(shared), 1);
    }
}
