//! What versions were like before they were changed, as Transit keeps them.

use super::VersionRecord;
use crate::version::Version;

/// Versions in ascending order. A tree would be twice as large, and there may be as many as a document has
/// room for.
#[derive(Clone, Default)]
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

    pub(crate) fn remove(&mut self, version: Version) {
        self.0.retain(|(number, _)| *number != version);
    }

    pub(crate) fn drop_below(&mut self, first: Version) {
        self.0.retain(|(number, _)| *number >= first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::KeyType;

    fn archive(numbers: &[u32]) -> Option<Archive> {
        Archive::new(
            numbers
                .iter()
                .map(|number| (Version::new(*number).unwrap(), VersionRecord::empty(KeyType::Aes256Gcm96)))
                .collect(),
        )
    }

    #[test]
    fn versions_are_in_order_and_there_once() {
        assert!(archive(&[]).is_some() && archive(&[1, 3, 9]).is_some());
        assert!(archive(&[1, 1]).is_none() && archive(&[1, 3, 2]).is_none());
    }

    #[test]
    fn what_is_dropped_lies_below() {
        let mut archive = archive(&[1, 3, 4]).unwrap();
        archive.drop_below(Version::new(3).unwrap());
        assert!([3, 4].iter().all(|number| archive.get(Version::new(*number).unwrap()).is_some()));
        assert_eq!(archive.versions().count(), 2);
    }
}
