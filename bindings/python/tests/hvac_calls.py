"""What programs ask of hvac, right and wrong: calls that a server and a keyring answer, and how two answers are compared."""

import re
from base64 import b64encode
from typing import Any, NamedTuple

from answers import fixture

# Keys of a server, which both sides restore, so that both have the same material.
SHARED = {
    "aes": "aes256-gcm96", "aes128": "aes128-gcm96", "derived": "aes256-gcm96-derived", "convergent": "aes256-gcm96-convergent",
    "chacha": "chacha20-poly1305", "chacha-convergent": "chacha20-poly1305-convergent", "xchacha": "xchacha20-poly1305",
    "ed25519": "ed25519", "ed25519-derived": "ed25519-derived", "p256": "ecdsa-p256", "p384": "ecdsa-p384", "p521": "ecdsa-p521",
    "rsa": "rsa-2048", "mac": "hmac-64", "imported": "import/fx.aes256-gcm96-32", "public": "import/fx.ecdsa-p256-56",
    "life": "lifecycle-chacha20-poly1305",
}  # fmt: skip
AEADS, SIGNERS = list(SHARED)[:7], list(SHARED)[7:13]
DERIVED = ("derived", "convergent", "chacha-convergent", "ed25519-derived")
HASHES = ("sha2-224", "sha2-256", "sha2-384", "sha2-512")
UNSIGNED = ("", "x", "vault:v1", "vault:vx:AAAA", "vault:v9:AAAA", "vault:v0:AAAA", "vault:v1:!!", "vault:v1:AAAA")
Named = dict[str, Any]


def b64(value: bytes) -> str:
    return b64encode(value).decode()


TEXT, OTHER, CONTEXT, AAD = b64(b"4111 1111"), b64(b"other"), b64(b"acme"), b64(b"order-17")


# Why the two sides differ, where they do. Of those in words the exception is of the same class all the same.
NO_BATCH = "what is no batch is described in fewer words"
NO_BACKUP = "a backup that is not restored is described in other words"
SLASH = "the server adds a slash"
IN_WORDS = (NO_BATCH, NO_BACKUP, SLASH)
NONCE = "no nonce from a caller"
BOUND = "a rewrap takes the associated data, which the server ignores"
FORCED = "no key is overwritten"
NO_SIGNATURE = "what is no signature is not one of the message either"
CONVERGENT_AAD = "nothing new is made of a convergent key with associated data"
RSA_AAD = "a batch with an item that is refused fails, also where the server forgets it"
NOTHING = "None is a value that is missing, and not the empty text"


class Outcome(NamedTuple):
    """What came of a call."""

    call: str
    answer: Any
    error: Exception | None
    exact: bool
    reason: str | None


class Asker:
    """Asks one side, and keeps what came of it."""

    def __init__(self, transit: Any) -> None:
        self.transit = transit
        self.outcomes: list[Outcome] = []
        self.made: dict[str, Any] = {}

    def __call__(self, method: str, *arguments: Any, exact: bool = True, differs: str | None = None, **named: Any) -> Any:
        """``exact``: both sides have the same material, so that nothing but ids and times may differ."""
        answer, error = None, None
        try:
            answer = getattr(self.transit, method)(*arguments, **named)
        except Exception as raised:
            error = raised
        call = f"{method}({', '.join([*map(repr, arguments), *(f'{name}={value!r}' for name, value in named.items())])})"
        self.outcomes.append(Outcome(call, answer, error, exact, differs))
        return answer["data"] if isinstance(answer, dict) else None


def restored(ask: Asker) -> None:
    """Keys of a server, as they come in and are shown."""
    for name, known in SHARED.items():
        backup = fixture("openbao", known)["backup"]
        ask("restore_key", backup, name=name)
        ask("restore_key", backup, name=name)
        ask("read_key", name)
        for kind in ("encryption-key", "signing-key", "hmac-key"):
            ask("export_key", name, kind)
            ask("export_key", name, kind, "latest")
        ask("backup_key", name, exact=False)
        for algorithm in HASHES:
            ask("generate_hmac", name, TEXT, algorithm=algorithm)
    for version in (1, "1", "v1", 0, 9, "x", "latest"):
        ask("export_key", "aes", "encryption-key", version)
    ask("list_keys")


