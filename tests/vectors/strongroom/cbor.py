"""Deterministic CBOR (RFC 8949 section 4.2.1) and the spellings of it that a reader must refuse."""


class Raw(bytes):
    """Bytes that stand for themselves: an item already encoded, rightly or wrongly."""


class Pairs(list):
    """A map in the order given, duplicates included."""


def head(major, value):
    """The shortest head of a value below 2^64."""
    if value < 24:
        return bytes([major << 5 | value])
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * size:
            return bytes([major << 5 | extra]) + value.to_bytes(size, "big")
    raise ValueError("over 64 bits")


def long_head(major, value, size):
    """A head that spends `size` bytes on a value whether it needs them or not."""
    return Raw(bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[size]]) + value.to_bytes(size, "big"))


def encode(item):
    if isinstance(item, Raw):
        return bytes(item)
    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        text = item.encode()
        return head(3, len(text)) + text
    if isinstance(item, Pairs):
        return head(5, len(item)) + b"".join(encode(k) + encode(v) for k, v in item)
    if isinstance(item, (list, tuple)):
        return head(4, len(item)) + b"".join(map(encode, item))
    if isinstance(item, dict):
        pairs = sorted((encode(k), encode(v)) for k, v in item.items())
        return head(5, len(pairs)) + b"".join(k + v for k, v in pairs)
    raise TypeError(type(item))


def decode(data):
    """The one item that `data` spells deterministically; ValueError for everything else."""
    item, rest = _item(memoryview(data))
    if rest or encode(item) != bytes(data):
        raise ValueError("not deterministic")
    return item


def decode_prefix(data):
    """The length and the value of the item at the start of `data`."""
    item, rest = _item(memoryview(data))
    return len(data) - len(rest), item


def _item(data):
    if not data:
        raise ValueError("ends early")
    major, extra, data = data[0] >> 5, data[0] & 31, data[1:]
    if major == 7:
        if extra not in (20, 21):
            raise ValueError("neither true nor false")
        return extra == 21, data
    value, data = _value(extra, data)
    if major == 0:
        return value, data
    if major == 1:
        return -1 - value, data
    if major in (2, 3):
        if value > len(data):
            raise ValueError("ends early")
        taken, data = bytes(data[:value]), data[value:]
        return taken if major == 2 else taken.decode(), data
    if major == 4:
        return _items(value, data)
    if major == 5:
        flat, data = _items(2 * value, data)
        if any(isinstance(key, (list, dict)) for key in flat[::2]):
            raise ValueError("a key that is not simple")
        return dict(zip(flat[::2], flat[1::2])), data
    raise ValueError("a tag")


def _items(count, data):
    items = []
    for _ in range(count):
        item, data = _item(data)
        items.append(item)
    return items, data


def _value(extra, data):
    if extra < 24:
        return extra, data
    if extra > 27:
        raise ValueError("indefinite length")
    size = 1 << extra - 24
    if size > len(data):
        raise ValueError("ends early")
    return int.from_bytes(data[:size], "big"), data[size:]
