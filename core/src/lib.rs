//! The reference begins with [`Keyring`], [`Key`], [`View`] and [`Error`]. What follows is the README of the
//! repository, whose links lead to files in a clone of it; `cargo xtask docs` makes a book of them there.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(clippy::cast_possible_truncation, reason = "tests count within bounds that they know")
)]

mod alg;
mod clock;
mod committing;
mod context;
mod derive;
mod document;
mod engine;
mod entropy;
mod error;
mod handle;
mod held;
mod interop;
mod key;
mod manner;
mod material;
mod name;
mod private_key;
mod public_key;
mod regular;
mod seal;
mod secret;
mod stack;
mod store;
mod stream;
mod subkey;
mod sync;
mod threads;
#[cfg(feature = "normalize")]
mod unicode;
mod verb;
mod version;
mod wire;

/// Its examples are run as well.
#[cfg(doctest)]
#[doc = include_str!("../../docs/moving.md")]
mod moving {}

/// Its examples are run as well.
#[cfg(doctest)]
#[doc = include_str!("../../docs/rust.md")]
mod rust {}

/// Its examples are run as well.
#[cfg(all(doctest, feature = "normalize"))]
#[doc = include_str!("../../docs/search.md")]
mod search {}

/// Its examples are run as well.
#[cfg(doctest)]
#[doc = include_str!("../../docs/streams.md")]
mod streams {}

#[cfg(feature = "hazmat")]
pub mod hazmat;

/// For bindings: whether a ciphertext that is made in a caller's memory is read there again, so that it must
/// not be made in memory that others write to.
#[doc(hidden)]
pub const READS_BACK: bool = alg::aead::READS_BACK;

pub use alg::hash::HashAlgorithm;
pub use alg::sign::{RsaPadding, SaltLength};
pub use clock::{Clock, SystemClock};
pub use context::{Aad, Context, IntoContext};
pub use derive::Kdf;
pub use document::binding::Binding;
pub use document::pin::Pin;
pub use document::token::PlatformToken;
pub use engine::check::{Fault, Report};
pub use engine::seals::SealInfo;
pub use engine::witnessed::WitnessReport;
pub use entropy::Nonces;
pub use error::{Error, ErrorFamily, ErrorInfo, Near, Place, Reason};
pub use handle::key::Key;
pub use handle::keyring::{Keyring, KeyringBuilder};
pub use handle::view::View;
pub use interop::transit::backup::TransitBackup;
pub use interop::transit::compare::TransitMatch;
pub use interop::transit::export::ExportFormat;
pub use key::api_key::ApiKey;
pub use key::column::{Column, ColumnError, NewColumn, OffsetBuffer, Offsets, Values};
pub use key::configure::KeyConfig;
pub use key::data_key::DataKey;
pub use key::data_key_size::DataKeySize;
pub use key::export::{ExportKind, Expose};
pub use key::import::Import;
pub use key::index::blind_index::BlindIndex;
#[cfg(feature = "normalize")]
pub use key::index::normalize::Normalize;
pub use key::info::{KeyInfo, VersionInfo};
pub use key::item::{Item, SignatureForm};
pub use key::options::{KeyOption, OptionKind, OptionTime, OptionValue};
pub use key::record::Dialect;
pub use key::spec::KeySpec;
pub use key::token::{Token, TokenForm};
pub use key::unusable::Unusable;
pub use key::window::VersionState;
pub use material::KeyType;
pub use name::{DocName, KeyName, KeyringId};
pub use public_key::PublicKey;
pub use seal::{KeyWrapper, RootKeySource, Seal, SealError, SealProvider};
pub use secret::{SecretArray, SecretBytes};
#[cfg(feature = "hazmat")]
pub use store::directory::files::{Files, Folder, LocalFiles, LockGuard, LockMode, NewFile, Status};
pub use store::{
    Directory, Epoch, Expected, Fence, Fencing, Looks, Memory, PutError, Revision, Sealed, Store, StoreError,
    StoreWarning,
};
pub use stream::info::StreamInfo;
pub use stream::reader::StreamReader;
pub use stream::rewrap::StreamRewrapper;
pub use stream::writer::StreamWriter;
pub use verb::{Need, Verb};
pub use version::Version;
