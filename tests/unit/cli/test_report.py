"""``ccd report``: the same numbers in the terminal, as JSON, CSV and XLSX; wrong words are answered."""

import asyncio
import csv
import io
import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from ccd.calls.ids import QueueName
from ccd.calls.record import CallRecord, Disposition, Segment, SegmentKind
from ccd.settings.reports import Reports
from ccd.store.calls import CallStore
from ccd.store.database import Database
from ccd.store.report_keeper import ReportKeeper
from tests.unit.cli.past_calls import NOON, call, save


def waited(seconds: float, result: str) -> Segment:
    return Segment(
        kind=SegmentKind.WAITING, queue=QueueName("operators"), began_at=NOON, seconds=seconds, result=result
    )


def talked(member: str) -> Segment:
    queue = QueueName("operators")
    return Segment(kind=SegmentKind.TALKING, queue=queue, member=member, began_at=NOON, seconds=90)


CALLS = [
    call(
        1,
        "day",
        queue=QueueName("operators"),
        waited=10.0,
        segments=(waited(10, "connected"), talked("Анна")),
    ),
    call(
        2,
        "day",
        queue=QueueName("operators"),
        waited=30.0,
        segments=(waited(30, "connected"), talked("=Олег")),
    ),
    call(3, "day", waited=50.0, disposition=Disposition.ABANDONED, segments=(waited(50, "abandoned"),)),
    call(4, "day", arrived_at=NOON + timedelta(days=40)),
]
WHEN = ("--from", "2026-11", "--to", "2026-11")


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    """One with calls, one with their figures, too: made once."""
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(save(folder, *CALLS))
    copy(folder, folder / "past")
    asyncio.run(rebuilt(folder / "ccd.db"))
    return folder


def copy(folder: Path, to: Path) -> None:
    """A database with what its last writer may have left beside it."""
    to.mkdir(exist_ok=True)
    for file in folder.glob("ccd.db*"):
        shutil.copy(file, to)


