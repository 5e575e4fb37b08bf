//! The line of roots: each root key signs its successor, so that an old one cannot become the newest again
//! (`docs/formats.md`, section 8).

use super::cbor::{self, Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, bad, fields};
use crate::alg::kdf::HkdfSha256;
use crate::alg::sign::ed25519::{PrivateKey, PublicKey};
use crate::name::KeyringId;
use crate::secret::SecretArray;
use crate::stack::{DEEP, scrubbed};
use minicbor::Decoder;

/// So many entries are kept; the oldest fall out.
pub(crate) const MAX_ENTRIES: usize = 256;

const LABEL: &[u8] = b"strongroom.root-line.v1";
/// A lower bound on the encoding of an entry.
const SMALLEST: usize = 120;

/// Where a line stands: the number of a root key, and the public key that belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) number: u32,
    pub(crate) public: [u8; 32],
}

/// A root key in the line, vouched for by the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) head: Head,
    pub(crate) signature: [u8; 64],
}

/// Entries in ascending order of number, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line(Vec<Entry>);

impl Line {
    /// The line of a document that is about to be written: `before`, or the beginning of one, brought up to
    /// the root keys that the document lists. These ascend, and the one that the line ends with is among
    /// them.
    pub(crate) fn continued<'a>(
        before: Option<&Self>,
        keyring: KeyringId,
        roots: impl IntoIterator<Item = (u32, &'a SecretArray<32>)>,
    ) -> Result<Self, Reason> {
        let mut entries = before.map_or(Vec::new(), |line| line.0.clone());
        let mut last: Option<PrivateKey> = None;
        for (number, root) in roots {
            let key = signing_key(root);
            let head = Head { number, public: key.public() };
            match entries.last() {
                Some(known) if known.head.number > number => continue,
                Some(known) if known.head.number == number && known.head != head => {
                    return Err("its line of roots ends with another root key");
                }
                Some(known) if known.head.number == number => {}
                Some(known) => {
                    let signer =
                        last.as_ref().ok_or("its line of roots ends with a root key that is not open")?;
                    entries.push(Entry {
                        head,
                        signature: signer.sign(&statement(keyring, known.head.number, &head)),
                    });
                }
                None => entries.push(Entry { head, signature: key.sign(&statement(keyring, 0, &head)) }),
            }
            last = Some(key);
        }
        let surplus = entries.len().saturating_sub(MAX_ENTRIES);
        entries.drain(..surplus);
        if entries.is_empty() { Err("it has no roots") } else { Ok(Self(entries)) }
    }

    /// Where the line stands. Never `None`, since no line is empty.
    pub(crate) fn head(&self) -> Option<Head> {
        self.0.last().map(|entry| entry.head)
    }

    /// Whether the line went through here. What continues a line does so always, unless 256 entries came
    /// after it.
    pub(crate) fn contains(&self, head: &Head) -> bool {
        self.0.iter().any(|entry| entry.head == *head)
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// What can be seen without a key: the order, and that the roots of the document, which ascend, are in it
    /// and end as it does.
    pub(crate) fn check_roots(&self, roots: impl IntoIterator<Item = u32>) -> Result<(), Reason> {
        let numbered = |number: u32| (1..=i32::MAX as u32).contains(&number);
        let ascending = self.0.windows(2).all(|two| matches!(two, [a, b] if a.head.number < b.head.number));
        if !(1..=MAX_ENTRIES).contains(&self.0.len())
            || !ascending
            || !self.0.iter().all(|entry| numbered(entry.head.number))
        {
            return Err("its line of roots is too long, empty or not in order");
        }
        let mut newest = None;
        for number in roots {
            if !self.0.iter().any(|entry| entry.head.number == number) {
                return Err("a root is not in its line of roots");
            }
            newest = Some(number);
        }
        if newest == self.head().map(|head| head.number) {
            Ok(())
        } else {
            Err("its line of roots ends with another root")
        }
    }

    /// Whether every signature fits, and every root key that was opened is the one that the line names.
    pub(crate) fn verify<'a>(
        &self,
        keyring: KeyringId,
        opened: impl IntoIterator<Item = (u32, &'a SecretArray<32>)>,
    ) -> Result<(), Reason> {
        const UNSIGNED: Reason = "a signature in its line of roots does not fit, so it is damaged or forged";
        let signed = |before: &Head, number: u32, entry: &Entry| {
            let by = PublicKey::new(&before.public).map_err(|_| UNSIGNED)?;
            by.verify(&statement(keyring, number, &entry.head), &entry.signature).map_err(|_| UNSIGNED)
        };
        // What came before the first of a full line fell out of it, so nobody can say who signed that one.
        if let Some(first) = self.0.first().filter(|_| self.0.len() < MAX_ENTRIES) {
            signed(&first.head, 0, first)?;
        }
        for two in self.0.windows(2) {
            let [before, entry] = two else { continue };
            signed(&before.head, before.head.number, entry)?;
        }
        for (number, root) in opened {
            let head = Head { number, public: public_key(root) };
            if !self.contains(&head) {
                return Err(
                    "a root key is not the one in its line of roots, so it was put in by somebody else",
                );
            }
        }
        Ok(())
    }

    pub(super) fn write(&self, out: &mut Out<'_>) -> Written {
        out.array(self.0.len() as u64)?;
        self.0.iter().try_for_each(|entry| {
            let Entry { head: Head { number, public }, signature } = entry;
            Fields::new()
                .put("number", |out| out.u32(*number)?.ok())
                .put("public", |out| out.bytes(public)?.ok())
                .put("signature", |out| out.bytes(signature)?.ok())
                .write(out)
        })
    }

    pub(super) fn read(input: &mut Decoder<'_>) -> Result<Self, Reason> {
        cbor::array(input, SMALLEST, read_entry).map(Self)
    }
}

fn read_entry(input: &mut Decoder<'_>) -> Result<Entry, Reason> {
    let (mut number, mut public, mut signature) = (None, None, None);
    fields(input, |name, input| {
        match name {
            "number" => number = Some(input.u32().map_err(bad)?),
            "public" => public = Some(input.bytes().map_err(bad)?.try_into().map_err(bad)?),
            "signature" => signature = Some(input.bytes().map_err(bad)?.try_into().map_err(bad)?),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    let head = Head { number: number.ok_or(MISSING_FIELD)?, public: public.ok_or(MISSING_FIELD)? };
    Ok(Entry { head, signature: signature.ok_or(MISSING_FIELD)? })
}

/// What a root key signs with.
pub(super) fn signing_key(root: &SecretArray<32>) -> PrivateKey {
    scrubbed::<DEEP, _>(|| {
        let mut seed = SecretArray::<32>::zeroed();
        // 32 bytes are one block of the expansion, which cannot be too long.
        let _ =
            HkdfSha256::extract(b"strongroom.root.v1", root.expose()).expand(&[b"sign"], seed.expose_mut());
        PrivateKey::from_seed(seed.expose())
    })
}

/// The public key of a root key, by which it is known to those who do not hold it.
pub(crate) fn public_key(root: &SecretArray<32>) -> [u8; 32] {
    signing_key(root).public()
}

/// `label ‖ keyring id ‖ u32be number before ‖ u32be number ‖ P`
fn statement(keyring: KeyringId, before: u32, head: &Head) -> Vec<u8> {
    [LABEL, keyring.as_bytes(), &before.to_be_bytes(), &head.number.to_be_bytes(), &head.public].concat()
}
