"""What only PostgreSQL has: TLS that is checked, types that look like others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccd.directory.model import DirectoryError
from ccd.sources.sql import SqlSource
from tests.integration.databases.conftest import LIMITS
from tests.testbed import database
from tests.testbed.postgres import PASSWORD, Postgres
from tests.unit.sources.sql_clinic import ANNA, SCHEMA, source


def asking(url: str, ca_file: Path) -> SqlSource:
    return source(
        url.replace("//127.0.0.1", "//postgres@localhost"), password=PASSWORD, ca_file=ca_file, **LIMITS
    )


@pytest.fixture
def certificate(postgres: Postgres) -> Iterator[Path]:
    """The server's own, which names ``localhost``."""
    data = postgres.server.folder / "data"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec", "-pkeyopt"]
    files = ["-keyout", "server.key", "-out", "server.crt"]
    database.run([*command, "ec_paramgen_curve:prime256v1", *names, *files], data)
    postgres.run("ALTER SYSTEM SET ssl = on")
    postgres.run("SELECT pg_reload_conf()")
    yield data / "server.crt"
    postgres.run("ALTER SYSTEM RESET ssl")
    postgres.run("SELECT pg_reload_conf()")


async def test_tls_with_the_right_authority_and_no_other(postgres, certificate):
    url = postgres.database(SCHEMA)
    one = asking(url, certificate)
    assert len(await one.patients(ANNA)) == 2
    async with one._database.engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert found.scalar() is True
    await one.close()
    other = asking(url, Path("/etc/ssl/certs/ca-certificates.crt"))
    with pytest.raises(DirectoryError, match="certificate verify failed"):
        await other.patients(ANNA)
    await other.close()


async def test_a_server_without_tls_is_not_believed(postgres, certificate):
    postgres.run("ALTER SYSTEM RESET ssl")
    postgres.run("SELECT pg_reload_conf()")
    one = asking(postgres.database(SCHEMA), certificate)
    with pytest.raises(DirectoryError, match="rejected SSL upgrade"):
        await one.patients(ANNA)
    await one.close()


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("'infinity'::date AS birth_date", '"9999-12-31" is not of our time'),
        ("'NaN'::numeric AS debt", '"NaN" is no amount of 0 or more'),
        ("'{\"a\": 1}'::jsonb AS doctor", "must be text, not JSON"),
        ("ARRAY['vip', 'x'] AS tags", ""),
        ("interval '1 day' AS doctor", "must be text, not timedelta"),
        ("'\\xff'::bytea AS doctor", "must be text, not bytes"),
    ],
)
async def test_types(postgres, column, sentence):
    query = f"SELECT 1 AS patient_id, 'A' AS full_name, {column} WHERE :e164 <> ''"
    query = query.replace('"a":', '"a"\\:')
    url = postgres.database().replace("//", "//postgres@")
    one = source(url, {"patients": query}, password=PASSWORD, **LIMITS)
    if sentence:
        with pytest.raises(DirectoryError) as caught:
            await one.patients(ANNA)
        assert sentence in str(caught.value)
    else:
        assert len(await one.patients(ANNA)) == 1
    await one.close()
