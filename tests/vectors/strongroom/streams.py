"""streams.json: streams (section 16), and those that must be refused. Cases of one file say what is changed about another's."""

import hashlib

import formats
from formats import encode_map
from primitives import Stream

MAP = {"tenant": "acme", "número": "17"}
CHUNK, SEALED = 16384, 16400


def plaintext(length):
    """Byte i is (131 i + floor(i / 256)) mod 256."""
    return bytes((131 * i + i // 256) % 256 for i in range(length))


def streams():
    stream = Stream("streams")
    material = stream.take(32)
    made = [_made(label, material, stream.take(24), *given) for label, given in {
        "one-byte": (1, 1), "full-chunk-and-none": (1, CHUNK), "two-chunks-and-one-byte": (1, 2 * CHUNK + 1),
        "eighteen-chunks": (7, 17 * CHUNK + 3), "version-300": (300, 40),
        "context-map": (2, 40, (2, encode_map(MAP.items()))), "context-of-300-bytes": (2, 3, (1, b"\xa5" * 300)),
        "aad-map": (3, 40, (0, b""), (2, encode_map(MAP.items()))), "aad-of-300-bytes": (3, 3, (0, b""), (1, b"\x5a" * 300)),
        "context-and-aad": (4, CHUNK + 40, (1, "ü".encode()), (2, encode_map([("", "")]))),
    }.items()]
    for case in made:
        if case["length"] > 2**16:
            # Whoever writes one with this salt can compare; the digest stands for the bytes.
            del case["expect"]["file"]
    return {"vectors": [*made, *_refused()]}


def _made(label, material, salt, version, length, context=(0, b""), aad=(0, b"")):
    file = formats.stream(material, version, *context, *aad, salt, plaintext(length))
    return {
        "id": f"streams/{label}", "op": "stream", "material": material.hex(), "version": version, "kind": context[0], "context": context[1].hex(),
        "aad_kind": aad[0], "aad": aad[1].hex(), "salt": salt.hex(), "plaintext": "byte i is (131 i + floor(i / 256)) mod 256", "length": length,
        "expect": {"input_key": formats.stream_input_key(material, version, *context).hex(), "cobblestone_context": (bytes([aad[0]]) + aad[1]).hex(),
                   "file": file.hex(), "file_sha256": hashlib.sha256(file).hexdigest()},
    }


def _refused():
    """What is authenticated before the fault has been handed out by a reader that goes from the front."""
    small, whole, both = "one-byte", "two-chunks-and-one-byte", "context-and-aad"
    size = 64 + 2 * SEALED + 17
    cases = [
        (small, {"truncate": size_}, 0, "truncated_stream", "The beginning of the header alone.") for size_ in (1, 2, 4, 8, 32)
    ] + [
        (small, {"truncate": 64}, 0, "truncated_stream", "No chunk."),
        (small, {"truncate": 79}, 0, "truncated_stream", "15 bytes where a chunk begins."),
        (small, {"append": "00" * 16}, 0, "decrypt_failed", "The last chunk is longer."),
        (small, {"replace": [0, "53525231"]}, 0, "malformed", "Another document of ours."),
        (small, {"replace": [0, "73726631"]}, 0, "malformed", "The magic in lower case."),
        (small, {"replace": [3, "32"]}, 0, "unsupported_format", "A later format."),
        (small, {"replace": [4, "00000000"]}, 0, "malformed", "Version 0."),
        (small, {"replace": [4, "80000000"]}, 0, "malformed", "Version 2^31."),
        (small, {"replace": [4, "01000000"]}, 0, "version_too_new", "N is big-endian; this is 2^24."),
        (small, {"xor": [31, 128]}, 0, "decrypt_failed", "The last bit of the salt."),
        (small, {"xor": [63, 128]}, 0, "decrypt_failed", "The last bit of the commitment."),
        (whole, {"truncate": 64 + 2 * SEALED}, 2 * CHUNK, "truncated_stream", "The last chunk is gone."),
        (whole, {"truncate": 64 + SEALED}, CHUNK, "truncated_stream", "The last two chunks are gone."),
        (whole, {"truncate": size - 1}, 2 * CHUNK, "decrypt_failed", "16 bytes of 17."),
        (whole, {"truncate": 64 + SEALED - 1}, 0, "decrypt_failed", "One byte is missing of a full chunk."),
        (whole, {"swap_chunks": [0, 1]}, 0, "decrypt_failed", "Two chunks in each other's place."),
        (whole, {"double_chunk": 1}, 2 * CHUNK, "decrypt_failed", "A chunk twice."),
        (whole, {"remove_chunk": 0}, 0, "decrypt_failed", "The first chunk is gone."),
        (whole, {"remove_chunk": 1}, CHUNK, "decrypt_failed", "A chunk in the middle is gone."),
        ("full-chunk-and-none", {"truncate": 64 + SEALED}, CHUNK, "truncated_stream", "The last chunk, which is empty, is gone."),
        ("full-chunk-and-none", {"append": "00"}, CHUNK, "decrypt_failed", "A byte behind the last chunk."),
        (both, {"with": {"aad_kind": 1}}, 0, "decrypt_failed", "The aad's bytes and no map."),
        (both, {"with": {"kind": 2}}, 0, "decrypt_failed", "The context's kind is another."),
        (both, {"with": {"aad_kind": 0, "aad": ""}}, 0, "decrypt_failed", "No aad."),
        (both, {"with": {"context": "75cc88"}}, 0, "decrypt_failed", "The context is not normalised."),
    ]
    for number, (base, edit, prefix, error, reason) in enumerate(cases):
        edit = dict(edit)
        yield {"id": f"streams/refused/{number:02}", "op": "open", "base": f"streams/{base}", "with": edit.pop("with", {}), "edit": edit,
               "authenticated_prefix": prefix, "error": error, "reason": reason}


def edited(file, edit):
    """A file with something changed about it."""
    chunks = [file[at : at + SEALED] for at in range(64, len(file), SEALED)]
    for what, value in edit.items():
        if what == "truncate":
            return file[:value]
        if what == "append":
            return file + bytes.fromhex(value)
        if what in ("replace", "xor"):
            at, changed = value[0], value[1]
            new = bytes.fromhex(changed) if what == "replace" else bytes([file[at] ^ changed])
            return file[:at] + new + file[at + len(new) :]
        if what == "swap_chunks":
            one, other = value
            chunks[one], chunks[other] = chunks[other], chunks[one]
        elif what == "double_chunk":
            chunks.insert(value, chunks[value])
        elif what == "remove_chunk":
            del chunks[value]
    return file[:64] + b"".join(chunks)
