"""Two releases on one keyring: what the older writes the newer reads and goes on with, and back.

``STRONGROOM_PREVIOUS_WHEEL`` names the wheel of the older one (``cargo xtask dist --against WHEEL``). Without it both are the one that is tested,
which tries the test and promises nothing.
"""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from repository import ROOT

NEWER = sys.executable


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> str:
    wheel = os.environ.get("STRONGROOM_PREVIOUS_WHEEL")
    if not wheel:
        return NEWER
    place = tmp_path_factory.mktemp("older")
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = str(place / "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", wheel], check=True)
    said = subprocess.run([python, "-c", "import strongroom; print(strongroom.__file__)"], check=True, capture_output=True, text=True)
    assert said.stdout.startswith(str(place)), "the older release is not the one of the wheel"
    return python


def run(python: str, command: str, place: Path) -> str:
    done = subprocess.run([python, str(Path(__file__).with_name("release.py")), command, str(place)], capture_output=True, text=True)
    assert done.returncode == 0, f"{command} by {'the newer' if python == NEWER else 'the older'}:\n{done.stderr}"
    return done.stdout


def test_the_newer_reads_what_the_older_wrote_and_goes_on(older: str, tmp_path: Path) -> None:
    run(older, "write", tmp_path)
    assert int(run(NEWER, "read", tmp_path).split()[0]) >= 100
    run(NEWER, "go_on", tmp_path)
    run(NEWER, "read", tmp_path)


def test_the_older_reads_what_the_newer_wrote_and_goes_on(older: str, tmp_path: Path) -> None:
    run(NEWER, "write", tmp_path)
    run(older, "read", tmp_path)
    run(older, "go_on", tmp_path)
    run(NEWER, "read", tmp_path)


def test_both_work_on_one_keyring_in_turn(older: str, tmp_path: Path) -> None:
    run(older, "write", tmp_path)
    for python in (NEWER, older, NEWER, older):
        run(python, "go_on", tmp_path)
        run(older, "read", tmp_path)
        run(NEWER, "read", tmp_path)


def sets() -> list[Path]:
    """The golden files of releases, and those from before the first."""
    return sorted(path.parent for path in (ROOT / "tests/golden").glob("*/golden.json"))


@pytest.mark.parametrize("path", sets(), ids=lambda path: path.name)
def test_golden_files_open_in_both(older: str, path: Path, tmp_path: Path) -> None:
    for at, python in enumerate((older, NEWER)):
        place = tmp_path / str(at)
        copytree(path, place)
        run(python, "golden", place)


def test_there_are_golden_files() -> None:
    assert len(sets()) >= 3
