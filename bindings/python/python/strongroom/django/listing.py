"""The admin: its lists are not sorted by encrypted fields, and a check says what else cannot work there."""

from collections.abc import Iterator
from functools import wraps
from typing import Any

from django.apps import apps
from django.core.checks import Tags, Warning, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP

from strongroom._fields import TEXT
from strongroom.django.base import EncryptedField
from strongroom.django.checks import names_of

SORT = "Ciphertexts say nothing of order: leave it out, and sort in the program."
FILTER = (
    "A filter lists and compares values, which ciphertexts are not: "
    "write a SimpleListFilter that looks it up, or leave it out."
)
SEARCH = (
    "Only equal values are found, and those of a text with a BlindIndexField and no context_field: "
    "say {!r}, or leave it out."
)


def led_to(model: Any, path: str) -> tuple[Any, str]:
    """The encrypted field that a name leads to, also across relations, and the look-up that stands after it."""
    parts = path.split(LOOKUP_SEP)
    for at, part in enumerate(parts):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None, ""
        if isinstance(field, EncryptedField):
            return field, LOOKUP_SEP.join(parts[at + 1 :])
        model = getattr(field, "related_model", None)
        if model is None:
            return None, ""
    return None, ""


def _encrypted(model: Any, name: Any) -> bool:
    return isinstance(name, str) and led_to(model, name.removeprefix("-"))[0] is not None


def leave_unsorted() -> None:
    """Takes encrypted fields out of what a list is sorted by when its headings are clicked on.

    The admin sorts by every field of a list unless it is told otherwise, and asks no field about it.
    """
    from django.contrib.admin.options import BaseModelAdmin
    from django.contrib.admin.views.main import ChangeList

    sortable, ordering = BaseModelAdmin.get_sortable_by, ChangeList.get_ordering_field

    @wraps(sortable)
    def get_sortable_by(self: Any, request: Any) -> Any:
        return [name for name in sortable(self, request) if not _encrypted(self.model, name)]

    @wraps(ordering)
    def get_ordering_field(self: Any, field_name: Any) -> Any:
        # Whoever writes the address by hand gets the list as it is.
        found = ordering(self, field_name)
        return None if _encrypted(self.model, found) else found

    BaseModelAdmin.get_sortable_by = get_sortable_by  # type: ignore[method-assign]
    ChangeList.get_ordering_field = get_ordering_field  # type: ignore[method-assign]


@register(Tags.admin)
def check_admin(app_configs: Any, **options: Any) -> list[Any]:
    if not apps.is_installed("django.contrib.admin"):
        return []
    from django.contrib.admin.sites import all_sites

    return [
        Warning(
            f"{option!r} names {name!r}, which is encrypted: that is an error when the page is used.",
            hint=hint,
            obj=type(admin),
            id="strongroom.W003",
        )
        for site in all_sites
        for model, admin in site._registry.items()
        if app_configs is None or model._meta.app_config in app_configs
        for option, name, hint in _misused(model, admin)
    ]


def _misused(model: Any, admin: Any) -> Iterator[tuple[str, str, str]]:
    sorting = [("sortable_by", name) for name in admin.sortable_by or () if isinstance(name, str)]
    sorting += [("ordering", name.removeprefix("-")) for name in names_of(admin.ordering)]
    for option, name in sorting:
        if _encrypted(model, name):
            yield option, name, SORT
    for said in admin.list_filter:
        name, kind = said if isinstance(said, (tuple, list)) else (said, None)
        # A filter of the program's own may look values up.
        own = kind is not None and not kind.__module__.startswith("django.contrib.admin")
        if not own and _encrypted(model, name):
            yield "list_filter", name, FILTER
    if _encrypted(model, admin.date_hierarchy):
        yield "date_hierarchy", admin.date_hierarchy, FILTER
    for name in admin.search_fields:
        field, lookup = led_to(model, name.lstrip("^=@"))
        if field is None:
            continue
        searched = field.encoding is TEXT and field.indexes and field.context_field is None
        if not searched or lookup != "exact" or name[0] in "^=@":
            yield "search_fields", name, SEARCH.format(f"{name.lstrip('^=@').removesuffix('__exact')}__exact")
