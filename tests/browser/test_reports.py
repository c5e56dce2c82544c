"""Reports in a real browser: asked for, drawn, read as a table, followed to the calls, by keyboard alone."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from ccd.metrics.formulas import METRICS
from tests.browser.bed import Bed
from tests.browser.page import COMPLAINTS, open_page, sign_in
from tests.browser.test_looks import CONTRAST
from tests.unit.desk.samples import past

ASKED = "from=2026-11-01&to=2026-11-12&by=queue&metric=answered"
WORDS = {
    "ru": ("Отчёты", "Отвечено: Очередь", "Всего", "Звонки: operators, Отвечено", "не указано"),
    "uk": ("Звіти", "Відповіли: Черга", "Усього", "Дзвінки: operators, Відповіли", "не вказано"),
    "en": ("Reports", "Answered: Queue", "All", "Calls: operators, Answered", "none"),
}


def at_page(chrome, bed: Bed, language: str = "en", asked: str = ASKED, **options) -> Page:
    bed.figures.more = bed.figures.more or ("insurance", "")
    bed.figures.records = [past(1), past(2)]
    page = open_page(chrome, bed, language, **options)
    sign_in(page, "vera", None)
    page.goto(f"{bed.url}/static/reports.html#{asked}")
    expect(page.locator(".chart .mark").first).to_be_visible()
    return page


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_a_report_is_said_in_every_language(chrome, bed, language):
    page = at_page(chrome, bed, language)
    title, chart, whole, calls, none = WORDS[language]
    expect(page).to_have_title(title)
    expect(page.locator("#chart-title")).to_have_text(chart)
    expect(page.locator(".chart .mark").first).to_have_attribute("aria-label", "operators: 3")
    expect(page.locator(".beside tbody th")).to_have_text(["operators", "insurance", none])
    expect(page.locator(".beside tfoot th")).to_have_text(whole)
    page.locator(".chart .mark").first.press("Enter")
    expect(page.locator("#behind-title")).to_have_text(calls)
    assert "reports." not in page.locator("body").inner_text()
    assert COMPLAINTS[page] == []


def test_from_a_bar_to_its_calls_and_back_by_keys(chrome, bed):
    page = at_page(chrome, bed)
    page.locator(".chart .mark").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chart .mark").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".behind tbody tr")).to_have_count(2)
    question, key, metric = bed.figures.asked[-1]
    assert (question.begin.isoformat(), question.by.value, key, metric) == (
        "2026-11-01",
        "queue",
        "insurance",
        "answered",
    )
    page.keyboard.press("Escape")
    expect(page.locator(".behind")).to_be_hidden()
    expect(page.locator(".chart .mark").nth(1)).to_be_focused()


def test_behind_the_service_level_are_those_not_in_time_and_on_request_the_others(chrome, bed):
    page = at_page(chrome, bed, asked=ASKED.replace("answered", "service_level"))
    page.locator(".chart .mark").first.press("Enter")
    expect(page.locator("#behind-title")).to_have_text("Calls: operators, Service level, not in time")
    page.get_by_role("button", name="Show those in time").press("Enter")
    expect(page.locator("#behind-title")).to_have_text("Calls: operators, Service level, in time")
    expect(page.get_by_role("button", name="Show those not in time")).to_be_visible()
    assert bed.figures.counted == [("answered", "abandoned"), ("answered_in",)]


def test_a_figure_that_tells_nothing_of_operators_comes_back_with_the_queues(chrome, bed):
    page = at_page(chrome, bed, asked=ASKED.replace("answered", "abandoned"))
    page.locator("#by").select_option("agent")
    expect(page.locator("#chart-title")).to_have_text("Inbound calls: Operator")
    expect(page.locator("#metric option[value=abandoned]")).to_have_count(0)
    page.locator("#by").select_option("queue")
    expect(page.locator("#chart-title")).to_have_text("Abandoned: Queue")


def test_every_figure_says_its_formula_under_the_pointer_and_by_a_key(chrome, bed):
    page = at_page(chrome, bed)
    figures = page.locator(".tiles > div, .beside thead th + th, #metric option")
    assert figures.count() > len(METRICS)
    assert not [one for one in figures.evaluate_all("all => all.map((one) => one.title)") if len(one) < 10]
    expect(page.locator("#metric option[value=short_abandoned]")).to_have_attribute(
        "title", re.compile("less than 5 s")
    )
    page.keyboard.press("?")
    expect(page.locator(".meanings dd").first).to_be_visible()
    expect(page.locator(".meanings dt")).to_have_count(len(METRICS))
    page.keyboard.press("Escape")
    expect(page.locator(".meanings")).to_be_hidden()


def test_one_queue_by_itself_day_by_day(chrome, bed):
    page = at_page(chrome, bed)
    page.locator(".beside tbody button").first.press("Enter")
    page.get_by_role("button", name="By day").press("Enter")
    expect(page.locator(".only")).to_contain_text("Only: operators")
    expect(page.locator("#by")).to_have_value("day")
    assert re.search(r"by=day.*where=queue%3Aoperators", page.url)
    page.get_by_role("button", name="Show everything").press("Enter")
    expect(page.locator("#by")).to_have_value("queue")


def test_another_figure_needs_no_question_and_the_address_keeps_it(chrome, bed):
    page = at_page(chrome, bed)
    page.locator("#metric").select_option("lost_money")
    expect(page.locator("#chart-title")).to_have_text("Lost money: Queue")
    page.reload()
    expect(page.locator("#chart-title")).to_have_text("Lost money: Queue")
    expect(page.locator(".chart .mark").first).to_have_attribute("aria-label", re.compile("1,500"))


def test_calls_that_are_in_no_figure_are_told(chrome, bed):
    bed.figures.uncounted = 3
    page = at_page(chrome, bed, "ru")
    expect(page.get_by_text("Не посчитано звонков: 3.")).to_be_visible()


def test_long_names_hide_neither_each_other_nor_the_figures(chrome, bed):
    bed.figures.key = "Александра Константинопольская-Рождественская"
    bed.figures.more = tuple(f"Оператор с длинным именем {place}" for place in range(30))
    page = at_page(chrome, bed, asked=ASKED.replace("queue", "agent"))
    boxes = "all => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    under = page.locator(".chart > .word[text-anchor=middle]").evaluate_all(boxes)
    assert len(under) > 1
    assert all(one[1] < other[0] for one, other in pairwise(under))
    edge = page.locator(".picture").evaluate_all(boxes)[0]
    assert edge[0] <= under[0][0]
    assert under[-1][1] <= edge[1]
    assert page.locator(".beside .scroll").evaluate("one => one.scrollWidth <= one.clientWidth")


def test_the_files_are_the_same_question(chrome, bed):
    page = at_page(chrome, bed)
    with page.expect_download() as begun:
        page.locator("a[data-kind=csv]").press("Enter")
    assert begun.value.suggested_filename == "report-2026-11-01-2026-11-12-queue.csv"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read(chrome, bed, scheme):
    page = at_page(chrome, bed, color_scheme=scheme)
    page.locator(".chart .mark").first.press("Enter")
    expect(page.locator(".behind tbody tr")).to_have_count(2)
    assert page.evaluate(CONTRAST) == []
    width = "document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"
    assert page.evaluate(width)


def test_an_operator_has_no_reports(chrome, bed):
    page = open_page(chrome, bed, "en")
    sign_in(page)
    expect(page.locator(".pages a[href='/static/reports.html']")).to_have_count(0)
    page.goto(f"{bed.url}/static/reports.html")
    expect(page.locator(".fresh.failed")).to_contain_text("supervisors and admins")
