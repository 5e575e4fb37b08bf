"""What a query may do with an encrypted field, and what it is refused at once."""

import json
import pickle
import uuid
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Lower, RowNumber
from django.db.models.lookups import Exact, GreaterThan
from django.test.utils import CaptureQueriesContext

from clinic.models import Account, Coded, Customer, Order, Patient, Person, Tenant, Visit
from strongroom import Keyring, errors
from strongroom.django import InContext, Sealed

MODELS = pytest.mark.parametrize("model", [Patient, Customer])


@MODELS
def test_a_row_is_found_by_its_value_and_by_its_index(database: str, ring: Keyring, model: Any) -> None:
    ada = model.objects.create(email="Ada@Example.com")
    erik = model.objects.create(email="erik@example.com")
    none = model.objects.create(email=None)
    assert model.objects.get(email="ada@example.com") == ada
    assert model.objects.get(email_index="ADA@example.com") == ada
    assert model.objects.get(email_index=ada.email_index) == ada
    assert set(model.objects.filter(email__in=["ada@example.com", "erik@example.com", None])) == {ada, erik}
    assert set(model.objects.filter(email_index__in=["ada@example.com"])) == {ada}
    assert list(model.objects.filter(email__in=[])) == []
    assert list(model.objects.exclude(email="ada@example.com").exclude(email=None)) == [erik]
    assert set(model.objects.filter(Q(email="ada@example.com") | Q(email=None))) == {ada, none}
    assert list(model.objects.filter(email="ada@example.com", name="Erik")) == []
    assert model.objects.filter(email_index__isnull=True).get() == none
    assert model.objects.filter(email="nobody@example.com").first() is None


@MODELS
def test_rotations_lose_no_row(database: str, ring: Keyring, model: Any) -> None:
    first = model.objects.create(email="ada@example.com")
    assert first.email_index.startswith("strongroom:i1:")
    ring.key("patients").rotate()
    ring.key("lookups").rotate()
    second = model.objects.create(email="ADA@example.com")
    assert second.email_index.startswith("strongroom:i2:")
    assert set(model.objects.filter(email="ada@example.com")) == {first, second}


@MODELS
@pytest.mark.parametrize(
    "lookup",
    [
        "iexact",
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "endswith",
        "gt",
        "gte",
        "lt",
        "lte",
        "range",
        "regex",
        "iregex",
        "year",
    ],
)
@pytest.mark.parametrize("field", ["email", "email_index", "birthday", "data", "scan"])
def test_other_lookups_are_refused_at_once(model: Any, field: str, lookup: str) -> None:
    with pytest.raises(
        FieldError, match=rf"^clinic\.{model.__name__}\.{field} is .*'{lookup}' is no look-up of it"
    ):
        model.objects.filter(**{f"{field}__{lookup}": "ada@example.com"})


@pytest.mark.parametrize("lookup", ["notes", "notes__in", "birthday"])
def test_without_an_index_nothing_is_found_so_it_is_refused_at_once(lookup: str) -> None:
    with pytest.raises(FieldError, match=r"has no BlindIndexField"):
        Patient.objects.filter(**{lookup: ["x"]})


@pytest.mark.parametrize("lookup", ["data", "data__in", "data__key", "scan", "seen", "seen__gt", "balance"])
def test_an_index_that_cannot_be_is_not_advised(lookup: str) -> None:
    with pytest.raises(FieldError, match=r"isnull alone.* it can have no BlindIndexField") as refused:
        Patient.objects.filter(**{lookup: ["x"]})
    assert "by a BlindIndexField" not in str(refused.value) and "add one" not in str(refused.value)


def test_what_is_read_in_bulk_is_named_in_errors_of_others(database: str) -> None:
    Patient.objects.create(email="ada@example.com")
    read = Patient.objects.values_list("email", flat=True).get()
    with pytest.raises(TypeError, match="^Object of type Sealed is not JSON serializable"):
        json.dumps(read)
    assert pickle.loads(pickle.dumps(read)) == read


