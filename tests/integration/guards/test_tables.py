"""Table by table, from the database's own catalogue: what is guarded, and what only grows.

Nothing here is a list of tables that somebody must remember to extend: a new table that holds a
person's rows is found by its columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import psycopg
import pytest
from psycopg import sql

from tests.support.database import Cluster, Database

ROW_BY_ROW = import_module(
    "forbear.contexts.database.migrations.0004_pre_seen_row_by_row"
).ROW_BY_ROW
MUST_BE_GUARDED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
AND (c.relname LIKE 'portfolio\\_%' OR EXISTS (
  SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
  AND a.attname IN ('debtor_id', 'loan_id', 'person_id')))
ORDER BY 1
"""
GUARDED = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND relkind IN ('r', 'p') AND relrowsecurity AND relforcerowsecurity ORDER BY 1
"""
GROWING = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = 'only_grows' ORDER BY 1
"""
COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
AND a.attgenerated = '' ORDER BY a.attnum
"""
VALUES = {
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "boolean": "false",
    "bytea": "'\\x00'",
    "date": "'2026-01-01'",
    "timestamp with time zone": "'2026-01-01'",
    "jsonb": "'{}'",
    "uuid": "'00000000-0000-0000-0000-000000000001'",
    "double precision": "0",
}
# Of nobody among the persons.
OF_THE_LENDER = {"portfolio_creditor", "portfolio_particular"}
# Whoever does something may add its entry, without seeing any.
ADDED_BY_ANYBODY = {"audit_entry"}
KNOWN_TO_GROW = {
    "audit_checkpoint",
    "audit_entry",
    "audit_leaf",
    "bureau_dispute",
    "bureau_export",
    "bureau_line",
    "bureau_ruling",
    "bureau_run",
    "bureau_sent",
    "bureau_toldof",
    "cases_note",
    "contact_agencyfinding",
    "contact_agencylook",
    "contact_agencyreport",
    "database_sendingrelease",
    "house_ownrule",
    "house_ownruleend",
    "ledger_posting",
    "people_teamterms",
    "portfolio_consent",
    "portfolio_instalment",
    "portfolio_particular",
    "protection_reveal",
    "rights_attachment",
    "rights_attachmentpiece",
    "rights_mention",
    "rights_statement",
}


@pytest.fixture(scope="module")
def filled(cluster: Cluster, application_template: str) -> Iterator[Database]:
    """A row in each table that is guarded or only grows, whatever its constraints would say."""
    with cluster.database(template=application_template) as made:
        with psycopg.connect(made.urls["superuser"], autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in sorted({*names(connection, GUARDED), *names(connection, GROWING)}):
                for (constraint,) in connection.execute(
                    "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(%s) "
                    "AND contype = 'c'",
                    [table],
                ).fetchall():
                    connection.execute(
                        sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                            sql.Identifier(table), sql.Identifier(constraint)
                        )
                    )
                connection.execute(inserting(connection, table))
        yield made


def names(connection: psycopg.Connection, question: str) -> list[str]:
    return [name for (name,) in connection.execute(question).fetchall()]


def inserting(connection: psycopg.Connection, table: str) -> sql.Composed:
    """Return the statement that adds a row with some value in every column."""
    columns = connection.execute(COLUMNS, [table]).fetchall()
    values = [
        "'{}'" if kind.endswith("[]") else VALUES.get(kind, "'x'") for _column, kind in columns
    ]
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(column) for column, _kind in columns),
        sql.SQL(", ").join(sql.SQL(value) for value in values),
    )


@contextmanager
def as_role(database: Database, role: str, **told: str) -> Iterator[psycopg.Connection]:
    """Connect as a role; ``told`` are the settings that an action would make."""
    with psycopg.connect(database.urls[role], autocommit=True) as connection:
        for name, value in told.items():
            connection.execute("SELECT set_config(%s, %s, false)", [f"forbear.{name}", value])
        yield connection


def unguarded(connection: psycopg.Connection) -> list[str]:
    guarded = set(names(connection, GUARDED))
    return [table for table in names(connection, MUST_BE_GUARDED) if table not in guarded]


class TestGuardedTables:
    def test_every_table_with_a_persons_rows_is_guarded(self, filled):
        with as_role(filled, "superuser") as connection:
            assert len(names(connection, MUST_BE_GUARDED)) >= 20
            assert unguarded(connection) == []

    def test_a_new_table_without_a_guard_is_found(self, cluster, application_template):
        with (
            cluster.database(template=application_template) as made,
            as_role(made, "owner") as connection,
        ):
            connection.execute("CREATE TABLE contact_visit (id bigint, debtor_id bigint)")
            connection.execute("CREATE TABLE portfolio_pledge (id bigint)")
            connection.execute("ALTER TABLE portfolio_pledge ENABLE ROW LEVEL SECURITY")

            # Security that is not forced does not bind the owner, so it does not count.
            assert unguarded(connection) == ["contact_visit", "portfolio_pledge"]

    def test_a_row_is_shown_without_a_look_at_every_row_it_could_belong_to(
        self, cluster, application_template
    ):
        whole = "SELECT tablename FROM pg_policies WHERE concat(qual, with_check) ~ %s"
        asked = [r" IN \( SELECT [a-z_]+\.id\s+FROM [a-z_]+\)"]
        policy = "SELECT qual, with_check FROM pg_policies WHERE tablename = 'portfolio_loan'"
        with (
            cluster.database(template=application_template) as made,
            as_role(made, "owner") as connection,
        ):
            assert connection.execute(whole, asked).fetchall() == []
            before = connection.execute(policy).fetchone()
            old = before[0].replace(
                "EXISTS ( SELECT 1\n   FROM portfolio_debtor seen\n"
                "  WHERE (seen.id = portfolio_loan.debtor_id))",
                "debtor_id IN (SELECT id FROM portfolio_debtor)",
            )
            assert old != before[0]
            connection.execute(
                f"ALTER POLICY seen ON portfolio_loan USING ({old}) WITH CHECK ({old})"
            )
            assert connection.execute(whole, asked).fetchall() == [("portfolio_loan",)]

            connection.execute(ROW_BY_ROW)

            assert connection.execute(policy).fetchone() == before

    def test_the_application_owns_nothing_and_walks_past_nothing(self, filled):
        with as_role(filled, "app") as connection:
            role, passes, owned = connection.execute(
                "SELECT current_user, rolsuper OR rolbypassrls, (SELECT count(*) FROM pg_class "
                "WHERE relowner = r.oid) FROM pg_roles r WHERE rolname = current_user"
            ).fetchone()

        assert (role, passes, owned) == ("forbear_app", False, 0)

    def test_without_a_context_every_guarded_table_shows_nothing(self, filled):
        with as_role(filled, "superuser") as all_seeing, as_role(filled, "app") as application:
            for table in names(all_seeing, GUARDED):
                there, seen = (
                    connection.execute(
                        sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
                    ).fetchone()[0]
                    for connection in (all_seeing, application)
                )
                assert there >= 1, table
                assert seen == 0, table

    def test_without_a_context_the_owner_sees_nothing_either(self, filled):
        with as_role(filled, "owner") as connection:
            for table in names(connection, GUARDED):
                seen = connection.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
                ).fetchone()[0]
                assert seen == 0, table

    @pytest.mark.parametrize(
        "told",
        [
            {"sight": "PERSON", "person": "424242"},
            {"sight": "TEAMS", "teams": "{424242}"},
            {"sight": "NOBODY"},
            {"sight": ""},
            {"sight": "PERSON", "person": ""},
            {"sight": "TEAMS", "teams": ""},
        ],
        ids=["another person", "another team", "nobody", "empty", "no person", "no team"],
    )
    def test_who_may_see_somebody_else_sees_nothing_of_this_person(self, filled, told):
        # The lender's own is nobody's row; what has no person belongs to whoever asked for it.
        with as_role(filled, "app", **told) as connection:
            for table in set(names(connection, GUARDED)) - OF_THE_LENDER:
                seen = connection.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
                ).fetchone()[0]
                assert seen == 0, table

    def test_without_a_context_nothing_can_be_added(self, filled):
        with as_role(filled, "app") as connection:
            for table in set(names(connection, GUARDED)) - ADDED_BY_ANYBODY:
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level"):
                    connection.execute(inserting(connection, table))

    def test_without_a_context_nothing_can_be_changed_or_removed(self, filled):
        with as_role(filled, "app") as connection:
            for table in names(connection, GUARDED):
                column = sql.Identifier(connection.execute(COLUMNS, [table]).fetchone()[0])
                for statement in ("UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"):
                    try:
                        touched = connection.execute(
                            sql.SQL(statement).format(table=sql.Identifier(table), column=column)
                        ).rowcount
                    except psycopg.errors.InsufficientPrivilege:
                        touched = 0
                    assert touched == 0, (table, statement)

    def test_the_application_empties_no_guarded_table(self, filled):
        with as_role(filled, "app", sight="ALL") as connection:
            for table in names(connection, GUARDED):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))


class TestTablesThatOnlyGrow:
    def test_are_those_that_must(self, filled):
        with as_role(filled, "superuser") as connection:
            assert set(names(connection, GROWING)) >= KNOWN_TO_GROW

    @pytest.mark.parametrize("role", ["app", "owner", "superuser"])
    @pytest.mark.parametrize(
        "statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
    )
    def test_refuse_to_be_changed_removed_and_emptied(self, filled, role, statement):
        with as_role(filled, role, sight="ALL") as connection:
            for table in names(connection, GROWING):
                try:
                    done = connection.execute(sql.SQL(statement).format(sql.Identifier(table)))
                except (psycopg.errors.IntegrityError, psycopg.errors.InsufficientPrivilege):
                    continue
                # Row security may hide a row from whoever would change it, but never from a
                # superuser, whom the trigger alone stops.
                assert role != "superuser", table
                assert done.rowcount == 0, table

    def test_a_superseded_day_is_set_once(self, filled):
        with as_role(filled, "superuser") as connection:
            found = "SELECT superseded_at IS NOT NULL FROM portfolio_instalment"
            assert connection.execute(found).fetchone() == (True,)
            with pytest.raises(psycopg.errors.IntegrityError):
                connection.execute("UPDATE portfolio_instalment SET superseded_at = now()")
