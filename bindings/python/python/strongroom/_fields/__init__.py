"""What the field types of all ORMs share. It needs no ORM, and nothing here is public but through one
(``docs/fields.md``).
"""

from strongroom._fields.bound import ROW_KEYS, aad, row_text, said
from strongroom._fields.encodings import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    DECIMAL,
    ENCODINGS,
    INT,
    JSON,
    NAIVE_DATETIME,
    TEXT,
    Encoding,
    Refused,
)
from strongroom._fields.field import SPARE, Field
from strongroom._fields.index import Index
from strongroom._fields.keys import Given, GivenKey
from strongroom._fields.place import Place
from strongroom._fields.plaintext import PlaintextCounter, begins_as_ciphertext
from strongroom._fields.sealed import Sealed

__all__ = [
    "BOOL",
    "BYTES",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "ENCODINGS",
    "INT",
    "JSON",
    "Index",
    "NAIVE_DATETIME",
    "ROW_KEYS",
    "SPARE",
    "TEXT",
    "Encoding",
    "Field",
    "Given",
    "GivenKey",
    "Place",
    "PlaintextCounter",
    "Refused",
    "Sealed",
    "aad",
    "begins_as_ciphertext",
    "row_text",
    "said",
]
