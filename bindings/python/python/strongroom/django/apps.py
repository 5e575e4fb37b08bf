"""The app, which brings the command ``rewrap_encrypted``, a ``dumpdata`` that asks before it writes plaintext, and
lists of the admin that are not sorted by ciphertexts.
"""

from django.apps import AppConfig, apps


class StrongroomConfig(AppConfig):
    name = "strongroom.django"
    label = "strongroom"
    verbose_name = "Strongroom"

    def ready(self) -> None:
        from strongroom.django import listing

        if apps.is_installed("django.contrib.admin"):
            listing.leave_unsorted()
