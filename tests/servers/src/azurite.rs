//! Azurite: Azure's blobs, by Microsoft, in memory. Requests are signed with the account's key, which
//! everybody knows.

use crate::{Server, Skipped, fetch, skipped};
use std::process::Command;

/// The name of the account that there is.
pub const ACCOUNT: &str = "devstoreaccount1";

/// Its key, in base64: the one that Microsoft documents for every emulator.
pub const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A server.
///
/// # Errors
/// [`Skipped`] where it cannot be fetched or does not start.
pub fn start() -> Result<Server, Skipped> {
    let run = || {
        let programs = fetch::node(&fetch::here("azurite"))?;
        let mut server = Server::new()?;
        let port = server.take_port()?.to_string();
        let mut command = Command::new(programs.join("azurite-blob"));
        command.args(["--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry"]);
        command.args(["--blobHost", "127.0.0.1", "--blobPort", &port]);
        server.run(&command)
    };
    run().map_err(skipped("azurite"))
}
