//! Two handles on one store, and what they should say.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use strongroom::{Clock, Error, Key, Keyring, KeyringBuilder, Seal, SecretArray, Store};
use strongroom_tests::clock::Dates;

use crate::op::{Op, Step};
use crate::state::{KeyModel, Made, Material, Refusals};

pub(crate) const NAMES: [&str; 3] = ["a", "B", "c.c"];
pub(crate) const SEALS: usize = 3;
/// How far behind another process may be, in milliseconds.
const STALENESS: u64 = 60_000;

/// A handle on the keyring, and what it must know.
pub(crate) struct Handle {
    pub(crate) ring: Keyring,
    /// Handles of keys that were asked for before, which follow what becomes of the names.
    pub(crate) keys: HashMap<usize, Key>,
    seal: usize,
    /// Of the states that each name had, the earliest that the handle may still believe in.
    seen: [usize; NAMES.len()],
}

/// All that a deterministic text depends on: the material, and how it is used, the version, the context, the
/// aad and the message.
pub(crate) type Told = (Material, u32, Option<&'static str>, &'static str, Vec<u8>);

pub(crate) struct World<S> {
    store: S,
    time: Arc<Dates>,
    pub(crate) handles: Vec<Handle>,
    /// All states that each name has had; `None` where there was no key.
    pub(crate) states: [Vec<Option<KeyModel>>; NAMES.len()],
    seals: Vec<usize>,
    seal_ids: BTreeMap<usize, String>,
    pub(crate) made: Vec<Made>,
    pub(crate) backups: Vec<(Vec<u8>, KeyModel)>,
    /// How many ciphertexts were made with each version of a key, by its lineage.
    pub(crate) encryptions: HashMap<(u64, u32), u64>,
    /// What deterministic encryption gave.
    pub(crate) deterministic: HashMap<Told, String>,
    pub(crate) exported: HashMap<(bool, Material), Vec<u8>>,
    last_number: u64,
    pub(crate) done: u64,
    /// How often each operation changed a key.
    pub(crate) changes: BTreeMap<String, u64>,
}

pub(crate) fn seal(number: usize) -> Seal {
    let mut key = SecretArray::zeroed();
    key.expose_mut().iter_mut().zip(10 * number as u8 + 1..).for_each(|(k, b)| *k = b);
    Seal::root_key(key)
}

