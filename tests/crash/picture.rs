//! What a process that has seen nothing before finds on a disk.

use crate::scene::{FOLDER, SEALS, Written, ring_at};
use std::collections::BTreeMap;
use strongroom::{Aad, Error, KeyInfo, Keyring, Version};
use strongroom_tests::disk::Disk;

/// All that can be said about a keyring without a secret.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    pub(crate) keys: BTreeMap<String, KeyInfo>,
    pub(crate) seals: Vec<String>,
    pub(crate) unfinished_reseal: bool,
}

impl Picture {
    /// Of a keyring in which there is no fault, and in which everything that was written opens.
    pub(crate) fn of(ring: &Keyring, written: &[Written], point: &str) -> Self {
        let report = ring.check().unwrap_or_else(|error| panic!("{point}: {error}"));
        assert!(report.faults.is_empty(), "{point}: {:#?}", report.faults);
        let mut keys = BTreeMap::new();
        for name in ring.keys().unwrap_or_else(|error| panic!("{point}: {error}")) {
            let key = ring.key(name.as_str()).unwrap();
            keys.insert(
                name.to_string(),
                key.info().unwrap_or_else(|error| panic!("{point}: {name}: {error}")),
            );
        }
        assert_eq!(report.keys, keys.len(), "{point}");
        let seals = ring.seals().unwrap().into_iter().map(|seal| seal.id).collect();
        let picture = Self { keys, seals, unfinished_reseal: report.unfinished_reseal };
        for written in written {
            picture.check(ring, written, point);
        }
        picture
    }

    fn check(&self, ring: &Keyring, written: &Written, point: &str) {
        // Deleting is the one way in which a ciphertext may be lost; no operation here deletes a key under
        // which something is kept.
        let info = self
            .keys
            .get(written.key)
            .unwrap_or_else(|| panic!("{point}: the key {} of a ciphertext is gone", written.key));
        if let Some(uses) = info.versions[written.version().get() as usize - 1].uses {
            assert!(
                written.number_of_version <= uses,
                "{point}: {} has encrypted {} times and {uses} are counted",
                written.key,
                written.number_of_version
            );
        }
        match ring.key(written.key).unwrap().decrypt(&written.ciphertext, Aad::NONE) {
            Err(Error::KeyDisabled { .. }) if info.disabled => {}
            opened => assert_eq!(
                opened.unwrap_or_else(|error| panic!("{point}: {written:?}: {error}")).expose(),
                written.plaintext.as_bytes(),
                "{point}"
            ),
        }
    }

    /// The picture without the numbers of encryptions.
    pub(crate) fn without_counts(&self) -> Self {
        let mut picture = self.clone();
        picture.keys.values_mut().flat_map(|info| &mut info.versions).for_each(|version| version.uses = None);
        picture
    }

    /// What there is here and not there.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let names = || [self, other].into_iter().flat_map(|picture| picture.keys.keys());
        let mut different: Vec<_> = names()
            .filter(|name| self.keys.get(*name) != other.keys.get(*name))
            .map(|name| format!("{name}: {:?}", self.keys.get(name)))
            .collect();
        if (&self.seals, self.unfinished_reseal) != (&other.seals, other.unfinished_reseal) {
            different.push(format!("seals: {:?}, unfinished: {}", self.seals, self.unfinished_reseal));
        }
        different
    }

    /// Whether each key is as in one or the other.
    pub(crate) fn is_of_parts(&self, old: &Self, new: &Self) -> bool {
        let names = || [self, old, new].into_iter().flat_map(|picture| picture.keys.keys());
        let either = |name| [old, new].iter().any(|picture| picture.keys.get(name) == self.keys.get(name));
        names().all(either) && (self.seals == old.seals || self.seals == new.seals)
    }
}

/// Opens what is there as any seal can, and the ring with it; `None` without a keyring.
pub(crate) fn look(disk: &Disk, written: &[Written], point: &str) -> (Option<Picture>, Option<Keyring>) {
    for seal in SEALS {
        match ring_at(&disk.process(), seal) {
            Err(Error::WrongSeal) => {}
            Err(Error::KeyringNotFound { .. }) => return (None, None),
            // A restore that was cut off: its root document comes last.
            Err(Error::CorruptDocument { document, .. })
                if document == "root.sr" && !disk.files().iter().any(|path| path.ends_with("root.sr")) =>
            {
                return (None, None);
            }
            Err(error) => panic!("{point}: {error}"),
            Ok(ring) => {
                let picture = Picture::of(&ring, written, point);
                let strangers =
                    disk.files().into_iter().filter(|path| path.starts_with(FOLDER)).filter(|path| {
                        let name = path.file_name().unwrap().to_str().unwrap();
                        !(name.ends_with(".sr")
                            || name.ends_with(".sr.tmp") && name.starts_with('.')
                            || name == "epoch"
                            || name == ".lock")
                    });
                assert_eq!(strangers.count(), 0, "{point}");
                return (Some(picture), Some(ring));
            }
        }
    }
    panic!("{point}: no seal opens the keyring");
}

/// The version in a text.
pub(crate) fn version_of(ciphertext: &str) -> Version {
    let number = ciphertext.split(':').nth(1).and_then(|version| version[1..].parse().ok()).unwrap();
    Version::new(number).unwrap()
}
