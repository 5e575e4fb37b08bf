"""Writes the vector files beside it; with --check compares them instead and exits with 1 where they differ."""

import json
import pathlib
import sys

import verify
from backups import backups
from indexes import indexes
from keyrings import keyrings
from maps import maps
from platform_blobs import platform
from refusals import refusals
from snapshots import snapshots
from streams import streams
from tokens import tokens
from usage import usage
from witness import witness

HERE = pathlib.Path(__file__).parent


def has_objects(value):
    """Whether a list of objects lies somewhere inside."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, list) and any(isinstance(item, dict) for item in items) or any(map(has_objects, items))


def written(value, indent=0, expand=False):
    """JSON with a case, a version or a document on a line of its own."""
    line = json.dumps(value, separators=(",", ":"))
    if not expand and not has_objects(value):
        return line
    pad = "\n" + " " * min(indent + 1, 1)
    if isinstance(value, list):
        return "[" + ",".join(pad + written(item, indent + 1) for item in value) + "]"
    return "{" + ",".join(
        f"{pad}{json.dumps(name)}:{written(item, indent + 1, name == 'documents')}" for name, item in value.items()
    ) + "}"


def files():
    rings, sealed = keyrings(), list(backups())
    contents = {
        "keyrings.json": {"keyrings": [ring.as_json() for ring in rings]},
        "refusals.json": refusals(rings, sealed),
        "backups.json": {"backups": [one.as_json() for one in sealed]},
        "maps.json": maps(),
        "usage.json": usage(),
        "snapshots.json": snapshots(),
        "witness.json": witness(),
        "platform.json": platform(),
        "streams.json": streams(),
        "index.json": indexes(),
        "tokens.json": tokens(),
    }
    verify.verify(json.loads(json.dumps(contents)))
    return {name: written(content) + "\n" for name, content in contents.items()}


def main(arguments):
    made, drifted = files(), []
    for name, content in made.items():
        path = HERE / name
        if arguments == ["--check"]:
            if not path.exists() or path.read_text() != content:
                drifted.append(name)
        else:
            path.write_text(content)
            print(f"{name}: {len(content)} bytes")
    for name in drifted:
        print(f"{name} differs from what the generator gives", file=sys.stderr)
    return 1 if drifted else 0


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("usage: generate.py [--check]")
    sys.exit(main(sys.argv[1:]))
