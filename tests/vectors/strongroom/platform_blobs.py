"""platform.json: what platforms have wrapped, at the limits of a token and beyond them."""

import cbor
import formats
from cbor import Raw
from primitives import Stream

KIND, SEAL_ID = "pkcs11", "token/key"


def platform():
    stream = Stream("platform")
    given = {"keyring_id": stream.take(16).hex(), "root_number": 2**31 - 1, "kind": KIND, "seal_id": SEAL_ID, "kek": stream.take(32).hex(),
             "root_key": stream.take(32).hex()}
    return {"vectors": [*_made(given, stream), *_backups(given, stream), *_refused(given, stream)]}


def _case(label, given, token, nonce, owner="keyring", parts=None):
    owner_id, number = bytes.fromhex(given[f"{owner}_id"]), given["root_number"]
    aad = formats.wrap_aad(owner_id, number, given["kind"], given["seal_id"])
    encoded = formats.token(**token)
    blob = formats.platform_blob(aad, bytes.fromhex(given["kek"]), encoded, bytes.fromhex(given["root_key"]), nonce)
    shown = {"blob": token["blob"].hex(), "version": token.get("version"), "iv": None if "iv" not in token else token["iv"].hex()}
    expected = {"aad": aad.hex(), "binding": formats.binding(owner, owner_id, number).hex()}
    if parts:
        shown["blob"], expected["blob"] = {"repeat": parts}, _parts(blob, parts)
    else:
        expected.update(token_cbor=encoded.hex(), blob=blob.hex())
    return {"id": f"platform/{label}", "op": "seal", **given, "token": shown, "nonce": nonce.hex(), "expect": expected}


def _parts(blob, repeated):
    run = bytes.fromhex(repeated[0]) * repeated[1]
    before, after = blob.split(run)
    return [before.hex(), {"repeat": repeated}, after.hex()]


def _made(given, stream):
    iv, wrapped = stream.take(12), stream.take(48)
    for label, token in (
        ("iv", {"blob": wrapped, "iv": iv}),
        ("iv-and-version", {"blob": wrapped, "iv": iv, "version": "ü 7"}),
        ("empty-iv-and-version", {"blob": wrapped, "iv": b"", "version": ""}),
    ):
        yield _case(label, given, token, stream.take(24))
    yield _case("longest", given, {"blob": b"\x07" * 59991}, stream.take(24), parts=["07", 59991])
    yield _case("longest-of-all-fields", given, {"blob": b"\x07" * (59965), "iv": iv, "version": "x"}, stream.take(24),
                parts=["07", 59965])


def _backups(given, stream):
    backup = {**{name: value for name, value in given.items() if name != "keyring_id"}, "backup_id": stream.take(16).hex(), "root_number": 1}
    yield _case("backup", backup, {"blob": stream.take(8)}, stream.take(24), "backup")


def _refused(given, stream):
    keyring_id, kek, secret = (bytes.fromhex(given[name]) for name in ("keyring_id", "kek", "root_key"))
    aad = formats.wrap_aad(keyring_id, given["root_number"], KIND, SEAL_ID)
    made = lambda token: formats.platform_blob(aad, kek, token if isinstance(token, bytes) else cbor.encode(token), secret, stream.take(24))
    good = made({"blob": b"x"})
    at = len(good) - 104
    long = made({"blob": b"\x07" * 59992})
    cases = [
        ("longer", _parts(long, ["07", 59992]), "A token of 60,001 bytes."),
        ("no-bytes", "", "There is nothing."), ("magic-alone", good[:4].hex(), "There is no n."),
        ("without-payload", good[:at].hex(), "There is no payload."), ("payload-longer", (good + b"\0").hex(), "A byte follows."),
        ("n-beyond", (good[:3] + b"\xff\xff" + good[5:]).hex(), "The token would be longer than the blob."),
        ("magic-sp2", (b"SP2" + good[3:]).hex(), "A later magic."),
        ("array", made(["blob", b"x"]).hex(), "The token is no map."), ("text", made({"blob": "x"}).hex(), "Text for bytes."),
        ("iv-text", made({"blob": b"x", "iv": "x"}).hex(), "Text for bytes."), ("iv-alone", made({"iv": b"x"}).hex(), "Blob is required."),
        ("twice", made(Raw(bytes.fromhex("a264626c6f62417864626c6f624178"))).hex(), "A field is there twice."),
        ("long-head", made(Raw(bytes.fromhex("a164626c6f62580178"))).hex(), "A length with a longer head than it needs."),
        ("trailing", made(cbor.encode({"blob": b"x"}) + b"\xf4").hex(), "A byte follows the token's map."),
        ("null-version", made(Raw(bytes.fromhex("a264626c6f6241786776657273696f6ef6"))).hex(), "Null for a field that is not there."),
        ("not-utf-8", made(Raw(bytes.fromhex("a264626c6f6241786776657273696f6e61ff"))).hex(), "A version that is no UTF-8."),
    ]
    for label, blob, reason in cases:
        yield {"id": f"platform/refused/{label}", "op": "open", "aad": aad.hex(), "kek": kek.hex(), "blob": blob, "error": "wrong_seal", "reason": reason}
    for label, key, reason in (("kek-31", kek[:31], "A key encryption key of 31 bytes."), ("kek-none", b"", "None at all.")):
        yield {"id": f"platform/refused/{label}", "op": "open", "aad": aad.hex(), "kek": key.hex(), "blob": good.hex(), "error": "wrong_seal", "reason": reason}
