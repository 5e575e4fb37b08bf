//! A seal that has read what it needs, as the engine asks it.

use super::platform::{self, KeyWrapper};
use super::{SealError, SealProvider};
use crate::document::binding::Binding;
use crate::document::copy::WrappedCopy;
use crate::secret::SecretArray;
use std::sync::Arc;

#[derive(Clone)]
pub(crate) enum Ready {
    Provider(Arc<dyn SealProvider>),
    Platform(Arc<dyn KeyWrapper>),
}

impl Ready {
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::Provider(provider) => provider.kind(),
            Self::Platform(platform) => platform.kind(),
        }
    }

    pub(crate) fn key_id(&self) -> &str {
        match self {
            Self::Provider(provider) => provider.key_id(),
            Self::Platform(platform) => platform.key_id(),
        }
    }

    pub(crate) fn public_wrap(&self) -> bool {
        match self {
            Self::Provider(provider) => provider.public_wrap(),
            Self::Platform(platform) => platform.public_wrap(),
        }
    }

    /// Whether both have one copy.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.key_id() == other.key_id()
    }

    /// Its copy of the newest root key: the one of its kind and id or, since names change where the key
    /// stays, the only one of its kind. The id of a root key is made from the key and names it for good.
    pub(crate) fn own<'a>(&self, copies: &'a [WrappedCopy]) -> Option<&'a WrappedCopy> {
        let own = copies.iter().find(|copy| copy.is(self.kind(), self.key_id()));
        if own.is_some() || self.kind() == super::root_key::KIND {
            return own;
        }
        let mut of_its_kind = copies.iter().filter(|copy| copy.kind == self.kind());
        of_its_kind.next().filter(|_| of_its_kind.next().is_none())
    }

    /// Wraps a key for the copy of this id.
    pub(crate) fn wrap(
        &self,
        key: &SecretArray<32>,
        binding: &Binding,
        copy_id: &str,
    ) -> Result<Vec<u8>, SealError> {
        match self {
            Self::Provider(provider) => provider.wrap(key, &binding.aad(self.kind(), copy_id)),
            Self::Platform(platform) => platform::wrap_by(platform.as_ref(), key, binding, copy_id),
        }
    }

    /// Unwraps the copy of this id.
    pub(crate) fn unwrap(
        &self,
        blob: &[u8],
        binding: &Binding,
        copy_id: &str,
    ) -> Result<SecretArray<32>, SealError> {
        match self {
            Self::Provider(provider) => provider.unwrap(blob, &binding.aad(self.kind(), copy_id)),
            Self::Platform(platform) => platform::unwrap_by(platform.as_ref(), blob, binding, copy_id),
        }
    }
}
