import django.db.models.deletion
import strongroom.django
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    strongroom.django.EncryptedEmailField(
                        column_width=1469, key="patients", max_length=254, row_bound=False
                    ),
                ),
                (
                    "email_index",
                    strongroom.django.BlindIndexField("email", normalize="email", unique=True, version=1),
                ),
                (
                    "pin",
                    strongroom.django.EncryptedCharField(
                        column_width=137, default="0000", key="patients", max_length=4, row_bound=False
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Coded",
            fields=[
                ("code", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("secret", strongroom.django.EncryptedTextField(key="patients", null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default="Ann", max_length=50)),
                (
                    "email",
                    strongroom.django.EncryptedEmailField(
                        blank=True, key="patients", max_length=254, null=True, row_bound=False
                    ),
                ),
                ("email_index", strongroom.django.BlindIndexField("email", key="lookups", normalize="email")),
                (
                    "card",
                    strongroom.django.EncryptedCharField(
                        blank=True, default="", key="patients", max_length=20, row_bound=False
                    ),
                ),
                (
                    "notes",
                    strongroom.django.EncryptedTextField(
                        blank=True, key="patients", null=True, row_bound=False
                    ),
                ),
                (
                    "scan",
                    strongroom.django.EncryptedBinaryField(
                        blank=True, key="patients", null=True, row_bound=False
                    ),
                ),
                (
                    "data",
                    strongroom.django.EncryptedJSONField(
                        blank=True, key="patients", null=True, row_bound=False
                    ),
                ),
                (
                    "visits",
                    strongroom.django.EncryptedIntegerField(
                        blank=True, key="patients", null=True, row_bound=False
                    ),
                ),
                (
                    "balance",
                    strongroom.django.EncryptedDecimalField(
                        decimal_places=2, key="patients", max_digits=10, null=True, row_bound=False
                    ),
                ),
                (
                    "consent",
                    strongroom.django.EncryptedBooleanField(
                        blank=True, key="patients", null=True, row_bound=False
                    ),
                ),
                (
                    "birthday",
                    strongroom.django.EncryptedDateField(
                        blank=True, key="patients", null=True, row_bound=False
                    ),
                ),
                (
                    "seen",
                    strongroom.django.EncryptedDateTimeField(
                        blank=True, key="patients", null=True, row_bound=False
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", strongroom.django.EncryptedIntegerField(key="patients", null=True)),
                ("number_index", strongroom.django.BlindIndexField("number")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Moving",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "email",
                    strongroom.django.EncryptedEmailField(
                        allow_plaintext=True, key="patients", max_length=254, null=True
                    ),
                ),
                ("email_index", strongroom.django.BlindIndexField("email", normalize="email")),
                (
                    "visits",
                    strongroom.django.EncryptedIntegerField(allow_plaintext=True, key="patients", null=True),
                ),
                (
                    "consent",
                    strongroom.django.EncryptedBooleanField(allow_plaintext=True, key="patients", null=True),
                ),
                (
                    "seen",
                    strongroom.django.EncryptedDateTimeField(allow_plaintext=True, key="patients", null=True),
                ),
                (
                    "scan",
                    strongroom.django.EncryptedBinaryField(allow_plaintext=True, key="patients", null=True),
                ),
                (
                    "data",
                    strongroom.django.EncryptedJSONField(allow_plaintext=True, key="patients", null=True),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Numbered",
            fields=[
                ("secret", strongroom.django.EncryptedTextField(key="patients", null=True)),
                ("number", models.IntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(default="Ann", max_length=50)),
                (
                    "email",
                    strongroom.django.EncryptedEmailField(
                        blank=True, key="patients", max_length=254, null=True
                    ),
                ),
                ("email_index", strongroom.django.BlindIndexField("email", normalize="email")),
                (
                    "card",
                    strongroom.django.EncryptedCharField(
                        blank=True, default="", key="patients", max_length=20
                    ),
                ),
                ("notes", strongroom.django.EncryptedTextField(blank=True, key="patients", null=True)),
                (
                    "scan",
                    strongroom.django.EncryptedBinaryField(
                        blank=True, editable=True, key="patients", null=True
                    ),
                ),
                ("data", strongroom.django.EncryptedJSONField(blank=True, key="patients", null=True)),
                ("visits", strongroom.django.EncryptedIntegerField(blank=True, key="patients", null=True)),
                (
                    "balance",
                    strongroom.django.EncryptedDecimalField(
                        blank=True, decimal_places=2, key="patients", max_digits=10, null=True
                    ),
                ),
                ("consent", strongroom.django.EncryptedBooleanField(blank=True, key="patients", null=True)),
                ("birthday", strongroom.django.EncryptedDateField(blank=True, key="patients", null=True)),
                ("seen", strongroom.django.EncryptedDateTimeField(blank=True, key="patients", null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Renamed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    strongroom.django.EncryptedEmailField(
                        bound="clinic_customer.email", key="patients", max_length=254, row_bound=False
                    ),
                ),
                (
                    "address_index",
                    strongroom.django.BlindIndexField(
                        "address", db_index=False, key="lookups", normalize="email"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stamped",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("made", strongroom.django.EncryptedDateTimeField(auto_now_add=True, key="patients")),
                ("changed", strongroom.django.EncryptedDateTimeField(auto_now=True, key="patients")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Tenant",
            fields=[
                ("code", models.CharField(max_length=20, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Unchanged",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "email",
                    strongroom.django.EncryptedEmailField(
                        allow_plaintext=True, key="patients", max_length=254, null=True, write_plaintext=True
                    ),
                ),
                ("email_index", strongroom.django.BlindIndexField("email", normalize="email")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Doctor",
            fields=[
                (
                    "person_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="clinic.person",
                    ),
                ),
                ("licence", strongroom.django.EncryptedTextField(key="patients", null=True)),
            ],
            options={
                "abstract": False,
            },
            bases=("clinic.person",),
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "card",
                    strongroom.django.EncryptedCharField(
                        context_field="tenant", key="tenants", max_length=20, null=True
                    ),
                ),
                ("card_index", strongroom.django.BlindIndexField("card", normalize=("nfkc", "digits"))),
                ("note", strongroom.django.EncryptedTextField(key="tenants", null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="clinic.tenant"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", strongroom.django.EncryptedTextField(default="", key="patients", row_bound=False)),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits_made",
                        to="clinic.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Locum",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("clinic.doctor",),
        ),
    ]
