//! The whole keyring in one file, and back.

use super::Engine;
use super::config::Config;
use super::documents::Moment;
use super::roots::Roots;
use crate::Error;
use crate::document::snapshot::{self, MAX_SNAPSHOT};
use crate::error::Reason;
use crate::name::DocName;
use crate::seal::Seal;
use crate::store::directory::files::{Files, LocalFiles};
use crate::store::{Expected, Revision, Sealed, Store};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Writes a snapshot into a new file for its owner only.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let write = || {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        // The name lasts once the folder that it is in was flushed.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A mask may have taken rights from the owner as well.
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let written = file
            .write_all(bytes)
            .and_then(|()| file.sync_all())
            .and_then(|()| LocalFiles::default().sync_folder(folder));
        // A file that was there before was not opened, so this one is ours.
        written.inspect_err(|_| drop(std::fs::remove_file(path)))
    };
    write().map_err(|error| {
        let place = path.display();
        let sentence = format!("cannot write the snapshot {place}: {error}; give the name of a new file");
        Error::StoreFailed { reason: Reason::from(sentence).caused_by(error) }
    })
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

impl Engine {
    /// Every document as it is at one moment, in one piece.
    pub(crate) fn snapshot(&self) -> Result<Vec<u8>, Error> {
        let (seen, moment) = (self.seen(), self.moment()?);
        let documents = &moment.documents;
        if documents.first().is_none_or(|(name, _)| *name != DocName::Root) {
            return Err(self.no_keyring());
        }
        if let Some(fault) = &moment.fault {
            return Err(fault.clone());
        }
        // A snapshot that does not open is worth nothing, and this is the moment to say so.
        let mut copied = Vec::with_capacity(documents.len());
        for (name, document) in documents {
            match name {
                // Counts that are lost are lost; the keys are not to be lost with them.
                DocName::Usage(key) if self.is_unreadable_usage(&moment, name, document) => {
                    copied.extend(self.unknown_usage(&moment, key, document)?)
                }
                _ => {
                    self.check(&moment, name, document, seen.get(name))?;
                    copied.push(document.clone());
                }
            }
        }
        self.heed_missing(&moment)?;
        let documents: Vec<_> = copied.iter().map(Sealed::as_bytes).collect();
        snapshot::encode(&documents).map_err(|reason| Error::InvalidOption { reason })
    }

    fn put_new(&self, name: &DocName, document: &Sealed) -> Result<Revision, Error> {
        if let Some(revision) = self.put(&self.roots.load(), name, document, Expected::Absent)? {
            return Ok(revision);
        }
        match self.store.load(name)? {
            Some((there, revision)) if there == *document && *name != DocName::Root => Ok(revision),
            _ => Err(Error::KeyringExists { place: self.store.place() }),
        }
    }
}

impl Config {
    pub(crate) fn restore(
        self,
        path: &Path,
        store: Arc<dyn Store>,
        seal: Seal,
    ) -> Result<Arc<Engine>, Error> {
        let bytes = read(path).map_err(|error| {
            let sentence = format!("cannot read the snapshot {}: {error}", path.display());
            Error::StoreFailed { reason: Reason::from(sentence).caused_by(error) }
        })?;
        self.restore_bytes(&bytes, store, seal)
    }

    pub(crate) fn restore_bytes(
        self,
        snapshot: &[u8],
        store: Arc<dyn Store>,
        seal: Seal,
    ) -> Result<Arc<Engine>, Error> {
        let documents = snapshot::parse(snapshot)?;
        let seals = seal.several()?;
        let sealed = |document: &[u8]| Sealed::from_stored(document.to_vec());
        let documents: Vec<_> =
            documents.into_iter().map(|(name, document)| (name, sealed(document))).collect();
        let (_, root) =
            documents.first().ok_or(Error::CorruptBackup { reason: "it holds no root document" })?;
        let revision = Revision::of(root.as_bytes());
        let (parsed, roots) = self.open_roots(root.as_bytes(), revision, &seals)?;
        // Until the root document is there, what is written is fenced by its absence.
        let ring = self.build(
            store,
            Some(Arc::new(seals)),
            parsed.keyring,
            Roots { revision: None, ..roots.clone() },
        )?;
        let moment = Moment { documents, roots: Arc::new(roots), fault: None };
        for (name, document) in &moment.documents {
            ring.check(&moment, name, document, None)?;
        }
        ring.heed_missing(&moment)?;
        ring.store.create()?;
        if ring.store.load_all()?.iter().any(|there| !moment.documents.contains(there)) {
            return Err(Error::KeyringExists { place: ring.store.place() });
        }
        // The root document last: until then there is no keyring to open, and a restore that was cut off can
        // be done again.
        for (name, document) in moment.documents.iter().rev() {
            let revision = ring.put_new(name, document)?;
            if *name == DocName::Root {
                ring.roots.rcu(|roots| Roots { revision: Some(revision), ..Roots::clone(roots) });
            }
        }
        Ok(ring)
    }
}
