"""Models that inherit: from abstract ones, from tables, and proxies."""

import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from clinic.models import Doctor, Locum, Person
from strongroom import Keyring
from strongroom.django import BlindIndexField, EncryptedTextField
from test_values import stored


def test_each_table_binds_its_own_columns(database: str, ring: Keyring) -> None:
    doctor = Doctor.objects.create(number=7, licence="L-7")
    key = ring.key("patients")
    assert (
        key.decrypt(stored(Person, "number"), aad={"row": str(doctor.pk), "column": "clinic_person.number"})
        == b"7"
    )
    assert (
        key.decrypt(stored(Doctor, "licence"), aad={"row": str(doctor.pk), "column": "clinic_doctor.licence"})
        == b"L-7"
    )
    read = Doctor.objects.get(number=7)
    assert (read.number, read.licence, Person.objects.get(number=7).doctor.licence) == (7, "L-7", "L-7")
    assert Person.objects.get().number == 7


def test_inherited_columns_are_written_and_loaded_later(database: str) -> None:
    Doctor.objects.create(number=7, licence="L-7")
    read = Doctor.objects.only("licence").get()
    assert (read.licence, read.number) == ("L-7", 7)
    read.number, read.licence = 8, "L-8"
    read.save()
    assert Doctor.objects.get(number=8).licence == "L-8"
    read.number = 9
    Doctor.objects.bulk_update([read], ["number", "licence"])
    assert Doctor.objects.get(number=9).number == 9
    ((number, licence),) = Doctor.objects.values_list("number", "licence")
    assert (number.open(read.pk), licence.open(read.pk)) == (9, "L-8")
    Doctor.objects.create(pk=uuid.uuid4(), number=10)
    assert Person.objects.get(number=10).number == 10


def test_a_proxy_is_the_same_table(database: str) -> None:
    made = Locum.objects.create(number=7, licence="L-7")
    assert Doctor.objects.get(number=7).licence == Locum.objects.get(number=7).licence == "L-7"
    made.licence = "L-8"
    made.save()
    assert Locum.objects.get().licence == "L-8"


def test_an_abstract_model_gives_each_its_own_field() -> None:
    with isolate_apps("clinic"):

        class Base(models.Model):
            id = models.UUIDField(primary_key=True, default=uuid.uuid4)
            x = EncryptedTextField(key="patients")
            x_index = BlindIndexField("x")

            class Meta:
                abstract = True
                app_label = "clinic"

        # What was asked of it is not what is asked of a copy.
        assert str(Base._meta.get_field("x").place) == "clinic.Base.x"
        assert Base._meta.get_field("x_index").place.field == "x_index"

        class One(Base):
            class Meta:
                app_label = "clinic"

        class Two(Base):
            class Meta:
                app_label = "clinic"

        # Nobody waits for these models any more.
        assert not [key for (key, *_) in models.signals.class_prepared.receivers if isinstance(key[0], tuple)]
        for model, name in ((One, "clinic_one.x"), (Two, "clinic_two.x")):
            assert model._meta.get_field("x").bound_column == name
            assert model._meta.get_field("x").indexes == [model._meta.get_field("x_index")]
            assert model._meta.get_field("x_index").source is model._meta.get_field("x")
            assert str(model._meta.get_field("x").place) == f"clinic.{model.__name__}.x"
            assert str(model._meta.get_field("x_index").place) == f"clinic.{model.__name__}.x_index"


def test_an_index_of_nothing_says_so() -> None:
    with isolate_apps("clinic"):

        class One(models.Model):
            x = models.TextField()
            x_index = BlindIndexField("x")

            class Meta:
                app_label = "clinic"

        with pytest.raises(
            ImproperlyConfigured,
            match=r"^clinic\.One\.x_index is the blind index of 'x', which is no encrypted field",
        ):
            One(x="y").x_index
        assert connection.alias == "default"
