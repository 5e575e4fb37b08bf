"""Writes the tables of Unicode 16.0 that values are normalised by before they are indexed (`docs/formats.md`, section 17) to
`core/src/unicode/tables/`; with --check compares them instead and exits with 1 where they differ."""

import pathlib
import sys
import unicodedata

import regex
from regex import _regex

if unicodedata.unidata_version != "16.0.0":
    import unicodedata2 as unicodedata

assert unicodedata.unidata_version == "16.0.0"
TABLES = pathlib.Path(__file__).parent.parent / "src/unicode/tables"
COPYRIGHT = "Copyright © 1991-2024 Unicode, Inc.; licence: `core/LICENSE-UNICODE`."
CODES = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def mappings():
    """One step each, of canonical and of compatibility decompositions."""
    canonical, compatibility = {}, {}
    for code in CODES:
        kind, *mapped = unicodedata.decomposition(chr(code)).split() or [""]
        if kind.startswith("<"):
            compatibility[code] = [int(one, 16) for one in mapped]
        elif kind:
            canonical[code] = [int(one, 16) for one in (kind, *mapped)]
    return canonical, compatibility


def folds():
    """The mappings C and F of all characters."""
    flags = regex.FULLCASE | regex.IGNORECASE | regex.UNICODE
    found = {code: [ord(one) for one in _regex.fold_case(flags, chr(code))] for code in CODES}
    # Languages fold them in two ways, and `fold_case` then does nothing.
    found |= {0x49: [0x69], 0x130: [0x69, 0x307]}
    return {code: to for code, to in found.items() if to != [code]}


def runs(pairs, steps=(1,)):
    """Runs of code points whose targets follow each other as they do: first, how many, step, target of the first."""
    made = []
    for code, to in sorted(pairs.items()):
        if made:
            first, count, step, target = made[-1]
            last = first + (count - 1) * step
            gap = code - last
            if to - code == target - first and (gap == step or count == 1 and gap in steps):
                made[-1] = (first, count + 1, gap, target)
                continue
        made.append((code, 1, 1, to))
    return made


def expansions(longer):
    """Where each lies in one array, in which what is there already is not written again."""
    placed, pool = [], []
    for code, to in sorted(longer.items()):
        assert max(to) < 0x10000
        at = next((at for at in range(len(pool) - len(to) + 1) if pool[at : at + len(to)] == to), len(pool))
        if at == len(pool):
            pool += to
        placed.append((code, at, len(to)))
    return placed, pool


def triple(*parts):
    assert all(0 <= part < 1 << 21 for part in parts)
    return parts[0] << 42 | parts[1] << 21 | parts[2]


def array(about, name, kind, numbers):
    body, line = [], "   "
    for number in numbers:
        word = f" {number:#x}," if kind == "u64" else f" {number},"
        if len(line) + len(word) > 110:
            body.append(line)
            line = "   "
        line += word
    return f"/// {about}\n#[rustfmt::skip]\npub(super) static {name}: [{kind}; {len(numbers)}] = [\n" + "\n".join([*body, line]) + "\n];\n"


def triples(about, name, rows):
    return array(about, name, "u64", [triple(*row) for row in rows])


def contents():
    canonical, compatibility = mappings()
    folded = folds()
    pairs = sorted(canonical)
    # What composition excludes is what does not come back (UAX #15, section 5).
    composed = [at for at, code in enumerate(pairs) if len(canonical[code]) == 2 and unicodedata.normalize("NFC", chr(code)) == chr(code)]
    composed.sort(key=lambda at: canonical[pairs[at]])
    of_one = lambda found: {code: to[0] for code, to in found.items() if len(to) == 1}
    of_more = lambda found: {code: to for code, to in found.items() if len(to) > 1}
    classes = runs_of_classes({code: unicodedata.combining(chr(code)) for code in CODES})
    digits = [code for code in CODES if unicodedata.category(chr(code)) == "Nd"]
    zeros = digits[::10]
    assert all(unicodedata.decimal(chr(code)) == at % 10 and code == zeros[at // 10] + at % 10 for at, code in enumerate(digits))
    more, more_pool = expansions(of_more(compatibility))
    fold_more, fold_pool = expansions(of_more(folded))
    return {
        "canonical": ("Canonical decompositions, one step each.", [
            triples("A character, and one or two that it decomposes to.", "CANONICAL", [(code, *(*canonical[code], 0)[:2]) for code in pairs]),
        ]),
        "composed": ("Which pairs of characters are composed.", [
            array("Places of what they become in the table of canonical decompositions, sorted by the pairs.", "COMPOSED", "u16", composed),
        ]),
        "classes": ("Combining classes that are not 0.", [triples("A first character, how many follow it with it, and their class.", "CLASSES", classes)]),
        "compatibility": ("Compatibility decompositions to one character, one step each.", [
            triples("A first character, how many follow it with it, and what the first one decomposes to.", "COMPATIBILITY", [(a, n, to) for a, n, _, to in runs(of_one(compatibility))]),
        ]),
        "expansions": ("Compatibility decompositions to several characters, one step each.", [
            triples("A character, and where in [`EXPANDED`] and how long that is which it decomposes to.", "EXPANSIONS", more),
            array("Of code points.", "EXPANDED", "u16", more_pool),
        ]),
        "folding": ("Full case folding: the mappings C and F.", [
            triples("A first one, twice how many (and one more if it is every second), and what the first one folds to.",
                    "FOLDS", [(a, n << 1 | step - 1, to) for a, n, step, to in runs(of_one(folded), (1, 2))]),
            triples("A character, and where in [`FOLDED`] and how long that is which it folds to.", "LONGER_FOLDS", fold_more),
            array("Of code points.", "FOLDED", "u16", fold_pool),
        ]),
        "digits": ("Decimal digits.", [array("The zeros; nine more digits follow each.", "ZEROS", "u32", zeros)]),
    }


def runs_of_classes(classes):
    made = []
    for code, kind in classes.items():
        if kind and made and made[-1][0] + made[-1][1] == code and made[-1][2] == kind:
            made[-1] = (made[-1][0], made[-1][1] + 1, kind)
        elif kind:
            made.append((code, 1, kind))
    return made


def main(arguments):
    drifted = []
    for name, (about, parts) in contents().items():
        text = f"// @generated by core/unicode/generate.py from the data of Unicode 16.0.\n// {COPYRIGHT}\n//! {about}\n\n" + "\n".join(parts)
        path = TABLES / f"{name}.rs"
        if arguments != ["--check"]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            drifted.append(path.name)
    for name in drifted:
        print(f"core/src/unicode/tables/{name} differs from what the generator gives", file=sys.stderr)
    return 1 if drifted else 0


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit("usage: generate.py [--check]")
    sys.exit(main(sys.argv[1:]))
