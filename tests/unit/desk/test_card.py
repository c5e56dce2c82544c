"""A call as JSON for the page."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ccd.calls.ids import LinkedId
from ccd.desk.card import Json, card_json, dump
from ccd.desk.clinic import millis
from ccd.desk.patient import age, patient_json, reason
from ccd.directory.caller import Number, NumberKind
from ccd.directory.model import Origin, Policy, Visit
from ccd.ports.calls import Note
from ccd.ports.screens import CardShown
from tests.unit.desk import samples
from tests.unit.desk.samples import MARIA, NOW, PETYA, SONYA, TODAY, Story, ago, caller, clinic


def card(shown: CardShown, note: Note | None = None) -> Json:
    return card_json(shown, clinic(), since=NOW, seq=3, note=note)


def test_everybody_behind_the_number_is_there():
    made = card(Story(who=caller(MARIA, PETYA)).ringing())
    assert [one["name"] for one in made["patients"]] == ["Иванова Мария Петровна", "Иванов Пётр"]
    assert (made["lookup"], made["state"], made["seq"]) == ("known", "ringing", 3)


@pytest.mark.parametrize(
    ("who", "lookup"),
    [
        (None, "running"),
        (caller(MARIA), "known"),
        (caller(), "unknown"),
        (caller(failed=("registry",)), "degraded"),
    ],
)
def test_what_the_lookup_said(who, lookup):
    assert card(Story(who=who).ringing())["lookup"] == lookup


def test_the_number_is_written_as_the_country_does():
    assert card(Story(who=caller()).ringing())["number"] == {
        "kind": "e164",
        "text": "8 (916) 123-45-67",
        "key": "+79161234567",
    }
    assert card(Story(raw="89161234567").looking_up())["number"]["key"] == "+79161234567"


def test_a_hidden_number_shows_no_digits():
    hidden = replace(caller(), number=Number("+79161234567", NumberKind.ANONYMOUS))
    made = card(Story(who=hidden).ringing())
    assert made["number"] == {"kind": "anonymous", "text": "", "key": ""}


def test_how_it_ended():
    made = card(Story(who=caller(MARIA)).ended())
    assert (made["state"], made["talked"], made["ended_by"]) == ("wrapup", 192.0, "caller")
    assert made["ended"] == millis(NOW)
    assert card(Story().talking())["talked"] is None


def test_a_note_of_the_desk_wins_over_the_record():
    note = Note(call_id=LinkedId("x"), topic="price", note="n", by="anna", at=NOW)
    made = card(Story().ended(), note)
    assert (made["topic"], made["note"], made["noted_by"], made["noted_at"]) == (
        "price",
        "n",
        "anna",
        millis(NOW),
    )
    assert card(Story().ended())["topic"] == ""


def test_it_is_json_with_its_letters():
    assert "Иванова" in dump(card(Story(who=caller(MARIA)).ringing()))
    assert json.loads(dump(card(Story(who=caller(MARIA)).ringing())))["id"] == "1731411120.7"


def test_policies_say_whether_they_are_valid():
    future = Policy(insurer="A", programme="", number="", valid_from=date(2027, 1, 1))
    made = patient_json(replace(MARIA, policies=(*MARIA.policies, future)), clinic())
    assert [one["standing"] for one in made["policies"]] == ["valid", "expired", "future"]
    assert made["policies"][0]["until"] == "2026-12-31"
    assert [one["copay"] for one in made["policies"][0]["coverage"] if one["service"] == "МРТ"] == [30]


def test_a_cancelled_policy_is_not_valid_whatever_its_dates():
    made = patient_json(SONYA, clinic())["policies"]
    assert [one["standing"] for one in made] == ["valid", "inactive"]


def test_what_a_policy_pays_has_its_clause_and_its_amount():
    services = patient_json(SONYA, clinic())["policies"][0]["coverage"]
    assert [(one["answer"], one["amount"], one["clause"]) for one in services] == [
        ("covered", None, "3.2"),
        ("not_covered", None, ""),
        ("copay", "1555.55", "4"),
        ("unknown", None, ""),
    ]


def test_every_fact_says_where_it_comes_from_and_how_old_it_is():
    made = patient_json(SONYA, clinic())
    origins = made["origins"]
    assert origins[made["origin"]] == {"source": "МИС", "at": millis(ago(minutes=2))}
    assert [origins[place] for _, place in made["borrowed"]] == [{"source": "Касса", "at": None}]
    facts = [*made["remarks"], *made["policies"], *made["policies"][0]["coverage"], *made["visits"]]
    assert [origins[one["origin"]]["source"] for one in facts] == [
        *("МИС", "МИС"),
        *("РЕСО-сервис", "МИС"),
        *("РЕСО-сервис", "МИС", "РЕСО-сервис", "РЕСО-сервис"),
        *("МИС", "МИС"),
    ]
    assert patient_json(PETYA, clinic())["origin"] is None


def test_how_the_number_leads_to_somebody():
    made = patient_json(SONYA, clinic())
    assert (made["reach"], made["relationship"], made["through"]) == (
        "guardian",
        "MTH",
        "Иванова Мария Петровна",
    )
    assert made["known_as"] == ["МИС:17", "built-in:p17"]


def test_the_sources_that_may_still_answer_are_told_apart():
    made = card(Story(who=caller(MARIA, failed=("a", "b"), asking=("b",))).ringing())
    assert (made["failed"], made["asking"]) == (["a", "b"], ["b"])


def test_the_last_day_of_a_policy_still_counts():
    last = Policy(insurer="A", programme="", number="", valid_until=NOW.date(), valid_from=NOW.date())
    assert patient_json(replace(MARIA, policies=(last,)), clinic())["policies"][0]["standing"] == "valid"


def test_visits_to_come_first_then_past_newest_first():
    visits = patient_json(MARIA, clinic())["visits"]
    assert [one["doctor"] for one in visits] == ["Ким А. В.", "Лебедев С. И.", "Ким А. В.", "Орлова Н. П."]
    assert [one["today"] for one in visits] == [True, False, False, False]


class Compared(Visit):
    """A visit that counts how often one is compared with another."""

    times = 0

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return self is other

    __hash__ = Visit.__hash__


class Read(tuple[tuple[str, Origin], ...]):
    """What was borrowed, counting how often all of it is read."""

    __slots__ = ()
    times = 0

    def __iter__(self) -> Iterator[tuple[str, Origin]]:
        Read.times += 1
        return super().__iter__()


def test_a_patient_of_a_thousand_visits_holds_up_nobody():
    """Each visit was compared with all others, and with all that was borrowed: seconds, for every caller."""
    mis = Origin("mis", NOW)
    visits = tuple(
        Compared(starts_at=NOW + timedelta(days=day), doctor="", specialty="", place="", status="booked")
        for day in range(-500, 500)
    )
    borrowed = Read((f"visits.{visit.starts_at.isoformat()}.place", mis) for visit in visits)
    shown = patient_json(replace(MARIA, visits=visits, borrowed=borrowed), clinic())
    coming, past = shown["visits"][:500], shown["visits"][500:]
    assert (coming[0]["at"], past[0]["at"]) == (millis(NOW), millis(NOW - timedelta(days=1)))
    assert all(len(one["lent"]) == 1 for one in shown["visits"])
    assert Compared.times < 1_000
    assert Read.times < 10


@pytest.mark.parametrize(
    ("debt", "shown"),
    [(None, None), (Decimal(0), "0"), (Decimal("1200.50"), "1200.50"), (Decimal("1E+3"), "1000")],
)
def test_who_treats_them_and_what_they_owe_are_the_clinics_words(debt, shown):
    made = patient_json(replace(MARIA, doctor="Ким А. В.", debt=debt), clinic())
    assert (made["doctor"], made["debt"]) == ("Ким А. В.", shown)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("shift", "status", "kind"),
    [
        (HOUR, "booked", "today"),
        (-HOUR, "booked", "earlier"),
        (-HOUR, "fulfilled", "earlier"),
        (3 * DAY, "booked", "next"),
        (-3 * DAY, "fulfilled", "recent"),
        (-3 * DAY, "booked", "none"),
        (-30 * DAY, "fulfilled", "none"),
        (HOUR, "cancelled", "none"),
        (-HOUR, "noshow", "none"),
    ],
)
def test_why_they_may_be_calling(shift, status, kind):
    visit = replace(TODAY, starts_at=NOW + shift, status=status)
    assert reason([visit], clinic())["kind"] == kind


def test_a_visit_without_a_time_zone_is_on_the_clinics_clock():
    visit = replace(TODAY, starts_at=(NOW + HOUR).replace(tzinfo=None))
    assert reason([visit], clinic())["visit"]["at"] == millis(NOW + HOUR)


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(2000, 11, 12), 26), (date(2000, 11, 13), 25), (None, None), (date(2030, 1, 1), None)],
)
def test_age(born, years):
    assert age(born, samples.NOW.date()) == years
