//! The options of keys: the one list that creating, changing, showing, command line, bindings and pages go
//! by. A new one is a line here and an arm in each of the two `match`es at the end.

mod said;
mod value;

pub(crate) use said::{Said, setter};
pub use value::{OptionKind, OptionTime, OptionValue};
pub(crate) use value::{Told, told};

use crate::Error;
use crate::error::invalid;
use crate::key::record::{MAX_LABEL, MAX_LABELS, Record};
use crate::material::KeyType;
use crate::wire::text::Template;
use std::fmt;
use std::time::Duration;

/// Hands the list to a macro. One line for each option: its name in Rust, C and Python, what its value is and
/// is unless it was said, when it can be said, which types have it, and what it means. The lines are in the
/// order of the documentation.
macro_rules! each_option {
    ($made:ident) => {
        $made! {
            Derived derived Flag = "off", Created,
                Types::Those(KeyType::derives, invalid::DERIVED_NOT_SUPPORTED),
                "Every message is worked on with a subkey made from a context.";
            Convergent convergent Flag = "off", Created,
                Types::Those(KeyType::converges, invalid::CONVERGENT_NOT_SUPPORTED),
                "Equal plaintexts under equal contexts give equal ciphertexts, within one version. Needs `derived`, and takes no aad.";
            KeySize key_size Number = "32", Created,
                Types::Those(KeyType::is_hmac, invalid::KEY_SIZE_NOT_SUPPORTED),
                "The size of a key of type hmac in bytes, 32 to 512.";
            VersionTemplate version_template Text = "none", Created,
                Types::Those(KeyType::has_template, invalid::VERSION_TEMPLATE_NOT_SUPPORTED),
                "What ciphertexts and signatures start with, with {{version}} for the number.";
            Exportable exportable Flag = "off", OnceOn, Types::Every,
                "The material can be exported. This cannot be undone.";
            AllowPlaintextBackup allow_plaintext_backup Flag = "off", OnceOn, Types::Every,
                "Backups that are not sealed can be taken, if the key is exportable too. This cannot be undone.";
            DeletionAllowed deletion_allowed Flag = "off", Always, Types::Every,
                "The key can be deleted.";
            AutoRotatePeriod auto_rotate_period Period = "never", Always, Types::Every,
                "After how long the key is due for rotation: never, or an hour or more.";
            Labels labels Labels = "none", Always, Types::Every,
                "Names and values for people and programs that sort keys; not secret from those who can open the keyring.";
            MinDecryptionVersion min_decryption_version Version = "1", Changed, Types::Every,
                "What was made with a version below this is refused until it is lowered again.";
            MinEncryptionVersion min_encryption_version VersionOrLatest = "the latest", Changed, Types::Every,
                "Versions from this on can be asked for in new ciphertexts and signatures.";
        }
    };
}
pub(crate) use each_option;

/// Which types have an option; the others refuse it with a reason.
enum Types {
    Every,
    Those(fn(KeyType) -> bool, &'static str),
}

macro_rules! key_option {
    ($(
        $option:ident $name:ident $kind:ident = $default:literal, $when:ident, $types:expr, $about:literal;
    )*) => {
        /// A setting of a key.
        ///
        /// ```
        /// use strongroom::{KeyOption, KeySpec, KeyType, OptionValue};
        /// let option = KeyOption::from_name("key_size").unwrap();
        /// let spec = KeySpec::new(KeyType::Hmac).set(option, OptionValue::Number(64))?;
        /// assert_eq!(spec, KeySpec::new(KeyType::Hmac).key_size(64));
        /// # Ok::<(), strongroom::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum KeyOption {
            $(#[doc = $about] $option,)*
        }

        impl KeyOption {
            /// Each of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$option,)*];

            /// The name, such as `key_size`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$option => stringify!($name),)* }
            }

            /// What its values are.
            pub const fn kind(self) -> OptionKind {
                match self { $(Self::$option => OptionKind::$kind,)* }
            }

            /// What it is unless it was said, as people write it.
            pub const fn default_text(self) -> &'static str {
                match self { $(Self::$option => $default,)* }
            }

            /// When it can be said.
            pub const fn when(self) -> OptionTime {
                match self { $(Self::$option => OptionTime::$when,)* }
            }

            /// What it means, in one or two sentences.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$option => $about,)* }
            }

            const fn types(self) -> Types {
                match self { $(Self::$option => $types,)* }
            }
        }
    };
}
each_option!(key_option);

impl KeyOption {
    /// The option of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|option| option.name() == name)
    }

    /// Whether keys of a type can have it.
    pub fn is_for(self, key_type: KeyType) -> bool {
        self.check_type(key_type).is_ok()
    }

    pub(crate) fn check_type(self, key_type: KeyType) -> Result<(), Error> {
        match self.types() {
            Types::Those(has, reason) if !has(key_type) => Err(Error::InvalidOption { reason }),
            Types::Every | Types::Those(..) => Ok(()),
        }
    }
}

