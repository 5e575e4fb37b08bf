"""One folder, every language: what the command line encrypted, Python rotates while Node decrypts, C rewraps, C++ opens, and all agree.

    python bindings/story.py KEYRING ROOT_KEY_FILE KEY TABLE PLAIN COLUMN OTHER_COLUMN CONTEXT_COLUMN AAD_COLUMN NAME=COMMAND ...

TABLE is the encrypted table and PLAIN the one that it came from; an empty column name stands for none. The commands are the drivers of `pairs.py`.
A cell is bound to its row and its column, as `docs/tables.md` says: every language refuses it in the place of OTHER_COLUMN.
"""

import base64
import csv
import sys
import time

from pairs import Driver


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def key_bytes(path: str) -> bytes:
    with open(path, encoding="ascii") as file:
        text = file.read().strip().removeprefix("hex:").removeprefix("base64:")
    return bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, validate=True)


def encoded(pairs: dict[str, str]) -> str:
    """A map as every language authenticates it, in hexadecimal digits: `docs/formats.md`."""
    out = len(pairs).to_bytes(2, "big")
    for name, value in sorted((name.encode(), value.encode()) for name, value in pairs.items()):
        out += len(name).to_bytes(2, "big") + name + len(value).to_bytes(2, "big") + value
    return out.hex()


def main() -> None:
    folder, root_key_file, key, table, plain, column, other_column, context_column, aad_column, *commands = sys.argv[1:]
    drivers = {driver.name: driver for driver in (Driver(*command.split("=", 1)) for command in commands)}
    for driver in drivers.values():
        driver.ok("open", folder=folder, root_key=key_bytes(root_key_file).hex())

    def said(row: dict[str, str]) -> dict[str, str]:
        context = {"context": row[context_column].encode().hex()} if context_column else {}
        bound = {"row": row[aad_column]} if aad_column else {}
        return {**context, "aad": encoded({**bound, "column": column})}

    def equal(driver: Driver, ciphertexts: list[str]) -> int:
        opened = (driver.ok("decrypt", key=key, ciphertext=text, **said(row)) for text, row in zip(ciphertexts, original))
        return sum(bytes.fromhex(str(text)).decode() == row[column] for text, row in zip(opened, original))

    original = rows(plain)
    ciphertexts = [row[column] for row in rows(table)]
    version = None
    half = len(ciphertexts) // 2
    started = time.perf_counter()
    same = 0
    for at, (text, row) in enumerate(zip(ciphertexts, original)):
        if at == half:
            version = drivers["python"].ok("rotate", key=key)
        opened = drivers["node"].ok("decrypt", key=key, ciphertext=text, **said(row))
        same += bytes.fromhex(str(opened)).decode() == row[column]
    print(f"     Node    decrypted {same:,} of {len(ciphertexts):,} values, while Python rotated the key to version {version}")
    assert same == len(ciphertexts)
    renewed = [str(drivers["c"].ok("rewrap", key=key, ciphertext=text, **said(row))) for text, row in zip(ciphertexts, original)]
    current = sum(f":v{version}:" in text[:24] for text in renewed)
    print(f"     C       rewrapped {current:,} values to version {version}")
    assert current == len(ciphertexts)
    for name, shown in {"cpp": "C++", "python": "Python", "node": "Node"}.items():
        same = equal(drivers[name], renewed)
        print(f"     {shown:<7} opened {same:,} of {len(ciphertexts):,} of what C made, equal to the original")
        assert same == len(ciphertexts)
    if other_column:
        for driver in drivers.values():
            driver.refuses("decrypt_failed", "decrypt", key=key, ciphertext=rows(table)[0][other_column], **said(original[0]))
        print(f"     All     refuse {other_column} in the place of {column}")
    print(f"     {6 * len(ciphertexts):,} operations in {time.perf_counter() - started:.1f} s, each through a line of text between two processes")


if __name__ == "__main__":
    main()
