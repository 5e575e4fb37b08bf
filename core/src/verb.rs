//! The names of what can be done, and what each needs: the one list that calls, pages and bindings go by.

use std::fmt;

/// One line for each verb: its name in Rust, C and Python, what it needs, whether it reads what names a
/// version, what an item may say to it, and what more in Transit's manner.
macro_rules! verbs {
    ($($verb:ident $name:literal $need:ident $reads:ident [$($said:ident)*] [$($more:ident)*];)*) => {
        /// What can be done with a key or with its keyring, whatever form it takes: single or batch, text or
        /// binary, into a buffer or not.
        ///
        /// ```
        /// use strongroom::{Need, Verb};
        /// assert_eq!((Verb::VerifyHmac.name(), Verb::VerifyHmac.need()), ("verify_hmac", Need::Process));
        /// assert!(Verb::ALL.iter().any(|verb| verb.name() == "rotate"));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "the names are those of the operations")]
        pub enum Verb {
            $($verb,)*
        }

        impl Verb {
            /// Each of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$verb,)*];

            /// In the order of the verbs, so that what is said of one is a load away.
            const ROWS: &'static [Row] = &[$(Row {
                name: $name,
                need: Need::$need,
                reads: $reads,
                takes: Said::NOTHING$(.and(Said::$said))*,
                takes_as_transit: Said::NOTHING$(.and(Said::$said))*$(.and(Said::$more))*,
            },)*];

            #[inline]
            const fn row(self) -> &'static Row {
                &Self::ROWS[self as usize]
            }
        }
    };
}

struct Row {
    name: &'static str,
    need: Need,
    reads: bool,
    takes: Said,
    takes_as_transit: Said,
}

verbs! {
    Encrypt "encrypt" Protect false [AAD VERSION] [];
    Decrypt "decrypt" Process true [AAD] [];
    Rewrap "rewrap" Protect true [AAD] [VERSION];
    NeedsRewrap "needs_rewrap" Process true [] [];
    DataKey "data_key" Protect false [AAD VERSION] [];
    Sign "sign" Protect false [VERSION FORM] [HASH];
    Verify "verify" Process true [FORM] [HASH];
    Hmac "hmac" Protect false [VERSION HASH] [];
    VerifyHmac "verify_hmac" Process true [HASH] [];
    PublicKey "public_key" Process true [VERSION] [];
    Context "context" Manage false [] [];
    Info "info" Manage false [] [];
    Rotate "rotate" Manage false [] [];
    ImportVersion "import_version" Manage false [] [];
    Configure "configure" Manage false [] [];
    Disable "disable" Manage false [] [];
    Enable "enable" Manage false [] [];
    Trim "trim" Manage false [] [];
    Export "export" Manage false [] [];
    Backup "backup" Manage false [] [];
    Key "key" Manage false [] [];
    Keys "keys" Manage false [] [];
    CreateKey "create_key" Manage false [] [];
    ImportKey "import_key" Manage false [] [];
    RestoreKey "restore_key" Manage false [] [];
    DeleteKey "delete_key" Manage false [] [];
    RotateDue "rotate_due" Manage false [] [];
    Refresh "refresh" Manage false [] [];
    Check "check" Manage false [] [];
    Repair "repair" Manage false [] [];
    RemoveUnreadable "remove_unreadable" Manage false [] [];
    Snapshot "snapshot" Manage false [] [];
    Seals "seals" Manage false [] [];
    AddSeal "add_seal" Manage false [] [];
    RemoveSeal "remove_seal" Manage false [] [];
    Reseal "reseal" Manage false [] [];
    Upgrade "upgrade" Manage false [] [];
    SetMaxStaleness "set_max_staleness" Manage false [] [];
    Pin "pin" Manage false [] [];
    Witness "witness" Manage false [] [];
}

/// How fresh what is known of a key has to be for a [`Verb`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Need {
    /// Something new is made, so the newest version must be known.
    Protect,
    /// Something is read that was made before.
    Process,
    /// Keys are looked at or changed.
    Manage,
}

impl Verb {
    /// As the operation is called in Rust, C and Python.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// How fresh what is known has to be.
    pub const fn need(self) -> Need {
        self.row().need
    }

    /// Whether what is worked on names a version, so that one which is not known here is looked up in the
    /// store.
    pub(crate) const fn reads(self) -> bool {
        self.row().reads
    }

    /// What an item may say to it, beside what is worked on and the context.
    pub(crate) const fn takes(self, is_transit: bool) -> Said {
        if is_transit { self.row().takes_as_transit } else { self.row().takes }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of what can be said beside what is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said(u8);

impl Said {
    pub(crate) const NOTHING: Self = Self(0);
    pub(crate) const AAD: Self = Self(1);
    pub(crate) const VERSION: Self = Self(2);
    pub(crate) const HASH: Self = Self(4);
    pub(crate) const FORM: Self = Self(8);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
