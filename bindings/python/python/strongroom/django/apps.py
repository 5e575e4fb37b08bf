"""The app, which brings the command ``rewrap_encrypted`` and a ``dumpdata`` that asks before it writes plaintext."""

from django.apps import AppConfig


class StrongroomConfig(AppConfig):
    name = "strongroom.django"
    label = "strongroom"
    verbose_name = "Strongroom"
