"""``manage.py rewrap_encrypted clinic.Patient``: after a rotation, and to encrypt a column that exists already."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from strongroom.django.base import EncryptedField
from strongroom.django.rewrap import Rewrap


class Command(BaseCommand):
    help = "Brings encrypted fields up to date after a rotation. It can be stopped and started again, beside programs that write."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "models",
            nargs="*",
            metavar="app.Model",
            help="The models; all with encrypted fields unless given.",
        )
        parser.add_argument(
            "--encrypt-plaintext", action="store_true", help="Encrypt plaintext that is still there."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Count what would be done, and write nothing."
        )
        parser.add_argument(
            "--batch-size", type=int, default=1000, help="How many rows are read and written at once."
        )
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help="The alias of the database.",
        )

    def handle(self, *_: str, **options: Any) -> None:
        if options["batch_size"] < 1:
            raise CommandError("--batch-size is a number of rows, 1 or more")
        left = 0
        for run in [self._run(model, options) for model in self._models(options["models"])]:
            model, counts = run.model, run.run()
            said = ", ".join(f"{counts[name]} {name}" for name in ("rewrapped", "encrypted", "reindexed"))
            would = " (dry run: nothing was written)" if options["dry_run"] else ""
            self.stdout.write(f"{model._meta.label}: {counts['rows']} rows, {said}{would}")
            if counts["plaintext"]:
                self.stdout.write(
                    f"{model._meta.label}: {counts['plaintext']} values are plaintext; --encrypt-plaintext encrypts them"
                )
            left += counts["left"]
        if left:
            raise CommandError(
                f"{left} rows were written by others each time that they were looked at: run this again"
            )

    def _run(self, model: Any, options: dict[str, Any]) -> Rewrap:
        try:
            return Rewrap(
                model,
                using=options["database"],
                encrypt_plaintext=options["encrypt_plaintext"],
                dry_run=options["dry_run"],
                batch_size=options["batch_size"],
            )
        except ValueError as refused:
            raise CommandError(str(refused)) from None

    def _models(self, labels: list[str]) -> list[Any]:
        if not labels:
            return [
                model
                for model in apps.get_models()
                if _encrypted(model) and not model._meta.proxy and model._meta.managed
            ]
        found = []
        for label in labels:
            try:
                model = apps.get_model(label)
            except (LookupError, ValueError) as error:
                raise CommandError(
                    f"{label!r} is no model, which is named as in app.Model: {error}"
                ) from error
            if not _encrypted(model):
                raise CommandError(f"{model._meta.label} has no encrypted field in its own table")
            found.append(model)
        return found


def _encrypted(model: Any) -> bool:
    return any(isinstance(field, EncryptedField) for field in model._meta.local_concrete_fields)
