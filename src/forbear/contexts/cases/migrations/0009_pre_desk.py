"""Who has a case, the calls made about it, what is half-written, and who is to be called back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import forbear.contexts.protection.field
from forbear.contexts.database.guard import person_rows, refers

_OUTCOMES = [
    *("NOT_CONNECTED", "RANG", "VOICEMAIL", "ANSWERED", "WRONG_PERSON", "RIGHT_PARTY"),
    *("CONVERSATION", "SENT", "DELIVERED", "REPLIED", "FAILED", "UNKNOWN"),
]
_TABLES = ("cases_claim", "cases_talk", "cases_draft", "cases_callback")


_CASE = {
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": "cases.case",
}
_STAFF = {**_CASE, "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    """Safe before and after: it only adds."""

    dependencies = [
        ("cases", "0008_pre_named_persons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("case", models.OneToOneField(primary_key=True, serialize=False, **_CASE)),
                ("debtor_id", models.BigIntegerField()),
                ("staff", models.ForeignKey(**_STAFF)),
                ("taken_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["until_at"], name="cases_claim_until")],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                ("permit_id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.ForeignKey(**_CASE)),
                ("debtor_id", models.BigIntegerField()),
                ("staff", models.ForeignKey(**_STAFF)),
                ("contact_point_id", models.BigIntegerField()),
                ("loan_id", models.BigIntegerField(null=True)),
                ("begun_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("suggested", models.CharField(max_length=40, null=True)),
                ("outcome", models.CharField(max_length=40, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["debtor_id", "begun_at"], name="cases_talk_debtor")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("case",),
                        name="cases_talk_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("suggested__in", _OUTCOMES)),
                        name="cases_talk_suggested_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", _OUTCOMES)),
                        name="cases_talk_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ref", models.UUIDField(unique=True)),
                ("case", models.ForeignKey(**_CASE)),
                ("debtor_id", models.BigIntegerField()),
                ("staff", models.ForeignKey(**_STAFF)),
                (
                    "text",
                    forbear.contexts.protection.field.SealedText(
                        person_key="case.debtor.key_id", row="ref"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["debtor_id"], name="cases_draft_debtor")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "staff"), name="cases_draft_one_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.ForeignKey(**_CASE)),
                ("debtor_id", models.BigIntegerField()),
                ("staff", models.ForeignKey(**_STAFF)),
                ("contact_point_id", models.BigIntegerField()),
                ("due_at", models.DateTimeField()),
                ("set_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["due_at"],
                        name="cases_callback_due",
                    ),
                    models.Index(fields=["debtor_id"], name="cases_callback_debtor"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("case",),
                        name="cases_callback_one_open",
                    )
                ],
            },
        ),
        *[person_rows(table, column="debtor_id") for table in _TABLES],
        *[refers(table, "debtor_id", "portfolio_debtor") for table in _TABLES],
    ]
