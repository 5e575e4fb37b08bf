"""The types that are declared are those that there are."""

import os
import subprocess
import sys
from pathlib import Path

from repository import EXAMPLE, TESTS

import strongroom


def run(*arguments: str) -> None:
    environment = {**os.environ, "MYPY_CACHE_DIR": str(TESTS.parents[2] / "target/mypy"), "MYPYPATH": str(TESTS)}
    done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=TESTS.parent, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stubs_are_those_of_the_module() -> None:
    run("mypy.stubtest", "strongroom", "--mypy-config-file", "pyproject.toml")


def test_strict_checking_of_users_programs() -> None:
    run("mypy", "--strict", str(EXAMPLE), *map(str, sorted(TESTS.glob("*.py"))))


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(strongroom.__file__).parent / "py.typed").exists()
