"""Django's ``dumpdata``, which writes the values of encrypted fields only where that is said."""

from contextlib import nullcontext
from typing import Any

from django.core.management.commands import dumpdata

from strongroom.django.dumps import no_plaintext


class Command(dumpdata.Command):
    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--decrypt-fields",
            action="store_true",
            help="Write the values of encrypted fields, in plaintext.",
        )

    def handle(self, *labels: str, **options: Any) -> Any:
        with nullcontext() if options.pop("decrypt_fields") else no_plaintext():
            return super().handle(*labels, **options)
