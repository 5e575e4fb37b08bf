//! Who may take the next step, where every step is one at a store.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use strongroom::{
    DocName, Epoch, Expected, Fence, Looks, Memory, PutError, Revision, Sealed, Store, StoreError,
};
use strongroom_tests::dice::Dice;

/// How long the others may take to come to their next step before one of those who wait goes on.
const ROUND: Duration = Duration::from_micros(200);
/// Far longer than anything takes that is not stuck.
const STUCK: Duration = Duration::from_secs(120);

/// Chooses among all who are about to do something with their store, one at a time: who is preferred goes on
/// until that changes, which happens now and then, and the others pause, also between having read a document
/// and writing it. (Burckhardt and others 2010, a randomized scheduler with probabilistic guarantees.)
pub struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    dice: Dice,
    /// Who waits, and how much each is preferred.
    waiting: BTreeMap<u64, usize>,
    preferred: Vec<u64>,
    next: u64,
    chosen: Option<u64>,
    working: usize,
    steps: u64,
}

impl Turns {
    /// Turns for so many who each have a [`Paused`] of their own.
    pub fn new(seed: u64, count: usize) -> Arc<Self> {
        let mut dice = Dice::new(seed);
        let preferred = (0..count).map(|_| dice.below(1 << 32)).collect();
        let state = State {
            dice,
            waiting: BTreeMap::new(),
            preferred,
            next: 0,
            chosen: None,
            working: count,
            steps: 0,
        };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    /// Lets one after the other go on until all have come to their end, and says how many steps that took.
    ///
    /// # Panics
    /// If nobody comes to a next step or to an end
    pub fn conduct(&self) -> u64 {
        let mut state = self.state.lock().unwrap();
        let mut begun = Instant::now();
        while state.working > 0 {
            if state.chosen.is_none()
                && (state.waiting.len() >= state.working || begun.elapsed() >= ROUND)
                && !state.waiting.is_empty()
            {
                state.choose();
                self.changed.notify_all();
                begun = Instant::now();
            }
            assert!(begun.elapsed() < STUCK, "nobody goes on, {} have not come to their end", state.working);
            state = self.changed.wait_timeout(state, ROUND).unwrap().0;
        }
        state.steps
    }

    fn wait(&self, who: usize) {
        let mut state = self.state.lock().unwrap();
        // Whoever is left over, a thread that was not waited for.
        if state.working == 0 {
            return;
        }
        let ticket = state.next;
        state.next += 1;
        state.waiting.insert(ticket, who);
        self.changed.notify_all();
        while state.chosen != Some(ticket) && state.working > 0 {
            state = self.changed.wait(state).unwrap();
        }
        state.waiting.remove(&ticket);
        if state.chosen == Some(ticket) {
            state.chosen = None;
        }
        self.changed.notify_all();
    }
}

impl State {
    fn choose(&mut self) {
        if self.dice.below(12) == 0 {
            let who = self.dice.below(self.preferred.len() as u64) as usize;
            self.preferred[who] = self.dice.below(1 << 32);
        }
        self.steps += 1;
        self.chosen = self
            .waiting
            .iter()
            .max_by_key(|(ticket, who)| (self.preferred[**who], u64::MAX - *ticket))
            .map(|(ticket, _)| *ticket);
    }
}

/// Documents in memory, each step with which waits for its turn.
#[derive(Clone)]
pub struct Paused {
    documents: Memory,
    turns: Arc<Turns>,
    who: usize,
}

impl Paused {
    /// One of those who take turns.
    pub fn new(documents: Memory, turns: &Arc<Turns>, who: usize) -> Self {
        Self { documents, turns: turns.clone(), who }
    }

    /// Whoever works with it has come to an end once this is dropped.
    pub fn working(&self) -> Working<'_> {
        Working(&self.turns)
    }
}

/// See [`Paused::working`].
pub struct Working<'a>(&'a Turns);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).working -= 1;
        self.0.changed.notify_all();
    }
}

impl Store for Paused {
    fn load(&self, name: &DocName) -> Result<Option<(Sealed, Revision)>, StoreError> {
        self.turns.wait(self.who);
        self.documents.load(name)
    }

    fn put_if(
        &self,
        name: &DocName,
        document: &Sealed,
        expected: Expected,
        fence: Fence,
    ) -> Result<Revision, PutError> {
        self.turns.wait(self.who);
        self.documents.put_if(name, document, expected, fence)
    }

    fn list(&self, after: Option<&DocName>, limit: usize) -> Result<Vec<DocName>, StoreError> {
        self.turns.wait(self.who);
        self.documents.list(after, limit)
    }

    fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        self.documents.epoch()
    }

    fn looks(&self) -> Looks {
        self.documents.looks()
    }
}
