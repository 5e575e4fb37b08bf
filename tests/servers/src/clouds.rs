//! Azure's Key Vault, Google's KMS and Secret Manager, and Infisical, as far as seals ask them: servers of
//! ours (`clouds/`), since there are none in any registry. Each platform's own client confirms what they do
//! ([`drive`]), so that they are not what our code takes the platform to be.

use crate::{Server, Skipped, fetch, output, skipped};
use std::path::PathBuf;
use std::process::Command;

fn python() -> Result<PathBuf, String> {
    Ok(fetch::python(&fetch::here("requirements-clouds.txt"))?.join("python"))
}

/// A key vault of Azure's over TLS, whose CA is `ca.pem` in its folder, and who gives tokens for it.
///
/// # Errors
/// [`Skipped`] where the clients cannot be fetched, or it does not start.
pub fn azure() -> Result<Server, Skipped> {
    start("azure").map_err(skipped("azure"))
}

/// Infisical.
///
/// # Errors
/// [`Skipped`] where the client cannot be fetched, or it does not start.
pub fn infisical() -> Result<Server, Skipped> {
    start("infisical").map_err(skipped("infisical"))
}

/// Google, with `GOOGLE_APPLICATION_CREDENTIALS` for who asks it.
///
/// # Errors
/// [`Skipped`] where the clients cannot be fetched, or it does not start.
pub fn google() -> Result<Server, Skipped> {
    let mut server = start("google").map_err(skipped("google"))?;
    let file = server.home().join("service.json").display().to_string();
    server.variables.push(("GOOGLE_APPLICATION_CREDENTIALS", file));
    Ok(server)
}

/// drongo: Google's KMS as others than us understand it, without anybody to log in with. What it calls a
/// ciphertext has the plaintext in it.
///
/// # Errors
/// [`Skipped`] where it cannot be fetched, or does not start.
pub fn drongo() -> Result<Server, Skipped> {
    let run = || {
        let program = python()?.with_file_name("drongo");
        let mut server = Server::new()?;
        let port = server.take_port()?.to_string();
        let mut command = Command::new(program);
        command.args(["server", "--host", "127.0.0.1", "--port", &port]);
        server.run(&command)
    };
    run().map_err(skipped("drongo"))
}

fn start(platform: &'static str) -> Result<Server, String> {
    let program = python()?;
    let mut server = Server::new()?;
    let port = server.take_port()?.to_string();
    let mut command = Command::new(program);
    command.arg(fetch::here(&format!("clouds/{platform}_server.py"))).arg(port).arg(server.home());
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    server.run(&command)
}

/// Has the platform's own client confirm that the server does what the platform does.
///
/// # Errors
/// Where it does not.
pub fn drive(platform: &str, server: &Server) -> Result<(), String> {
    match client(platform, server, &["drive"])?.as_str() {
        "driven" => Ok(()),
        other => Err(format!("{platform} was not driven to the end: {other}")),
    }
}

/// What the platform's own client prints (`clouds/client.py`).
///
/// # Errors
/// What it complains of.
pub fn client(platform: &str, server: &Server, words: &[&str]) -> Result<String, String> {
    let mut command = Command::new(python()?);
    command.arg(fetch::here("clouds/client.py")).args([platform, &server.address]).arg(server.home());
    command.args(words).env("PYTHONDONTWRITEBYTECODE", "1").env("HOME", server.home());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    output(&mut command)
}
