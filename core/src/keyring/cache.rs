//! Subkeys of contexts that were seen before: bounded, wiped when they fall out, and never waited for.

use crate::context::Context;
use crate::subkey::Subkey;
use crate::version::Version;
use lru::LruCache;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

const SHARDS: usize = 16;
const PER_SHARD: NonZeroUsize = NonZeroUsize::new(128).unwrap();
/// Longer contexts are derived each time, so that the cache stays small.
const MAX_CONTEXT: usize = 1024;

/// A key, by the id that it was created under: a deleted and re-created name has another.
type Name = ([u8; 16], Version, Context);

pub(super) struct Cache {
    shards: Vec<Mutex<LruCache<Name, Arc<Subkey>>>>,
    hasher: RandomState,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::new(LruCache::new(PER_SHARD))).collect(), hasher: RandomState::new() }
    }

    pub(super) fn clear(&self) {
        for shard in &self.shards {
            // A shard that is held belongs to a call under way, or to a thread that a fork left behind; what it holds goes with the keyring.
            if let Ok(mut shard) = shard.try_lock() {
                shard.clear();
            }
        }
    }

    fn shard(&self, name: &Name) -> Option<&Mutex<LruCache<Name, Arc<Subkey>>>> {
        self.shards.get(self.hasher.hash_one(name) as usize % SHARDS)
    }
}

/// The cache, as one key sees it.
pub(super) struct CacheOf<'a> {
    pub(super) cache: &'a Cache,
    pub(super) key_id: &'a [u8; 16],
}

impl CacheOf<'_> {
    pub(super) fn find(&self, version: Version, context: &Context) -> Option<Arc<Subkey>> {
        if context.encoded().len() > MAX_CONTEXT {
            return None;
        }
        let name = (*self.key_id, version, context.clone());
        self.cache.shard(&name)?.try_lock().ok()?.get(&name).cloned()
    }

    pub(super) fn keep(&self, version: Version, context: &Context, subkey: &Arc<Subkey>) {
        if context.encoded().len() > MAX_CONTEXT {
            return;
        }
        let name = (*self.key_id, version, context.clone());
        if let Some(Ok(mut shard)) = self.cache.shard(&name).map(Mutex::try_lock) {
            shard.put(name, subkey.clone());
        }
    }
}
