"""What the admin cannot do with encrypted fields: it is not done by a click, and a check says it of the options."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin as site
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.exceptions import FieldError
from django.test import Client

from clinic.models import Patient, Visit
from strongroom.django.listing import check_admin
from test_admin import admin as admin

PAGE = "/admin/clinic/patient/"


class Mine(site.SimpleListFilter):
    title = parameter_name = "mine"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [("ada@example.com", "Ada")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(email=self.value()) if self.value() else queryset


class OfField(site.FieldListFilter):
    pass


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> Any:
    def give(model: Any = Patient, **said: Any) -> list[str]:
        for name, value in said.items():
            monkeypatch.setattr(site.site._registry[model], name, value)
        return [found.msg.split(",")[0] for found in check_admin(None)]

    return give


def test_a_list_is_not_sorted_by_a_click(admin: Client, options: Any) -> None:
    def shown(self: Any) -> str:
        return str(self.email)

    shown.admin_order_field = "email"  # type: ignore[attr-defined]
    for number in range(3):
        Patient.objects.create(name=f"{number}", email=f"{number}@example.com")
    # As it is where nothing is said.
    assert options(sortable_by=None, list_display=("name", "email", shown)) == []
    page = admin.get(PAGE).content.decode()
    assert "?o=1" in page and "?o=2" not in page
    for said in ("?o=2", "?o=-2.1", "?o=3"):
        assert "2@example.com" in admin.get(f"{PAGE}{said}").content.decode()
    Visit.objects.create(patient=Patient.objects.get(name="1"))
    page = admin.get("/admin/clinic/visit/?o=2").content.decode()
    assert "1@example.com" in page and "?o=2" not in page


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"sortable_by": ("name", "email")}, ["'sortable_by' names 'email'"]),
        ({"ordering": ("name", "-email")}, ["'ordering' names 'email'"]),
        ({"list_filter": ("name", "birthday", "nothing", Mine)}, ["'list_filter' names 'birthday'"]),
        ({"list_filter": (("visits", site.AllValuesFieldListFilter), ("email", OfField))}, ["'list_filter' names 'visits'"]),
        ({"date_hierarchy": "seen"}, ["'date_hierarchy' names 'seen'"]),
        ({"search_fields": ("name", "email__exact", "email_index__exact")}, []),
        ({"search_fields": ("email", "=email", "email__exact__x", "^email__exact")},
         [f"'search_fields' names '{name}'" for name in ("email", "=email", "email__exact__x", "^email__exact")]),
        # Without an index, and of a type that the text of the box is not.
        ({"search_fields": ("notes__exact", "visits__exact")},
         [f"'search_fields' names '{name}'" for name in ("notes__exact", "visits__exact")]),
        ({"model": Visit, "search_fields": ("patient__email__exact", "patient__name", "patient")}, []),
        ({"model": Visit, "search_fields": ("patient__email",), "ordering": ("patient__birthday",)},
         ["'ordering' names 'patient__birthday'", "'search_fields' names 'patient__email'"]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_said_by_a_check(options: Any, said: dict[str, Any], found: list[str]) -> None:
    assert options(**said) == found


def test_the_check_is_one_of_all_and_of_an_app(options: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    options(ordering=("email",))
    (one,) = [found for found in run_checks() if found.id == "strongroom.W003"]
    assert "sort in the program" in one.hint and "PatientAdmin" in str(one)
    assert check_admin([apps.get_app_config("auth")]) == []
    assert len(check_admin([apps.get_app_config("clinic")])) == 1
    monkeypatch.setattr(apps, "is_installed", lambda name: False)
    assert check_admin(None) == []


@pytest.mark.parametrize(
    ("said", "address"),
    [({"ordering": ("email",)}, ""), ({"list_filter": ("birthday",)}, "?birthday__gte=1990-01-01"),
     ({"date_hierarchy": "seen"}, ""), ({"search_fields": ("email",)}, "?q=ada")],
)  # fmt: skip
def test_what_the_check_names_is_an_error(admin: Client, options: Any, said: Any, address: str) -> None:
    assert len(options(**said)) == 1
    with pytest.raises(FieldError, match=r"clinic\.Patient\.\w+ is encrypted"):
        admin.get(PAGE + address)