def encrypted(ask: Asker) -> None:
    """Ciphertexts of keys that both have; ``made`` is for the other side to open."""
    for name in (*AEADS, "rsa", "imported"):
        context: Named = {"context": CONTEXT} if name in DERIVED else {}
        exact = "convergent" in name
        aad: Named = {} if exact or name == "rsa" else {"associated_data": AAD}
        for version in (None, 1, 0):
            made = ask("encrypt_data", name, TEXT, exact=exact, key_version=version, **context, **aad)["ciphertext"]
            ask.made[f"encrypted {name} {version}"] = (name, made, {**context, **aad})
            ask("decrypt_data", name, made, **context, **aad)
        ask("encrypt_data", name, "", exact=exact, **context)
        text = ask("encrypt_data", name, TEXT, exact=exact, **context)["ciphertext"]
        ask("rewrap_data", name, text, exact=exact, **context)
        ask("rewrap_data", name, text, exact=exact, key_version=1, **context)
        for kind in ("plaintext", "wrapped"):
            for bits in (None, 128, 256, 512):
                ask("generate_data_key", name, kind, bits=bits, exact=False, **context)
        wrong: tuple[int | str, ...] = (9, -1, "x")
        for number in wrong:
            ask("encrypt_data", name, TEXT, key_version=number, **context)
            ask("rewrap_data", name, text, key_version=number, **context)
        ask("decrypt_data", name, text[:-8] + "AAAAAAA=", **context)
        if name in DERIVED:
            ask("encrypt_data", name, TEXT)
            ask("decrypt_data", name, text)
            ask("rewrap_data", name, text)
            ask("generate_data_key", name, "plaintext")
            ask("decrypt_data", name, text, context=OTHER)
            ask("encrypt_data", name, TEXT, context="!")
        elif name != "rsa":
            ask("decrypt_data", name, text, context=CONTEXT)
            ask("decrypt_data", name, text, associated_data=AAD)


def misread(ask: Asker) -> None:
    """What is no text, no base64 or no key."""
    text = ask("encrypt_data", "aes", TEXT, exact=False)["ciphertext"]
    for wrong in (*UNSIGNED, "vault:v-1:AAAA", text + "AAAA", "vault:v+1:" + text[9:], text + "\n"):
        ask("decrypt_data", "aes", wrong)
        ask("rewrap_data", "aes", wrong, exact=False)
    for wrong in ("!", "YQ", "YQ=", "YWJj=", "Y", "YQ==YQ==", "Y Q==", "YR==", "YW\nJj\r\n"):
        ask("encrypt_data", "aes", wrong, exact=False)
        ask("encrypt_data", "aes", TEXT, context=wrong, exact=False)
        ask("encrypt_data", "aes", TEXT, associated_data=wrong, exact=False)
        ask("hash_data", wrong)
        ask("generate_hmac", "aes", wrong)
        ask("sign_data", "ed25519", wrong)
        ask("sign_data", "ed25519-derived", TEXT, context=wrong)
    for name in ("none", "-bad", "a b", "é"):
        ask("read_key", name)
        ask("decrypt_data", name + "2", text)
        ask("rewrap_data", name + "2", text)
        ask("generate_data_key", name + "2", "plaintext")
        ask("generate_hmac", name + "2", TEXT)
        ask("sign_data", name + "2", TEXT)
        ask("verify_signed_data", name + "2", TEXT, signature=text)
        ask("verify_signed_data", name + "2", TEXT, hmac=text)
        ask("export_key", name + "2", "encryption-key")
        ask("backup_key", name + "2")
        ask("rotate_key", name + "2")
        ask("update_key_configuration", name + "2", deletion_allowed=True)
        ask("trim_key", name + "2", 1)
        ask("delete_key", name + "2")
    for method in ("read_key", "rotate_key", "backup_key", "delete_key"):
        ask(method, "a/b")
    for name in ("ed25519", "mac", "p256"):
        ask("encrypt_data", name, TEXT)
        ask("decrypt_data", name, text)
        ask("rewrap_data", name, text)
        ask("generate_data_key", name, "wrapped")
    ask("encrypt_data", "rsa", b64(bytes(191)))
    ask("encrypt_data", "rsa", TEXT, associated_data=AAD)