impl<S: Store + Clone + 'static> World<S> {
    pub(crate) fn new(store: S) -> Self {
        let time = Dates::at(1_000_000_000_000);
        let first = builder(&time).create(store.clone(), seal(0)).unwrap();
        let id = first.seals().unwrap()[0].id.clone();
        let mut world = Self {
            store,
            time,
            handles: Vec::new(),
            states: [vec![None], vec![None], vec![None]],
            seals: vec![0],
            seal_ids: BTreeMap::from([(0, id)]),
            made: Vec::new(),
            backups: Vec::new(),
            encryptions: HashMap::new(),
            deterministic: HashMap::new(),
            exported: HashMap::new(),
            last_number: 1000,
            done: 0,
            changes: BTreeMap::new(),
        };
        world.handles.push(Handle { ring: first, keys: HashMap::new(), seal: 0, seen: [0; NAMES.len()] });
        let second = world.opened(0);
        world.handles.push(second);
        world
    }

    pub(crate) fn now(&self) -> u64 {
        self.time.now()
    }

    pub(crate) fn delay(&self) -> u64 {
        (STALENESS + 10_000) * 1_000_000
    }

    /// Until everybody has seen what is there now.
    pub(crate) fn wait(&self) {
        self.time.pass(Duration::from_nanos(self.delay()));
    }

    /// A number that nothing else has.
    pub(crate) fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(crate) fn truth(&self, name: usize) -> Option<&KeyModel> {
        self.states[name].last().and_then(Option::as_ref)
    }

    /// What a handle may believe about a name, the oldest first.
    pub(crate) fn believed(&self, who: usize, name: usize) -> &[Option<KeyModel>] {
        &self.states[name][self.handles[who].seen[name]..]
    }

    /// A handle has changed a key.
    pub(crate) fn changed(&mut self, who: usize, name: usize, mut state: Option<KeyModel>) {
        let now = self.now();
        state.iter_mut().for_each(|key| key.note(now));
        self.states[name].push(state);
        self.handles[who].seen[name] = self.states[name].len() - 1;
    }

    pub(crate) fn change(&mut self, who: usize, name: usize, edit: impl FnOnce(&mut KeyModel)) {
        let mut state = self.truth(name).expect("a key that was changed").clone();
        edit(&mut state);
        self.changed(who, name, Some(state));
    }

    pub(crate) fn refresh(&mut self, who: usize) {
        self.handles[who].ring.refresh().unwrap();
        let latest = [0, 1, 2].map(|name| self.states[name].len() - 1);
        self.handles[who].seen = latest;
    }

    pub(crate) fn step(&mut self, step: &Step) {
        self.time.pass(Duration::from_secs(1));
        self.done += 1;
        // Where a name has stood for two keys since the handle looked, it could be at work with either.
        let lineages = |states: &[Option<KeyModel>]| {
            let mut all: Vec<_> = states.iter().map(|state| state.as_ref().map(|key| key.lineage)).collect();
            all.dedup();
            all.len()
        };
        if step.refresh || lineages(self.believed(step.who, step.name)) > 1 {
            self.refresh(step.who);
        }
        let who = step.who;
        // Every other step on a name that stands for no key makes one, or little would happen.
        let (done, shape) = (self.done as usize, self.done as usize * 7);
        let create = match done / 2 % 4 {
            0 if !self.backups.is_empty() => Op::Restore { backup: done },
            0 | 1 => Op::Import { shape, material: self.done % 4, allow_rotation: done % 16 < 8 },
            _ => Op::Create { shape, deletion_allowed: done % 4 == 1, exportable: done % 8 < 4 },
        };
        let op = if self.truth(step.name).is_none() && self.done % 2 == 1 { &create } else { &step.op };
        match op {
            Op::Refresh => self.refresh(who),
            Op::Wait => self.wait(),
            Op::Reopen { seal } => self.reopen(who, *seal % SEALS),
            Op::Reseal { seals } => self.reseal(who, *seals),
            Op::AddSeal { seal } => self.add_seal(who, *seal % SEALS),
            Op::RemoveSeal { seal } => self.remove_seal(who, *seal % SEALS),
            Op::RewrapSeal { seal } => self.rewrap_seal(who, *seal % SEALS),
            Op::List => self.list(who),
            _ => {
                let before = self.states[step.name].len();
                crate::keys::act(self, who, step.name, op);
                if self.states[step.name].len() > before {
                    let name = format!("{op:?}").split(' ').next().unwrap_or_default().to_owned();
                    *self.changes.entry(name).or_default() += 1;
                }
            }
        }
    }

    fn opened(&self, number: usize) -> Handle {
        let ring = builder(&self.time).open(self.store.clone(), seal(number)).unwrap();
        let seen = [0, 1, 2].map(|name: usize| self.states[name].len() - 1);
        Handle { ring, keys: HashMap::new(), seal: number, seen }
    }

    fn reopen(&mut self, who: usize, wanted: usize) {
        let handle = &self.handles[who];
        handle.ring.close();
        for key in handle.keys.values() {
            assert_eq!(key.hmac(b"").unwrap_err(), Error::Closed);
        }
        assert_eq!(handle.ring.refresh().unwrap_err(), Error::Closed);
        if !self.seals.contains(&wanted) {
            assert_eq!(
                builder(&self.time).open(self.store.clone(), seal(wanted)).unwrap_err(),
                Error::WrongSeal
            );
        }
        let number = if self.seals.contains(&wanted) { wanted } else { self.seals[0] };
        self.handles[who] = self.opened(number);
    }

    fn reseal(&mut self, who: usize, chosen: u8) {
        let chosen: Vec<usize> = (0..SEALS).filter(|seal| chosen >> seal & 1 == 1).collect();
        self.handles[who].ring.reseal(chosen.iter().map(|number| seal(*number))).unwrap();
        self.seals = chosen;
        self.learn_ids(who);
        if !self.seals.contains(&self.handles[who].seal) {
            self.handles[who].seal = self.seals[0];
        }
        // Whoever has none of the new seals reads nothing that is written from now on, and has to be opened
        // anew.
        let other = 1 - who;
        if !self.seals.contains(&self.handles[other].seal) {
            self.reopen(other, self.seals[0]);
        }
    }

    fn add_seal(&mut self, who: usize, number: usize) {
        let added = self.handles[who].ring.add_seal(seal(number));
        if self.seals.contains(&number) {
            assert_eq!(added.unwrap_err(), Error::SealExists);
        } else {
            added.unwrap();
            self.seals.push(number);
            self.learn_ids(who);
        }
    }

    fn rewrap_seal(&mut self, who: usize, number: usize) {
        let rewrapped = self.handles[who].ring.rewrap_seals([seal(number)]);
        if self.seals.contains(&number) {
            rewrapped.unwrap();
        } else {
            assert_eq!(rewrapped.unwrap_err().detail(), Some("seal_without_copy"));
        }
    }

    fn remove_seal(&mut self, who: usize, number: usize) {
        let id = self.seal_ids.get(&number).map_or("0000000000000000", String::as_str);
        let removed = self.handles[who].ring.remove_seal("root-key", id);
        if !self.seals.contains(&number) {
            assert!(matches!(removed.unwrap_err(), Error::SealNotFound { .. }));
        } else if self.seals.len() == 1 {
            assert_eq!(removed.unwrap_err(), Error::LastSeal);
        } else {
            removed.unwrap();
            self.seals.retain(|seal| *seal != number);
            // The other may not have seen the newest root key yet, which its seal now opens no more. Who has
            // it goes on.
            if self.handles[1 - who].seal == number {
                self.reopen(1 - who, self.seals[0]);
            }
        }
    }

    /// The ids are hashes of the keys; a seal is known by the one that came with it.
    fn learn_ids(&mut self, who: usize) {
        let listed: Vec<String> =
            self.handles[who].ring.seals().unwrap().into_iter().map(|seal| seal.id).collect();
        assert_eq!(listed.len(), self.seals.len());
        let unknown: Vec<usize> =
            self.seals.iter().copied().filter(|seal| !self.seal_ids.contains_key(seal)).collect();
        let new = listed
            .iter()
            .filter(|id| !self.seal_ids.values().any(|known| known == *id))
            .cloned()
            .collect::<Vec<_>>();
        assert_eq!(new.len(), unknown.len());
        if let ([seal], [id]) = (unknown.as_slice(), new.as_slice()) {
            self.seal_ids.insert(*seal, id.clone());
        } else if !unknown.is_empty() {
            // Several at once: asked for one by one, of keyrings of their own.
            for seal_number in unknown {
                let alone = Keyring::create(strongroom::Memory::new(), seal(seal_number)).unwrap();
                self.seal_ids.insert(seal_number, alone.seals().unwrap()[0].id.clone());
            }
        }
    }

    fn list(&mut self, who: usize) {
        self.refresh(who);
        let mut listed: Vec<String> =
            self.handles[who].ring.keys().unwrap().iter().map(|name| name.as_str().to_owned()).collect();
        let mut names: Vec<&str> =
            (0..NAMES.len()).filter(|name| self.truth(*name).is_some()).map(|name| NAMES[name]).collect();
        listed.sort();
        names.sort_unstable();
        assert_eq!(listed, names);
    }

    /// No encryption under a random 96-bit nonce is forgotten, whoever did it and whatever became of the key
    /// meanwhile.
    fn count(&self, name: usize) {
        let Some(state) = self.truth(name) else { return };
        let info = self.handles[0].ring.key(NAMES[name]).unwrap().info().unwrap();
        for version in info.versions {
            let made = self.encryptions.get(&(state.lineage, version.version.get())).copied().unwrap_or(0);
            assert!(
                version.uses.is_none_or(|uses| uses >= made),
                "{made} encryptions with version {}, and {:?} are counted",
                version.version,
                version.uses
            );
        }
    }

    /// After all steps: a keyring that is opened anew finds everything in order, and everything that was made
    /// reads as the model says.
    pub(crate) fn end(&mut self) {
        self.reopen(0, 0);
        assert!(self.handles[0].ring.check().unwrap().faults.is_empty());
        self.list(0);
        for name in 0..NAMES.len() {
            self.count(name);
            for made in 0..self.made.len() {
                crate::keys::act(
                    self,
                    0,
                    name,
                    &Op::Read { made, wrong_context: false, wrong_aad: false, wrong_message: false },
                );
            }
        }
        self.handles.iter().for_each(|handle| handle.ring.close());
    }
}

fn builder(time: &Arc<Dates>) -> KeyringBuilder {
    Keyring::builder().clock(time.clone()).max_staleness(Duration::from_millis(STALENESS))
}

/// Holds a result against one prediction.
pub(crate) fn agrees<T>(result: &Result<T, Error>, refusals: &Refusals) -> bool {
    match result {
        Ok(_) => refusals.is_empty(),
        Err(error) => refusals.contains(error.name()),
    }
}

/// Holds a result against the prediction of the state that counts.
pub(crate) fn expect<T>(what: &str, result: &Result<T, Error>, refusals: &Refusals) {
    let got = result.as_ref().err().map(Error::name);
    assert!(agrees(result, refusals), "{what}: {got:?} instead of {refusals:?}");
}
