"""Every state of the desk in every language, two sizes, light and dark.

To be looked at, not compared by a machine: ``python -m tests.browser.screenshots DIR [SCENE...]``.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from ccd.calls.record import Disposition
from ccd.directory.model import Reach
from ccd.ports.screens import CardShown
from tests.browser.bed import Bed
from tests.browser.page import browser, open_page, sign_in, state
from tests.unit.desk import samples
from tests.unit.desk.samples import Story, caller, past

SIZES = ((1280, 720), (1920, 1080))
LANGUAGES = ("ru", "uk", "en")
SCHEMES = ("light", "dark")

MARIA = Story(who=caller(samples.MARIA))
FAMILY = Story(call_id="f", who=caller(samples.MARIA, samples.PETYA, samples.IVAN))
STRANGER = Story(call_id="s", raw="+380501234567", name="O. Kovalenko", who=caller(raw="+380501234567"))
HIDDEN = Story(call_id="h", raw="", who=caller(raw=""))
WITHHELD = Story(call_id="w", name="A")
FAILED = Story(call_id="d", who=caller(failed=("registry",)))
SECOND = Story(call_id="second", raw="+79031112233", who=caller(samples.IVAN, raw="+79031112233"))

RELATIVE = replace(samples.PETYA, reach=Reach.RELATIVE, relationship="мать", through="Иванова Мария Петровна")
FACTS = Story(call_id="facts", who=caller(samples.SONYA))
SEVERAL = Story(
    call_id="several",
    who=caller(samples.SONYA, RELATIVE, samples.IVAN, failed=("МИС", "b"), asking=("МИС",)),
)

CARDS: dict[str, tuple[CardShown, ...]] = {
    "ringing": (MARIA.ringing(),),
    "looking-up": (MARIA.looking_up(),),
    "escalated": (MARIA.escalated(),),
    "family": (FAMILY.ringing(),),
    "facts": (FACTS.ringing(),),
    "several": (SEVERAL.ringing(),),
    "unknown": (STRANGER.ringing(),),
    "hidden": (HIDDEN.ringing(),),
    "withheld": (WITHHELD.withheld(),),
    "degraded": (FAILED.ringing(),),
    "talking": (MARIA.talking(), SECOND.ringing()),
    "held": (MARIA.held(),),
    "transferred": (MARIA.ringing(), MARIA.transferred()),
    "wrapup": (MARIA.ringing(), MARIA.ended()),
    "elsewhere": (MARIA.ringing(), MARIA.elsewhere()),
    "missed": (MARIA.ringing(), MARIA.abandoned()),
}


def history(bed: Bed) -> None:
    bed.archive.records = [
        past(1, minutes=35, note="перезвонить", caller_number="+79035554433"),
        past(2, topic="booking", minutes=70),
        past(3, minutes=95, caller_number="+74951112233"),
        past(4, topic="policy", minutes=140, caller_number="+79265550101"),
        past(5, topic="results", note="Ждёт результат ОАК, обещали к пятнице", days=9),
        past(6, topic="booking", days=31),
        past(7, days=90, disposition=Disposition.ABANDONED, agent="", talked=None),
    ]


def on_card(name: str) -> Callable[[Bed, Page], None]:
    def play(bed: Bed, page: Page) -> None:
        for card in CARDS[name]:
            bed.show(card)
        standing = {
            "looking-up": "ringing",
            "escalated": "ringing",
            "family": "ringing",
            "facts": "ringing",
            "several": "ringing",
            "unknown": "ringing",
            "hidden": "ringing",
            "withheld": "ringing",
        }
        state(page, standing.get(name, "ringing" if name == "degraded" else name))
        page.wait_for_timeout(300)

    return play


def typed(bed: Bed, page: Page) -> None:
    on_card("ringing")(bed, page)
    bed.show(MARIA.talking())
    state(page, "talking")
    page.keyboard.press("s")
    page.keyboard.type("узи")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.type("Просит прислать результаты на почту")


def saved(bed: Bed, page: Page) -> None:
    typed(bed, page)
    page.keyboard.press("Enter")
    expect(page.locator("#saved[data-kind=saved]")).to_be_visible()


def not_saved(bed: Bed, page: Page) -> None:
    typed(bed, page)
    bed.archive.locked = True
    page.keyboard.press("Enter")
    expect(page.locator("#saved[data-kind=failed]")).to_be_visible()


def offline(bed: Bed, page: Page) -> None:
    on_card("ringing")(bed, page)
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()


def stale(bed: Bed, page: Page) -> None:
    on_card("talking")(bed, page)
    bed.board(stale=True)
    expect(page.locator(".top.stale .banner")).to_be_visible()


def asked(bed: Bed, page: Page) -> None:
    on_card("talking")(bed, page)
    bed.lose()
    expect(page.locator(".banner")).to_be_visible()
    bed.stale = True
    bed.come_back(restarted=True)
    expect(page.locator(".pill.asked")).to_be_visible()


def unseen(bed: Bed, page: Page) -> None:
    asked(bed, page)
    bed.board()
    expect(page.locator(".card[data-state=wrapup]")).to_be_visible(timeout=10_000)


def keys(bed: Bed, page: Page) -> None:
    on_card("ringing")(bed, page)
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()


def look(bed: Bed, page: Page) -> None:
    bed.debts.people = {"89161234567": (samples.SONYA,)}
    page.keyboard.press("/")
    page.keyboard.type("112")
    page.keyboard.press("Enter")
    expect(page.locator(".look .error")).not_to_be_empty()


def lately(bed: Bed, page: Page) -> None:
    """Visited today, and cut off minutes ago."""
    talk = replace(past(8, minutes=9), ended_at=samples.ago(minutes=6))
    bed.archive.records.insert(0, talk)
    on_card("ringing")(bed, page)
    expect(page.locator(".reason")).to_contain_text("Анна")


def found(bed: Bed, page: Page) -> None:
    look(bed, page)
    page.locator("#look-number").fill("89161234567")
    page.keyboard.press("Enter")
    state(page, "found")
    page.wait_for_timeout(300)


BOOKER = Story(who=caller(replace(samples.MARIA, patient_id="mis:17", known_as=(("mis", "17"),))))


def booking(bed: Bed, page: Page) -> None:
    bed.show(BOOKER.talking())
    state(page, "talking")
    expect(page.locator(".visits .line button")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#free li")).to_have_count(6)


def booking_asked(bed: Bed, page: Page) -> None:
    booking(bed, page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".booking .ask")).to_be_visible()


def booking_taken(bed: Bed, page: Page) -> None:
    booking_asked(bed, page)
    bed.reception.schedule.taken["s2"] = ("v", "other")
    page.keyboard.press("Enter")
    expect(page.locator("#free li")).to_have_count(5)


SCENES: dict[str, Callable[[Bed, Page], None]] = {
    **{name: on_card(name) for name in CARDS},
    "idle": lambda _bed, page: page.wait_for_timeout(300),
    "typed": typed,
    "saved": saved,
    "not-saved": not_saved,
    "offline": offline,
    "stale": stale,
    "asked": asked,
    "unseen": unseen,
    "keys": keys,
    "look": look,
    "lately": lately,
    "found": found,
    "booking": booking,
    "booking-asked": booking_asked,
    "booking-taken": booking_taken,
}


def shoot(
    chrome: Browser, folder: Path, language: str, size: tuple[int, int], scheme: str, only: list[str]
) -> None:
    """One language, size and scheme: the entrance, then every scene."""
    options = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    for name in only or ["sign-in", "phones", "supervisor", *SCENES]:
        bed = Bed()
        history(bed)
        bed.start()
        page = open_page(chrome, bed, language, **options)
        play(bed, page, name)
        page.screenshot(path=folder / f"{name}-{language}-{size[1]}-{scheme}.png")
        page.context.close()
        bed.stop()


def play(bed: Bed, page: Page, name: str) -> None:
    if name == "sign-in":
        expect(page.locator("#name")).to_be_focused()
    elif name == "phones":
        sign_in_only(page)
    elif name == "supervisor":
        bed.show(MARIA.talking())
        bed.show(replace(FAMILY.ringing(), phone=samples.OLEG))
        sign_in(page, "vera", None)
        expect(page.locator(".floor li")).to_have_count(2)
    else:
        bed.board()
        sign_in(page)
        expect(page.locator(".board dd").first).to_have_text("3")
        SCENES[name](bed, page)


def sign_in_only(page: Page) -> None:
    page.locator("#name").fill("anna")
    page.locator("#password").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.locator("button.phone")).to_have_count(3)


def main(folder: Path, only: list[str]) -> None:
    """All of them, or only some scenes (``DIR ringing idle``)."""
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as chrome:
        for size in SIZES:
            for scheme in SCHEMES:
                for language in LANGUAGES:
                    shoot(chrome, folder, language, size, scheme, only)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
