"""A second process that reads and writes rows of `Moving` while they are encrypted: `writer.py KIND NAME HOST KEYRING`, until told to stop."""

import json
import os
import random
import signal
import sys

from django.db import connections


def main(kind: str, name: str, host: str, folder: str) -> None:
    import django

    django.setup()
    configured = connections.settings["default"]
    if kind == "sqlite":
        configured |= {"NAME": name, "OPTIONS": {"timeout": 60}}
    else:
        configured |= {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": host,
        }
    connections["default"].close()
    del connections["default"]
    from clinic import keyring
    from clinic.models import Moving
    from strongroom import Keyring, Seal

    keyring.give(Keyring.open(folder, Seal.root_key_env("STRONGROOM_ROOT_KEY")))
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(1))
    keys = list(Moving.objects.values_list("pk", flat=True))
    last: dict[str, int] = {}
    reads = 0
    print("ready", flush=True)
    while not told:
        row = Moving.objects.get(pk=random.choice(keys))
        assert row.email is not None and row.email.endswith("@example.com")
        assert row.visits == last.get(str(row.pk), row.visits), "what was written was overwritten"
        assert str(row.pk) not in last or Moving.objects.filter(email=row.email.upper()).exists(), (
            "a row was not found"
        )
        reads += 1
        row.visits += 1
        row.save()
        last[str(row.pk)] = row.visits
    print(json.dumps({"last": last, "reads": reads}), flush=True)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    main(*sys.argv[1:])
