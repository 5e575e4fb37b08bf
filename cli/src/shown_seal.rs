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
