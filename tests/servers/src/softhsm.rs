//! SoftHSM2, a module for PKCS#11 that keeps its tokens in files. It is no process: `SOFTHSM2_CONF` names its
//! configuration, and `PKCS11_MODULE` the library.

use crate::{Server, Skipped, output, skipped};
use std::fs;
use std::process::Command;

/// Where systems put the library.
const MODULES: [&str; 5] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

/// A folder with one token, `strongroom`, whose user has the PIN `1234`.
///
/// # Errors
/// [`Skipped`] where it is not installed.
pub fn start() -> Result<Server, Skipped> {
    let run = || {
        let module = MODULES.iter().find(|module| fs::exists(module).unwrap_or(false));
        let module = module.ok_or("it is not installed (softhsm2 of Debian)")?;
        let mut server = Server::new()?;
        let (tokens, file) = (server.home().join("tokens"), server.home().join("softhsm2.conf"));
        fs::create_dir(&tokens).map_err(|error| error.to_string())?;
        let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
        fs::write(&file, text).map_err(|error| error.to_string())?;
        server.variables.push(("SOFTHSM2_CONF", file.display().to_string()));
        server.variables.push(("PKCS11_MODULE", (*module).to_owned()));
        let token = ["--init-token", "--free", "--label", "strongroom", "--pin", "1234", "--so-pin", "5678"];
        ask(&server, &token)?;
        Ok(server)
    };
    run().map_err(skipped("softhsm"))
}

/// What the program of SoftHSM2 prints.
///
/// # Errors
/// What it complains of.
pub fn ask(server: &Server, arguments: &[&str]) -> Result<String, String> {
    let variables = server.variables.iter().map(|(name, value)| (*name, value.as_str()));
    output(Command::new("softhsm2-util").args(arguments).envs(variables))
}
