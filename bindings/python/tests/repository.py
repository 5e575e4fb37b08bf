"""Where things lie in the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests/vectors/strongroom"
TRANSIT = ROOT / "tests/vectors/transit"
OPERATIONS = ROOT / "bindings/operations.json"
ERRORS = ROOT / "docs/errors.md"
FIRST_LOOK = ROOT / "examples/python/first_look.py"
EXAMPLE = ROOT / "examples/python/cards.py"
TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parent / "python/strongroom"
