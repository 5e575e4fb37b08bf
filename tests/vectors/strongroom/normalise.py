"""The steps of section 17: how a value is normalised before it is indexed, by tables of Unicode 16.0 that others publish."""

import unicodedata
from bisect import bisect_right

import pyunormalize
from regex import _regex
import regex
import unicodedata2

assert pyunormalize.UCD_VERSION == unicodedata2.unidata_version == "16.0.0"
# The last release of `regex` before its tables were those of Unicode 17.0.
assert regex.match(r"\p{Cn}", "\U00016EA0") and regex.match(r"\p{Nd}", "\U00016130")

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
# Digits of one script are ten code points in their order (The Unicode Standard 16.0, section 4.6), so each tenth is a zero.
ZEROS = [ord(char) for char in EVERY if regex.match(r"\p{Nd}", char)][::10]

assert [char for char in EVERY if regex.match(r"\p{White_Space}", char)] == sorted(SPACES)


def casefold(text):
    return _regex.fold_case(regex.FULLCASE | regex.IGNORECASE | regex.UNICODE, text)


# `fold_case` is told of no language and leaves the letters that languages fold in two ways; C and F do this to them.
OF_LANGUAGES = {"I": "i", "\u0130": "i\u0307"}


def fold(text):
    return "".join(OF_LANGUAGES.get(char) or casefold(char) for char in text)


# Python's own folding is that of the Unicode version it has, and what is assigned there is folded alike in later ones.
assert all(fold(char) == char.casefold() for char in EVERY if unicodedata.category(char) != "Cn" and regex.match(r"\P{Cn}", char))


def digits(text):
    out = ""
    for char in text:
        at = bisect_right(ZEROS, ord(char)) - 1
        if at >= 0 and ord(char) < ZEROS[at] + 10:
            out += str(ord(char) - ZEROS[at])
    return out


def form(name):
    """A normalization form, by two programs. One of them loses U+0000."""

    def of(text):
        made = unicodedata2.normalize(name, text)
        assert "\0" in text or made == getattr(pyunormalize, name)(text)
        return made

    return of


NFC, NFKC = form("NFC"), form("NFKC")


def email(text):
    return NFC(fold(NFC(text.strip(SPACES))))


STEPS = {
    "none": lambda text: text, "trim": lambda text: text.strip(SPACES), "nfkc": NFKC, "casefold": fold,
    "digits": digits, "email": email,
}


def normalised(text, steps):
    for step in [steps] if isinstance(steps, str) else steps:
        text = STEPS[step](text)
    return text