def test_lookups_of_django_do_not_come_past_a_field(database: str) -> None:
    Patient.objects.create(email="ada@example.com")
    for made in (Exact(F("email"), "x"), GreaterThan(F("visits"), 1)):
        with pytest.raises(FieldError, match=r"clinic\.Patient\.\w+ is encrypted"):
            list(Patient.objects.filter(made))
    # A value in a query is not shown to the database.
    said = Patient.objects.annotate(said=Value("secret", output_field=Patient._meta.get_field("email")))
    with CaptureQueriesContext(connection) as queries:
        assert [one.said.ciphertext for one in said] == [""] * Patient.objects.count()
    assert "secret" not in repr(queries.captured_queries)
    with pytest.raises(FieldError, match=r"clinic\.Patient\.email_index is a blind index"):
        Patient.objects.filter(email_index__lower__exact="x")
    with pytest.raises(FieldError, match=r"clinic\.Patient\.email is encrypted"):
        Patient.objects.order_by("email__lower").first()
    assert repr(Patient.email).startswith("<") and repr(Patient.email_index).startswith("<")


@pytest.mark.parametrize("lookup", ["data__a", "data__a__b", "data__a__isnull", "birthday__year__gt"])
def test_parts_of_a_value_are_refused_at_once(lookup: str) -> None:
    with pytest.raises(FieldError, match=r"clinic\.Patient\.(data|birthday) is encrypted"):
        Patient.objects.filter(**{lookup: 1})


@MODELS
def test_expressions_are_not_compared_with(database: str, model: Any) -> None:
    for value in (F("name"), Lower(Value("x")), model.objects.values("email")[:1]):
        with pytest.raises(FieldError, match="look up values"):
            model.objects.filter(email=value)
        with pytest.raises(FieldError, match="look up values"):
            model.objects.filter(email_index__in=value)
    for query in (
        model.objects.filter(name=F("email")),
        model.objects.filter(Q(name=Lower("email")) | Q(name="x")),
        model.objects.filter(~Q(name=F("email"))),
    ):
        with pytest.raises(FieldError, match=r"email is encrypted"):
            list(query)
    with pytest.raises(FieldError, match=r"email is encrypted"):
        list(model.objects.alias(low=Lower("email")).filter(low="x"))


ORDERS: list[Any] = [
    "email",
    "-email",
    F("email").desc(),
    F("email"),
    Lower("email"),
    "email_alias",
    F("email_alias").asc(),
]


@MODELS
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_ciphertexts_are_not_sorted(database: str, model: Any, order: Any) -> None:
    with pytest.raises(
        FieldError, match=r"is encrypted, and its ciphertexts say nothing of order or equality: sort"
    ):
        list(model.objects.annotate(email_alias=F("email")).order_by("name", order))


def test_ciphertexts_of_another_table_are_not_sorted_either(database: str) -> None:
    with pytest.raises(FieldError, match=r"clinic\.Patient\.email is encrypted"):
        list(Visit.objects.select_related("patient").order_by("patient__email"))


@MODELS
def test_nothing_is_computed_of_ciphertexts(database: str, model: Any) -> None:
    model.objects.create(email="ada@example.com")
    for computed in (Lower("email"), Coalesce("email", Value("x")), Max("email"), Count("email", distinct=True),
                     Window(RowNumber(), order_by="email"), Max(Lower("email"))):  # fmt: skip
        with pytest.raises(
            FieldError, match=r"is encrypted, and its ciphertexts say nothing of order or equality"
        ):
            list(model.objects.annotate(computed=computed))
    with pytest.raises(FieldError, match="compute"):
        model.objects.aggregate(Max("email"))
    with pytest.raises(FieldError, match="group"):
        list(model.objects.values("email").annotate(number=Count("id")))
    with pytest.raises(FieldError, match="leave out what is there twice"):
        list(model.objects.values("email").distinct())
    if database == "postgres":
        with pytest.raises(FieldError, match="leave out what is there twice"):
            list(model.objects.distinct("email"))


