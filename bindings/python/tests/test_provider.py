"""A seal that is written in Python."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import answer, fixture, run
from conftest import SEALING_KEY

from strongroom import Key, Keyring, Seal, errors


class Service:
    """Keeps the keys itself, as a key service does, and gives out numbers."""

    kind = "test-service"

    def __init__(self, key_id: str = "one") -> None:
        self.key_id = key_id
        self.kept: list[tuple[bytes, bytes]] = []
        self.asked = 0
        self.trouble: BaseException | None = None
        self.inside: Keyring | None = None
        self.used: list[str] = []
        self.delays: list[float] = []

    def wrap(self, key: bytes, aad: bytes, /) -> bytes:
        assert len(key) == 32 and type(key) is type(aad) is bytes
        self.kept.append((key, aad))
        return len(self.kept).to_bytes(8)

    def unwrap(self, blob: bytes, aad: bytes, /) -> bytes:
        self.asked += 1
        if self.delays:
            time.sleep(self.delays.pop(0))
        if self.trouble:
            raise self.trouble
        if self.inside:
            inside, self.inside = self.inside, None  # what it asks of the keyring asks it again
            self.used.append(inside.key("cards").encrypt(b"from the inside"))
        key, bound_to = self.kept[int.from_bytes(blob) - 1]
        if aad != bound_to:
            raise errors.WrongSeal
        return key


def test_a_keyring_under_a_provider(folder: Path, seal: Seal) -> None:
    service = Service()
    ring = Keyring.create(folder, Seal.provider(service))
    ciphertext = ring.create_key("cards").encrypt(b"4111")
    again = Keyring.open(folder, Seal.provider(service))
    # Once as soon as it was wrapped, and once to open.
    assert again.key("cards").decrypt(ciphertext) == b"4111" and service.asked == 2
    assert [(info.kind, info.id) for info in again.seals()] == [("test-service", "one")]
    again.add_seal(seal)
    again.remove_seal("test-service", "one")
    with pytest.raises(errors.WrongSeal):
        Keyring.open(folder, Seal.provider(service))
    assert Keyring.open(folder, seal).key("cards").decrypt(ciphertext) == b"4111"
    backup = ring.key("cards").backup(Seal.provider(service))
    assert Keyring.in_memory().restore_key(backup, Seal.provider(service)).decrypt(ciphertext) == b"4111"


def test_what_a_provider_raises(folder: Path) -> None:
    service = Service()
    seal = Seal.provider(service)
    Keyring.create(folder, seal)
    service.trouble = errors.WrongSeal()
    with pytest.raises(errors.WrongSeal):
        Keyring.open(folder, seal)
    service.trouble = ConnectionError("no way to the secret service")
    with pytest.raises(errors.SealFailed, match="unwrap of the provider raised ConnectionError") as caught:
        Keyring.open(folder, seal)
    assert caught.value.__cause__ is service.trouble and "secret" not in str(caught.value)
    service.trouble = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        Keyring.open(folder, seal)
    with pytest.raises(errors.KeyringNotFound) as later:
        Keyring.open(folder / "absent", seal)
    assert later.value.__cause__ is None
    service.trouble = None
    Keyring.open(folder, seal)


@pytest.mark.parametrize("flaw", ["another key", "refuses", "raises"])
def test_a_provider_that_cannot_unwrap_what_it_wraps_makes_nothing(folder: Path, tmp_path: Path, seal: Seal, flaw: str) -> None:
    class Flawed(Service):
        def unwrap(self, blob: bytes, aad: bytes, /) -> bytes:
            if flaw == "refuses":
                raise errors.WrongSeal
            if flaw == "raises":
                raise PermissionError("decrypt")
            return bytes(32)

    flawed = Seal.provider(Flawed())
    ring = Keyring.create(folder, seal)
    key = ring.create_key("cards")
    before = {path.name: path.read_bytes() for path in folder.glob("*.sr")}
    attempts: list[Callable[[], object]] = [
        lambda: Keyring.create(tmp_path / "new", flawed),
        lambda: ring.add_seal(flawed),
        lambda: ring.reseal([seal, flawed]),
        lambda: key.backup(flawed),
    ]
    for attempt in attempts:
        with pytest.raises(errors.SealFailed, match="just wrapped") as caught:
            attempt()
        assert isinstance(caught.value.__cause__, PermissionError) == (flaw == "raises")
    assert {path.name: path.read_bytes() for path in folder.glob("*.sr")} == before
    assert not list((tmp_path / "new").glob("*.sr"))
    Keyring.open(folder, seal).key("cards").encrypt(b"4111")


class Interrupted(BaseException):
    """As `asyncio.CancelledError` and others that are no `Exception`."""


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), SystemExit("wrong_seal"), Interrupted()], ids=lambda trouble: type(trouble).__name__)
def test_an_interruption_reaches_the_caller_whatever_the_call_made_of_it(folder: Path, tmp_path: Path, trouble: BaseException) -> None:
    service = Service()
    seal = Seal.provider(service)
    Keyring.create(folder, seal).create_key("cards", deletion_allowed=True)

    def behind() -> tuple[Keyring, str]:
        """A keyring that has to ask before it can read what another process wrote, and a ciphertext that it does not know the version of."""
        service.trouble = None
        ring, other = Keyring.open(folder, seal), Keyring.open(folder, seal)
        ring.key("cards").encrypt(b"4111")
        other.reseal([seal])
        other.key("cards").rotate()
        text = other.key("cards").encrypt(b"4111")
        service.trouble = trouble
        return ring, text

    attempts: list[Callable[[Keyring, str], object]] = [
        lambda ring, text: ring.key("cards").decrypt(text),
        lambda ring, text: ring.key("cards").decrypt_batch([text, text], errors="return"),
        lambda ring, text: ring.key("cards").decrypt_batch([text]),
        lambda ring, text: ring.key("cards").rewrap(text),
        lambda ring, text: ring.refresh(),
        lambda ring, text: ring.check(),
        lambda ring, text: ring.rotate_due(),
        lambda ring, text: ring.keys(),
        lambda ring, text: ring.key("cards").info(),
        lambda ring, text: ring.key("cards").configure(labels={"a": "b"}),
        lambda ring, text: ring.create_key("new"),
        lambda ring, text: ring.snapshot(tmp_path / "snapshot.sr"),
        lambda ring, text: ring.reseal([Seal.provider(Service("two"))]),
        lambda ring, text: Keyring.open(folder, seal),
        lambda ring, text: Keyring.create(tmp_path / "new", seal),
        lambda ring, text: ring.key("cards").backup(seal),
    ]
    raised = 0
    for attempt in attempts:
        ring, text = behind()
        asked = service.asked
        try:
            attempt(ring, text)
        except BaseException as error:
            assert error is trouble or service.asked == asked, f"{error!r} in place of it"
            raised += error is trouble
        else:
            assert service.asked == asked, "the call went on as if nothing had been raised"
    assert raised >= 8
    service.trouble = None


def test_an_interruption_is_not_forgotten_for_an_error_that_comes_after(folder: Path, tmp_path: Path) -> None:
    interrupts, fails = Service("one"), Service("two")

    def wrap(*_: bytes) -> bytes:
        raise KeyboardInterrupt

    def fail(*_: bytes) -> bytes:
        raise ConnectionError

    interrupts.wrap, fails.wrap = wrap, fail  # type: ignore[method-assign]
    ring = Keyring.create(folder, Seal.root_key(SEALING_KEY))
    for seals in ([interrupts, fails], [fails, interrupts]):
        with pytest.raises((KeyboardInterrupt, errors.SealFailed)) as caught:
            ring.reseal([Seal.provider(service) for service in seals])
        if isinstance(caught.value, errors.SealFailed):
            assert isinstance(caught.value.__cause__, ConnectionError) and seals[0] is fails

    # A provider that uses another keyring, whose provider is interrupted, and goes on.
    inner = Service("three")
    elsewhere = Keyring.create(tmp_path / "elsewhere", Seal.provider(inner))

    class Nested(Service):
        def unwrap(self, blob: bytes, aad: bytes, /) -> bytes:
            inner.trouble = ConnectionError("inside")
            with pytest.raises(errors.SealFailed) as caught:
                Keyring.open(tmp_path / "elsewhere", Seal.provider(inner))
            assert caught.value.__cause__ is inner.trouble
            return super().unwrap(blob, aad)

    nested = Nested("four")
    Keyring.create(tmp_path / "outer", Seal.provider(nested))
    Keyring.open(tmp_path / "outer", Seal.provider(nested))
    nested.trouble = TimeoutError("outside")
    with pytest.raises(errors.SealFailed) as outer:
        Keyring.open(tmp_path / "outer", Seal.provider(nested))
    assert outer.value.__cause__ is nested.trouble and elsewhere.keys() == []


def test_every_error_of_a_batch_has_its_cause(folder: Path) -> None:
    service = Service()
    seal = Seal.provider(service)
    ring = Keyring.create(folder, seal)
    cards = ring.create_key("cards")
    other = Keyring.open(folder, seal)
    other.reseal([seal])
    other.key("cards").rotate()
    text = other.key("cards").encrypt(b"4111")
    service.trouble = ConnectionError()
    results = cards.decrypt_batch([text, text], errors="return")
    assert all(isinstance(result, errors.SealFailed) and result.__cause__ is service.trouble for result in results), results
    service.trouble = None
    assert cards.decrypt(text) == b"4111"


@pytest.mark.parametrize("answer", [None, "text", b"", bytes(31), bytes(33)], ids=repr)
def test_what_is_no_key_is_refused(folder: Path, answer: object) -> None:
    service = Service()
    Keyring.create(folder, Seal.provider(service))
    service.unwrap = lambda blob, aad: answer  # type: ignore[method-assign, assignment, return-value]
    with pytest.raises(errors.SealFailed):
        Keyring.open(folder, Seal.provider(service))
    service.wrap = lambda key, aad: answer  # type: ignore[method-assign, assignment, return-value]
    if not answer or isinstance(answer, str):
        with pytest.raises(errors.SealFailed):
            Keyring.create(folder / "other", Seal.provider(service))


def test_an_object_without_the_parts_is_no_provider() -> None:
    class Half:
        kind, key_id, wrap = "half", "one", Service.wrap

    class Odd(Half):
        unwrap = b"no function"

    for wrong, missing in ((object(), "kind"), (Half(), "unwrap"), (None, "kind")):
        with pytest.raises(AttributeError, match=missing):
            Seal.provider(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unwrap"):
        Seal.provider(Odd())  # type: ignore[arg-type]


def test_a_provider_may_use_the_keyring_that_asks(folder: Path, seal: Seal) -> None:
    service = Service()
    ring = Keyring.create(folder, Seal.provider(service))
    cards = ring.create_key("cards")
    old = cards.encrypt(b"4111")
    service.inside = ring
    for backup in (cards.backup(Seal.provider(service)), cards.backup(seal)):
        assert len(backup) > 100
    ring.restore_key(cards.backup(Seal.provider(service)), Seal.provider(service), name="copy")
    assert cards.decrypt(service.used[0]) == b"from the inside" and cards.decrypt(old) == b"4111"


def test_threads_do_not_block_each_other_in_a_data_call_that_asks_the_provider(folder: Path) -> None:
    """Another process reseals; the next calls meet the new root key, which only the provider can unwrap."""
    service = Service()
    seal = Seal.provider(service)
    ring = Keyring.create(folder, seal)
    key = ring.create_key("cards")
    message = bytearray(b"4111" * 2000)
    for turn in range(3):
        other = Keyring.open(folder, seal)
        other.reseal([seal])
        newest = other.key("cards")
        newest.rotate()
        ciphertext = newest.encrypt(message)
        results: list[bytes] = []
        asked = service.asked

        def read(cards: Key = key, text: str = ciphertext) -> None:
            out = bytearray(len(message))
            assert cards.decrypt_into(bytearray(cards.encrypt_binary(message)), out) == len(message)
            results.append(cards.decrypt(text))
            assert out == message

        threads = [threading.Thread(target=read, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads), f"turn {turn}: somebody waits for somebody who waits"
        assert results == [bytes(message)] * 8 and service.asked > asked


def test_a_call_that_waits_for_anothers_look_does_not_keep_the_provider_from_running(folder: Path) -> None:
    """One thread looks for a new version and waits for the provider. Another, after a shorter wait, asks for a version that there is
    not, and so waits for the first one's look: it must not hold the GIL meanwhile."""
    service = Service()
    seal = Seal.provider(service)
    cards = Keyring.create(folder, seal).create_key("cards")
    other = Keyring.open(folder, seal)
    cards.encrypt(b"")  # so that nobody looks at the store of his own accord for 250 ms
    other.reseal([seal])
    other.key("cards").rotate()
    ciphertext = other.key("cards").encrypt(b"4111")
    service.delays = [1.0, 0.1]
    answers: list[object] = []

    def read() -> None:
        answers.append(cards.decrypt(ciphertext))

    def read_what_there_is_not() -> None:
        try:
            cards.decrypt(ciphertext.replace(":v2:", ":v99:"))
        except errors.VersionTooNew as error:
            answers.append(error.code)

    threads = [threading.Thread(target=work, daemon=True) for work in (read, read_what_there_is_not)]
    for thread in threads:
        thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, answers)) == ["b'4111'", "version_too_new"]


