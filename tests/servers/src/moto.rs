//! moto: services of AWS. Signatures and policies are checked from the time on that [`check_signatures`] is
//! called; before that, users and their keys are made.

use crate::{Server, Skipped, fetch, output, skipped};
use std::path::PathBuf;
use std::process::Command;

/// The interpreter of Python that has moto and Amazon's own client, `boto3`.
///
/// # Errors
/// [`Skipped`] where they cannot be fetched.
pub fn python() -> Result<PathBuf, Skipped> {
    let programs = fetch::python(&fetch::here("requirements-moto.txt")).map_err(skipped("moto"))?;
    Ok(programs.join("python"))
}

/// A server, with `AWS_ENDPOINT_URL` for who asks it.
///
/// # Errors
/// [`Skipped`] where it cannot be fetched or does not start.
pub fn start() -> Result<Server, Skipped> {
    let program = python()?.with_file_name("moto_server");
    let run = || {
        let mut server = Server::new()?;
        let port = server.take_port()?.to_string();
        server.variables.push(("AWS_ENDPOINT_URL", format!("http://{}", server.address)));
        server.variables.push(("AWS_DEFAULT_REGION", "eu-central-1".to_owned()));
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port]);
        server.run(&command)
    };
    run().map_err(skipped("moto"))
}

/// Has the server refuse, from now on, what is not signed by a user, or not allowed to who signed it.
///
/// # Errors
/// What Python says of the server's answer.
pub fn check_signatures(server: &Server, python: &PathBuf) -> Result<String, String> {
    // As a form, it would be read as one.
    let ask = "import sys, urllib.request as it; \
        it.urlopen(it.Request(sys.argv[1] + '/moto-api/reset-auth', b'0', {'Content-Type': 'text/plain'}))";
    output(Command::new(python).args(["-c", ask, &format!("http://{}", server.address)]))
}
