"""Every operation of the one list is there, and nothing is that the list does not name."""

import json

from repository import OPERATIONS

import strongroom


def listed() -> list[str]:
    return [operation["python"] for operation in json.loads(OPERATIONS.read_text("utf-8")) if operation.get("python")]


def test_every_operation_exists() -> None:
    names = listed()
    assert len(names) >= 60 and len(set(names)) == len(names)
    for name in names:
        thing: object = strongroom
        for part in name.split("."):
            thing = getattr(thing, part)


def test_no_operation_is_missing_from_the_list() -> None:
    names = set(listed())
    for owner in (strongroom.Keyring, strongroom.Key, strongroom.Seal):
        public = {f"{owner.__name__}.{name}" for name in dir(owner) if not name.startswith("_")}
        assert public <= names, public - names
