//! Where a keyring was looked for.

use std::fmt;

/// Where a store keeps a keyring, if it has a place that people know.
///
/// ```
/// use strongroom::Place;
/// assert_eq!(Place::new("/srv/keys").to_string(), " in /srv/keys");
/// assert_eq!(Place::default().to_string(), "");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place(Option<Box<str>>);

impl Place {
    /// A place by its name, such as the path of a folder.
    pub fn new(name: impl Into<Box<str>>) -> Self {
        Self(Some(name.into()))
    }

    /// The name.
    pub fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, " in {name}"))
    }
}
