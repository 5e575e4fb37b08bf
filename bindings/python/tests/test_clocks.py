"""Tokens between clocks that differ: programs whose time of day is shifted, by a library that is loaded before the C library."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SEALING_KEY
from repository import ROOT, TESTS

from strongroom import Keyring, Seal

CLOCKS = ROOT / "tests/clocks"
CASES: list[dict[str, Any]] = json.loads((CLOCKS / "cases.json").read_text("utf-8"))
MINUTE = 60_000


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that shifts the clock."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("skipped: a shifted clock, LD_PRELOAD is of Linux and needs a C compiler")
    library = tmp_path_factory.mktemp("clocks") / "shift.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, CLOCKS / "shift.c"], check=True)
    return library


def by_clock(shift: Path, folder: Path, ms: int, request: dict[str, Any]) -> dict[str, Any]:
    """What a program answers whose clock is ahead by so many milliseconds."""
    environment = {**os.environ, "LD_PRELOAD": str(shift), "STRONGROOM_TEST_CLOCK_MS": str(ms)}
    opening = {"op": "open", "folder": str(folder), "root_key": SEALING_KEY.hex()}
    lines = "".join(json.dumps(line) + "\n" for line in (opening, {"key": "cards", **request}))
    done = subprocess.run([sys.executable, TESTS / "driver.py"], input=lines, env=environment, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[1])
    return answer


def test_there_are_cases() -> None:
    assert len(CASES) >= 16 and {case["result"] for case in CASES} == {"ok", "token_expired", "token_not_yet_valid"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_a_token_is_good_between_two_moments(shift: Path, folder: Path, seal: Seal, case: dict[str, Any]) -> None:
    Keyring.create(folder, seal).create_key("cards")
    token = by_clock(shift, folder, case["issued_at_ms"], {"op": "issue", "payload": "0102", "ttl_ms": case["ttl_ms"]})["ok"]
    leeway = {"leeway_ms": case["leeway_ms"]} if "leeway_ms" in case else {}
    answer = by_clock(shift, folder, case["redeemed_at_ms"], {"op": "redeem", "token": token, **leeway})
    if case["result"] == "ok":
        payload, issued, expires = answer["ok"].split(" ")
        assert payload == "0102" and int(expires) - int(issued) == case["ttl_ms"]
    else:
        assert answer == {"error": case["result"]}
