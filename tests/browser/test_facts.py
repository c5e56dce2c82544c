"""The clinic's own facts on the card: how the number leads to somebody, what is paid, sources, their age."""

from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from ccd.calls.record import Disposition
from ccd.directory.model import Origin, Reach
from tests.browser.page import COMPLAINTS, at_desk, held, state, until
from tests.unit.desk.samples import IVAN, MARIA, PETYA, SONYA, Story, ago, caller, past

SON = replace(PETYA, reach=Reach.RELATIVE, relationship="мать", through="Иванова Мария")
CHILD = Story(who=caller(SONYA))
FAMILY = Story(call_id="family", who=caller(SON, IVAN))
NAMES = ("Соколов Тимофей Андреевич", "Соколова Анна Викторовна", "Соколова Варвара Андреевна")
READ = """names => names.map((name) => {
  const words = document.createRange();
  words.setStart(name.firstChild, 0);
  words.setEnd(name.firstChild, name.textContent.lastIndexOf(" "));
  return words.getBoundingClientRect().right <= name.getBoundingClientRect().right;
})"""
"""Whether surname and first name are seen whole."""


@pytest.mark.parametrize(
    ("language", "mother", "own"),
    [
        ("ru", "мать: Иванова Мария", "свой номер"),
        ("uk", "мати: Иванова Мария", "свій номер"),
        ("en", "mother: Иванова Мария", "own number"),
    ],
)
def test_each_candidate_says_how_the_number_leads_there(chrome, bed, language, mother, own):
    page = at_desk(chrome, bed, language)
    bed.show(FAMILY.ringing())
    expect(page.locator(".person .reach")).to_have_text([mother, own])
    expect(page.locator(".person[aria-pressed=true]")).to_have_count(0)
    bed.show(CHILD.ringing())
    expect(page.locator(".other")).to_have_count(1)
    page.keyboard.press("c")
    expect(page.locator(".tag.reach")).to_have_text(f"{mother} Петровна")
    assert COMPLAINTS[page] == []


def test_first_names_tell_a_family_apart(chrome, bed):
    family = (replace(SONYA, patient_id=name, full_name=name, reach=Reach.OWN, debt=None) for name in NAMES)
    page = at_desk(chrome, bed)
    bed.show(Story(who=caller(*family)).talking())
    state(page, "talking")
    assert page.locator(".person .name").evaluate_all(READ) == [True] * 3
    assert page.locator(".policy .origins").evaluate("(e) => e.scrollWidth <= e.clientWidth")
    page.keyboard.press("]")
    expect(page.locator(".person[aria-pressed=true]")).to_have_count(1)
    assert page.locator(".person .name").evaluate_all(READ) == [True] * 3


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("MRI", ["МРТ"]),
        ("мрт", ["МРТ"]),
        ("узд", ["УЗИ почек", "УЗИ почек"]),
        ("УЗД почек", ["УЗИ почек", "УЗИ почек"]),
        ("елка", ["Ёлка"]),
        ("ct", []),
        ("<img>", []),
    ],
)
def test_a_service_is_found_under_its_other_names(chrome, bed, asked, found):
    page = at_desk(chrome, bed)
    bed.show(CHILD.ringing())
    state(page, "ringing")
    page.keyboard.press("s")
    page.keyboard.type(asked)
    expect(page.locator(".services .service")).to_have_text(found)


def test_what_is_paid_is_said_with_clause_amount_and_doubt(chrome, bed):
    page = at_desk(chrome, bed, "en")
    bed.show(CHILD.ringing())
    expect(page.locator(".services .answer")).to_have_text(
        [
            "coveredsources disagree",
            "not coveredsources disagree",
            "co-payment 1,555.55",
            "not known: ask the insurer",
        ]
    )
    expect(page.locator(".services .muted").first).to_have_text("clause 3.2 · РЕСО-сервис")
    expect(page.locator(".policy-line .standing")).to_have_text(["valid", "cancelled"])


def test_every_section_says_where_it_is_from_and_how_old(chrome, bed):
    page = at_desk(chrome, bed, "en")
    bed.show(CHILD.ringing())
    expect(page.locator(".card .sources .origin")).to_have_text(["МИС2 min. ago", "debt:Кассаage not known"])
    expect(page.locator(".policy .origins .origin")).to_have_text(["РЕСО-сервис3 hr. ago", "МИС2 min. ago"])
    expect(page.locator(".visits .origins")).to_have_text("МИС2 min. ago")
    expect(page.locator(".visits .preparation")).to_have_text("Prepare: не есть 8 часов")


def test_where_visits_are_from_is_whole_beside_whose_they_are(chrome, bed):
    page = at_desk(chrome, bed, "uk")
    bed.show(Story(who=caller(SONYA, PETYA, IVAN)).ringing())
    expect(page.locator(".visits h2")).to_contain_text("Иванова Софья")
    assert page.locator(".visits .origins").evaluate("(e) => e.scrollWidth <= e.clientWidth")


@pytest.mark.parametrize("source", ["МИС", "registry-of-the-clinic-in-the-north"])
@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_how_old_visits_are_loses_no_digit_to_a_long_name(chrome, bed, language, source):
    """It ends at the right: cut at its left, 12 minutes would be 2."""
    one = replace(SONYA, full_name="Соколова Анна Викторовна", reach=Reach.OWN)
    visits = tuple(replace(visit, origin=Origin(source, ago(minutes=12))) for visit in one.visits)
    page = at_desk(chrome, bed, language)
    bed.show(Story(who=caller(replace(one, visits=visits), IVAN)).ringing())
    expect(page.locator(".visits .ago")).to_contain_text("12")
    whole = "(e) => e.getBoundingClientRect().left >= e.closest('.origins').getBoundingClientRect().left"
    assert page.locator(".visits .ago").evaluate(whole)
    assert page.locator(".visits .line").evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_remarks_stand_there_without_what_the_role_may_not_see(chrome, bed):
    page = at_desk(chrome, bed, "en")
    bed.show(CHILD.ringing())
    expect(page.locator(".remarks li")).to_have_text(["Noteнужна коляска"])
    assert "пенициллин" not in page.content()


