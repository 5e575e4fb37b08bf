//! What processes said before they were killed, held against what the keyring says afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use strongroom::{Aad, Directory, Error, KeyType, Keyring};
use strongroom_tests::process::{Place, seal};

/// The keyring that processes write to: a key of 96-bit nonces, one of the default type, and one whose
/// versions are destroyed.
pub(crate) fn create(place: &Place) {
    let ring = Keyring::create(Directory::new(place.keys()), seal()).unwrap();
    for (name, key_type) in
        [("cards", KeyType::Aes256Gcm96), ("notes", KeyType::Xaes256Gcm), ("passing", KeyType::Aes256Gcm96)]
    {
        ring.create_key(name, key_type).unwrap();
    }
}

/// Everything that was acknowledged.
#[derive(Default)]
pub(crate) struct Said {
    /// Key and version.
    rotated: BTreeSet<(String, u32)>,
    /// Key and slot, with the last number.
    labels: BTreeMap<(String, String), Label>,
    /// How many processes of each slot were killed.
    killed: BTreeMap<usize, u64>,
    created: BTreeSet<String>,
    deleting: BTreeSet<String>,
    deleted: BTreeSet<String>,
    /// Version and time, of the key `passing`.
    trimmed: Vec<(u32, u64)>,
    encrypted: Vec<Encrypted>,
    verdict: Verdict,
}

/// The last number that was acknowledged, and how many processes of the slot had been killed before the one
/// that did it.
struct Label {
    slot: usize,
    done: u64,
    killed: u64,
}

struct Encrypted {
    key: String,
    ciphertext: String,
    text: String,
    begun: u64,
}

/// How much of what was seen.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) kills: u64,
    pub(crate) rotations: u64,
    pub(crate) labels: u64,
    pub(crate) created: u64,
    pub(crate) deleted: u64,
    pub(crate) trims: u64,
    pub(crate) opened: u64,
    pub(crate) trimmed_away: u64,
    pub(crate) opened_by_others: u64,
    pub(crate) checks: u64,
    pub(crate) resealed: u64,
    pub(crate) restored: u64,
}

impl Verdict {
    pub(crate) fn add(&mut self, other: &Self) {
        let Self {
            kills,
            rotations,
            labels,
            created,
            deleted,
            trims,
            opened,
            trimmed_away,
            opened_by_others,
            checks,
            resealed,
            restored,
        } = other;
        self.kills += kills;
        self.rotations += rotations;
        self.labels += labels;
        self.created += created;
        self.deleted += deleted;
        self.trims += trims;
        self.opened += opened;
        self.trimmed_away += trimmed_away;
        self.opened_by_others += opened_by_others;
        self.checks += checks;
        self.resealed += resealed;
        self.restored += restored;
    }
}