def test_an_ordinary_keyring_can_get_a_provider(folder: Path) -> None:
    service = Service()
    ring = Keyring.create(folder, Seal.root_key(SEALING_KEY))
    cards = ring.create_key("cards")
    ring.reseal([Seal.provider(service)])
    service.inside = ring
    other = Keyring.open(folder, Seal.provider(service))
    other.reseal([Seal.provider(service)])
    ciphertext = other.key("cards").encrypt(b"4111")
    other.key("cards").rotate()
    assert cards.decrypt(ciphertext) == b"4111"
    ring.refresh()
    assert cards.encrypt(bytearray(b"4111")).startswith("strongroom:v2:")


def test_a_key_of_a_server_moves_through_a_keyring_under_a_provider(folder: Path) -> None:
    """The view for Transit asks the provider as any other does: the calls of others go on meanwhile."""
    service = Service()
    seal = Seal.provider(service)
    key = fixture("vault", "aes256-gcm96-plain")
    cards = Keyring.create(folder, seal).restore_transit(bytearray(key["backup"].encode()), name="cards")
    view = cards.transit()
    other = Keyring.open(folder, seal)
    other.reseal([seal])
    other.key("cards").rotate()
    ciphertext, asked = other.key("cards").transit().encrypt(b"4111"), service.asked
    assert view.decrypt(ciphertext.replace(":v", ":v+", 1)) == b"4111" and service.asked > asked
    for case in key["cases"]:
        if "error" not in case and case["op"] in ("decrypt", "hmac", "verify_hmac"):
            assert run(view, case) == answer(case), case
    cards.configure(exportable=True, allow_plaintext_backup=True)
    backup = cards.backup_transit("vault", expose_secret_material=True)
    assert Keyring.in_memory().restore_transit(backup).transit().decrypt(ciphertext) == b"4111"


def test_indexes_and_tokens_of_a_keyring_that_asks_a_provider(folder: Path) -> None:
    service = Service()
    seal = Seal.provider(service)
    key = Keyring.create(folder, seal).create_key("cards")
    other = Keyring.open(folder, seal)
    value, asked = bytearray(b"ann@example.com"), []
    calls: list[Callable[[], object]] = [
        lambda: key.index(value, name="c"), lambda: key.indexes_batch([value, "bob"], name="c"), lambda: key.needs_reindex("strongroom:i1:AA"),
        lambda: key.issue(value, 60), lambda: key.redeem(other.key("cards").issue(value, 60)).payload,
    ]  # fmt: skip
    for call in calls:
        other.reseal([seal])
        other.key("cards").rotate()
        time.sleep(0.3)  # in which the folder is looked at once
        before = service.asked
        assert call() is not None
        asked.append(service.asked - before)
    assert all(asked), asked
