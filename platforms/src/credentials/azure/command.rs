//! Who has logged in with `az`.

use super::Place;
use crate::credentials::bearer::Bearer;
use crate::json;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;
use strongroom::SealError;
use zeroize::Zeroizing;

pub(super) fn token(place: &Place<'_>, tenant: Option<&str>) -> Result<Bearer, SealError> {
    let mut command = Command::new(if cfg!(windows) { "az.cmd" } else { "az" });
    command.args(["account", "get-access-token", "--output", "json", "--resource"]);
    command.arg(&place.challenge.resource);
    command.args(tenant.iter().flat_map(|tenant| ["--tenant", tenant]));
    let run = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut run = run.map_err(|error| place.says(format!("az cannot be run: {error}")))?;
    // What it prints is shorter than what a pipe holds.
    let status = loop {
        match run.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if place.deadline.left().is_some() => std::thread::sleep(Duration::from_millis(20)),
            _ => {
                let _ = run.kill();
                let _ = run.wait();
                return Err(place.says("az has not answered within 10 seconds"));
            }
        }
    };
    let mut said = Zeroizing::new(Vec::with_capacity(MAX));
    if let Some(out) = run.stdout.take() {
        let _ = out.take(MAX as u64).read_to_end(&mut said);
    }
    let token = json::text(&said, &["accessToken"]).filter(|token| status.success() && !token.is_empty());
    let token = token.ok_or_else(|| place.says("az gives no token; log in with `az login`"))?;
    Ok(Bearer::new(&token, None))
}

const MAX: usize = 65_536;
