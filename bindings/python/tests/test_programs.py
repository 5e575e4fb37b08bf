"""The example and the driver, run as programs."""

import json
import subprocess
import sys
from pathlib import Path

from conftest import SEALING_KEY
from repository import EXAMPLE, ROOT, TESTS

from strongroom import Keyring, Seal

PYTHON = [sys.executable, "-X", "dev", "-W", "error"]


def test_the_example_runs_and_is_short() -> None:
    done = subprocess.run([*PYTHON, str(EXAMPLE)], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[1:] == ["before: ['v1', 'v1']", "after:  ['v2', 'v2']"]
    assert len(EXAMPLE.read_text("utf-8").splitlines()) < 40


def test_the_driver_answers_every_line(folder: Path, seal: Seal) -> None:
    with Keyring.create(folder, seal) as ring:
        ring.create_key("tenants", derived=True)
        ring.create_key("releases", "ed25519")
    driver = subprocess.Popen([*PYTHON, str(TESTS / "driver.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert driver.stdin and driver.stdout

    def ask(op: str, **request: str) -> object:
        assert driver.stdin and driver.stdout
        driver.stdin.write(json.dumps({"op": op, **request}) + "\n")
        driver.stdin.flush()
        return json.loads(driver.stdout.readline())

    assert ask("open", folder=str(folder), root_key=SEALING_KEY.hex()) == {"ok": True}
    tenant = {"key": "tenants", "context": b"acme".hex(), "aad": b"id".hex()}
    ciphertext = ask("encrypt", plaintext=b"4111".hex(), **tenant)["ok"]  # type: ignore[index]
    assert ask("rotate", key="tenants") == {"ok": 2}
    assert ask("decrypt", ciphertext=ciphertext, **tenant) == {"ok": b"4111".hex()}
    assert ask("decrypt", ciphertext=ciphertext, **{**tenant, "aad": b"other".hex()}) == {"error": "decrypt_failed"}
    assert ask("decrypt", ciphertext=ciphertext, **{**tenant, "aad": ""}) == {"error": "invalid_aad"}
    renewed = ask("rewrap", ciphertext=ciphertext, **tenant)["ok"]  # type: ignore[index]
    assert ask("decrypt", ciphertext=renewed, **tenant) == {"ok": b"4111".hex()}
    signature = ask("sign", key="releases", message=b"v1".hex())["ok"]  # type: ignore[index]
    assert ask("verify", key="releases", message=b"v1".hex(), signature=signature) == {"ok": True}
    assert ask("verify", key="releases", message=b"v2".hex(), signature=signature) == {"error": "bad_signature"}
    mac = ask("hmac", key="tenants", message=b"m".hex())["ok"]  # type: ignore[index]
    assert ask("verify_hmac", key="tenants", message=b"m".hex(), mac=mac) == {"ok": True}
    assert ask("verify_hmac", key="tenants", message=b"n".hex(), mac=mac) == {"error": "bad_signature"}
    assert ask("encrypt", key="absent", plaintext="") == {"error": "key_not_found"}
    driver.stdin.close()
    driver.stdout.close()
    assert driver.wait() == 0


def test_the_examples_of_the_page_on_searching_are_true() -> None:
    page = (ROOT / "docs" / "search.md").read_text("utf-8")
    examples = [block.split("```")[0] for block in page.split("```python\n")[1:]]
    assert len(examples) >= 2
    for example in examples:
        subprocess.run([*PYTHON, "-c", example], check=True)
