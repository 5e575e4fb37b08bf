//! What versions were like before they were changed, as Transit keeps them.

use crate::key::record::VersionRecord;
use crate::version::Version;

/// Versions in ascending order. A tree would be twice as large, and there may be as many as a document has room for.
#[derive(Default)]
pub(crate) struct Archive(Vec<(Version, VersionRecord)>);

impl Archive {
    /// Nothing, if they are not in ascending order or a version is there twice.
    pub(crate) fn new(versions: Vec<(Version, VersionRecord)>) -> Option<Self> {
        versions.is_sorted_by(|a, b| a.0 < b.0).then_some(Self(versions))
    }

    pub(crate) fn get(&self, version: Version) -> Option<&VersionRecord> {
        let at = self.0.binary_search_by_key(&version, |(number, _)| *number).ok()?;
        self.0.get(at).map(|(_, record)| record)
    }

    pub(crate) fn as_slice(&self) -> &[(Version, VersionRecord)] {
        &self.0
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = &VersionRecord> {
        self.0.iter().map(|(_, record)| record)
    }

    pub(crate) fn drop_below(&mut self, first: Version) {
        self.0.retain(|(number, _)| *number >= first);
    }
}