def batched(ask: Asker) -> None:
    """Batches, of which some items are wrong."""
    text = ask("encrypt_data", "aes", TEXT, exact=False)["ciphertext"]
    bound = ask("encrypt_data", "aes", TEXT, associated_data=AAD, exact=False)["ciphertext"]
    good, bad = {"plaintext": TEXT, "reference": "good"}, {"plaintext": "!", "reference": "bad"}
    batches: list[Any] = [
        [good], [good, good], [good, bad], [bad], [], [{}], [good, {**good, "key_version": 9}], [good, {**good, "key_version": 1}], ["x"], "x", {},
        [good, {**good, "context": CONTEXT}], [good, {**good, "associated_data": AAD}], [good, {**good, "associated_data": "!"}],
        [{**good, "context": CONTEXT}], [{**good, "unknown": 1}],
    ]  # fmt: skip
    for batch in batches:
        ask("encrypt_data", "aes", batch_input=batch, exact=False, differs=NO_BATCH if batch in ("x", {}, ["x"]) else None)
    ask("encrypt_data", "derived", batch_input=[{**good, "context": CONTEXT}, {**good, "context": OTHER}], exact=False)
    ask("encrypt_data", "derived", batch_input=[good])
    ask("encrypt_data", "convergent", batch_input=[{**good, "context": CONTEXT}, {**good, "context": OTHER}])
    right, wrong = {"ciphertext": text, "reference": "good"}, {"ciphertext": "vault:v1:!", "reference": "bad"}
    batches = [
        [right], [right, right], [right, wrong], [wrong], [], [{}], [{"ciphertext": ""}], [right, {"ciphertext": bound}], ["x"], "x",
        [right, {"ciphertext": bound, "associated_data": AAD}], [right, {**right, "context": CONTEXT}],
    ]  # fmt: skip
    for batch in batches:
        differs = NO_BATCH if batch in ("x", ["x"]) else None
        ask("decrypt_data", "aes", batch_input=batch, differs=differs)
        ask("rewrap_data", "aes", "", batch_input=batch, exact=False, differs=BOUND if "associated_data" in str(batch) else differs)
    ask("encrypt_data", "rsa", batch_input=[good, {**good, "associated_data": AAD}], exact=False, differs=RSA_AAD)
    ask("encrypt_data", "convergent", TEXT, context=CONTEXT, associated_data=AAD, exact=False, differs=CONVERGENT_AAD)
    message, broken = {"input": TEXT, "reference": "good"}, {"input": "!", "reference": "bad"}
    batches = [[message], [message, broken], [broken], [], [{}], [message, {**message, "context": CONTEXT}]]
    for batch in batches:
        ask("sign_data", "ed25519", batch_input=batch)
        ask("sign_data", "ed25519-derived", batch_input=batch)
        ask("sign_data", "p256", batch_input=batch, exact=False)
        ask("sign_data", "ed25519", batch_input=batch, key_version=9)
    rsa = ask("encrypt_data", "rsa", TEXT, exact=False)["ciphertext"]
    for other in (rsa[:-8] + "AAAAAA==", "x"):
        batch = [{"ciphertext": rsa}, {"ciphertext": other}]
        ask("decrypt_data", "rsa", batch_input=batch)
        ask("rewrap_data", "rsa", "", batch_input=batch, exact=False)


