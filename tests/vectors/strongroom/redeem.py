"""Tokens and API keys (section 18), read and refused."""

import base64
import re

import formats
from body import MAX_VERSION, require
from reader import open_payload

PREFIX = re.compile("[a-z0-9]{2,16}_")
MIN_LIFE, MAX_LIFE = 1000, 400 * 86_400_000


def check_issue(prefix, life):
    """What may be issued; `life` is in milliseconds, with a part of one where there is one."""
    require(PREFIX.fullmatch(prefix), "prefix", "invalid_option")
    require(MIN_LIFE <= life <= MAX_LIFE, "how long it is to live", "invalid_option")


def redeem(text, prefix, latest, minimum, asked, now, leeway):
    """The payload and the times of a token; `asked` is material, context and aad, the two with their kinds."""
    material, kind, context, aad_kind, aad = asked
    require(PREFIX.fullmatch(prefix), "prefix", "invalid_option")
    require(text.startswith(prefix), "another prefix", "malformed")
    rest = text.removeprefix(prefix)
    require(re.fullmatch("[A-Za-z0-9_-]*", rest), "characters", "malformed")
    try:
        data = base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4))
    except ValueError:
        data = b""
    require(formats.b64(data, jws=True) == rest, "base64url", "malformed")
    n, sealed = int.from_bytes(data[1:5], "big"), data[5:]
    require(len(data) >= 5 and data[0] == 0xFE and 1 <= n <= MAX_VERSION, "outside", "malformed")
    require(n <= latest, "N above the latest", "version_too_new")
    require(n >= minimum, "N below the window", "version_too_old")
    require(len(sealed) >= 72 + 16, "length", "malformed")
    content = open_payload(formats.TOKEN, material, n, kind, context, formats.token_bound(prefix, aad_kind, aad), sealed)
    require(content is not None, "does not open", "decrypt_failed")
    issued, expires = (int.from_bytes(content[at : at + 8], "big") for at in (0, 8))
    require(MIN_LIFE <= expires - issued <= MAX_LIFE, "times", "decrypt_failed")
    require(issued <= min(now + leeway, 2**64 - 1), "issued later", "token_not_yet_valid")
    require(now < expires, "expired", "token_expired")
    return content[16:], issued, expires


def check_api_key(text):
    begun = text[:-6]
    require(re.fullmatch(PREFIX.pattern + "[0-9A-Za-z]{43}", begun), "form", "malformed")
    number = 0
    for digit in begun[-43:]:
        number = 62 * number + formats.BASE62.index(digit)
    require(number < 2**256, "2^256 or more", "malformed")
    require(text[-6:] == formats.api_key_check(begun), "check", "malformed")
