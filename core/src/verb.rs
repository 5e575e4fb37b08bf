//! The names of what can be done, and what each needs: the one list that calls, pages and bindings go by.

use std::fmt;

/// One line for each verb: its name in Rust, C and Python, what it needs, whether it reads what names a
/// version, which keys do it with what, what an item may say to it, and what more in Transit's manner.
macro_rules! verbs {
    ($(
        $verb:ident $name:literal $need:ident $reads:ident $by:ident $of:ident
        [$($said:ident)*] [$($more:ident)*];
    )*) => {
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
                by: By::$by,
                of: Of::$of,
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
    by: By,
    of: Of,
    takes: Said,
    takes_as_transit: Said,
}

verbs! {
    Encrypt "encrypt" Protect false Encrypting Plaintext [AAD VERSION] [];
    Decrypt "decrypt" Process true Encrypting Written [AAD] [];
    Rewrap "rewrap" Protect true Encrypting Written [AAD] [VERSION];
    NeedsRewrap "needs_rewrap" Process true Encrypting Written [] [];
    DataKey "data_key" Protect false Encrypting DataKey [AAD VERSION] [];
    EncryptStream "encrypt_stream" Protect false Streaming Stream [AAD VERSION] [];
    DecryptStream "decrypt_stream" Process true Encrypting Stream [AAD] [];
    RewrapStream "rewrap_stream" Protect true Streaming Stream [AAD] [];
    Issue "issue" Protect false Streaming Plaintext [AAD VERSION] [];
    Redeem "redeem" Process true Encrypting Token [AAD] [];
    Sign "sign" Protect false Signing Message [VERSION FORM HASH PREHASHED PADDING] [];
    Verify "verify" Process true Signing Signed [FORM HASH PREHASHED PADDING] [];
    Hmac "hmac" Protect false Every Message [VERSION HASH] [];
    VerifyHmac "verify_hmac" Process true Every Signed [HASH] [];
    Index "index" Protect false Every Message [] [];
    Indexes "indexes" Protect false Every Message [] [];
    NeedsReindex "needs_reindex" Process true Every Written [] [];
    PublicKey "public_key" Process true Signing Nothing [VERSION] [];
    DeriveKey "derive_key" Protect true Agreeing Nothing [VERSION] [];
    CertificateRequest "certificate_request" Protect false Signing Nothing [VERSION] [];
    SetCertificateChain "set_certificate_chain" Manage false Signing Nothing [] [];
    CertificateChain "certificate_chain" Manage false Signing Nothing [] [];
    Context "context" Manage false Every Nothing [] [];
    Info "info" Manage false Every Nothing [] [];
    Rotate "rotate" Manage false Every Nothing [] [];
    ImportVersion "import_version" Manage false Every Nothing [] [];
    Configure "configure" Manage false Every Nothing [] [];
    Disable "disable" Manage false Every Nothing [] [];
    Enable "enable" Manage false Every Nothing [] [];
    Trim "trim" Manage false Every Nothing [] [];
    Export "export" Manage false Every Nothing [] [];
    Backup "backup" Manage false Every Nothing [] [];
    Key "key" Manage false Every Nothing [] [];
    Keys "keys" Manage false Every Nothing [] [];
    CreateKey "create_key" Manage false Every Nothing [] [];
    ImportKey "import_key" Manage false Every Nothing [] [];
    RestoreKey "restore_key" Manage false Every Nothing [] [];
    DeleteKey "delete_key" Manage false Every Nothing [] [];
    RotateDue "rotate_due" Manage false Every Nothing [] [];
    Refresh "refresh" Manage false Every Nothing [] [];
    Check "check" Manage false Every Nothing [] [];
    Repair "repair" Manage false Every Nothing [] [];
    RemoveUnreadable "remove_unreadable" Manage false Every Nothing [] [];
    Snapshot "snapshot" Manage false Every Nothing [] [];
    Seals "seals" Manage false Every Nothing [] [];
    AddSeal "add_seal" Manage false Every Nothing [] [];
    RemoveSeal "remove_seal" Manage false Every Nothing [] [];
    RewrapSeals "rewrap_seals" Manage false Every Nothing [] [];
    Reseal "reseal" Manage false Every Nothing [] [];
    Upgrade "upgrade" Manage false Every Nothing [] [];
    SetMaxStaleness "set_max_staleness" Manage false Every Nothing [] [];
    Pin "pin" Manage false Every Nothing [] [];
    Witness "witness" Manage false Every Nothing [] [];
}

/// Keys of which types do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Encrypting,
    /// They make streams and tokens; what is read may be of a version before, which tells.
    Streaming,
    Signing,
    Agreeing,
    Every,
}

/// What an item has to hold for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Plaintext,
    /// What was made before, in several forms, which the operation takes apart.
    Written,
    /// What is read or written piece by piece, so the item says only what goes with it.
    Stream,
    Token,
    Message,
    /// A message with its signature or mac.
    Signed,
    DataKey,
    /// Only the key is asked for something.
    Nothing,
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

    /// As an error says that a key does not do it. The calls for streams have other names in each language.
    pub(crate) const fn told(self) -> &'static str {
        if matches!(self, Self::EncryptStream) {
            "encrypting a stream"
        } else if matches!(self, Self::DecryptStream) {
            "decrypting a stream"
        } else if matches!(self, Self::RewrapStream) {
            "rewrapping a stream"
        } else {
            self.name()
        }
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

    /// Keys of which types do it.
    pub(crate) const fn by(self) -> By {
        self.row().by
    }

    /// What an item has to hold for it.
    pub(crate) const fn of(self) -> Of {
        self.row().of
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
    pub(crate) const PREHASHED: Self = Self(16);
    pub(crate) const PADDING: Self = Self(32);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
