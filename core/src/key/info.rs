//! What can be said about a key without a secret.

use crate::key::options::{KeyOption, OptionValue, Told, each_option, told};
use crate::key::record::Record;
use crate::key::rotate;
use crate::key::unusable::Unusable;
use crate::key::window::VersionState;
use crate::material::KeyType;
use crate::name::KeyName;
use crate::version::Version;
use std::collections::BTreeMap;

/// The count of a version of which it is not known how often it has encrypted.
pub(crate) const UNKNOWN: u64 = u64::MAX;

/// Encryptions by version.
pub(crate) type Usage = BTreeMap<Version, u64>;

macro_rules! key_info {
    ($(
        $option:ident $name:ident $kind:ident = $default:literal, $when:ident, $types:expr, $about:literal;
    )*) => {
        /// A key as it is now: type, options, versions and counts. No field is secret.
        ///
        /// ```
        /// use strongroom::{KeyInfo, KeySpec, Keyring};
        /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
        /// let KeyInfo { derived, latest_version, .. } = key.info()?;
        /// assert_eq!((derived, latest_version.get()), (false, 1));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct KeyInfo {
            /// The name.
            pub name: KeyName,
            /// The type of the latest version.
            pub key_type: KeyType,
            /// The key is suspended as a whole.
            pub disabled: bool,
            /// The latest version came from outside.
            pub imported: bool,
            /// [`rotate`](crate::Key::rotate) adds a version, once the key is enabled. It is off for an
            /// imported key that was not allowed to rotate, and for keys that can only be read: of a type
            /// that is not supported, or with a convergent rule of before.
            pub allow_rotation: bool,
            /// The newest version.
            pub latest_version: Version,
            /// 0 as long as nothing was trimmed.
            pub min_available_version: u32,
            $(#[doc = concat!($about, none!($kind))] pub $name: told!($kind),)*
            /// Each version, from the first.
            pub versions: Vec<VersionInfo>,
            /// What somebody should know or do about the key.
            pub warnings: Vec<String>,
        }

        impl KeyInfo {
            fn new(record: &Record, versions: Vec<VersionInfo>, warnings: Vec<String>) -> Self {
                Self {
                    name: record.name.clone(),
                    key_type: record.key_type(),
                    disabled: record.disabled,
                    imported: record.imported,
                    allow_rotation: rotate::is_allowed(record),
                    latest_version: record.latest(),
                    min_available_version: record.min_available,
                    $($name: Told::of(record.option(KeyOption::$option)),)*
                    versions,
                    warnings,
                }
            }

            /// What an option is; `None` for one that keys of the type do not have, or that was not said.
            ///
            /// ```
            /// use strongroom::{KeyOption, KeySpec, Keyring, OptionValue};
            /// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
            /// assert_eq!(key.info()?.get(KeyOption::Derived), Some(OptionValue::Flag(false)));
            /// # Ok::<(), strongroom::Error>(())
            /// ```
            pub fn get(&self, option: KeyOption) -> Option<OptionValue> {
                match option { $(KeyOption::$option => self.$name.value(),)* }
            }
        }
    };
}

/// What a field says where there is nothing to say.
macro_rules! none {
    (Number) => {
        " `None`: keys of this type have none."
    };
    (Text) => {
        " `None`: it was not said."
    };
    (Period) => {
        " Zero is never."
    };
    (VersionOrLatest) => {
        " `None`: only the latest."
    };
    ($other:ident) => {
        ""
    };
}
each_option!(key_info);

/// A version as it is now. Times are nanoseconds since 1970.
///
/// ```
/// use strongroom::{KeySpec, Keyring, VersionInfo};
/// let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
/// key.rotate()?;
/// let versions = key.info()?.versions.into_iter();
/// let retired: Vec<VersionInfo> = versions.filter(|version| version.retired.is_some()).collect();
/// assert_eq!(retired.len(), 1);
/// # Ok::<(), strongroom::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields say it")]
pub struct VersionInfo {
    pub version: Version,
    pub key_type: KeyType,
    pub state: VersionState,
    pub imported: bool,
    pub created: Option<u64>,
    /// When it stopped being the latest.
    pub retired: Option<u64>,
    /// When its material was destroyed.
    pub trimmed: Option<u64>,
    /// How many encryptions were leased by the processes that use this keyring, where they are counted: under
    /// random 96-bit nonces. A process leases a few ahead. `None` also where it is not known any more, of
    /// which [`KeyInfo::warnings`] speaks. What was encrypted elsewhere, in Vault or with a copy of this
    /// keyring, is not in the number.
    pub uses: Option<u64>,
    /// Why nothing new is made with it, if that is so whatever the settings are.
    pub unusable: Option<Unusable>,
}

/// `limit` is how many encryptions a version may do.
pub(crate) fn info(record: &Record, usage: &Usage, limit: u64) -> KeyInfo {
    let window = record.window();
    let known = |time: u64| (time > 0).then_some(time);
    let versions = record.versions.iter().enumerate().filter_map(|(index, v)| {
        let version = Version::from_index(index)?;
        Some(VersionInfo {
            version,
            key_type: v.key_type,
            state: window.state(version),
            imported: v.imported,
            created: v.created,
            retired: v.retired,
            trimmed: known(v.trimmed),
            uses: (record.counts_uses(version) && !v.is_trimmed)
                .then(|| usage.get(&version).copied().unwrap_or(0))
                .filter(|uses| *uses != UNKNOWN),
            unusable: Unusable::of(record, v),
        })
    });
    KeyInfo::new(record, versions.collect(), warnings(record, usage, limit))
}

fn warnings(record: &Record, usage: &Usage, limit: u64) -> Vec<String> {
    let latest = record.latest();
    let mut warnings = Vec::new();
    if let Some(unusable) = record.version(latest).and_then(|version| Unusable::of(record, version)) {
        warnings.push(format!(
            "nothing new is made with version {latest} ({}): rotate the key, or create a new one",
            unusable.name()
        ));
    }
    if !record.counts_uses(latest) {
        return warnings;
    }
    let used = usage.get(&latest).copied().unwrap_or(0);
    if used == UNKNOWN {
        warnings.push(format!("how often version {latest} has encrypted is not known, so it refuses to: rotate the key, or repair the keyring"));
    } else if used >= limit.div_ceil(2) {
        let per = if record.derived {
            "; the limit holds for each context"
        } else {
            ", after which it refuses to encrypt"
        };
        warnings.push(format!(
            "version {latest} has encrypted {used} times of at most {limit}{per}: rotate the key"
        ));
    }
    if record.imported || record.transit.is_some() || record.restore_info.is_some() {
        warnings.push(format!(
            "what version {latest} encrypted elsewhere is not counted: rotate the key unless it was little"
        ));
    }
    warnings
}
