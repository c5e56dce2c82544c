"""``ccd check`` on a PostgreSQL: what would keep ccd from using it, said before ccd needs it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ccd.settings.database import Server
from ccd.store import postgres as edge
from ccd.store.lock import alone
from ccd.store.migrate import migrate
from tests.testbed.postgres import Postgres

SECRET = "nobody may read this"
Check = Callable[[str], tuple[int, list[str]]]


@pytest.fixture(scope="module")
def role(postgres: Postgres) -> str:
    """An ordinary one."""
    postgres.run(f"CREATE ROLE checked LOGIN PASSWORD '{SECRET}'")
    postgres.run("CREATE ROLE stranger")
    return "checked"


@pytest.fixture
def url(postgres: Postgres, role: str) -> str:
    """An empty database of its own."""
    url = postgres.database().replace("://", f"://{role}@")
    postgres.run(f"ALTER DATABASE {url.rpartition('/')[2]} OWNER TO {role}")
    return url


@pytest.fixture
def check(ccd, monkeypatch: pytest.MonkeyPatch) -> Check:
    """With this database; the exit code, and what is said of it at its place in the file."""
    monkeypatch.setenv("CCD_DATABASE_PASSWORD", SECRET)

    def run(url: str) -> tuple[int, list[str]]:
        Path("ccd.yaml").write_text(f"ami: {{ secret: x }}\ndatabase: {url}\n")
        Path("ccd.yaml").chmod(0o600)
        code, out, error = ccd("check")
        assert SECRET not in out + error
        *lines, summary = out.splitlines()
        assert summary.startswith("ccd.yaml: fine" if code == 0 else "ccd.yaml: 1 error, 0 warnings")
        assert all(line.startswith("ccd.yaml:2:11: ") for line in lines), lines
        return code, [line.removeprefix("ccd.yaml:2:11: ").replace("database: ", "", 1) for line in lines]

    return run


def test_one_that_will_do(check: Check, url: str) -> None:
    assert check(url) == (0, [])
    asyncio.run(migrate(Server(url)))
    assert check(url) == (0, [])


def test_nobody_there(check: Check, url: str, tmp_path: Path) -> None:
    assert check("postgresql://ccd@127.0.0.1:1/ccd") == (1, ["no PostgreSQL listens at 127.0.0.1:1"])
    nowhere = f"postgresql://ccd@/ccd?host={tmp_path}"
    assert check(nowhere) == (1, [f"no PostgreSQL listens at {tmp_path}"])
    unknown = "postgresql://ccd@db.clinic.invalid/ccd"
    assert check(unknown) == (1, ["no machine is known as db.clinic.invalid"])


def test_a_server_that_hangs(
    check: Check, url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "CONNECT_SECONDS", 0.5)
    with frozen(postgres):
        said = check(url)
    assert said == (1, [f"no answer from 127.0.0.1:{postgres.port} within 0.5 seconds"])


def test_who_is_not_let_in(
    check: Check, url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"127.0.0.1:{postgres.port}"
    wrong = f'{where} refuses "chekced": its password is another one, or there is no such role'
    assert check(url.replace("checked", "chekced")) == (1, [wrong])
    barred = f'{where} refuses: permission denied for database "postgres"'
    postgres.run("REVOKE CONNECT ON DATABASE postgres FROM public")
    assert check(f"{url.rpartition('/')[0]}/postgres") == (1, [barred])
    postgres.run("GRANT CONNECT ON DATABASE postgres TO public")
    monkeypatch.delenv("CCD_DATABASE_PASSWORD")
    unset = f'{where} asks for the password of "checked": none in CCD_DATABASE_PASSWORD or PGPASSFILE'
    assert check(url) == (1, [unset])


def test_a_database_that_is_not_there_and_one_like_it(check: Check, url: str, postgres: Postgres) -> None:
    code, (said,) = check(f"{url}0")
    name = url.rpartition("/")[2]
    assert code == 1
    assert said.startswith(
        f'there is no database "{name}0" on 127.0.0.1:{postgres.port}; did you mean "clinic_'
    )


def test_one_in_which_ccd_could_make_no_tables(check: Check, url: str, postgres: Postgres) -> None:
    name = url.rpartition("/")[2]
    postgres.run(f"ALTER DATABASE {name} OWNER TO postgres")
    postgres.run("REVOKE CREATE ON SCHEMA public FROM public", name)
    why = f'"checked" may not make tables in the schema "public": ALTER DATABASE {name} OWNER TO checked'
    assert check(url) == (1, [why])


def test_one_of_others_or_of_a_newer_ccd(check: Check, url: str, postgres: Postgres) -> None:
    name = url.rpartition("/")[2]
    postgres.run("SET ROLE checked; CREATE TABLE theirs (id int)", name)
    assert check(url) == (1, [f"{url} holds tables of others; give ccd a database of its own"])
    postgres.run("DROP TABLE theirs", name)
    asyncio.run(migrate(Server(url)))
    postgres.run("UPDATE alembic_version SET version_num = '9999'", name)
    code, (said,) = check(url)
    assert (code, "written by a newer ccd (it is at 9999)" in said) == (1, True)


def test_tables_that_belong_to_somebody_else(check: Check, url: str, postgres: Postgres) -> None:
    asyncio.run(migrate(Server(url)))
    postgres.run("ALTER TABLE calls OWNER TO stranger", url.rpartition("/")[2])
    why = 'tables belong to "stranger": ccd, which is "checked" there, could not bring them up to date'
    assert check(url) == (1, [why])


def test_a_ccd_that_runs_on_it_is_no_mistake(check: Check, url: str) -> None:
    async def beside() -> tuple[int, list[str]]:
        async with alone(Server(url), 0):
            return await asyncio.to_thread(check, url)

    there = "a ccd runs on this database, connected from 127.0.0.1; a second one would not start"
    assert asyncio.run(beside()) == (0, [f"hint: {there}"])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("?sslmode=require", 'has no option "sslmode"; did you mean "ssl"?'),
        ("?ssl=verify_full", 'ssl must not be "verify_full"; did you mean "verify-full"?'),
        ("?connect_timeout=3", 'has no option "connect_timeout"; there are: host, port, ssl, passfile,'),
    ],
)
def test_what_the_driver_would_stumble_over(check: Check, url: str, wrong: str, why: str) -> None:
    code, (said,) = check(f"{url}{wrong}")
    assert (code, said.startswith(why)) == (1, True), said


@contextmanager
def frozen(postgres: Postgres) -> Iterator[None]:
    postgres.freeze()
    try:
        yield
    finally:
        postgres.thaw()
