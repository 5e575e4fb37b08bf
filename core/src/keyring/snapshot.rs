//! The whole keyring in one file, and back.

use super::documents::Moment;
use super::roots::Roots;
use super::{Inner, Keyring, KeyringBuilder, roots};
use crate::Error;
use crate::document::snapshot::{self, MAX_SNAPSHOT};
use crate::name::DocName;
use crate::seal::Seal;
use crate::store::directory::files::{Files, LocalFiles};
use crate::store::{Expected, Revision, Sealed, Store};
use crate::verb::Verb;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

impl Keyring {
    /// Writes every document, as they were at one moment and still sealed, into a new file for its owner
    /// only. Others may go on writing meanwhile.
    ///
    /// The file opens with any seal that the keyring has now, also after that seal was removed here. What was
    /// made after the snapshot is not in it: [`restore`](Self::restore) says what that means.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("backup.sr");
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// ring.snapshot(&path)?;
    /// assert!(Keyring::restore(&path, Memory::new(), seal())?.key("cards").is_ok());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::StoreFailed`] if the file exists or cannot be written, or what the store has to say
    pub fn snapshot(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let (path, bytes) = (path.as_ref(), self.snapshot_bytes()?);
        let write = || {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            // The name lasts once the folder that it is in was flushed.
            let folder =
                path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            // A mask may have taken rights from the owner as well.
            #[cfg(unix)]
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            let written = file
                .write_all(&bytes)
                .and_then(|()| file.sync_all())
                .and_then(|()| LocalFiles::default().sync_folder(folder));
            // A file that was there before was not opened, so this one is ours.
            written.inspect_err(|_| drop(std::fs::remove_file(path)))
        };
        write().map_err(|error| Error::StoreFailed {
            reason: format!(
                "cannot write the snapshot {}: {error}; give the name of a new file",
                path.display()
            ),
        })
    }

    /// What [`snapshot`](Self::snapshot) writes.
    ///
    /// ```
    /// use strongroom::{Aad, KeySpec, Keyring, Memory, Seal, SecretArray};
    /// let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// let ciphertext = ring.create_key("cards", KeySpec::default())?.encrypt(b"4111", Aad::NONE)?;
    /// let copy = Keyring::builder().restore_bytes(&ring.snapshot_bytes()?, Memory::new(), seal())?;
    /// assert_eq!(copy.key("cards")?.decrypt(&ciphertext, Aad::NONE)?.expose(), b"4111");
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn snapshot_bytes(&self) -> Result<Vec<u8>, Error> {
        self.0.pass(Verb::Snapshot, None, || {
            let (seen, moment) = (self.0.seen(), self.0.moment()?);
            let documents = &moment.documents;
            if documents.first().is_none_or(|(name, _)| *name != DocName::Root) {
                return Err(Error::KeyringNotFound);
            }
            if let Some(fault) = &moment.fault {
                return Err(fault.clone());
            }
            // A snapshot that does not open is worth nothing, and this is the moment to say so.
            let mut copied = Vec::with_capacity(documents.len());
            for (name, document) in documents {
                match name {
                    // Counts that are lost are lost; the keys are not to be lost with them.
                    DocName::Usage(key) if self.0.is_unreadable_usage(&moment, name, document) => {
                        copied.extend(self.0.unknown_usage(&moment, key, document)?)
                    }
                    _ => {
                        self.0.check(&moment, name, document, seen.get(name))?;
                        copied.push(document.clone());
                    }
                }
            }
            self.0.heed_missing(&moment)?;
            let documents: Vec<_> = copied.iter().map(Sealed::as_bytes).collect();
            snapshot::encode(&documents).map_err(|reason| Error::InvalidOption { reason })
        })
    }

    /// Writes a snapshot into an empty store and opens it. Everything is opened before anything is written.
    ///
    /// A snapshot is an old copy. Versions that were made after it are not in it, so what was encrypted under
    /// them does not open; settings, disabled and deleted keys are as they were; encryptions that were done
    /// since are not counted. Processes that have seen the newer documents refuse the old ones, so restore
    /// into another place than the one that they use. After a restore, rotate.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("backup.sr");
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// ring.snapshot(&path)?;
    /// let copy = Keyring::restore(&path, Memory::new(), seal())?;
    /// copy.key("cards")?.rotate()?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CorruptBackup`], [`Error::CorruptDocument`], [`Error::UnsupportedFormat`],
    /// [`Error::WrongSeal`], [`Error::KeyringExists`] unless the store is empty, or what the store or the
    /// seal has to say
    pub fn restore(path: impl AsRef<Path>, store: impl Store + 'static, seal: Seal) -> Result<Self, Error> {
        Self::builder().restore(path, store, seal)
    }
}

