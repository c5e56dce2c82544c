"""The shapes of calls in a soak: what the clinic's rule does, and how the patient behaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tests.testbed.phones import Agent

BEHAVIOURS: Mapping[str, Agent] = {
    "answers": Agent(answer_after=0.3),
    "rings": Agent(answer_after=None),
    "ends": Agent(answer_after=0.3, talk=1.5),
    "holds": Agent(answer_after=0.3, hold=(0.5, 1)),
    "passes": Agent(answer_after=0.3, talk=0.7, refer="201"),
    "busy": Agent(refuse="486 Busy Here"),
    "declines": Agent(refuse="603 Decline"),
}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One way in which a call may go."""

    name: str
    steps: str
    """What the rule says, as YAML."""
    talk: tuple[float, float] = (1, 6)
    """Between how many and how many seconds after Asterisk's answer the patient hangs up."""
    hangup: Literal["caller", "agent"] = "caller"
    dtmf: str = ""
    give_up: bool = False
    """The patient cancels, before anybody answered; after ``talk`` seconds."""


SHAPES = (
    Shape(name="answered, caller hangs up", steps="[queue: answers]"),
    Shape(name="answered, agent hangs up", steps="[queue: ends]", hangup="agent"),
    Shape(name="abandoned while it rings", steps="[queue: rings]", talk=(0.3, 5)),
    Shape(name="abandoned, nobody there", steps="[queue: empty]", talk=(0.3, 5)),
    Shape(name="busy and declining first", steps="[queue: refuses]", talk=(2, 7)),
    Shape(name="one lets it ring, another not", steps="[queue: turns]", talk=(3, 8)),
    Shape(
        name="time-out, then doctors", steps="[queue: {name: rings, wait: 1s}, queue: doctors]", talk=(3, 7)
    ),
    Shape(
        name="time-out, then the end",
        steps="[queue: {name: rings, wait: 2s}, hangup: normal]",
        hangup="agent",
    ),
    Shape(name="put on hold", steps="[queue: holds]", talk=(1, 5)),
    Shape(name="passed on (REFER)", steps="[queue: passes]", talk=(2, 6)),
    Shape(
        name="chosen in a menu",
        steps='[menu: {sound: ccd/hello, wait: 2s, options: {"1": [queue: answers]}}, hangup: normal]',
        talk=(3, 6),
        dtmf="1",
    ),
    Shape(
        name="left in a menu",
        steps='[menu: {sound: ccd/hello, wait: 9s, options: {"1": [queue: answers]}}, hangup: normal]',
        talk=(0.5, 4),
    ),
    Shape(name="dialled", steps="[dial: {to: PJSIP/202, wait: 20s}]", talk=(1, 5)),
    Shape(
        name="cancelled while dialled",
        steps="[dial: {to: PJSIP/203, wait: 20s}]",
        talk=(0.3, 3),
        give_up=True,
    ),
)
DIDS = {shape.name: f"749500001{number:02}" for number, shape in enumerate(SHAPES)}


def rules() -> str:
    """The rules of all shapes, as YAML."""
    return "".join(
        f'    - {{name: "{one.name}", when: {{called: "{DIDS[one.name]}"}}, steps: {one.steps}}}\n'
        for one in SHAPES
    )
