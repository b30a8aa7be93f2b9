"""Every revision goes up, down and up again, and all together arrive at the declared schema, on both databases."""

from itertools import pairwise

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import migrations
from migrations import running
from migrations.declared import declared, is_compared

REVISIONS = [each.revision for each in ScriptDirectory.from_config(running._config()).walk_revisions()][::-1]

EVERYTHING = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'",
    "postgresql": """
        SELECT 'column', table_name || '.' || column_name,
               concat_ws(' ', data_type, collation_name, is_nullable, column_default)
          FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
        UNION ALL
        SELECT 'index', indexname, indexdef
          FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL
        SELECT 'constraint', conname, pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
        UNION ALL
        SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    """,
}


@pytest.mark.parametrize(("before", "after"), list(pairwise(["base", *REVISIONS])))
def test_each_revision_goes_up_down_and_up(empty_database_url: str, before: str, after: str) -> None:
    """Going down takes away all that going up brought, and nothing else; going up again brings the same."""
    migrations.upgrade(empty_database_url, after)
    migrations.downgrade(empty_database_url, before)
    at_first = shape(empty_database_url)
    migrations.upgrade(empty_database_url, after)
    up = shape(empty_database_url)
    migrations.downgrade(empty_database_url, before)
    down = shape(empty_database_url)
    migrations.upgrade(empty_database_url, after)

    assert (at_first, up) == (down, shape(empty_database_url))
    assert up != down, "a revision that changes nothing"


def test_the_whole_way_down_leaves_nothing(database_url: str) -> None:
    """From the newest revision down to none: no table, index, trigger or function stays."""
    migrations.downgrade(database_url)

    assert shape(database_url) == set()


def test_the_migrated_schema_is_the_declared_one(database_url: str) -> None:
    """Alembic finds no difference between the tables the code declares and those the migrations make."""
    with running._engine(database_url) as engine, engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_compared}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, declared())

    assert differences == []


def shape(url: str) -> set[tuple[str, str, str]]:
    """Everything the migrations made in a database: what kind of thing, its name, its definition."""
    with running._engine(url) as engine, engine.connect() as connection:
        rows = connection.execute(text(EVERYTHING[connection.dialect.name]))
        return {(kind, name, definition) for kind, name, definition in rows}