def test_a_late_answer_fills_the_card_and_disturbs_nothing(chrome, bed):
    page = at_desk(chrome, bed)
    early = replace(SONYA, patient_id="p17", known_as=(), policies=SONYA.policies[:1], visits=())
    bed.show(Story(who=caller(early, PETYA, failed=("МИС",), asking=("МИС",))).talking())
    state(page, "talking")
    expect(page.locator(".sources .asking")).to_have_text("Ещё спрашиваем: МИС…")
    page.locator(".person").nth(0).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("s")
    page.keyboard.type("узи")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("пи")
    bed.show(
        Story(who=caller(PETYA, replace(SONYA, known_as=(("МИС", "17"), ("built-in", "p17"))))).talking()
    )
    expect(page.locator(".visits li")).to_have_count(2)
    page.keyboard.type("шу")
    expect(page.locator("#note")).to_have_value("пишу")
    expect(page.locator("#service")).to_have_value("узи")
    expect(page.locator(".sources .asking")).to_have_count(0)
    expect(page.locator("h1#who")).to_have_text("Иванова Софья")
    expect(page.locator(".person[aria-pressed=true] .name")).to_have_text("Иванова Софья")


def test_whoever_stands_on_a_name_stays_there(chrome, bed):
    page = at_desk(chrome, bed)
    bed.show(Story(who=caller(MARIA, PETYA, asking=("b",), failed=("b",))).ringing())
    page.locator(".person").nth(1).focus()
    bed.show(Story(who=caller(MARIA, IVAN, PETYA)).ringing())
    expect(page.locator(".person")).to_have_count(3)
    expect(page.locator(".person:focus .name")).to_have_text("Иванов Пётр")


def test_a_source_that_stayed_silent_is_named_beside_what_is_known(chrome, bed):
    page = at_desk(chrome, bed, "en")
    bed.show(Story(who=caller(MARIA, failed=("МИС", "b"), asking=("b",))).ringing())
    expect(page.locator(".sources .failed")).to_have_text("no answer from МИС")
    expect(page.locator(".sources .asking")).to_have_text("Still asking b…")


def test_a_patient_is_looked_up_by_a_key_and_the_card_makes_room_for_a_call(chrome, bed):
    bed.debts.people = {"89161234567": (SONYA, MARIA)}
    page = at_desk(chrome, bed, "en")
    page.keyboard.press("/")
    expect(page.locator("#look-number")).to_be_focused()
    page.keyboard.type("112")
    page.keyboard.press("Enter")
    expect(page.locator(".look .error")).to_contain_text("no telephone number")
    page.locator("#look-number").fill("89161234567")
    page.keyboard.press("Enter")
    state(page, "found")
    expect(page.locator(".pill strong")).to_have_text("Looked up")
    expect(page.locator(".person")).to_have_count(2)
    page.keyboard.press("]")
    expect(page.locator("h1#who")).to_have_text(MARIA.full_name)
    page.keyboard.press("2")
    expect(page.locator("#topic-1")).not_to_be_checked()
    bed.show(Story(call_id="2", raw="+79031112233", who=caller(IVAN, raw="+79031112233")).ringing())
    expect(page.locator("h1#who")).to_have_text(IVAN.full_name)
    bed.run(bed.trail.flush)
    assert "search" in bed.audit.actions("anna")


def test_a_call_that_comes_while_somebody_is_looked_up_keeps_the_page(chrome, bed):
    bed.debts.people = {"89161234567": (MARIA,)}
    page = at_desk(chrome, bed, "en")
    page.keyboard.press("/")
    page.keyboard.type("89161234567")
    with held(page, "/api/patients") as asked:
        page.keyboard.press("Enter")
        until(page, lambda: bool(asked))
        bed.show(Story(call_id="2", raw="+79031112233", who=caller(IVAN, raw="+79031112233")).ringing())
        expect(page.locator("h1#who")).to_have_text(IVAN.full_name)
    expect(page.locator("#look-number")).to_be_hidden()
    expect(page.locator("h1#who")).to_have_text(IVAN.full_name)


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (caller(PETYA), "Called 5 min. ago, nobody answered"),
        (caller(MARIA), "Visit today at 16:30, Ким А. В., кабинет 204 · Called 5 min. ago, nobody answered"),
        (caller(), "Called 5 min. ago, nobody answered · Not in the directory"),
    ],
)
def test_what_happened_lately_with_the_number_is_a_reason(chrome, bed, who, reason):
    lost = past(1, minutes=5, disposition=Disposition.ABANDONED)
    bed.archive.records = [replace(lost, ended_at=ago(minutes=5))]
    page = at_desk(chrome, bed, "en")
    bed.show(Story(who=who).ringing())
    expect(page.locator(".reason")).to_have_text(reason)
    expect(page.locator(".reason")).not_to_have_attribute("data-kind", "unknown")
    cut = "(e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1"
    assert not page.locator(".reason").evaluate(cut)


@pytest.mark.parametrize(("owed", "shown"), [("1200.00", "1\xa0200"), ("1200.5", "1\xa0200,50")])
def test_a_sum_is_shown_alike_however_many_digits_its_source_keeps(chrome, bed, owed, shown):
    page = at_desk(chrome, bed)
    bed.show(Story(who=caller(replace(MARIA, debt=Decimal(owed)))).ringing())
    expect(page.locator(".tag.debt")).to_have_text(f"долг {shown}")