impl fmt::Display for KeyOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Record {
    /// What an option is; `None` for one that keys of the type do not have, or that was not said.
    pub(crate) fn option(&self, option: KeyOption) -> Option<OptionValue> {
        use OptionValue::{Flag, Labels, Number, Period, Text, Version};
        Some(match option {
            KeyOption::Derived => Flag(self.derived),
            KeyOption::Convergent => Flag(self.convergent),
            KeyOption::KeySize => Number(Some(self.key_size).filter(|size| *size > 0)?.into()),
            KeyOption::VersionTemplate => Text(self.template.as_ref()?.as_str().to_owned()),
            KeyOption::Exportable => Flag(self.exportable),
            KeyOption::AllowPlaintextBackup => Flag(self.allow_plaintext_backup),
            KeyOption::DeletionAllowed => Flag(self.deletion_allowed),
            KeyOption::AutoRotatePeriod => Period(Duration::from_nanos(self.auto_rotate_period)),
            KeyOption::Labels => {
                Labels(self.labels.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect())
            }
            KeyOption::MinDecryptionVersion => Version(Some(self.min_decryption)),
            KeyOption::MinEncryptionVersion => Version(self.min_encryption),
        })
    }

    /// Makes an option what was said, if it can be that by itself. What options are together is checked by
    /// who sets them.
    pub(crate) fn set_option(&mut self, option: KeyOption, value: &OptionValue) -> Result<(), Error> {
        use KeyOption as Is;
        use OptionValue::{Flag, Labels, Number, Period, Text, Version};
        match (option, value) {
            (Is::Derived, Flag(on)) => self.derived = *on,
            (Is::Convergent, Flag(on)) => self.convergent = *on,
            (Is::KeySize, Number(size)) => self.key_size = key_size(*size)?,
            (Is::VersionTemplate, Text(text)) => self.template = Some(template(text)?),
            (Is::Exportable, Flag(on)) => self.exportable = *on,
            (Is::AllowPlaintextBackup, Flag(on)) => self.allow_plaintext_backup = *on,
            (Is::DeletionAllowed, Flag(on)) => self.deletion_allowed = *on,
            (Is::AutoRotatePeriod, Period(period)) => self.auto_rotate_period = nanoseconds(*period)?,
            (Is::Labels, Labels(labels)) => self.set_labels(labels)?,
            (Is::MinDecryptionVersion, Version(Some(version))) => self.min_decryption = *version,
            (Is::MinEncryptionVersion, Version(version)) => self.min_encryption = *version,
            _ => return refuse(invalid::VALUE_OF_ANOTHER_KIND),
        }
        Ok(())
    }

    /// Of labels that stay only the number counts: documents may have one without a name, and every key can
    /// be changed.
    fn set_labels(&mut self, labels: &value::Labels) -> Result<(), Error> {
        for (name, value) in labels {
            match value {
                Some(value) if name.is_empty() || name.len().max(value.len()) > MAX_LABEL => {
                    return refuse(invalid::LABELS_OUT_OF_RANGE);
                }
                Some(value) => drop(self.labels.insert(name.clone(), value.clone())),
                None => drop(self.labels.remove(name)),
            }
        }
        if self.labels.len() > MAX_LABELS { refuse(invalid::LABELS_OUT_OF_RANGE) } else { Ok(()) }
    }
}

fn key_size(bytes: u64) -> Result<u16, Error> {
    match u16::try_from(bytes) {
        Ok(size @ 32..=512) => Ok(size),
        _ => refuse(invalid::KEY_SIZE_OUT_OF_RANGE),
    }
}

fn template(text: &str) -> Result<Template, Error> {
    match Template::new(text) {
        None => refuse(invalid::VERSION_TEMPLATE_MALFORMED),
        Some(template) if template.is_nearly_a_default() => refuse(invalid::VERSION_TEMPLATE_AMBIGUOUS),
        Some(template) => Ok(template),
    }
}

/// An hour: what Transit asks for at least.
const MIN_PERIOD: Duration = Duration::from_secs(3600);

/// The period in nanoseconds, 0 = never.
fn nanoseconds(period: Duration) -> Result<u64, Error> {
    if !period.is_zero() && period < MIN_PERIOD {
        return refuse(invalid::AUTO_ROTATE_PERIOD_TOO_SHORT);
    }
    u64::try_from(period.as_nanos()).or(refuse(invalid::AUTO_ROTATE_PERIOD_TOO_LONG))
}

fn refuse<T>(reason: &'static str) -> Result<T, Error> {
    Err(Error::InvalidOption { reason })
}
