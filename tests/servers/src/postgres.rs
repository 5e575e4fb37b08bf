//! PostgreSQL, which is taken from the path or from where Debian puts it. It refuses to run as root, so there
//! it runs as the user `postgres`.

use crate::{Server, Skipped, output, skipped};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server with the user `postgres`, who needs no password; its data is gone afterwards.
///
/// # Errors
/// [`Skipped`] where it is not installed or does not start.
pub fn start() -> Result<Server, Skipped> {
    let run = || {
        let programs = programs()?;
        let mut server = Server::new()?;
        let port = server.take_port()?.to_string();
        let data = server.home().join("data");
        fs::create_dir(&data).map_err(|error| error.to_string())?;
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(server.home(), open).map_err(|error| error.to_string())?;
        if is_root()? {
            output(Command::new("chown").arg("postgres").arg(&data))?;
        }
        let mut made = unprivileged(&programs.join("initdb"))?;
        made.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]);
        output(made.arg("--locale=C").current_dir("/"))?;
        let mut command = unprivileged(&programs.join("postgres"))?;
        command.arg("-D").arg(&data).arg("-k").arg(&data).args(["-p", &port, "-c", "fsync=off"]);
        command.args(["-c", "listen_addresses=127.0.0.1"]);
        server.run(&command)
    };
    run().map_err(skipped("postgres"))
}

/// What the server answers to a statement.
///
/// # Errors
/// What `psql` complains of.
pub fn ask(server: &Server, statement: &str) -> Result<String, String> {
    let port = server.address.rsplit(':').next().unwrap_or_default();
    let mut psql = Command::new(programs()?.join("psql"));
    psql.args(["-h", "127.0.0.1", "-U", "postgres", "-X", "-A", "-t", "-p", port, "-c", statement]);
    output(&mut psql)
}

fn programs() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(installed.map(|version| version.path().join("bin")));
    let has_all =
        |folder: &Path| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).exists());
    folders.into_iter().find(|folder| has_all(folder)).ok_or_else(|| "it is not installed".to_owned())
}

fn is_root() -> Result<bool, String> {
    Ok(output(Command::new("id").arg("-u"))? == "0")
}

/// The program as the user `postgres`, if we are root.
fn unprivileged(program: &Path) -> Result<Command, String> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    Ok(command)
}