impl KeyringBuilder {
    /// [`Keyring::restore`], where the defaults do not do.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("backup.sr");
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// ring.create_key("cards", KeySpec::default())?;
    /// ring.snapshot(&path)?;
    /// let copy = Keyring::builder().nonces(Nonces::Unbuffered).restore(&path, Memory::new(), seal())?;
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn restore(
        self,
        path: impl AsRef<Path>,
        store: impl Store + 'static,
        seal: Seal,
    ) -> Result<Keyring, Error> {
        let path = path.as_ref();
        let bytes = read(path).map_err(|error| Error::StoreFailed {
            reason: format!("cannot read the snapshot {}: {error}", path.display()),
        })?;
        self.restore_bytes(&bytes, store, seal)
    }

    /// [`Keyring::restore`] of what [`Keyring::snapshot_bytes`] gave.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
    /// let ring = Keyring::create(Memory::new(), seal())?;
    /// let copy = Keyring::builder().restore_bytes(&ring.snapshot_bytes()?, Memory::new(), seal())?;
    /// assert_eq!(copy.id(), ring.id());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    ///
    /// # Errors
    /// As there
    pub fn restore_bytes(
        self,
        snapshot: &[u8],
        store: impl Store + 'static,
        seal: Seal,
    ) -> Result<Keyring, Error> {
        let documents = snapshot::parse(snapshot)?;
        let seal = seal.resolve()?;
        let sealed = |document: &[u8]| Sealed::from_stored(document.to_vec());
        let documents: Vec<_> =
            documents.into_iter().map(|(name, document)| (name, sealed(document))).collect();
        let (_, root) =
            documents.first().ok_or(Error::CorruptBackup { reason: "it holds no root document" })?;
        let (parsed, roots) = roots::open(root.as_bytes(), Revision::of(root.as_bytes()), seal.as_ref())?;
        self.check_pin(&parsed, &roots)?;
        // Until the root document is there, what is written is fenced by its absence.
        let ring = self.build(
            Arc::new(store),
            Some(seal),
            parsed.keyring,
            Roots { revision: None, ..roots.clone() },
        )?;
        let moment = Moment { documents, roots: Arc::new(roots), fault: None };
        for (name, document) in &moment.documents {
            ring.0.check(&moment, name, document, None)?;
        }
        ring.0.heed_missing(&moment)?;
        ring.0.store.create()?;
        if ring.0.store.load_all()?.iter().any(|there| !moment.documents.contains(there)) {
            return Err(Error::KeyringExists);
        }
        // The root document last: until then there is no keyring to open, and a restore that was cut off can
        // be done again.
        for (name, document) in moment.documents.iter().rev() {
            let revision = ring.0.put_new(name, document)?;
            if *name == DocName::Root {
                ring.0.roots.rcu(|roots| Roots { revision: Some(revision), ..Roots::clone(roots) });
            }
        }
        Ok(ring)
    }
}

/// The whole of a file, unless it is larger than any snapshot is.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let too_large =
        || io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1.5 GiB, so it is no snapshot");
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    if len > MAX_SNAPSHOT {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(len).map_err(|_| too_large())?);
    // A pipe has no length, and a file may have grown since.
    if file.take(MAX_SNAPSHOT + 1).read_to_end(&mut bytes)? as u64 > MAX_SNAPSHOT {
        Err(too_large())
    } else {
        Ok(bytes)
    }
}

impl Inner {
    fn put_new(&self, name: &DocName, document: &Sealed) -> Result<Revision, Error> {
        if let Some(revision) = self.put(&self.roots.load(), name, document, Expected::Absent)? {
            return Ok(revision);
        }
        match self.store.load(name)? {
            Some((there, revision)) if there == *document && *name != DocName::Root => Ok(revision),
            _ => Err(Error::KeyringExists),
        }
    }
}