@MODELS
def test_what_django_sorts_by_itself_is_refused_too(database: str, model: Any) -> None:
    for query in (
        lambda: list(model.objects.dates("birthday", "year")),
        lambda: list(model.objects.datetimes("seen", "day")),
        lambda: model.objects.latest("birthday"),
        lambda: model.objects.earliest("seen"),
        lambda: list(model.objects.values("email").union(model.objects.values("notes")).order_by("email")),
        lambda: list(model.objects.filter(pk__in=model.objects.order_by("email").values("pk")[:1])),
        lambda: model.objects.aggregate(Sum("visits")),
    ):
        with pytest.raises(
            FieldError, match=r"is encrypted, and its ciphertexts say nothing of order or equality"
        ):
            query()
    assert list(model.objects.none().union(model.objects.all())) == []


def test_a_relation_is_filtered_by_a_value(database: str) -> None:
    visit = Visit.objects.create(patient=Patient.objects.create(email="ada@example.com"))
    Visit.objects.create(patient=Patient.objects.create(email="erik@example.com"))
    of_ada = FilteredRelation("patient", condition=Q(patient__email="ada@example.com"))
    assert Visit.objects.annotate(ada=of_ada).exclude(ada=None).get() == visit


@MODELS
def test_what_needs_no_comparison_works(database: str, model: Any) -> None:
    ada = model.objects.create(email="ada@example.com")
    assert model.objects.aggregate(number=Count("email")) == {"number": 1}
    assert [row.email for row in model.objects.order_by("?", "name")] == ["ada@example.com"]
    assert [
        row["email"] is None for row in model.objects.values("id", "email").annotate(number=Count("id"))
    ] == [False]
    assert model.objects.distinct().get() == ada
    assert model.objects.values("pk", "email").distinct().count() == 1
    assert (
        model.objects.annotate(known=Exists(model.objects.filter(pk=OuterRef("pk"), email="ada@example.com")))
        .get()
        .known
    )
    assert (
        model.objects.filter(
            pk__in=Subquery(model.objects.filter(email="ada@example.com").values("pk"))
        ).get()
        == ada
    )
    known = Case(When(email="ada@example.com", then=Value(1)), default=Value(0))
    assert model.objects.annotate(known=known).get().known == 1
    of_ada = Count("pk", filter=Q(email="ada@example.com"))
    assert model.objects.aggregate(number=of_ada) == {"number": 1}
    chosen = model.objects.annotate(chosen=Case(When(name="Ann", then="name"), default=Value("x"))).get()
    assert chosen.chosen == "Ann"


def test_a_row_is_found_from_another_table(database: str) -> None:
    patient = Patient.objects.create(email="ada@example.com", notes="secret")
    visit = Visit.objects.create(patient=patient, reason="cough")
    assert Visit.objects.get(patient__email="ADA@example.com") == visit
    assert Visit.objects.get(patient__email_index="ada@example.com") == visit
    assert not Visit.objects.filter(patient__email="erik@example.com").exists()
    read = Visit.objects.select_related("patient").get()
    assert (read.reason, read.patient.email, read.patient.notes) == ("cough", "ada@example.com", "secret")
    assert Patient.objects.prefetch_related("visits_made").get().visits_made.get().reason == "cough"
    assert Patient.objects.filter(visits_made__patient__email="ada@example.com").get() == patient


def test_bulk_reads_of_row_bound_fields_are_sealed(database: str) -> None:
    patient = Patient.objects.create(email="ada@example.com", visits=7)
    ((sealed,),) = Patient.objects.values_list("email")
    named = Patient.objects.annotate(copy=F("email")).values("email", "visits", "copy").get()
    for one in (sealed, named["email"], named["copy"], Patient.objects.annotate(copy=F("email")).get().copy):
        assert (
            isinstance(one, Sealed)
            and "ada" not in f"{one}{one!r}"
            and one.ciphertext.startswith("strongroom:v1:")
        )
        assert one.open(patient.pk) == one.open(str(patient.pk)) == "ada@example.com"
        with pytest.raises(errors.DecryptFailed, match=r"^clinic\.Patient\.email of row "):
            one.open(uuid.uuid4())
    assert named["visits"].open(patient.pk) == 7
    raw = Patient.objects.raw("SELECT id, email FROM clinic_patient")[0]
    assert raw.email == "ada@example.com"
    assert isinstance(raw.__dict__["email"], Sealed)


