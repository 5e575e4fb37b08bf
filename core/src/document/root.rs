//! The root document: the root keys, wrapped (`docs/formats.md`, section 8).

use super::cbor::{self, Fields, MISSING_FIELD, Out, Reason, UNKNOWN_FIELD, Written, array, bad, fields};
use super::copy::{Notes, WrappedCopy};
use super::line::Line;
use super::staleness::Staleness;
use crate::alg::hash::HashAlgorithm;
use crate::alg::kdf::HkdfSha256;
use crate::alg::mac::HmacKey;
use crate::name::KeyringId;
use crate::secret::SecretArray;
use crate::stack::{DEEP, scrubbed};
use minicbor::Decoder;

const MAGIC: &[u8; 4] = b"SRR1";
const MAC: usize = 32;

/// What the document says. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RootDocument {
    pub(crate) keyring: KeyringId,
    pub(crate) generation: u64,
    pub(crate) label: String,
    /// In ascending order of number, never empty.
    pub(crate) roots: Vec<WrappedRoot>,
    pub(crate) line: Option<Line>,
    pub(crate) staleness: Option<Staleness>,
}

/// One root key, in its copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrappedRoot {
    pub(crate) number: u32,
    pub(crate) copies: Vec<WrappedCopy>,
}

impl WrappedRoot {
    fn write(&self, out: &mut Out<'_>) -> Written {
        let Self { number, copies } = self;
        let copies = |out: &mut Out<'_>| {
            out.array(copies.len() as u64)?;
            copies.iter().try_for_each(|copy| copy.write(out))
        };
        Fields::new().put("number", |out| out.u32(*number)?.ok()).put("copies", copies).write(out)
    }
}

impl RootDocument {
    /// What is noted of the copies of the newest root key.
    pub(crate) fn notes(&self, kind: &str, id: &str) -> Option<&Notes> {
        let own = self.roots.last()?.copies.iter().find(|copy| copy.is(kind, id));
        own.map(|copy| &copy.notes)
    }

    /// Notes it of every copy that a seal has.
    pub(crate) fn note(&mut self, kind: &str, id: &str, notes: &Notes) {
        let copies = self.roots.iter_mut().flat_map(|root| &mut root.copies);
        copies.filter(|copy| copy.is(kind, id)).for_each(|copy| copy.notes = notes.clone());
    }

    /// Everything that the mac covers.
    fn encode(&self) -> Vec<u8> {
        let body = cbor::encode(|out| self.write(out));
        [MAGIC, self.keyring.as_bytes().as_slice(), &self.generation.to_be_bytes(), body.expose()].concat()
    }

