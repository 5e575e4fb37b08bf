"""``strongroom.compat.hvac`` beside hvac: the same methods, and the same answers as of a server."""

import inspect
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hvac as product  # type: ignore[import-untyped]
import hvac.exceptions as product_exceptions  # type: ignore[import-untyped]
import pytest
from hvac.api.secrets_engines.transit import Transit as Product  # type: ignore[import-untyped]
from hvac_calls import IN_WORDS, PARTS, TEXT, Asker, told
from repository import ROOT

from strongroom import Keyring, Seal, errors
from strongroom.compat.hvac import NoContent, Transit, exceptions

# The address of an OpenBao that is there for the tests, with the token `root`.
ADDRESS = os.environ.get("STRONGROOM_BAO_ADDRESS")
PARAMETERS = {name: inspect.signature(method).parameters for name, method in inspect.getmembers(Product, inspect.isfunction) if not name.startswith("_")}


@pytest.fixture
def transit(ring: Keyring) -> Transit:
    return Transit(ring)


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_a_method_takes_what_that_of_hvac_takes(name: str) -> None:
    def shape(method: Callable[..., Any]) -> list[tuple[str, Any, Any]]:
        return [(parameter.name, parameter.kind, parameter.default) for parameter in inspect.signature(method).parameters.values()]

    assert shape(getattr(Transit, name)) == shape(getattr(Product, name))


def test_there_are_the_methods_of_hvac_and_no_others() -> None:
    assert {name for name, _ in inspect.getmembers(Transit, inspect.isfunction) if not name.startswith("_")} == set(PARAMETERS)
    assert len(PARAMETERS) == 19 and product.__name__ == "hvac"


def test_exceptions_are_those_of_hvac() -> None:
    named = {name for name, kind in vars(product_exceptions).items() if inspect.isclass(kind)}
    assert set(exceptions.__all__) == named
    assert all(getattr(exceptions, name) is getattr(product_exceptions, name) for name in named)


@pytest.fixture
def server() -> Iterator[Any]:
    if ADDRESS is None:
        pytest.skip("there is no OpenBao to ask (STRONGROOM_BAO_ADDRESS)")
    client = product.Client(url=ADDRESS, token="root")
    client.sys.enable_secrets_engine("transit")
    yield client.secrets.transit
    client.sys.disable_secrets_engine("transit")
    client.adapter.close()


def test_a_server_answers_alike(server: Any) -> None:
    theirs, ours = Asker(server), Asker(Transit({"transit": Keyring.in_memory()}, upsert=True, dialect="openbao"))
    for part in PARTS:
        part(theirs)
        part(ours)
    table: Counter[str] = Counter()
    for expected, found in zip(theirs.outcomes, ours.outcomes, strict=True):
        case = (expected.call, expected.answer, expected.error, found.call, found.answer, found.error)
        assert expected.call.partition("(")[0] == found.call.partition("(")[0], case
        assert (told(expected) == told(found)) is (expected.reason is None), case
        assert expected.reason is None or expected.reason not in IN_WORDS or type(expected.error) is type(found.error), case
        table[expected.reason or ("both answer" if expected.error is None else "both refuse")] += 1
    for outcome, count in sorted(table.items()):
        print(f"{outcome}: {count}")
    assert table["both answer"] >= 900 and table["both refuse"] >= 500, table
    assert sum(table.values()) - table["both answer"] - table["both refuse"] <= 30, table


def test_a_server_reads_what_is_made_here_and_is_read(server: Any) -> None:
    theirs, ours = Asker(server), Asker(Transit(Keyring.in_memory(), dialect="openbao"))
    for part in PARTS[:2] + PARTS[4:5]:
        part(theirs)
        part(ours)
    crossed = 0
    for made, other in ((theirs.made, ours.transit), (ours.made, theirs.transit)):
        for what, (name, text, said) in made.items():
            if what.startswith("signed"):
                assert other.verify_signed_data(name, TEXT, signature=text, **said)["data"]["valid"] is True, what
            else:
                assert other.decrypt_data(name, text, **said)["data"]["plaintext"] == TEXT, what
            crossed += 1
    # Whole keys, in both directions.
    for made, other, name in ((ours.transit, server, "from-here"), (server, ours.transit, "from-there")):
        made.create_key(name, exportable=True, allow_plaintext_backup=True)
        text = made.encrypt_data(name, TEXT)["data"]["ciphertext"]
        other.restore_key(made.backup_key(name)["data"]["backup"], name=f"{name}-moved")
        assert other.decrypt_data(f"{name}-moved", text)["data"]["plaintext"] == TEXT
        assert made.generate_hmac(name, TEXT)["data"] == other.generate_hmac(f"{name}-moved", TEXT)["data"]
    print(f"{crossed} texts went to the other side")
    assert crossed >= 190, crossed


def test_a_key_is_created_by_an_encryption_only_where_that_is_asked_for(ring: Keyring, transit: Transit) -> None:
    with pytest.raises(exceptions.InvalidRequest) as caught:
        transit.encrypt_data("cards", TEXT)
    assert caught.value.errors == ["encryption key not found"] and ring.keys() == []
    assert isinstance(caught.value.__cause__, errors.KeyNotFound)
    assert str(caught.value) == f"encryption key not found: {caught.value.__cause__}, on post /v1/transit/encrypt/cards"
    upserting = Transit(ring, upsert=True)
    with pytest.raises(exceptions.InvalidRequest):
        upserting.encrypt_data("cards", batch_input=[{"plaintext": TEXT}, {"plaintext": "!"}])
    assert ring.keys() == []  # unlike the server, which then has a key
    assert upserting.encrypt_data("cards", TEXT)["data"]["key_version"] == 1 and ring.keys() == ["cards"]