async def added(file: Path, record: CallRecord) -> None:
    database = await Database.open(file)
    store = CallStore(database)
    task = asyncio.create_task(store.run())
    store.save(record)
    assert await store.flush(10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


async def rebuilt(file: Path) -> None:
    database = await Database.open(file)
    keeper = ReportKeeper(database, Reports().rules("duty-doctor"), ZoneInfo("Europe/Moscow"))
    await keeper.progress.begin()
    await keeper.catch_up()
    await database.close()


@pytest.fixture
def past(clinic, databases):
    copy(databases / "past", clinic)
    return clinic


@pytest.fixture
def made(clinic, databases):
    copy(databases, clinic)
    return clinic


def test_all_can_be_made_again(past, ccd):
    assert (
        ccd("report", *WHEN, "--rebuild", "--metric", "offered", "--csv", "-")[1].splitlines()[-1]
        == '"all",3'
    )


def test_a_table_names_its_period_and_formula(made, ccd):
    code, out, err = ccd(
        "report", *WHEN, "--by", "queue", "--metric", "offered,answered,service_level,speed_of_answer"
    )
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "2026-11-01 to 2026-11-30, Europe/Moscow"
    assert "of_offered = answered in / (answered + abandoned), within 20 s" in lines[1]
    assert re.split(r"\s{2,}", lines[-2].strip()) == ["operators", "3", "2", "33.3 %", "0:20"]
    assert re.split(r"\s{2,}", lines[-1].strip()) == ["all", "3", "2", "33.3 %", "0:20"]


def test_a_whole_period_is_one_row(made, ccd):
    _code, out, _err = ccd("report", *WHEN, "--metric", "offered,answered")
    assert [line.split() for line in out.splitlines()[2:]] == [
        ["all", "offered", "answered"],
        ["all", "3", "2"],
    ]


def test_another_formula_gives_another_level(made, ccd):
    _code, out, _err = ccd(
        "report", *WHEN, "--metric", "service_level", "--service-level", "of_answered", "--json"
    )
    told = json.loads(out)
    assert told["service_level"]["name"] == "of_answered"
    assert told["whole"] == {"service_level": 0.5}


def test_one_queue_by_the_hour(made, ccd):
    _code, out, _err = ccd("report", *WHEN, "--by", "hour", "--where", "queue=operators", "--json")
    told = json.loads(out)
    rows = {row["key"]: row["figures"] for row in told["rows"]}
    assert sorted(rows) == [f"{hour:02d}" for hour in range(24)]
    assert {key: one["answered"] for key, one in rows.items() if one["answered"]} == {"12": 2}
    assert (rows["03"]["offered"], rows["03"]["service_level"]) == (0, None)


def test_files_have_the_same_numbers(made, ccd):
    assert ccd("report", *WHEN, "--by", "agent", "--csv", "a.csv", "--xlsx", "a.xlsx")[0] == 0
    _code, out, _err = ccd("report", *WHEN, "--by", "agent", "--json")
    told = {row["key"]: row["figures"] for row in json.loads(out)["rows"]}
    assert set(told) == {"Анна", "=Олег"}
    rows = list(csv.DictReader(io.StringIO((made / "a.csv").read_text(encoding="utf-8-sig"))))
    assert [row["agent"] for row in rows] == ["'=Олег", "Анна", "all"]
    assert float(rows[1]["handling_time"]) == told["Анна"]["handling_time"] == 90
    sheet = load_workbook(made / "a.xlsx")["report"]
    assert [cell.value for cell in sheet["A"]] == ["agent", "=Олег", "Анна", "all"]


def test_csv_can_be_piped_and_has_everything_together_once(made, ccd):
    code, out, _err = ccd("report", *WHEN, "--metric", "offered", "--csv", "-")
    assert (code, out.removeprefix("\ufeff").splitlines()) == (0, ['"all","offered"', '"all",3'])


def test_a_file_has_no_column_that_tells_nothing_of_its_rows(made, ccd):
    headings = {
        by: next(csv.reader(io.StringIO(ccd("report", *WHEN, "--by", by, "--csv", "-")[1])))
        for by in ("queue", "agent", "topic")
    }
    assert {"overflowed", "lost"} < set(headings["queue"])
    assert "occupancy" in headings["agent"]
    assert "abandoned" not in headings["agent"]
    assert not {"occupancy", "overflowed"} & set(headings["topic"])


def test_days_without_calls_are_there_and_their_rates_are_empty(made, ccd):
    asked = ("--from", "2026-11-01", "--to", "2026-12-24", "--by", "day", "--metric", "offered,abandon_rate")
    rows = ccd("report", *asked, "--csv", "-")[1].splitlines()[1:-1]
    first = f"{NOON:%Y-%m-%d}"
    assert rows[:2] == [f'"{first}",3,0.333333333', f'"{NOON + timedelta(days=1):%Y-%m-%d}",0,""']


def test_without_calls_it_says_so(made, ccd):
    assert ccd("report", "--from", "2020-01-01", "--to", "2020-01-02")[1].splitlines()[-1] == "no calls"


def test_figures_that_were_never_made_are_not_complete(past, ccd):
    code, _out, err = ccd("report", *WHEN)
    assert code == 0
    assert "not complete" in err


def test_calls_that_could_not_be_counted_are_told(made, ccd):
    with closing(sqlite3.connect(made / "ccd.db")) as database, database:
        database.execute("INSERT INTO set_aside SELECT 'figures', call_id, NULL, '1', 'Error' FROM calls")
    err = ccd("report", *WHEN)[2]
    assert "in no figure, because ccd could not count them: 3;" in err
    assert json.loads(ccd("report", *WHEN, "--json")[1])["uncounted"] == 3


def test_what_changed_since_is_counted(made, ccd):
    another = call(5, "day", waited=1.0, segments=(waited(1, "connected"), talked("Анна")))
    asyncio.run(added(made / "ccd.db", another))
    assert json.loads(ccd("report", *WHEN, "--json")[1])["whole"]["answered"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "agnet"), 'did you mean "agent"'),
        (("--metric", "anserwed"), 'did you mean "answered"'),
        (("--service-level", "of_answred"), 'did you mean "of_answered"'),
        (("--where", "queue"), '"queue=operators"'),
        (("--where", "qeue=operators"), 'did you mean "queue"'),
        (("--where", "topic=price", "--by", "agent"), "--where: one topic can be shown by"),
        (("--by", "agent", "--metric", "abandoned"), '"abandoned" tells nothing of one agent'),
        (("--from", "soon"), '--from: "soon" is no day'),
        (("--to", "2026-13"), '--to: "2026-13" is no day'),
        (
            ("--from", "2026-11-02", "--to", "2026-11-01"),
            "--to: the period ends (2026-11-01) before it begins",
        ),
    ],
)
def test_a_wrong_word_is_misuse_and_answered(made, ccd, words, said):
    code, out, err = ccd("report", *words)
    assert (code, out) == (2, "")
    assert said in " ".join(re.sub(r"[│╭╮╰╯─]", " ", err).split())
