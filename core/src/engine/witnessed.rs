//! What has become of the documents since a witness was made.

use super::witness::recorded;
use crate::document::witness::{Finding, Witness};
use crate::name::DocName;
use std::collections::BTreeSet;

/// What has become of the documents since a witness was made ([`Report::witness`](crate::Report::witness)):
/// the names of those of which there is something to say, as in the store.
///
/// ```
/// # use strongroom::*;
/// # let seal = || Seal::root_key(SecretArray::copy_of(&[7, 1].repeat(16)).unwrap());
/// let store = Memory::new();
/// let ring = Keyring::create(store.clone(), seal())?;
/// ring.create_key("cards", KeySpec::default())?;
/// let witness = ring.witness()?;
/// ring.create_key("tenants", KeySpec::default())?;
/// let report = Keyring::builder().witness(&witness)?.open(store, seal())?.check()?;
/// let WitnessReport { documents, older, unknown, .. } = report.witness.unwrap();
/// assert_eq!((documents, older, unknown), (1, vec![], vec!["key-tenants.sr".to_owned()]));
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WitnessReport {
    /// When the witness was made, in nanoseconds since 1970, by the clock of whoever made it.
    pub made: u64,
    /// How many documents it knows.
    pub documents: usize,
    /// Not there any more. A fault.
    pub missing: Vec<String>,
    /// Older than they were. A fault.
    pub older: Vec<String>,
    /// As new by their numbers, but not made from what they were. A fault.
    pub other_history: Vec<String>,
    /// Keys that were deleted since.
    pub deleted: Vec<String>,
    /// Keys that were deleted and created anew since. The witness knows nothing of the new ones.
    pub recreated: Vec<String>,
    /// Made since: the witness knows nothing of them.
    pub unknown: Vec<String>,
}

impl WitnessReport {
    /// From the documents that are there, and what was found of those that can be read.
    pub(super) fn new(
        witness: &Witness,
        there: &BTreeSet<&DocName>,
        findings: &[(&DocName, Finding)],
    ) -> Self {
        let known: BTreeSet<DocName> = recorded(witness).collect();
        let found = |wanted| {
            findings
                .iter()
                .filter(|(_, finding)| *finding == wanted)
                .map(|(name, _)| name.file_name())
                .collect()
        };
        Self {
            made: witness.time,
            documents: known.len(),
            missing: known.iter().filter(|name| !there.contains(name)).map(DocName::file_name).collect(),
            older: found(Finding::Older),
            other_history: found(Finding::OtherHistory),
            deleted: found(Finding::Deleted),
            recreated: found(Finding::Recreated),
            unknown: there
                .iter()
                .filter(|name| ***name != DocName::Root && !known.contains(name))
                .map(|name| name.file_name())
                .collect(),
        }
    }
}
