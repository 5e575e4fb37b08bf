#!/usr/bin/env python3
"""A stand-in for the programs `vault` and `bao`, for the commands of docs/moving.md and nothing else. There is no server behind it.

What it answers was recorded from the real ones (tests/vectors/transit/); only the names of the keys are those of the page. What it is given to restore is
taken apart by reader.py, which shares no code with the library, and has to hold the recorded versions. It fails on whatever it was not made for.

STAND_IN_VECTORS is the folder with the recordings.
"""

import base64
import json
import os
import pathlib
import sys

VECTORS = pathlib.Path(os.environ["STAND_IN_VECTORS"])
PRODUCT = {"vault": "vault", "bao": "openbao"}[pathlib.Path(sys.argv[0]).name]
# The recorded key, by the name that it has on the page.
KEYS = {("vault", "cards"): "aes256-gcm96-plain", ("openbao", "releases"): "ed25519"}

sys.path.insert(0, str(VECTORS))
import reader  # noqa: E402


def recorded(name):
    keys = json.loads((VECTORS / f"{PRODUCT}.json").read_text())["keys"]
    return next(key for key in keys if key["id"] == KEYS[PRODUCT, name])


def backup(name):
    key = recorded(name)
    text = base64.b64decode(key["backup"]).decode()
    policy_name = json.dumps(json.loads(text)["policy"]["name"])
    return base64.b64encode(text.replace(f'"name":{policy_name}', f'"name":"{name}"', 1).encode()).decode()


def answer(name, op, asked, result):
    """What was recorded of this operation with these values, or of one that shows the same."""
    for case in recorded(name)["cases"]:
        same = all(str(case.get(member, "")) == value for member, value in asked.items())
        if case["op"] in op and same and not any(member in case for member in ("error", "associated_data", "state")):
            return case[result]
    sys.exit(f"nothing was recorded of {op} with {asked}")


def restored(name):
    return pathlib.Path(sys.argv[0]).with_name(f"{name}.restored")


def restore(name, text):
    taken = reader.Backup(PRODUCT, text)
    reader.check(taken.policy["name"] == name, "name", taken.policy["name"])
    before = reader.Backup(PRODUCT, backup(name)).policy
    reader.check(taken.policy["type"] == before["type"] and taken.policy["latest_version"] > before["latest_version"], "type or versions")
    for version, entry in before["keys"].items():
        reader.check(taken.policy["keys"][version] == entry, "version", version, "is another now")
    restored(name).write_text(text)


def verify(name, asked):
    taken = reader.Backup(PRODUCT, restored(name).read_text())
    taken.run({"op": "hmac", "message": asked["input"], "context": "", "aad": "", "text": asked["hmac"]})


def value(text):
    return pathlib.Path(text[1:]).read_text() if text.startswith("@") else text


def main():
    verb, *rest = sys.argv[1:]
    field = next((word.removeprefix("-field=") for word in rest if word.startswith("-field=")), None)
    path, *pairs = [word for word in rest if not word.startswith("-")]
    asked = {name: value(text) for name, text in (pair.split("=", 1) for pair in pairs)}
    match [verb, field, *path.split("/")]:
        case ["write", None, "transit", "keys", name, "config"] if set(asked) == {"exportable", "allow_plaintext_backup"}:
            recorded(name)
            print("Key                       Value\n---                       -----\nallow_plaintext_backup    true")
        case ["read", "backup", "transit", "backup", name] if not asked:
            print(backup(name), end="")
        case ["write", "ciphertext", "transit", "encrypt", name]:
            print(answer(name, ("encrypt", "decrypt"), asked, "ciphertext"), end="")
        case ["write", "signature", "transit", "sign", name]:
            asked["version"] = asked.pop("key_version")
            print(answer(name, ("sign",), asked, "signature"), end="")
        case ["write", None, "transit", "restore", name] if set(asked) == {"backup"}:
            restore(name, asked["backup"])
            print(f"Success! Data written to: {path}")
        case ["write", "valid", "transit", "verify", name] if set(asked) == {"input", "hmac"}:
            verify(name, asked)
            print("true")
        case _:
            sys.exit(f"the stand-in for {PRODUCT} does not know this command: {sys.argv[1:]}")


if __name__ == "__main__":
    main()
