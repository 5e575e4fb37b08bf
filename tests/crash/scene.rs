//! A keyring on a disk, and what was encrypted with it.

use crate::picture::version_of;
use std::sync::Arc;
use strongroom::{Aad, Directory, Error, Keyring, Seal, SecretArray, Version};
use strongroom_tests::clock::Told;
use strongroom_tests::disk::{Disk, Process};

pub(crate) const FOLDER: &str = "/disk/keys";

/// The seals that there may be, each by its first byte.
pub(crate) const SEALS: [u8; 4] = [7, 8, 9, 10];

pub(crate) fn seal(byte: u8) -> Seal {
    Seal::root_key(SecretArray::copy_of(&[byte, 1].repeat(16)).unwrap())
}

/// When a keyring is made that operations are tried on, and when they are tried: long enough afterwards for a
/// trim and a rotation.
pub(crate) const MADE: u64 = 1_000_000_000;
pub(crate) const NOW: u64 = MADE + 2 * 3_600_000;

pub(crate) fn builder(now: u64) -> strongroom::KeyringBuilder {
    Keyring::builder().clock(Told::at(now))
}

pub(crate) fn store(process: &Process) -> Directory {
    Directory::with_files(FOLDER, Arc::new(process.clone()))
}

pub(crate) fn ring_at(process: &Process, byte: u8) -> Result<Keyring, Error> {
    builder(NOW).open(store(process), seal(byte))
}

/// A ciphertext that was returned.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) key: &'static str,
    pub(crate) plaintext: String,
    pub(crate) ciphertext: String,
    /// Which one of its version it was, from 1.
    pub(crate) number_of_version: u64,
}

impl Written {
    pub(crate) fn version(&self) -> Version {
        version_of(&self.ciphertext)
    }
}

/// What operations are tried on.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) disk: Disk,
    pub(crate) written: Vec<Written>,
    /// Of a key that is not in the keyring.
    pub(crate) backup: Arc<Vec<u8>>,
    pub(crate) snapshot: Arc<Vec<u8>>,
}

impl Base {
    /// A copy on another machine.
    pub(crate) fn copy(&self) -> Self {
        Self { disk: self.disk.copy(), ..self.clone() }
    }
}

/// A machine on which a process is about to do something.
pub(crate) struct Scene {
    pub(crate) disk: Disk,
    pub(crate) process: Process,
    pub(crate) ring: Option<Keyring>,
    pub(crate) written: Vec<Written>,
    pub(crate) backup: Arc<Vec<u8>>,
    pub(crate) snapshot: Arc<Vec<u8>>,
}

impl Scene {
    /// The machine of a base, with a process that has the keyring open, if there is one.
    pub(crate) fn open(base: Base, actor: Option<u8>) -> Self {
        let Base { disk, written, backup, snapshot } = base;
        let process = disk.process();
        let ring = actor.map(|byte| ring_at(&process, byte).unwrap());
        Self { disk, process, ring, written, backup, snapshot }
    }

    pub(crate) fn ring(&self) -> &Keyring {
        self.ring.as_ref().unwrap()
    }

    /// Encrypts, and remembers what came of it.
    pub(crate) fn write(&mut self, key: &'static str) -> Result<(), Error> {
        let ring = self.ring().clone();
        write(&ring, key, &mut self.written)
    }
}

pub(crate) fn write(ring: &Keyring, key: &'static str, written: &mut Vec<Written>) -> Result<(), Error> {
    let plaintext = format!("{key} {}", written.len());
    let ciphertext = ring.key(key)?.encrypt(&plaintext, Aad::NONE)?;
    let version = version_of(&ciphertext);
    let before = written.iter().filter(|other| other.key == key && other.version() == version).count();
    written.push(Written { key, plaintext, ciphertext, number_of_version: before as u64 + 1 });
    Ok(())
}

/// Encrypts with every key that can.
pub(crate) fn write_all(ring: &Keyring, written: &mut Vec<Written>, point: &str) {
    for key in crate::operations::ENCRYPTING {
        match write(ring, key, written) {
            Ok(()) | Err(Error::KeyNotFound { .. } | Error::KeyDisabled { .. }) => {}
            Err(error) => panic!("{point}: {key}: {error}"),
        }
    }
}
