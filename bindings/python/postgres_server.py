"""A PostgreSQL of its own, for the tests and the soak that want one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a server on a socket of its own; it does not run as root. `ImportError` says what is not there."""
    import psycopg  # noqa: F401

    # Debian puts it beside the path.
    folders = [os.environ.get("PATH", ""), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    program = shutil.which("initdb", path=os.pathsep.join(folders))
    if program is None:
        raise ImportError("there is no initdb on the path")
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        if user:
            shutil.chown(folder, "postgres", "postgres")
        data, log = f"{folder}/data", f"{folder}/log"
        quiet: dict[str, Any] = {"cwd": "/", "check": True, "stdout": subprocess.DEVNULL}
        subprocess.run([*user, program, "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"], **quiet)
        control = [*user, str(Path(program).with_name("pg_ctl")), "-D", data, "-l", log, "-w"]
        subprocess.run([*control, "-o", f"-k {folder} -c listen_addresses= -c fsync=off", "start"], **quiet)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