def test_a_mount_point_has_a_keyring_or_all_have_one(ring: Keyring, transit: Transit) -> None:
    transit.create_key("cards", mount_point="payments")
    assert transit.list_keys(mount_point="other")["data"] == {"keys": ["cards"]}
    mounts = Transit({"payments": ring, "other": Keyring.in_memory()})
    assert mounts.list_keys(mount_point="payments/")["data"] == {"keys": ["cards"]}
    for mount_point in ("other", "transit"):
        with pytest.raises(exceptions.InvalidPath):
            mounts.read_key("cards", mount_point=mount_point)


def test_no_plaintext_is_in_what_is_printed_of_an_error(transit: Transit) -> None:
    transit.create_key("cards")
    text = transit.encrypt_data("cards", TEXT)["data"]["ciphertext"]
    with pytest.raises(exceptions.InvalidRequest) as caught:
        transit.decrypt_data("cards", batch_input=[{"ciphertext": text}, {"ciphertext": text[:-8] + "AAAAAAA="}])
    assert [item.get("error") for item in caught.value.json["data"]["batch_results"]] == [None, "cipher: message authentication failed"]
    assert caught.value.json["data"]["batch_results"][0]["plaintext"] == TEXT and caught.value.text is None
    secret = b64encode(b"secret 4111").decode()
    shown = [str(caught.value), repr(caught.value)]
    for wrong in (secret[1:], f"{secret}!", secret.encode(), 4111):
        with pytest.raises((exceptions.InvalidRequest, TypeError)) as refused:
            transit.encrypt_data("cards", wrong)  # type: ignore[arg-type]
        shown += [str(refused.value), repr(refused.value.__context__)]
    assert not any(part in line for line in shown for part in (TEXT, secret, secret[1:], "4111"))


def test_other_states_of_keys_and_keyrings(folder: Path, seal: Seal) -> None:
    ring = Keyring.create(folder, seal)
    transit = Transit(ring)
    assert isinstance(transit.restore_key(transit_backup(), name="cards"), NoContent)
    text = transit.encrypt_data("cards", TEXT)["data"]["ciphertext"]
    ring.key("cards").disable()
    assert transit.read_key("cards")["data"]["soft_deleted"] is True
    for method, argument in (("encrypt_data", TEXT), ("decrypt_data", text), ("rewrap_data", text), ("generate_hmac", TEXT)):
        with pytest.raises(exceptions.InvalidRequest, match="refusing to use soft-deleted key"):
            getattr(transit, method)("cards", argument)
    with pytest.raises(exceptions.InternalServerError, match="refusing to use soft-deleted key"):
        transit.rotate_key("cards")
    ring.key("cards").enable()
    # Only some time after a version was closed has every process seen it.
    transit.rotate_key("cards")
    transit.update_key_configuration("cards", min_decryption_version=2)
    transit.update_key_configuration("cards", min_encryption_version=2)
    with pytest.raises(exceptions.InvalidRequest):
        transit.trim_key("cards", 2)
    ring.create_key("native", version_template="app-{{version}}-")
    assert transit.encrypt_data("native", TEXT)["data"]["key_version"] == 1
    with pytest.raises(exceptions.InvalidRequest, match="no prefix"):
        transit.decrypt_data("native", "vault:v1:AAAA")
    for key_type in ("xaes256-gcm", "aes256-siv", "ml-dsa-44", "aes128-cmac"):
        ring.create_key(key_type, key_type)
        does = {verb for verb in ("encryption", "decryption", "signing") if transit.read_key(key_type)["data"][f"supports_{verb}"]}
        assert does == {"ml-dsa-44": {"signing"}, "aes128-cmac": set()}.get(key_type, {"encryption", "decryption"})
    ring.close()
    with pytest.raises(exceptions.VaultDown):
        transit.encrypt_data("cards", TEXT)


def transit_backup() -> str:
    made = Transit(Keyring.in_memory())
    made.create_key("cards", exportable=True, allow_plaintext_backup=True)
    return str(made.backup_key("cards")["data"]["backup"])


WITHOUT = """
import sys
sys.modules["hvac"] = None  # an import of it fails
from strongroom import Keyring, errors
from strongroom.compat.hvac import Transit, exceptions
transit = Transit(Keyring.in_memory())
transit.create_key("cards")
text = transit.encrypt_data(name="cards", plaintext="NDExMQ==")["data"]["ciphertext"]
assert transit.decrypt_data(name="cards", ciphertext=text)["data"]["plaintext"] == "NDExMQ=="
try:
    transit.decrypt_data(name="other", ciphertext=text)
except exceptions.InvalidRequest as error:
    assert type(error).__module__ == "strongroom.compat.hvac.exceptions" and isinstance(error, exceptions.VaultError)
    assert error.errors == ["encryption key not found"] and error.json == {"errors": error.errors}
    assert str(error).endswith(", on post /v1/transit/decrypt/other") and isinstance(error.__cause__, errors.KeyNotFound)
    print("refused")
"""


def test_it_works_without_hvac() -> None:
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "error", "-c", WITHOUT], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr


def test_the_example_of_the_page() -> None:
    page = (ROOT / "docs/moving.md").read_text("utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    place: dict[str, Any] = {"ring": Keyring.in_memory()}
    exec(example, place)
    assert place["plaintext"] == "NDExMQ=="
