"""What a row costs with Django: the part of `orm_bench.py` with settings for the whole process."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from strongroom import Keyring

RING = Keyring.in_memory()
for name, kind in (("people", "xaes256-gcm"), ("short", "aes256-gcm96")):
    RING.create_key(name, kind)


def ring() -> Keyring:
    return RING


def django(rows: int, compared: Callable[..., Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="for this bench only",
        SALT_KEY="for this bench only",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        STRONGROOM_KEYRING=f"{__name__}.ring",
    )
    django.setup()
    from django.db import connection, models, transaction

    from strongroom.django import EncryptedTextField

    def model(name: str, email: Any) -> Any:
        key: Any = models.UUIDField(primary_key=True)
        meta = type("Meta", (), {"app_label": "bench"})
        return type(name, (models.Model,), {"__module__": __name__, "id": key, "email": email, "Meta": meta})

    made = {
        "plain Django": model("Plain", models.TextField()),
        "strongroom.django": model("Row", EncryptedTextField(key="people")),
        "strongroom.django, row_bound=False": model(
            "Column", EncryptedTextField(key="people", row_bound=False)
        ),
        "strongroom.django, row_bound=False, aes256-gcm96": model(
            "Short", EncryptedTextField(key="short", row_bound=False)
        ),
    }
    try:
        from encrypted_fields.fields import EncryptedTextField as FernetTextField

        made["django-fernet-encrypted-fields"] = model("Fernet", FernetTextField())
    except ImportError as missing:
        print(json.dumps({"skipped": "django-fernet-encrypted-fields", "why": str(missing)}))
    values = [(uuid.UUID(int=n + 1), f"customer{n}@mail.example.com") for n in range(rows)]
    with connection.schema_editor() as editor:
        for one in made.values():
            editor.create_model(one)

    def write(name: str) -> None:
        made[name].objects.all().delete()
        with transaction.atomic():
            made[name].objects.bulk_create([made[name](id=key, email=email) for key, email in values])

    def read(name: str) -> None:
        found = [one.email for one in made[name].objects.all()]
        assert len(found) == rows and found[7] == values[7][1]

    for what, work in (("bulk insert", write), ("read", read)):
        yield from compared(f"django {what}", list(made), work, rows)
