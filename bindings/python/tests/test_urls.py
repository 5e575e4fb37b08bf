"""Seals by their URLs, and several as one: those of this machine, and one of an OpenBao that goes away."""

import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hvac  # type: ignore[import-untyped]
import pytest
from conftest import SEALING_KEY
from repository import ROOT

from strongroom import Keyring, Seal, errors

# The address of an OpenBao that is there for the tests, with the token `root`.
ADDRESS = os.environ.get("STRONGROOM_BAO_ADDRESS")
DIGITS = bytes(range(32)).hex()
WRONG = [
    "",
    "hunter2",
    "hunter2:place",
    "vault://root:hunter2@host/transit/app",
    "vault://host/transit/app?token=hunter2",
    "vault://host/transit/app?hunter2=1",
    "env:hunter2",
    "file:hunter2",
    "passphrase:/p?passphrase=hunter2",
    "awskms:///alias/a?region=eu-central-1&secret=hunter2",
    "pkcs11:token=t;object=o?module-path=/m.so&pin-value=hunter2",
    "env:A\0hunter2",
]


@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(errors.InvalidUrl, match="not a url of a seal") as raised:
        Seal.url(url)
    assert "hunter2" not in str(raised.value) and raised.value.code == "invalid_url"


def test_a_url_is_text() -> None:
    for wrong in (b"env:A", 1, None, "env:\ud800"):
        with pytest.raises((TypeError, UnicodeEncodeError)):
            Seal.url(wrong)  # type: ignore[arg-type]


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_urls_of_this_machine(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, phrase = private(tmp_path / "key", DIGITS), private(tmp_path / "phrase", "correct horse")
    monkeypatch.setenv("STRONGROOM_URL_KEY", DIGITS)
    ring = Keyring.create(folder, Seal.url(f"file:{key}"))
    text = ring.create_key("cards").encrypt(b"4111")
    ring.add_seal(Seal.url(f"passphrase:{phrase}?id=desk").labelled("the desk"))
    assert [(seal.kind, seal.id, seal.label) for seal in ring.seals()] == [
        ("root-key", Seal.root_key(bytes(range(32))).id(), None),
        ("passphrase", "desk", "the desk"),
    ]
    for url in (f"file:{key}", "env:STRONGROOM_URL_KEY", f"passphrase:{phrase}?id=desk"):
        assert Keyring.open(folder, Seal.url(url)).key("cards").decrypt(text) == b"4111"
    key.chmod(0o644)
    with pytest.raises(errors.InsecurePermissions):
        Keyring.open(folder, Seal.url(f"file:{key}"))
    assert Keyring.open(folder, Seal.url(f"file:{key}").insecure_mode_ok()).id == ring.id
    ring.rewrap_seals()
    ring.rewrap_seals([Seal.url("env:STRONGROOM_URL_KEY")])
    with pytest.raises(errors.InvalidOption) as refused:
        ring.rewrap_seals([Seal.root_key(bytes(range(1, 33)))])
    assert refused.value.detail == "seal_without_copy"
    assert ring.reseal([Seal.url("env:STRONGROOM_URL_KEY")]) >= 1
    with pytest.raises(errors.WrongSeal):
        Keyring.open(folder, Seal.url(f"passphrase:{phrase}?id=desk"))


class Turned:
    """A seal written in Python."""

    kind, key_id = "turned", "one"

    def wrap(self, key: bytes, aad: bytes) -> bytes:
        return key[::-1]

    def unwrap(self, blob: bytes, aad: bytes) -> bytes:
        return blob[::-1]


def test_several_seals(folder: Path, tmp_path: Path) -> None:
    first, second, dead = Seal.root_key(SEALING_KEY), Seal.provider(Turned()), Seal.root_key_env("STRONGROOM_NOT_SET")
    ring = Keyring.create(folder, Seal.any([first, second]))
    assert [seal.kind for seal in ring.seals()] == ["root-key", "turned"]
    for seal in (first, second, Seal.any((dead, first)), Seal.any([dead, second]), Seal.any([Seal.any([dead]), first])):
        assert Keyring.open(folder, seal).id == ring.id
    with pytest.raises(errors.InvalidRootKey):
        Keyring.open(folder, Seal.any([dead]))
    with pytest.raises(errors.InvalidOption) as none:
        Seal.any([])
    assert none.value.detail == "no_seal"
    key = ring.create_key("cards")
    with pytest.raises(errors.InvalidOption):
        key.backup(Seal.any([first, second]))
    with pytest.raises(errors.WrongSeal):
        Keyring.open(folder, Seal.any([Seal.root_key(bytes(range(32))), Seal.passphrase("no")]))
    for wrong in (first, "env:A", None, [first, None], ["env:A"]):
        with pytest.raises(TypeError):
            Seal.any(wrong)  # type: ignore[arg-type]


class Way:
    """A way to the server that hangs, or is closed, when the test says so."""

    def __init__(self, address: str) -> None:
        self.target = address.removeprefix("http://").split(":")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self.listener.getsockname())
        self.open = threading.Event()
        self.open.set()
        self.reached = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=[near], daemon=True).start()

    def carry(self, near: socket.socket) -> None:
        with near, socket.create_connection((self.target[0], int(self.target[1]))) as far:
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    piece = ready.recv(65536)
                    if not piece:
                        return
                    self.reached.set()
                    self.open.wait()
                    (far if ready is near else near).sendall(piece)

    def close(self) -> None:
        # Whoever waits for a connection would take one more.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Platform:
    """A key of Transit, and the URL that names it."""

    def __init__(self, client: Any, token: Path) -> None:
        assert ADDRESS
        self.client, self.token, self.way = client, token, Way(ADDRESS)

    @property
    def url(self) -> str:
        return f"vault+http://{self.way.address}/sealing/app?token_file={self.token}"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    if ADDRESS is None:
        pytest.skip("there is no OpenBao to ask (STRONGROOM_BAO_ADDRESS)")
    client = hvac.Client(url=ADDRESS, token="root")
    client.sys.enable_secrets_engine("transit", path="sealing")
    for name in ("app", "second"):
        client.secrets.transit.create_key(name, mount_point="sealing")
    platform = Platform(client, private(tmp_path / "token", "root"))
    yield platform
    platform.way.open.set()
    platform.way.close()
    client.sys.disable_secrets_engine("sealing")
    client.adapter.close()


