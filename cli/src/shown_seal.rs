//! A seal, as programs are told of it.

use crate::period;
use serde::Serialize;
use strongroom::SealInfo;

/// Which one.
#[derive(Serialize)]
pub(crate) struct Id<'a> {
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
}

/// What is known of one.
#[derive(Serialize)]
pub(crate) struct ShownSeal<'a> {
    kind: &'a str,
    id: &'a str,
    label: Option<&'a str>,
    added: Option<String>,
    in_use: bool,
}

/// The copy that a seal of this kind and id opens: the one of this id or, but for root keys, the only one of
/// its kind.
pub(crate) fn own_copy<'a>(copies: &'a [SealInfo], kind: &str, id: &str) -> Option<&'a SealInfo> {
    let mut of_its_kind = copies.iter().filter(|copy| copy.kind == kind);
    let own = of_its_kind.clone().find(|copy| copy.id == id);
    let only = || of_its_kind.next().filter(|_| kind != "root-key" && of_its_kind.next().is_none());
    own.or_else(only)
}

impl<'a> From<&'a SealInfo> for ShownSeal<'a> {
    fn from(info: &'a SealInfo) -> Self {
        Self {
            kind: &info.kind,
            id: &info.id,
            label: info.label.as_deref(),
            added: info.added.map(period::time),
            in_use: info.in_use,
        }
    }
}
