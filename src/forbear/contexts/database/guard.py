"""Which guarantees does the database itself give, whatever the program forgets?

Migration operations: row security on tables that hold a person's rows, and tables that can only
grow. A table made without one of them shows up in the architecture tests.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation

_SIGHT = "(SELECT current_setting('forbear.sight', true))"
_TEAMS = "(SELECT unnest(nullif(current_setting('forbear.teams', true), '')::bigint[]))"
_PERSON = "(SELECT nullif(current_setting('forbear.person', true), '')::bigint)"


def seen_by(column: str, *, team: str | None = None) -> str:
    """Return the condition under which a row is shown: whose ``column`` holds a person's id."""
    by_team = f"{team} IN {_TEAMS}" if team else _there("portfolio_debtor", column)
    return (
        f"({_SIGHT} = 'ALL' OR ({_SIGHT} = 'PERSON' AND {column} = {_PERSON}) "
        f"OR ({_SIGHT} = 'TEAMS' AND {by_team}))"
    )


def _there(parent: str, column: str) -> str:
    """Return the condition that the reader may see a row of ``parent``.

    Asked row by row, so that whoever reads one person's rows looks at one row of ``parent`` and
    not at every one; where very many rows are read the database asks for all at once by itself.
    """
    return f"EXISTS (SELECT 1 FROM {parent} seen WHERE seen.id = {column})"


def person_rows(table: str, *, column: str, team: str | None = None) -> Operation:
    """Show a table's rows to those alone who may see the person they belong to.

    ``column`` holds the person's id; ``team`` the column of the caring team on the table of
    persons itself. Every other table asks that table.
    """
    return guarded(table, seen_by(column, team=team))


def rows_of(table: str, *, column: str, parent: str) -> Operation:
    """Show a table's rows to those who may see the row of ``parent`` that ``column`` names."""
    seen = (
        f"{_SIGHT} = 'ALL' OR ({_SIGHT} IN ('PERSON', 'TEAMS') "
        f"AND {_there(parent, f'{table}.{column}')})"
    )
    return guarded(table, seen)


def team_rows(table: str, *, column: str) -> Operation:
    """Show a table's rows to those alone who work in the team that ``column`` names."""
    return guarded(table, f"({_SIGHT} = 'ALL' OR ({_SIGHT} = 'TEAMS' AND {column} IN {_TEAMS}))")


def guarded(table: str, seen: str, *, check: str | None = None) -> Operation:
    """Turn row security on, also for the table's owner, with one policy for everything."""
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY seen ON {table} USING ({seen}) WITH CHECK ({check or seen})",
        ],
        [
            f"DROP POLICY IF EXISTS seen ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def only_grows(table: str, *, except_columns: Sequence[str] = ()) -> Operation:
    """Refuse to delete a table's rows or to change them, but for some columns set once.

    The refusal is a trigger, so it binds the owner as well as the application.
    """
    columns = ",".join(except_columns)
    rows = f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
    whole = f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
    return RunSQL(
        [
            f"{rows} EXECUTE FUNCTION forbear_only_grows('{columns}')",
            f"{whole} EXECUTE FUNCTION forbear_only_grows('')",
        ],
        [
            f"DROP TRIGGER IF EXISTS only_grows ON {table}",
            f"DROP TRIGGER IF EXISTS never_emptied ON {table}",
        ],
    )


def never_removed(table: str) -> Operation:
    """Refuse to delete a table's rows; they may change. The owner is bound as well."""
    return RunSQL(
        f"CREATE TRIGGER never_removed BEFORE DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION forbear_only_grows('')",
        f"DROP TRIGGER IF EXISTS never_removed ON {table}",
    )


def names_what_exists(table: str, **parents: str) -> Operation:
    """Let columns name rows that exist, checked once a statement instead of once a row.

    ``parents``: by column, a table whose rows are ``never_removed``. For tables that are loaded by
    the million, where a foreign key's check of each row takes longer than writing the row.
    """
    asked = ", ".join(f"'{column}', '{parent}'" for column, parent in parents.items())
    verbs = ("INSERT", "UPDATE")
    return RunSQL(
        [
            f"CREATE TRIGGER names_what_exists_{verb.lower()} AFTER {verb} ON {table} "
            f"REFERENCING NEW TABLE AS told FOR EACH STATEMENT "
            f"EXECUTE FUNCTION forbear_names_what_exists({asked})"
            for verb in verbs
        ],
        [f"DROP TRIGGER IF EXISTS names_what_exists_{v.lower()} ON {table}" for v in verbs],
    )


def refers(table: str, column: str, parent: str) -> Operation:
    """Let a plain column name a row of another table that exists."""
    name = f"{table}_{column}_known"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES {parent}",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
