"""What a source says is text: markup in every field of a card stands there as it is, and does nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from ccd.directory.model import Answer, Coverage, Origin, Patient, Policy, Reach, Remark, RemarkKind, Visit
from tests.browser.page import COMPLAINTS, at_desk, state
from tests.unit.desk.samples import Story, ago, caller

HARM = (
    "<img src=x onerror=window.harm=1>",
    "</h1><script>window.harm=1</script>",
    "<svg onload=window.harm=1>",
    "\"'><a href=javascript:window.harm=1>x</a>",
    "${window.harm=1}{{window.harm=1}}",
)
FOREIGN = "img, iframe, marquee, .card script, .card a[href^=javascript], [onerror], [onload]"
"""Nothing of these is the page's own."""


def person(harm: str) -> Patient:
    """Somebody all of whose texts are this."""
    origin = Origin(harm, ago(minutes=3))
    said = Coverage(service=harm, answer=Answer.COPAY, copay_amount=Decimal(5), clause=harm, origin=origin)
    visit = Visit(
        starts_at=ago(hours=-2), doctor=harm, specialty=harm, place=harm, status="booked", preparation=harm,
        visit_id=harm, origin=origin,
    )  # fmt: skip
    return Patient(
        patient_id=harm,
        full_name=harm,
        tags=frozenset({harm}),
        policies=(
            Policy(insurer=harm, programme=harm, number=harm, coverage=(said,), kind=harm, origin=origin),
        ),
        visits=(visit,),
        doctor=harm,
        debt=Decimal(7),
        remarks=(Remark(text=harm, origin=origin), Remark(text=harm, kind=RemarkKind.MEDICAL, origin=origin)),
        reach=Reach.GUARDIAN,
        relationship=harm,
        through=harm,
        origin=origin,
    )


@pytest.mark.parametrize("harm", HARM)
def test_markup_of_a_source_is_text_on_the_card(chrome, bed, harm):
    page = at_desk(chrome, bed)
    one = person(harm)
    two = replace(one, patient_id="2", full_name=f"2 {harm}")
    for call_id, who in (
        ("one", caller(one)),
        ("two", caller(one, two)),
        ("failed", replace(caller(), failed=(harm,))),
    ):
        bed.show(Story(call_id=call_id, who=who, name=harm).ringing())
        expect(page.locator(".other")).to_have_count(["one", "two", "failed"].index(call_id))
    for _ in range(3):
        state(page, "ringing")
        assert page.locator(FOREIGN).count() == 0
        assert harm in page.locator(".card").inner_text()
        page.keyboard.press("c")
    assert page.evaluate("window.harm") is None
    assert COMPLAINTS[page] == []