def signed(ask: Asker) -> None:
    """Signatures and macs; ``made`` is for the other side to verify."""
    digests = {"sha2-224": 28, "sha2-256": 32, "sha2-384": 48, "sha2-512": 64}
    for name in SIGNERS:
        context: Named = {"context": CONTEXT} if name in DERIVED else {}
        exact = name.startswith("ed25519")
        ways: list[Named] = [{}, {"key_version": 1}, {"marshaling_algorithm": "jws"}, *({"hash_algorithm": algorithm} for algorithm in HASHES)]
        ways += [{"signature_algorithm": "pkcs1v15"}, {"signature_algorithm": "pss", "salt_length": "hash"}]
        ways += [{"salt_length": length} for length in ("20", "-1", "0")]
        for way in ways:
            found = ask("sign_data", name, TEXT, exact=exact, **context, **way)
            told = {**context, **{k: v for k, v in way.items() if k != "key_version"}}
            if found is not None:
                ask.made[f"signed {name} {way}"] = (name, found["signature"], told)
                ask("verify_signed_data", name, TEXT, signature=found["signature"], **told)
                ask("verify_signed_data", name, OTHER, signature=found["signature"], **told)
        for algorithm, length in digests.items():
            ask("sign_data", name, b64(bytes(range(length))), hash_algorithm=algorithm, prehashed=True, exact=exact, **context)
            ask("sign_data", name, b64(bytes(5)), hash_algorithm=algorithm, prehashed=True, exact=False, **context)
        ask("sign_data", name, TEXT, key_version=9, **context)
        ask("sign_data", name, TEXT, key_version=-1, **context)
        ask("sign_data", name, TEXT, salt_length="999", exact=exact, **context)
        ask("sign_data", name, TEXT, exact=exact)
        for text in UNSIGNED:
            differs = NO_SIGNATURE if text == "vault:v1:AAAA" and name.startswith("p") else None
            ask("verify_signed_data", name, TEXT, signature=text, differs=differs, **context)
    for name in ("aes", "mac", "public"):
        ask("sign_data", name, TEXT)
        ask("verify_signed_data", name, TEXT, signature="vault:v1:AAAA", differs=NO_SIGNATURE if name == "public" else None)
    for name in ("aes", "mac", "p256", "ed25519-derived"):
        for version in (None, 1, 0, 9, -1):
            found = ask("generate_hmac", name, TEXT, key_version=version)
            if found is not None:
                ask("verify_signed_data", name, TEXT, hmac=found["hmac"])
                ask("verify_signed_data", name, OTHER, hmac=found["hmac"])
                ask("verify_signed_data", name, TEXT, hmac=found["hmac"], hash_algorithm="sha2-512")
        for text in UNSIGNED:
            ask("verify_signed_data", name, TEXT, hmac=text)


