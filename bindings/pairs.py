"""Every ordered pair of languages: what one made, the other opens, over one folder.

Each language has a driver that answers lines of JSON on standard input (`tests/src/bin/driver/main.rs` is Rust's). Started as

    python bindings/pairs.py NAME=COMMAND [NAME=COMMAND ...]

the first driver creates the keyring; one named NAME:ciphertexts has no signatures and macs. For every key type and form each driver makes ciphertexts, signatures and macs that every other opens and
verifies, and refuses the same damaged ones by the same name. So it is with files of any size, in one thread and in several, with tokens and with what
values are found by. Then one rotates while the others hold the key, and all follow.
Where `STRONGROOM_SEAL_URL` names a key of a platform, they meet over a keyring that it seals, too.
"""

import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from strongroom import Keyring, Seal

ENCRYPTING = ["xaes256-gcm", "aes256-siv", "aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305"]
CONVERGENT = ["aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305"]
SIGNING = ["ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ml-dsa-44", "ml-dsa-65", "ml-dsa-87", "rsa-2048"]
MACS = ["hmac", "aes128-cmac", "aes256-cmac"]
DERIVED = [*ENCRYPTING, "ed25519"]
# What can be said of a signature, by the beginning of the type's name; each is made by one and read by the others.
SAID = {
    "ecdsa": [{"form": "jws"}, {"hash": "sha3-512"}, {"hash": "sha2-384", "form": "jws", "prehashed": True}],
    "ml-dsa": [{"form": "jws"}],
    "ed25519": [{"form": "jws"}],
    "rsa": [{"form": "jws"}, {"padding": "pkcs1v15"}, {"padding": "pss", "salt_length": 20}, {"salt_length": "hash", "hash": "sha3-256"}, {"hash": "none", "padding": "pkcs1v15"}, {"hash": "sha2-384", "prehashed": True}],
}
# The drivers of those languages whose seals have URLs, and a URL for them.
TAKE_URLS = ("c", "cpp", "python", "node", "go")
URL = os.environ.get("STRONGROOM_SEAL_URL")
MESSAGES = [b"", b"4111 1111 1111 1111", bytes(range(256)) * 40]
CONTEXT, AAD = b"tenant-1".hex(), b"order-17".hex()
# Files: what stands before the chunks, and how long a chunk is.
HEAD, CHUNK = 64, 16_384
LENGTHS = [0, 1, CHUNK, 2 * CHUNK + 7, 2**20 + 5]
FILE = bytes((131 * at + at // 256) % 256 for at in range(LENGTHS[-1]))
# A value, one that is to be the same, and the column.
COLUMNS = [
    ("17", "17", {"name": "orders.number", "bits": 64}),
    (" Anna@Example.COM", "anna@example.com", {"name": "users.email", "normalize": "email"}),
    ("\ufb01nde Straße", "FINDE STRASSE", {"name": "users.street", "normalize": "trim,nfkc,casefold"}),
]


class Driver:
    def __init__(self, name: str, command: str) -> None:
        self.name, _, only = name.partition(":")
        assert only in ("", "ciphertexts"), name
        self.signs = not only
        self.without: set[str] = set()
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, op: str, **request: object) -> dict:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"op": op, **request}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name}: no answer to {op}")
        return json.loads(line)

    def ok(self, op: str, **request: object) -> object:
        answer = self.ask(op, **request)
        if "ok" not in answer:
            sys.exit(f"{self.name}: {op} of {request.get('key')}: {answer}")
        return answer["ok"]

    def refuses(self, error: str, op: str, **request: object) -> None:
        answer = self.ask(op, **request)
        if answer != {"error": error}:
            sys.exit(f"{self.name}: {op} of {request.get('key')} should have been refused with {error}: {answer}")


def forms() -> list[tuple[str, dict]]:
    """The keys: a name, and how they are made."""
    keys = []
    for kind in [*ENCRYPTING, *SIGNING, *MACS]:
        keys.append((kind, {"type": kind}))
        if kind in DERIVED:
            keys.append((f"{kind}-derived", {"type": kind, "derived": True}))
        if kind in CONVERGENT:
            keys.append((f"{kind}-convergent", {"type": kind, "derived": True, "convergent": True}))
    return keys