    /// What follows the keyring's id and the generation.
    fn write(&self, out: &mut Out<'_>) -> Written {
        let Self { keyring: _, generation: _, label, roots, line, staleness } = self;
        let roots = |out: &mut Out<'_>| {
            out.array(roots.len() as u64)?;
            roots.iter().try_for_each(|root| root.write(out))
        };
        Fields::new()
            .put("label", |out| out.str(label)?.ok())
            .put("roots", roots)
            .put_some("line", line.as_ref(), |out, line| line.write(out))
            .put_some("staleness", staleness.as_ref(), |out, staleness| staleness.write(out))
            .write(out)
    }

    /// The document under the mac of its newest root key.
    pub(crate) fn seal(&self, newest: &SecretArray<32>) -> Vec<u8> {
        let mut document = self.encode();
        let mac = scrubbed::<DEEP, _>(|| mac_key(newest).mac(&[&document]));
        document.extend_from_slice(mac.as_bytes());
        document
    }

    /// What the document claims. Only the blobs may be used before [`check_mac`] has been asked.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, Reason> {
        const SHORT: Reason = "it is cut short";
        let (covered, _) = document.split_last_chunk::<MAC>().ok_or(SHORT)?;
        let (magic, rest) = covered.split_first_chunk::<4>().ok_or(SHORT)?;
        if magic != MAGIC {
            return Err("it is not a root document of a format that this build knows");
        }
        let (keyring, rest) = rest.split_first_chunk::<16>().ok_or(SHORT)?;
        let (generation, body) = rest.split_first_chunk::<8>().ok_or(SHORT)?;
        let (mut label, mut roots, mut line, mut staleness) = (None, None, None, None);
        fields(&mut Decoder::new(body), |name, input| {
            match name {
                "label" => label = Some(input.str().map_err(bad)?.to_owned()),
                "roots" => roots = Some(array(input, 32, read_root)?),
                "line" => line = Some(Line::read(input)?),
                "staleness" => staleness = Some(Staleness::read(input)?),
                _ => return Err(UNKNOWN_FIELD),
            }
            Ok(())
        })?;
        let parsed = Self {
            keyring: KeyringId::from_bytes(*keyring),
            generation: u64::from_be_bytes(*generation),
            label: label.ok_or(MISSING_FIELD)?,
            roots: roots.ok_or(MISSING_FIELD)?,
            line,
            staleness,
        };
        parsed.check()?;
        cbor::spells(body, |out| parsed.write(out))?;
        Ok(parsed)
    }

    fn check(&self) -> Result<(), Reason> {
        let unique = |copies: &[WrappedCopy]| {
            copies.iter().enumerate().all(|(i, a)| !copies.iter().take(i).any(|b| b.is(&a.kind, &a.id)))
        };
        let proper = |root: &WrappedRoot| {
            (1..=64).contains(&root.copies.len())
                && unique(&root.copies)
                && root.copies.iter().all(WrappedCopy::is_proper)
        };
        if self.label.len() > 255 || self.generation == 0 {
            return Err("its label is too long, or its generation is 0");
        }
        let numbered = self.roots.iter().all(|root| (1..=i32::MAX as u32).contains(&root.number));
        if !(1..=16).contains(&self.roots.len())
            || !self.roots.windows(2).all(|two| two[0].number < two[1].number)
            || !numbered
        {
            return Err("its roots are too many or not in order");
        }
        if !self.roots.iter().all(proper) {
            return Err("its copies are too many, not unique or of impossible sizes");
        }
        let everywhere = |copy: &WrappedCopy| {
            self.roots.iter().all(|root| root.copies.iter().any(|c| c.is(&copy.kind, &copy.id)))
        };
        if !self.roots.last().is_some_and(|newest| newest.copies.iter().all(everywhere)) {
            return Err("a seal of the newest root has no copy of an older one");
        }
        self.line.as_ref().map_or(Ok(()), |line| line.check_roots(self.roots.iter().map(|root| root.number)))
    }
}

fn read_root(input: &mut Decoder<'_>) -> Result<WrappedRoot, Reason> {
    let (mut number, mut copies) = (None, None);
    fields(input, |name, input| {
        match name {
            "number" => number = Some(input.u32().map_err(bad)?),
            "copies" => copies = Some(array(input, 16, WrappedCopy::read)?),
            _ => return Err(UNKNOWN_FIELD),
        }
        Ok(())
    })?;
    Ok(WrappedRoot { number: number.ok_or(MISSING_FIELD)?, copies: copies.ok_or(MISSING_FIELD)? })
}

/// Whether the document was written by someone who had the newest root key.
pub(crate) fn check_mac(document: &[u8], newest: &SecretArray<32>) -> bool {
    let verify = |(covered, mac): (&[u8], &[u8; MAC])| {
        scrubbed::<DEEP, _>(|| mac_key(newest).verify(&[covered], mac).is_ok())
    };
    document.split_last_chunk().is_some_and(verify)
}

fn mac_key(root: &SecretArray<32>) -> HmacKey {
    let mut key = SecretArray::<32>::zeroed();
    // 32 bytes are one block of the expansion, which cannot be too long.
    let _ = HkdfSha256::extract(b"strongroom.root.v1", root.expose()).expand(&[b"mac"], key.expose_mut());
    HmacKey::new(HashAlgorithm::Sha256, key.expose())
}
