"""Writes `errors.pyi` from the classes. `STRONGROOM_BLESS=1` writes the file, else a test compares it."""

import re

from repository import ERRORS, PACKAGE

from strongroom import StrongroomError, _native

STUB = PACKAGE / "errors.pyi"

HEAD = '''"""Every way in which a call can fail. Made from the library's table; a test compares it."""

from typing import ClassVar, Literal

class StrongroomError(Exception):
    """Whatever a call of Strongroom can fail with."""

    code: ClassVar[str]
    """The one spelling of the error, the same in every language."""
    number: ClassVar[int]
    """Stable, and never used again for another error."""
    family: ClassVar[Literal["misuse", "untrusted_input", "environment"]]
    """Who has to act: the program, nobody (the data is wrong), or whoever runs the machine."""
    detail: @details@ | None
    """Which option or combination of them is wrong, of `InvalidOption`: a code that stays for good."""
    index: int
    """In a batch, which item it was."""
'''


def stub() -> str:
    _, listed = ERRORS.read_text("utf-8").split("## Details of `invalid_option`")
    details = ",\n        ".join(f'"{code}"' for code in re.findall(r"^\| `(\w+)` \|", listed, re.M))
    text = HEAD.replace("@details@", f"Literal[\n        {details},\n    ]")
    for error in _native.error_classes:
        if error is StrongroomError:
            continue
        text += f'\nclass {error.__name__}({error.__bases__[0].__name__}):\n    """{error.__doc__}"""\n'
        if error.__name__ == "BufferTooSmall":
            text += '\n    needed: int\n    """How many bytes the buffer must have."""\n'
    names = ",\n    ".join(f'"{error.__name__}"' for error in _native.error_classes)
    return f"{text}\n__all__ = [\n    {names},\n]\n"