def managed(ask: Asker) -> None:
    """Keys from their creation to their end."""
    types = ("aes256-gcm96", "chacha20-poly1305", "ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048")
    for key_type in types:
        ask("create_key", f"new-{key_type}", key_type=key_type, exact=False)
        ask("create_key", f"new-{key_type}", key_type="rsa-2048", exact=False)
        ask("rotate_key", f"new-{key_type}", exact=False)
        ask("create_key", f"derived-{key_type}", key_type=key_type, derived=True, exact=False)
        ask("create_key", f"convergent-{key_type}", key_type=key_type, derived=True, convergent_encryption=True, exact=False)
    for period in ("0", 0, "1h", "90m", 3600, "30m", 3599, "x", "-1h", -1, "2d", "1.5h", ""):
        ask("create_key", f"period-{period}".replace("--", "-").rstrip("-"), auto_rotate_period=period, exact=False)
    ask("create_key", "flags", exportable=True, allow_plaintext_backup=True, exact=False)
    for setting in ("exportable", "allow_plaintext_backup", "deletion_allowed"):
        for value in (True, False):
            changed: Named = {setting: value}
            ask("update_key_configuration", "flags", exact=False, **changed)
    ask("export_key", "flags", "encryption-key", exact=False)
    ask("backup_key", "flags", exact=False)
    ask("create_key", "window", exact=False)
    for kind in ("encryption-key", "hmac-key"):
        ask("export_key", "window", kind)
    ask("backup_key", "window")
    ask("update_key_configuration", "window", exportable=True, exact=False)
    ask("backup_key", "window")
    texts = [ask("encrypt_data", "window", TEXT, exact=False)["ciphertext"]]
    for _ in range(4):
        ask("rotate_key", "window", exact=False)
        texts.append(ask("encrypt_data", "window", TEXT, exact=False)["ciphertext"])
    ask("trim_key", "window", 2)
    windows: list[tuple[Any, Any]] = [
        (9, None), (None, 9), (-1, None), (None, -1), (3, 2), (1, None), (None, 4), (0, 3), (4, None), (2, 2), (None, 0), (None, 2), ("x", None),
    ]  # fmt: skip
    for encryption, decryption in windows:
        ask("update_key_configuration", "window", min_encryption_version=encryption, min_decryption_version=decryption, exact=False)
        for version in (1, 3, 5):
            ask("encrypt_data", "window", TEXT, key_version=version, exact=False)
            ask("generate_hmac", "window", TEXT, key_version=version, exact=False)
        for text in texts:
            ask("decrypt_data", "window", text)
    ask("read_key", "window", exact=False)
    for least in (-1, 0, 5, 3, 2, 1, "x"):
        ask("trim_key", "window", least, exact=False)
    ask("update_key_configuration", "window", min_decryption_version=1)
    ask("update_key_configuration", "window", min_encryption_version=0)
    ask("encrypt_data", "window", TEXT, key_version=1)
    ask("decrypt_data", "window", texts[0])
    ask("export_key", "window", "encryption-key", exact=False)
    ask("delete_key", "window")
    ask("update_key_configuration", "window", deletion_allowed=True, exact=False)
    ask("delete_key", "window")
    ask("read_key", "window")
    ask("decrypt_data", "window", texts[-1])
    ask("rotate_key", "imported")
    ask("update_key_configuration", "aes", min_decryption_version=2, min_encryption_version=0, exact=False)


def elsewhere(ask: Asker) -> None:
    """What needs no key, what hvac refuses by itself, and mount points."""
    for output_format in (None, "hex", "base64", "x"):
        ask("hash_data", TEXT, output_format=output_format)
        for count in (None, 1, 131_072, 0, -1, 131_073, "7", "x"):
            ask("generate_random_bytes", count, output_format, exact=False)
    for algorithm in (*HASHES, "sha3-256", "md5", None):
        ask("hash_data", TEXT, algorithm)
        ask("generate_hmac", "aes", TEXT, algorithm=algorithm)
        ask("sign_data", "ed25519", TEXT, hash_algorithm=algorithm)
    ask("hash_data", "")
    ask("create_key", "x", convergent_encryption=True)
    ask("create_key", "x", key_type="hmac")
    ask("export_key", "aes", "public-key")
    ask("encrypt_data", "aes")
    ask("decrypt_data", "aes")
    ask("sign_data", "ed25519")
    ask("sign_data", "ed25519", TEXT, batch_input=[])
    ask("sign_data", "ed25519", TEXT, signature_algorithm="x")
    ask("sign_data", "ed25519", TEXT, marshaling_algorithm="x")
    ask("sign_data", "ed25519", TEXT, salt_length="x")
    ask("verify_signed_data", "ed25519", TEXT)
    ask("verify_signed_data", "ed25519", TEXT, signature="x", hmac="x")
    ask("verify_signed_data", "ed25519", TEXT, signature="x", salt_length="x")
    ask("generate_data_key", "aes", "x")
    ask("generate_data_key", "aes", "plaintext", bits=100)
    ask("restore_key", "")
    ask("restore_key", fixture("openbao", "aes256-gcm96")["backup"])
    ask("restore_key", fixture("openbao", "aes256-gcm96")["backup"], differs=NO_BACKUP)
    ask("restore_key", "!", differs=NO_BACKUP)
    ask("restore_key", TEXT, name="fresh", differs=NO_BACKUP)
    ask("generate_hmac", "aes", None, differs=NOTHING)
    ask("hash_data", None, differs=NOTHING)
    ask("rewrap_data", "aes", None)
    ask("restore_key", fixture("openbao", "aes256-gcm96")["backup"], name="aes", force=True, differs=FORCED)
    for mount_point in ("other", "/transit/"):
        ask("encrypt_data", "aes", TEXT, mount_point=mount_point, exact=False)
        ask("list_keys", mount_point=mount_point, differs=SLASH if mount_point == "other" else None)
    for method, argument in (("encrypt_data", TEXT), ("decrypt_data", "vault:v1:AAAA"), ("rewrap_data", "vault:v1:AAAA"), ("generate_data_key", "wrapped")):
        ask(method, "aes", argument, nonce=b64(bytes(12)), exact=False, differs=NONCE)


