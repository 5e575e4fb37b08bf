//! Every document of a keyring in one file, still sealed (`docs/formats.md`, section 11).

use super::header::{Header, MAX_LEN, Magic};
use crate::Error;
use crate::error::invalid;
use crate::name::DocName;

const MAGIC: &[u8; 4] = b"SRS1";

/// The largest snapshot, in bytes: one is held in memory as a whole.
pub(crate) const MAX_SNAPSHOT: u64 = 3 << 29;

/// `"SRS1" ‖ u32be n ‖ n × (u32be len ‖ document)`, the root document first.
pub(crate) fn encode(documents: &[&[u8]]) -> Result<Vec<u8>, &'static str> {
    let len =
        |bytes: usize| u32::try_from(bytes).map(u32::to_be_bytes).map_err(|_| invalid::SNAPSHOT_OF_TOO_MANY);
    let all = 8 + documents.iter().map(|document| document.len() + 4).sum::<usize>();
    if all as u64 > MAX_SNAPSHOT {
        return Err(invalid::SNAPSHOT_TOO_LARGE);
    }
    let mut out = Vec::with_capacity(all);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&len(documents.len())?);
    for document in documents {
        out.extend_from_slice(&len(document.len())?);
        out.extend_from_slice(document);
    }
    Ok(out)
}

/// The documents, of which only the outside was looked at, by the names that they give themselves.
pub(crate) fn parse(snapshot: &[u8]) -> Result<Vec<(DocName, &[u8])>, Error> {
    const SHORT: Error = corrupt("it is cut short");
    let (magic, rest) = snapshot.split_first_chunk::<4>().ok_or(SHORT)?;
    if magic != MAGIC {
        return Err(corrupt(if magic.starts_with(b"SRS") {
            "it has a format that this build does not know; use a newer one"
        } else {
            "it is not a snapshot"
        }));
    }
    let (count, mut rest) = rest.split_first_chunk::<4>().ok_or(SHORT)?;
    let mut documents = Vec::new();
    for number in 1..=u32::from_be_bytes(*count) {
        let (len, after) = rest.split_first_chunk::<4>().ok_or(SHORT)?;
        let (document, after) = after.split_at_checked(u32::from_be_bytes(*len) as usize).ok_or(SHORT)?;
        if document.len() > MAX_LEN {
            return Err(corrupt("a document in it is larger than 64 MiB"));
        }
        let name = if documents.is_empty() { DocName::Root } else { name_of(document, number)? };
        documents.push((name, document));
        rest = after;
    }
    if documents.is_empty() {
        return Err(corrupt("it holds no root document"));
    }
    if !rest.is_empty() {
        return Err(corrupt("it goes on after its last document"));
    }
    let ascending = documents.windows(2).all(|two| matches!(two, [(a, _), (b, _)] if a < b));
    if ascending {
        Ok(documents)
    } else {
        Err(corrupt("its documents are not in order, or one is there twice"))
    }
}

fn name_of(document: &[u8], number: u32) -> Result<DocName, Error> {
    // Another copy of the snapshot would not help; a newer build does.
    if [Magic::Key, Magic::Usage].iter().any(|magic| magic.is_newer(document)) {
        return Err(Error::UnsupportedFormat { document: format!("document {number} of the snapshot") });
    }
    let Header { magic, name, .. } = Header::parse(document).map_err(corrupt)?;
    Ok(match magic {
        Magic::Key => DocName::Key(name),
        Magic::Usage => DocName::Usage(name),
    })
}

const fn corrupt(reason: &'static str) -> Error {
    Error::CorruptBackup { reason }
}