impl Said {
    /// Reads what one process said, the next of its slot.
    pub(crate) fn read(&mut self, slot: usize, lines: Vec<String>) {
        let killed = self.killed.entry(slot).or_default();
        *killed += 1;
        let killed = *killed - 1;
        for line in lines {
            let number = |word: &str| word.parse::<u64>().unwrap();
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["rotated", key, version] => {
                    assert!(
                        self.rotated.insert(((*key).to_owned(), version.parse().unwrap())),
                        "two processes made version {version} of {key}"
                    );
                    self.verdict.rotations += 1;
                }
                ["labelled", key, name, done] => {
                    let label = self.labels.entry(((*key).to_owned(), (*name).to_owned())).or_insert(Label {
                        slot,
                        done: 0,
                        killed: 0,
                    });
                    // The change that a kill interrupted may have been made without being acknowledged.
                    let most = label.done + 1 + (killed - label.killed);
                    assert!(
                        number(done) > label.done && number(done) <= most,
                        "{line} after {}: a change was lost",
                        label.done
                    );
                    *label = Label { slot, done: number(done), killed };
                    self.verdict.labels += 1;
                }
                ["created", name] => _ = self.created.insert((*name).to_owned()),
                ["deleting", name] => _ = self.deleting.insert((*name).to_owned()),
                ["deleted", name] => _ = self.deleted.insert((*name).to_owned()),
                ["trimmed", version, time] => self.trimmed.push((version.parse().unwrap(), number(time))),
                ["encrypted", key, ciphertext, text, begun] => {
                    let [key, ciphertext, text] = [key, ciphertext, text].map(|word| (*word).to_owned());
                    self.encrypted.push(Encrypted { key, ciphertext, text, begun: number(begun) });
                }
                ["opened", count] => self.verdict.opened_by_others += number(count),
                ["checked"] => self.verdict.checks += 1,
                ["resealed"] => self.verdict.resealed += 1,
                ["restored", _] => self.verdict.restored += 1,
                ["done", _] | ["open"] | ["listed" | "snapshot", _] => {}
                _ => panic!("{line}"),
            }
        }
    }

    /// Opens the keyring in `keys` and looks for everything.
    pub(crate) fn hold_against(mut self, keys: &Path, kills: u64) -> Verdict {
        let ring = Keyring::open(Directory::new(keys), seal()).unwrap();
        let report = ring.check().unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        assert!(!report.unfinished_reseal);
        for (key, version) in &self.rotated {
            assert!(
                ring.key(key).unwrap().info().unwrap().latest_version.get() >= *version,
                "version {version} of {key} is gone"
            );
        }
        for ((key, name), Label { slot, done, killed }) in &self.labels {
            let there: u64 = ring.key(key).unwrap().info().unwrap().labels[name].parse().unwrap();
            assert!(
                there >= *done && there <= done + (self.killed[slot] - killed),
                "{name} of {key} is {there} after {done}"
            );
        }
        for name in &self.created {
            match ring.key(name) {
                Ok(_) => assert!(!self.deleted.contains(name), "{name} was deleted and is there"),
                Err(error) => {
                    assert!(
                        matches!(error, Error::KeyNotFound { .. }) && self.deleting.contains(name),
                        "{name}: {error:?}"
                    )
                }
            }
        }
        let names = ring.keys().unwrap();
        assert_eq!(names.len(), report.keys);
        let gone = self.trims(&ring);
        for (key, version, used) in self.uses() {
            let info = ring.key(&key).unwrap().info().unwrap();
            let counted = info.versions[version as usize - 1].uses;
            let counts = key != "notes" && version >= gone;
            assert!(
                !counts || counted >= Some(used),
                "version {version} of {key}: {used} encryptions, and {counted:?} counted"
            );
        }
        self.verdict.kills = kills;
        self.verdict.created = self.created.len() as u64;
        self.verdict.deleted = self.deleted.len() as u64;
        self.verdict.trims = self.trimmed.len() as u64;
        self.open(&ring, gone);
        self.verdict
    }

    /// Below which version `passing` was trimmed.
    fn trims(&self, ring: &Keyring) -> u32 {
        let info = ring.key("passing").unwrap().info().unwrap();
        let acknowledged = self.trimmed.iter().map(|(version, _)| *version).max().unwrap_or(0);
        assert!(info.min_available_version >= acknowledged, "a trim was undone");
        for made in self.encrypted.iter().filter(|made| made.key == "passing") {
            // A rotation counts from when it was begun, which on a busy disk is a little before others can
            // see it.
            let late = self
                .trimmed
                .iter()
                .find(|(version, time)| made.version() < *version && made.begun > *time + 100_000_000);
            assert!(late.is_none(), "{} was made with a version that had been destroyed", made.ciphertext);
        }
        info.min_available_version.max(info.min_decryption_version.get())
    }

    fn uses(&self) -> Vec<(String, u32, u64)> {
        let mut uses = BTreeMap::new();
        for made in &self.encrypted {
            *uses.entry((made.key.clone(), made.version())).or_default() += 1;
        }
        uses.into_iter().map(|((key, version), used)| (key, version, used)).collect()
    }

    /// Every ciphertext opens, but those of `passing` below `gone`.
    fn open(&mut self, ring: &Keyring, gone: u32) {
        for made in &self.encrypted {
            let result = ring.key(&made.key).unwrap().decrypt(&made.ciphertext, Aad::from("aad"));
            if made.key == "passing" && made.version() < gone {
                assert_eq!(result.unwrap_err(), Error::VersionTooOld);
                self.verdict.trimmed_away += 1;
            } else {
                assert_eq!(result.unwrap().expose(), made.text.as_bytes());
                self.verdict.opened += 1;
            }
        }
    }
}

impl Encrypted {
    fn version(&self) -> u32 {
        self.ciphertext.split(':').nth(1).unwrap()[1..].parse().unwrap()
    }
}
