"""The page's files, their headers, and the words of three languages."""

import json
import re
from importlib.resources import files

import pytest

from ccd.desk.shells import PAGES
from ccd.desk.words import locale, say
from ccd.metrics.formulas import METRICS
from ccd.metrics.service_level import ServiceLevel

LANGUAGES = ("ru", "uk", "en")
PARTS = ("", "live.", "picture.", "reports.")
"""Words of every page; those of the live page and the wall; those of the reports."""
PLURALS = {
    "ru": {"one", "few", "many", "other"},
    "uk": {"one", "few", "many", "other"},
    "en": {"one", "other"},
}


async def test_the_policy_allows_only_the_pages_own(house):
    answer = await house.client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_errors_carry_the_headers_too(house):
    answer = await house.client.get("/api/me")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers


async def test_the_page_has_no_inline_code(house):
    text = await (await house.client.get("/")).text()
    assert 'lang="ru"' in text
    assert 'data-languages="ru uk en"' in text
    assert not re.search(r"<script(?![^>]*src)|<style|\son\w+=|style=", text)


async def test_every_module_is_served_and_known_to_the_page(house):
    text = "".join([await (await house.client.get(page)).text() for page in PAGES])
    for path in re.findall(r'(?:href|src)="([^"]+)"', text):
        assert (await house.client.get(path)).status == 200, path
    names = {item.name for item in (files("ccd.desk") / "static").iterdir() if item.name.endswith(".js")}
    assert names == set(re.findall(r"/static/(\w+\.js)", text))


async def test_a_page_names_every_module_that_it_needs_and_no_other(house):
    for page in PAGES:
        text = await (await house.client.get(page)).text()
        named = re.findall(r'(?:href|src)="(/static/\w+\.js)"', text)
        code = [await (await house.client.get(path)).text() for path in named]
        needed = {f"/static/{name}" for one in code for name in re.findall(r'"\./(\w+\.js)"', one)}
        assert needed | {f"/static/{PAGES[page].module}.js"} == set(named)
        assert len(named) == len(set(named))
        assert not re.search(r"\{\w+\}", text)


async def test_the_page_is_light(house):
    page = await (await house.client.get("/")).text()
    paths = re.findall(r'(?:href|src)="([^"]+)"', page)
    static = [len(await (await house.client.get(path)).read()) for path in ("/", *paths)]
    words = max(len(item.read_bytes()) for item in (files("ccd.desk") / "locales").iterdir())
    assert sum(static) + words < 180_000


async def test_no_module_writes_markup(house):
    for item in (files("ccd.desk") / "static").iterdir():
        if item.name.endswith(".js"):
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", item.read_text()
            )


async def test_an_unchanged_file_is_not_sent_again(house):
    first = await house.client.get("/static/main.js")
    assert first.content_type == "text/javascript"
    again = await house.client.get("/static/main.js", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize(
    "path",
    ["/static/../server.py", "/static/%2e%2e/server.py", "/locales/xx.json", "/x", "/static/shell.html"],
)
async def test_nothing_else_is_served(house, path):
    answer = await house.client.get(path)
    assert answer.status == 404
    assert (await answer.json())["error"]["code"] == "error.not_found"


async def test_a_wrong_method_is_an_error_in_words(house):
    status, answer = await house.call("PUT", "/api/me")
    assert (status, answer["error"]["code"]) == (405, "error.request")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language, part):
    mine, english = locale(part + language), locale(f"{part}en")
    assert set(mine) == set(english)
    for key, words in mine.items():
        if isinstance(words, dict):
            assert set(words) == PLURALS[language], key
        holes = set(re.findall(r"\{\w+\}", json.dumps(words)))
        assert holes == set(re.findall(r"\{\w+\}", json.dumps(english[key]))), key


def test_every_word_that_the_page_asks_for_exists():
    asked = set()
    for item in (files("ccd.desk") / "static").iterdir():
        if item.name.endswith(".js"):
            asked |= set(re.findall(r'\bt\("([a-z_.]+)"', item.read_text()))
    assert len(asked) > 60
    assert asked <= {key for part in PARTS for key in locale(f"{part}en")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_reports_has_a_name_and_a_formula(language):
    words = locale(f"reports.{language}")
    assert {f"reports.metric.{name}" for name in METRICS} <= set(words)
    assert {f"reports.formula.{name}" for name in METRICS if name != "service_level"} <= set(words)
    assert {f"reports.served.{one}" for one in ServiceLevel} <= set(words)


def test_no_word_is_left_over():
    code = "".join(
        item.read_text() for item in (files("ccd.desk") / "static").iterdir() if item.name.endswith(".js")
    )
    code += "".join(item.read_text() for item in files("ccd.desk").iterdir() if item.name.endswith(".py"))
    built = (
        "state.",
        "role.",
        "policy.",
        "visit.",
        "answer.",
        "reason.",
        "keys.",
        "picture.",
        "day.",
        "way.",
        "reach.",
        "relation.",
        "remark.",
        "field.",
        "why.",
        "booking.",
        "live.",
        "wall.",
        "edits.",
        "reports.",
    )
    words = (key for part in PARTS for key in locale(f"{part}en"))
    unused = [key for key in words if f'"{key}"' not in code and not key.startswith(built)]
    assert unused == []


def test_sentences_take_facts():
    assert say("en", "error.too_many_tries", minutes=3) == "Too many wrong tries. Wait 3 min and try again."