def upserted(ask: Asker) -> None:
    """Keys that an encryption creates."""
    for key_type in ("aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305", "ed25519", "ecdsa-p256", "rsa-2048", "x"):
        ask("encrypt_data", f"up-{key_type}", TEXT, type=key_type, exact=False)
        ask("read_key", f"up-{key_type}", exact=False)
    ask("encrypt_data", "up", "!")
    ask("encrypt_data", "up-derived", TEXT, context=CONTEXT, exact=False)
    ask("encrypt_data", "up-convergent", TEXT, convergent_encryption=True)
    ask("encrypt_data", "up-convergent", TEXT, context=CONTEXT, convergent_encryption=True, exact=False)
    ask("encrypt_data", "up-batch", batch_input=[{"plaintext": TEXT, "context": CONTEXT}], exact=False)
    for name in ("up-derived", "up-convergent", "up-batch"):
        ask("read_key", name, exact=False)


PARTS = (restored, encrypted, misread, batched, signed, managed, elsewhere, upserted)
# What is new each time, and what a key here does not tell.
NEW, UNTOLD = ("request_id", "warnings", "certificate_chain"), ("kdf", "backup_info", "restore_info")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
MADE = re.compile(r"vault:v\d+:|\d{4}-\d\d-|-----BEGIN [A-Z ]+")


def plain(value: Any, exact: bool) -> Any:
    """What the two sides are compared by: values, or where the material is not shared the beginnings of them."""
    match value:
        case dict():
            told = {name: plain(each, exact and name != "creation_time") for name, each in value.items() if name not in UNTOLD}
            return told | {name: len(value[name]) if name == "random_bytes" else "new" for name in (*NEW, "random_bytes") if name in value}
        case list():
            return [plain(each, exact) for each in value]
        case str():
            value = re.sub(r" at input byte \d+|^Field validation failed: ", "", value)
            found = MADE.match(value) or BASE64.fullmatch(value)
            return value if exact or not found else found.re.pattern == MADE.pattern and found[0]
        case int() if value > 1_000_000_000:
            return "seconds"
    return value


def told(outcome: Outcome) -> Any:
    """What a caller sees of an outcome."""
    if outcome.error is None:
        return plain(outcome.answer, outcome.exact) if isinstance(outcome.answer, dict) else outcome.answer.status_code
    json = getattr(outcome.error, "json", None) or {}
    if not json:  # before anything was asked
        return type(outcome.error), str(outcome.error)
    return type(outcome.error), plain(getattr(outcome.error, "errors", None), True), plain(json.get("data"), outcome.exact)
