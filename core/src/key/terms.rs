//! What a view says about every call that goes through it.

use crate::Error;
use crate::context::{Context, TOO_LONG};
use crate::key::item::Item;
use crate::manner::Manner;

/// Passed to every verb, beside the item.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) context: Option<&'a Context>,
    pub(crate) manner: Manner,
}

impl<'a> Terms<'a> {
    /// The context of the item, or else of the view. Transit ignores the one that a key which is not derived
    /// has no use for.
    pub(crate) fn context<'c>(&self, item: &'c Item<'_>, derived: bool) -> Result<Option<&'c Context>, Error>
    where
        'a: 'c,
    {
        let context = match (&item.context, self.context) {
            _ if self.manner.is_transit() && !derived => None,
            (None, bound) => bound,
            (Some(_), Some(_)) => {
                return Err(Error::InvalidContext { reason: "this view of the key has one already" });
            }
            (Some(Ok(context)), None) => Some(context),
            (Some(Err(error)), None) => return Err(error.clone()),
        };
        Terms { context, manner: self.manner }.bound(derived)
    }

    /// The context of the view.
    pub(crate) fn bound(&self, derived: bool) -> Result<Option<&'a Context>, Error> {
        match self.context {
            _ if self.manner.is_transit() && !derived => Ok(None),
            Some(context) if !self.manner.is_transit() && context.is_long() => {
                Err(Error::InvalidContext { reason: TOO_LONG })
            }
            context => Ok(context),
        }
    }

    /// The bytes of the item's aad.
    pub(crate) fn aad<'c>(&self, item: &'c Item<'_>) -> Result<&'c [u8], Error> {
        match self.manner {
            Manner::Strict => item.aad.encoded(),
            Manner::Transit => item.aad.as_a_message(),
        }
    }

    /// The bytes of the item's aad with what they are: 0 for none, 1 for bytes and text, 2 for a map.
    pub(crate) fn aad_with_kind<'c>(&self, item: &'c Item<'_>) -> Result<(u8, &'c [u8]), Error> {
        let bytes = self.aad(item)?;
        Ok((if bytes.is_empty() { 0 } else { item.aad.kind() }, bytes))
    }
}
