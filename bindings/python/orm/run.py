"""Runs the tests of the adapters, and fails if a line of one has not run: `run.py [NAME ...]`, with arguments for pytest.

Each of SESSIONS is a process of its own: Django has settings for a whole process. With arguments the lines are not counted.
PostgreSQL is skipped by name where it cannot be had, and has to be there with STRONGROOM_NEEDS_POSTGRES set.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The folder of each session, in which pytest runs.
SESSIONS = [HERE, *(folder for folder in (HERE / "django",) if folder.is_dir())]


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as data:
        counted = {
            **os.environ,
            "COVERAGE_FILE": f"{data}/coverage",
            "COVERAGE_RCFILE": str(HERE / "coverage.ini"),
        }
        for folder in SESSIONS:
            pytest = [
                "pytest",
                "--quiet",
                "-rs",
                "-p",
                "no:cacheprovider",
                "--rootdir",
                str(folder),
                *arguments,
            ]
            ignored = [
                f"--ignore={other}" for other in SESSIONS if other != folder and folder in other.parents
            ]
            command = [sys.executable, "-X", "dev", "-m", "coverage", "run", "-m", *pytest, *ignored]
            done = subprocess.run(command, cwd=folder, env=counted)
            # 5: no test of that name here.
            if done.returncode not in ((0, 5) if arguments else (0,)):
                return done.returncode
        if arguments:
            return 0
        coverage = [sys.executable, "-m", "coverage"]
        subprocess.run([*coverage, "combine", "--quiet"], cwd=HERE, env=counted, check=True)
        return subprocess.run([*coverage, "report", "--skip-covered"], cwd=HERE, env=counted).returncode


sys.exit(main(sys.argv[1:]))