def test_bulk_reads_of_column_bound_fields_are_values(database: str) -> None:
    Customer.objects.create(email="ada@example.com", visits=7)
    assert Customer.objects.values_list("email", "visits").get() == ("ada@example.com", 7)


def test_a_tenant_has_its_own_indexes(database: str, ring: Keyring) -> None:
    for code in ("acme", "umbra"):
        Order.objects.create(tenant=Tenant.objects.create(code=code), card="4111 1111")
    one, other = Order.objects.order_by("tenant")
    assert one.card_index != other.card_index
    assert Order.objects.get(card=InContext("41111111", "acme")) == one
    assert Order.objects.get(card_index__in=[InContext("4111-1111", "umbra")]) == other
    assert "4111" not in repr(InContext("4111", "acme"))
    with pytest.raises(FieldError, match=r"InContext\(value, tenant\)"):
        list(Order.objects.filter(card="41111111"))
    with pytest.raises(ValueError, match=r"takes its context from 'tenant'"):
        list(Order.objects.filter(card=InContext("4111", None)))
    (sealed,) = Order.objects.filter(pk=one.pk).values_list("card", flat=True)
    assert sealed.open(one.pk, context="acme") == "4111 1111"
    with pytest.raises(errors.DecryptFailed):
        sealed.open(one.pk, context="umbra")
    with pytest.raises(ValueError, match=r"takes its context from 'tenant'"):
        sealed.open(one.pk)


def test_numbers_are_looked_up(database: str) -> None:
    person = Person.objects.create(number=17)
    assert Person.objects.get(number=17) == person
    with pytest.raises(TypeError, match=r"clinic\.Person\.number takes int"):
        list(Person.objects.filter(number="17"))


def test_an_index_of_one_version_is_unique(database: str, ring: Keyring) -> None:
    from django.db import IntegrityError, transaction

    ring.key("patients").rotate()
    account = Account.objects.create(email="ada@example.com")
    assert account.email_index.startswith("strongroom:i1:")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(email="ADA@example.com")
    assert Account.objects.get(email="ada@example.com") == account


def test_a_value_of_which_nothing_is_left_has_no_index(database: str) -> None:
    patient = Patient.objects.create(email="")
    assert patient.email_index is None
    # So nothing finds it, as if there were none.
    assert [*Patient.objects.filter(email=""), *Patient.objects.filter(email__in=[" "])] == []
    assert Patient.objects.exclude(email="").get() == patient


def test_what_is_looked_for_is_not_shown(database: str) -> None:
    query = Patient.objects.filter(email="ada@example.com").query
    assert "ada@example.com" not in f"{query}{query.where}{query.where.children!r}"


def test_a_key_of_text_is_compared_as_it_is(database: str) -> None:
    Coded.objects.create(code="C-1", secret="x")
    assert Coded.objects.get(pk="C-1").secret == "x"


@MODELS
def test_what_is_excluded_is_the_value_alone(database: str, model: Any) -> None:
    """A value without an index is another one, and so is none."""
    for email in ("ada@example.com", "erik@example.com", "", None):
        model.objects.create(name=str(email), email=email)
    others = {"erik@example.com", "", "None"}
    for query in (
        model.objects.exclude(email="ada@example.com"),
        model.objects.filter(~Q(email__in=["ada@example.com"])),
        model.objects.exclude(email_index="ada@example.com"),
    ):
        assert set(query.values_list("name", flat=True)) == others
