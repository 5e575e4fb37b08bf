"""A server of PostgreSQL for the time of a test, on a socket of its own."""

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
    """Its address. It does not run as root."""
    import psycopg  # noqa: F401

    program = shutil.which("initdb")
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
