//! Options that were said, each with its value, and the methods that say them.

use super::{KeyOption, OptionValue};
use std::collections::BTreeMap;

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Said(BTreeMap<KeyOption, OptionValue>);

impl Said {
    /// The later value counts; of labels each by itself.
    pub(crate) fn say(&mut self, option: KeyOption, value: OptionValue) {
        match (self.0.get_mut(&option), value) {
            (Some(OptionValue::Labels(said)), OptionValue::Labels(more)) => said.extend(more),
            (None, OptionValue::Labels(none)) if none.is_empty() => {}
            (_, value) => drop(self.0.insert(option, value)),
        }
    }

    pub(crate) fn unsay(&mut self, option: KeyOption) {
        self.0.remove(&option);
    }

    pub(crate) fn get(&self, option: KeyOption) -> Option<&OptionValue> {
        self.0.get(&option)
    }

    /// In the order of the list.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (KeyOption, &OptionValue)> {
        self.0.iter().map(|(option, value)| (*option, value))
    }
}

/// The method of an option, for what has a method `with` that takes any of them: a [`KeySpec`] has those of a
/// new key, a [`KeyConfig`] those of one that is there.
///
/// [`KeySpec`]: crate::KeySpec
/// [`KeyConfig`]: crate::KeyConfig
macro_rules! setter {
    (KeySpec Changed $($rest:tt)*) => {};
    (KeyConfig Created $($rest:tt)*) => {};
    ($of:ident $when:ident Flag $option:ident $name:ident $about:literal) => {
        #[doc = $about]
        pub fn $name(self, on: bool) -> Self {
            self.with(KeyOption::$option, OptionValue::Flag(on))
        }
    };
    ($of:ident $when:ident Number $option:ident $name:ident $about:literal) => {
        #[doc = $about]
        pub fn $name(self, number: u16) -> Self {
            self.with(KeyOption::$option, OptionValue::Number(number.into()))
        }
    };
    ($of:ident $when:ident Text $option:ident $name:ident $about:literal) => {
        #[doc = $about]
        pub fn $name(self, text: impl Into<String>) -> Self {
            self.with(KeyOption::$option, OptionValue::Text(text.into()))
        }
    };
    ($of:ident $when:ident Period $option:ident $name:ident $about:literal) => {
        #[doc = concat!($about, " Zero is never.")]
        pub fn $name(self, period: std::time::Duration) -> Self {
            self.with(KeyOption::$option, OptionValue::Period(period))
        }
    };
    (KeySpec $when:ident Labels $option:ident labels $about:literal) => {
        #[doc = concat!("Adds a label. ", $about)]
        pub fn label(self, name: impl Into<String>, value: impl Into<String>) -> Self {
            let labels = [(name.into(), Some(value.into()))].into();
            self.with(KeyOption::$option, OptionValue::Labels(labels))
        }
    };
    (KeyConfig $when:ident Labels $option:ident labels $about:literal) => {
        #[doc = concat!("Sets a label, or with `None` removes it. ", $about)]
        pub fn label(self, name: impl Into<String>, value: Option<String>) -> Self {
            self.with(KeyOption::$option, OptionValue::Labels([(name.into(), value)].into()))
        }
    };
    ($of:ident $when:ident Version $option:ident $name:ident $about:literal) => {
        #[doc = $about]
        pub fn $name(self, version: $crate::version::Version) -> Self {
            self.with(KeyOption::$option, OptionValue::Version(Some(version)))
        }
    };
    ($of:ident $when:ident VersionOrLatest $option:ident $name:ident $about:literal) => {
        #[doc = concat!($about, " `None`: only the latest.")]
        pub fn $name(self, version: Option<$crate::version::Version>) -> Self {
            self.with(KeyOption::$option, OptionValue::Version(version))
        }
    };
}
pub(crate) use setter;
