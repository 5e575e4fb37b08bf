//! A whole answer of a server, as `vault read -format=json` and `curl` save it, in the place of the backup
//! that is in it.

use super::json::{Json, Text};
use super::{corrupt, once};
use crate::Error;

/// The text under `data.backup`.
pub(super) fn backup_in(answer: &[u8]) -> Result<Text<'_>, Error> {
    let mut found = None;
    let mut json = Json::new(answer);
    json.object(|name, json| match name {
        "data" if !json.null()? => json.object(|name, json| match name {
            "backup" => once(&mut found, json.string()?),
            _ => json.skip(),
        }),
        "data" => Ok(()),
        _ => json.skip(),
    })?;
    json.end()?;
    found.ok_or(corrupt(
        "it is JSON, but not an answer with a backup in it; save it with `vault read -field=backup`",
    ))
}
