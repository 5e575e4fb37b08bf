//! What options can be: kinds of values, the times at which they can be said, and what is told of them.

use crate::version::Version;
use std::collections::BTreeMap;
use std::time::Duration;

/// What the values of an option are.
///
/// ```
/// use strongroom::{KeyOption, OptionKind};
/// let flags = KeyOption::ALL.iter().filter(|option| option.kind() == OptionKind::Flag);
/// assert_eq!(flags.last(), Some(&KeyOption::DeletionAllowed));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OptionKind {
    /// On or off.
    Flag,
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// A length of time.
    Period,
    /// Names with values.
    Labels,
    /// The number of a version.
    Version,
    /// The number of a version, or the latest whichever that is.
    VersionOrLatest,
}

/// When an option can be said.
///
/// ```
/// use strongroom::{KeyOption, OptionTime};
/// assert_eq!(KeyOption::Derived.when(), OptionTime::Created);
/// assert!(!OptionTime::Created.is_later());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OptionTime {
    /// When the key is created, and never again.
    Created,
    /// When it is created, and later from off to on.
    OnceOn,
    /// When it is created, and later.
    Always,
    /// Of a key that is there.
    Changed,
}

impl OptionTime {
    /// Whether a new key is created with it.
    pub const fn is_at_creation(self) -> bool {
        !matches!(self, Self::Changed)
    }

    /// Whether a key that is there can be changed by it.
    pub const fn is_later(self) -> bool {
        !matches!(self, Self::Created)
    }
}

/// A value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionValue {
    /// Of [`OptionKind::Flag`].
    Flag(bool),
    /// Of [`OptionKind::Number`].
    Number(u64),
    /// Of [`OptionKind::Text`].
    Text(String),
    /// Of [`OptionKind::Period`].
    Period(Duration),
    /// Of [`OptionKind::Labels`]: those that are set, and with `None` those that are removed.
    Labels(BTreeMap<String, Option<String>>),
    /// Of [`OptionKind::Version`] and [`OptionKind::VersionOrLatest`]; `None` stands for the latest.
    Version(Option<Version>),
}

/// Those that are set, and with `None` those that are removed.
pub(crate) type Labels = BTreeMap<String, Option<String>>;

impl OptionKind {
    /// Whether a value is of this kind.
    pub(crate) const fn takes(self, value: &OptionValue) -> bool {
        match self {
            Self::Flag => matches!(value, OptionValue::Flag(_)),
            Self::Number => matches!(value, OptionValue::Number(_)),
            Self::Text => matches!(value, OptionValue::Text(_)),
            Self::Period => matches!(value, OptionValue::Period(_)),
            Self::Labels => matches!(value, OptionValue::Labels(_)),
            Self::Version => matches!(value, OptionValue::Version(Some(_))),
            Self::VersionOrLatest => matches!(value, OptionValue::Version(_)),
        }
    }
}

/// The type of a field that tells what an option of a kind is.
macro_rules! told {
    (Flag) => { bool };
    (Number) => { Option<u16> };
    (Text) => { Option<String> };
    (Period) => { std::time::Duration };
    (Labels) => { std::collections::BTreeMap<String, String> };
    (Version) => { $crate::version::Version };
    (VersionOrLatest) => { Option<$crate::version::Version> };
}
pub(crate) use told;

/// Such a type.
pub(crate) trait Told {
    /// The value that an option has, if it has one.
    fn of(value: Option<OptionValue>) -> Self;

    /// What an option holds, as the value that a caller would give it.
    fn value(&self) -> Option<OptionValue>;
}

impl Told for bool {
    fn of(value: Option<OptionValue>) -> Self {
        matches!(value, Some(OptionValue::Flag(true)))
    }

    fn value(&self) -> Option<OptionValue> {
        Some(OptionValue::Flag(*self))
    }
}

impl Told for Option<u16> {
    fn of(value: Option<OptionValue>) -> Self {
        if let Some(OptionValue::Number(number)) = value { u16::try_from(number).ok() } else { None }
    }

    fn value(&self) -> Option<OptionValue> {
        self.map(|number| OptionValue::Number(number.into()))
    }
}

impl Told for Option<String> {
    fn of(value: Option<OptionValue>) -> Self {
        if let Some(OptionValue::Text(text)) = value { Some(text) } else { None }
    }

    fn value(&self) -> Option<OptionValue> {
        self.clone().map(OptionValue::Text)
    }
}

impl Told for Duration {
    fn of(value: Option<OptionValue>) -> Self {
        if let Some(OptionValue::Period(period)) = value { period } else { Self::ZERO }
    }

    fn value(&self) -> Option<OptionValue> {
        Some(OptionValue::Period(*self))
    }
}

impl Told for BTreeMap<String, String> {
    fn of(value: Option<OptionValue>) -> Self {
        let Some(OptionValue::Labels(labels)) = value else { return Self::new() };
        labels.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn value(&self) -> Option<OptionValue> {
        let labels = self.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
        Some(OptionValue::Labels(labels.collect()))
    }
}

impl Told for Version {
    fn of(value: Option<OptionValue>) -> Self {
        if let Some(OptionValue::Version(Some(version))) = value { version } else { Self::FIRST }
    }

    fn value(&self) -> Option<OptionValue> {
        Some(OptionValue::Version(Some(*self)))
    }
}

impl Told for Option<Version> {
    fn of(value: Option<OptionValue>) -> Self {
        if let Some(OptionValue::Version(version)) = value { version } else { None }
    }

    fn value(&self) -> Option<OptionValue> {
        Some(OptionValue::Version(*self))
    }
}