def damaged(text: str) -> str:
    """A ciphertext with another character in the middle of its base64."""
    at = text.rindex(":") + 1 + (len(text) - text.rindex(":") - 1) // 2
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def exchange(maker: Driver, opener: Driver, key: str, made: dict) -> int:
    """What the maker makes with a key, the opener opens. Gives the number of things exchanged."""
    context = {"context": CONTEXT} if made.get("derived") else {}
    done = 0
    if key in maker.without | opener.without:
        return done
    for message in MESSAGES:
        if made["type"] in ENCRYPTING:
            for aad in [{}] if made.get("convergent") else [{}, {"aad": AAD}]:
                ciphertext = maker.ok("encrypt", key=key, plaintext=message.hex(), **aad, **context)
                opened = opener.ok("decrypt", key=key, ciphertext=ciphertext, **aad, **context)
                assert opened == message.hex(), f"{maker.name} to {opener.name}: {key}"
                opener.refuses("decrypt_failed", "decrypt", key=key, ciphertext=damaged(ciphertext), **aad, **context)
                if aad:
                    opener.refuses("decrypt_failed", "decrypt", key=key, ciphertext=ciphertext, aad=b"order-18".hex(), **context)
                if context:
                    opener.refuses("decrypt_failed", "decrypt", key=key, ciphertext=ciphertext, context=b"tenant-2".hex(), **aad)
                done += 1
        if not (maker.signs and opener.signs):
            continue
        if made["type"] in SIGNING:
            signature = maker.ok("sign", key=key, message=message.hex(), **context)
            opener.ok("verify", key=key, message=message.hex(), signature=signature, **context)
            opener.refuses("bad_signature", "verify", key=key, message=(message + b"!").hex(), signature=signature, **context)
            done += 1
        mac = maker.ok("hmac", key=key, message=message.hex())
        opener.ok("verify_hmac", key=key, message=message.hex(), signature=mac)
        opener.refuses("bad_signature", "verify_hmac", key=key, message=(message + b"!").hex(), signature=mac)
        done += 1
    if not (maker.signs and opener.signs):
        return done
    if made["type"] in SIGNING:
        done += signatures(maker, opener, key, made["type"], context)
    if made["type"] == "xaes256-gcm":
        done += streams(maker, opener, key, context) + tokens(maker, opener, key, context)
    if key == "xaes256-gcm":
        done += indexes(maker, opener, key)
    return done


def signatures(maker: Driver, opener: Driver, key: str, kind: str, context: dict) -> int:
    """Everything that can be said of a signature of the type; and what it has no use for is refused alike."""
    said = next(said for prefix, said in SAID.items() if kind.startswith(prefix))
    digest = bytes(range(48)).hex()
    for options in said:
        signature = maker.ok("sign", key=key, message=digest, **options, **context)
        opener.ok("verify", key=key, message=digest, signature=signature, **options, **context)
        opener.refuses("bad_signature", "verify", key=key, message=digest[2:] + "00", signature=signature, **options, **context)
    for driver in (maker, opener):
        for wrong in [{"hash": "sha1"}, {"hash": "none"}, {"padding": "pkcs1v15", "salt_length": "auto"}]:
            driver.refuses("invalid_option", "sign", key=key, message=digest, **wrong, **context)
    return len(said)


def damaged_file(file: str, at: int) -> str:
    """A file in hexadecimal digits with another byte somewhere."""
    return file[: 2 * at] + f"{int(file[2 * at : 2 * at + 2], 16) ^ 1:02x}" + file[2 * at + 2 :]


