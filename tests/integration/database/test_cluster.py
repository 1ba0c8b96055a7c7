"""The tests' own server: databases apart, copied from a template, reached as two roles."""

from __future__ import annotations

import psycopg
import pytest


def _prepare(database):
    with psycopg.connect(database.urls["owner"]) as connection:
        connection.execute("CREATE TABLE given (n int); INSERT INTO given VALUES (7)")
        connection.execute("GRANT SELECT ON given TO forbear_app")


class TestDatabases:
    def test_two_databases_know_nothing_of_each_other(self, cluster):
        with cluster.database() as one, cluster.database() as other:
            with psycopg.connect(one.urls["owner"]) as connection:
                connection.execute("CREATE TABLE mine (n int)")
            with psycopg.connect(other.urls["owner"]) as connection:
                found = connection.execute("SELECT to_regclass('mine')").fetchone()

        assert found == (None,)

    def test_a_template_is_prepared_once_and_copied(self, cluster):
        made = []
        for _ in range(2):
            name = cluster.template("seven", prepare=lambda it: (made.append(it), _prepare(it)))
        with (
            cluster.database(template=name) as copy,
            psycopg.connect(copy.urls["app"]) as connection,
        ):
            found = connection.execute("SELECT n, current_user FROM given").fetchone()

        assert len(made) <= 1
        assert found == (7, "forbear_app")

    def test_a_dropped_database_is_gone_even_while_in_use(self, cluster):
        with cluster.database() as database:
            connection = psycopg.connect(database.urls["owner"])

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        connection.close()
        assert (database.name,) not in cluster.as_superuser("SELECT datname FROM pg_database")

    def test_the_application_can_make_nothing(self, empty_database):
        with (
            psycopg.connect(empty_database.urls["app"]) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("CREATE TABLE mine (n int)")