def test_a_platform_seals_what_another_process_opens(folder: Path, platform: Platform) -> None:
    ring = Keyring.create(folder, Seal.url(platform.url))
    assert [(seal.kind, seal.id) for seal in ring.seals()] == [("vault-transit", "sealing/app")]
    text = ring.create_key("cards").encrypt(b"4111", aad="order-17")
    program = "import sys; from strongroom import Keyring, Seal; folder, url, text = sys.argv[1:]; print(Keyring.open(folder, Seal.url(url)).key('cards').decrypt(text, aad='order-17'))"
    made = subprocess.run([sys.executable, "-c", program, str(folder), platform.url, text], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == "b'4111'"
    backup = ring.key("cards").backup(Seal.url(platform.url))
    assert Keyring.in_memory().restore_key(backup, Seal.url(platform.url)).decrypt(text, aad="order-17") == b"4111"


def test_what_is_open_goes_on_when_the_platform_is_away(folder: Path, platform: Platform) -> None:
    ring = Keyring.create(folder, Seal.url(platform.url))
    cards, spare = ring.create_key("cards"), Seal.root_key_text(DIGITS)
    ring.add_seal(spare)
    platform.way.close()
    begun = time.monotonic()
    text = cards.encrypt(b"4111")
    assert cards.rotate() == 2 and cards.decrypt(text) == b"4111"
    assert time.monotonic() - begun < 5
    with pytest.raises(errors.SealFailed, match="vault-transit"):
        Keyring.open(folder, Seal.url(platform.url))
    assert Keyring.open(folder, Seal.any([Seal.url(platform.url), spare])).key("cards").decrypt(text) == b"4111"


def runs_meanwhile(platform: Platform, call: Any) -> Any:
    """What a call gives that waits for the platform, which answers only once this thread has run."""
    platform.way.reached.clear()
    platform.way.open.clear()
    result: list[Any] = []
    waiting = threading.Thread(target=lambda: result.append(call()))
    waiting.start()
    assert platform.way.reached.wait(30)
    # It had not given up already when this thread came to run.
    waiting.join(0.2)
    assert waiting.is_alive()
    platform.way.open.set()
    waiting.join(30)
    assert not waiting.is_alive()
    return result[0]


def test_other_threads_run_while_a_call_waits_for_the_platform(folder: Path, platform: Platform) -> None:
    def seal(name: str = "app") -> Seal:
        return Seal.url(platform.url.replace("/app?", f"/{name}?"))

    ring = runs_meanwhile(platform, lambda: Keyring.create(folder, seal()))
    cards = ring.create_key("cards")
    opened = runs_meanwhile(platform, lambda: Keyring.open(folder, seal()))
    theirs = opened.key("cards")
    runs_meanwhile(platform, lambda: ring.add_seal(seal("second")))
    runs_meanwhile(platform, lambda: ring.reseal([seal()]))
    # The keyring that was opened before meets the new root key: where it asks for it, and in a call of a few bytes.
    runs_meanwhile(platform, opened.pin)
    ring.reseal([seal()])
    time.sleep(0.3)
    text = runs_meanwhile(platform, lambda: theirs.encrypt(b"4111"))
    assert cards.decrypt(text) == b"4111"


def test_the_other_languages_open_it(folder: Path, platform: Platform) -> None:
    text = Keyring.create(folder, Seal.url(platform.url)).create_key("cards").encrypt(b"4111")
    package = ROOT / "bindings/node"
    if shutil.which("node") is None or not list(package.glob("native/*.node")):
        pytest.skip("Node or its package is not there")
    program = """
        const { Keyring, Seal } = require(process.argv[1])
        const [folder, url, text] = process.argv.slice(2)
        process.stdout.write(Keyring.openSync(folder, { seal: Seal.url(url) }).key('cards').decrypt(text))
    """
    made = subprocess.run(["node", "-e", program, str(package), str(folder), platform.url, text], capture_output=True, text=True, check=True)
    assert made.stdout == "4111"


def test_the_page_shows_what_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = [block.split("\n```")[0] for block in (ROOT / "docs/seals.md").read_text("utf-8").split("\n```python\n")[1:]]
    monkeypatch.setenv("STRONGROOM_URL_KEY", DIGITS)
    made = Keyring.create(folder, Seal.root_key_env("STRONGROOM_URL_KEY"))
    url = "vault://vault.example:8200/transit/app?auth=kubernetes&role=app"
    assert url in block and "/var/lib/app/keyring" in block
    names: dict[str, Any] = {}
    exec(block.replace(url, "env:STRONGROOM_URL_KEY").replace("/var/lib/app/keyring", str(folder)), names)
    assert names["ring"].id == made.id