def streams(maker: Driver, opener: Driver, key: str, context: dict) -> int:
    """Files of any size that the maker writes, and the opener reads and rewraps."""
    done = 0
    for length in LENGTHS:
        plaintext = FILE[:length].hex()
        # What two threads do at the same time is longer than what they wait for.
        threads = {"threads": 2} if length > 2**20 else {}
        file = str(maker.ok("encrypt_stream", key=key, plaintext=plaintext, aad=AAD, **threads, **context))
        assert len(file) == 2 * (HEAD + length + 16 * (length // CHUNK + 1)), f"{maker.name}: {len(file)}"
        assert opener.ok("decrypt_stream", key=key, stream=file, aad=AAD, **threads, **context) == plaintext, f"{maker.name} to {opener.name}"
        done += 1
        if length > 2**20:
            continue
        start, end = max(length - 20, 0), length + 10
        assert opener.ok("decrypt_range", key=key, stream=file, start=start, end=end, aad=AAD, **context) == plaintext[2 * start :]
        assert opener.ok("rewrap_stream", key=key, stream=file, aad=AAD, **context) == file, f"{maker.name} to {opener.name}"
        for op in ("decrypt_stream", "rewrap_stream"):
            opener.refuses("decrypt_failed", op, key=key, stream=file, aad=b"order-18".hex(), **context)
            opener.refuses("decrypt_failed", op, key=key, stream=damaged_file(file, HEAD + length // 2), aad=AAD, **context)
            opener.refuses("truncated_stream", op, key=key, stream=file[: 2 * (HEAD + length // CHUNK * (CHUNK + 16))], aad=AAD, **context)
            opener.refuses("truncated_stream", op, key=key, stream=file[: 2 * HEAD - 2], aad=AAD, **context)
            if context:
                opener.refuses("decrypt_failed", op, key=key, stream=file, aad=AAD, context=b"tenant-2".hex())
    return done


def tokens(maker: Driver, opener: Driver, key: str, context: dict) -> int:
    """Tokens that the maker issues."""
    for payload in MESSAGES[:2]:
        token = str(maker.ok("issue", key=key, payload=payload.hex(), ttl_ms=3_600_000, aad=AAD, **context))
        found, issued, expires = str(opener.ok("redeem", key=key, token=token, aad=AAD, **context)).split(" ")
        assert (found, int(expires) - int(issued)) == (payload.hex(), 3_600_000), f"{maker.name} to {opener.name}"
        opener.refuses("decrypt_failed", "redeem", key=key, token=token, aad=b"order-18".hex(), **context)
        opener.refuses("malformed", "redeem", key=key, token=token[:-1], aad=AAD, **context)
    return 2


def indexes(maker: Driver, opener: Driver, key: str) -> int:
    """What the maker writes beside a value, the opener looks for."""
    done = 0
    for value, other, column in COLUMNS:
        named = {"name": column["name"].encode().hex(), **{name: said for name, said in column.items() if name != "name"}}
        index = str(maker.ok("index", key=key, value=value.encode().hex(), **named))
        assert index in str(opener.ok("indexes", key=key, value=other.encode().hex(), **named)).split(","), f"{maker.name} to {opener.name}: {column}"
        assert index not in str(opener.ok("indexes", key=key, value=b"of another".hex(), **named)).split(",")
        done += 1
    opener.refuses("invalid_option", "index", key=key, value="00", name=b"c".hex(), bits=7)
    return done


def sealed(drivers: list[Driver], folder: Path, url: str) -> None:
    """A keyring that a platform seals, made here, opens in each language that takes URLs; each opens what the others make."""
    key = Keyring.create(folder, Seal.url(url)).create_key("cards")
    takers = [driver for driver in drivers if driver.name in TAKE_URLS]
    for driver in takers:
        driver.refuses("invalid_url", "open", folder=str(folder), seal_url=f"{url}&token=hunter2")
        driver.ok("open", folder=str(folder), seal_url=url)
    for maker in takers:
        made = [key.encrypt(MESSAGES[1]), maker.ok("encrypt", key="cards", plaintext=MESSAGES[1].hex())]
        for opener in takers:
            assert all(opener.ok("decrypt", key="cards", ciphertext=text) == MESSAGES[1].hex() for text in made), opener.name
    print(f"a platform's seal opened one keyring in {', '.join(driver.name for driver in takers)}")
    assert len(takers) >= 4, takers


def main() -> None:
    drivers = [Driver(*argument.split("=", 1)) for argument in sys.argv[1:]]
    folder, root_key = Path(tempfile.mkdtemp(prefix="strongroom-pairs-")), secrets.token_hex(32)
    ring = {"folder": str(folder / "keys"), "root_key": root_key}
    first = drivers[0]
    first.ok("create", **ring)
    for key, made in forms():
        first.ok("create_key", key=key, **made)
    for driver in drivers[1:]:
        driver.ok("open", **ring)
    for driver in (driver for driver in drivers if driver.signs):
        # The library for C has RSA only where it is compiled with AWS-LC.
        driver.without = {"rsa-2048"} if driver.ask("hmac", key="rsa-2048", message="") == {"error": "type_not_supported"} else set()
        assert not driver.without or driver.name in ("c", "cpp"), driver.name
    done = pairs = 0
    for maker in drivers:
        for opener in drivers:
            exchanged = sum(exchange(maker, opener, key, made) for key, made in forms())
            done, pairs = done + exchanged, pairs + (maker is not opener)
            least = (220 if maker.without or opener.without else 232) if maker.signs and opener.signs else 84
            assert exchanged >= least, f"{maker.name} to {opener.name}: only {exchanged}"
    for driver in drivers:
        if not driver.signs:
            # Over C, which ends a name at a NUL: it would be the key without it.
            driver.refuses("invalid_argument", "rotate", key=ENCRYPTING[0] + "\0")
    version, oldest = 1, first.ok("encrypt", key=ENCRYPTING[0], plaintext="00")
    for rotates in drivers:
        version += 1
        assert rotates.ok("rotate", key=ENCRYPTING[0]) == version
        ciphertext = rotates.ok("encrypt", key=ENCRYPTING[0], plaintext="00")
        for driver in drivers:
            # A version that a process has not seen yet makes it look at once.
            assert driver.ok("decrypt", key=ENCRYPTING[0], ciphertext=ciphertext) == "00"
            renewed = driver.ok("rewrap", key=ENCRYPTING[0], ciphertext=oldest)
            assert str(renewed).startswith(f"strongroom:v{version}:"), f"{driver.name}: {renewed}"
            assert rotates.ok("decrypt", key=ENCRYPTING[0], ciphertext=renewed) == "00"
    names = ", ".join(driver.name for driver in drivers)
    print(f"{pairs} ordered pairs of {names}: {done} ciphertexts, files, tokens, indexes, signatures and macs of {len(forms())} keys exchanged, {version - 1} rotations followed")
    if URL:
        sealed(drivers, folder / "sealed", URL)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
