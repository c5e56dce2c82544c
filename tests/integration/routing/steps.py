"""Every kind of step and every option of it, in a call that shows what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.integration.routing.conditions import CROWD, WITHHELD
from tests.integration.routing.known import IVANOVA, TALKED
from tests.integration.routing.premises import FREE, LINE, LONG, NOBODY, OWN, RUNGS

ANSWERS, ANSWERS_TOO, RINGS, RINGS_TOO = "PJSIP/118", "PJSIP/119", "PJSIP/127", "PJSIP/128"
"""Phones that are in no queue here: two that answer, two that ring for ever."""
BUSY, CONGESTED = {"hangup": "busy"}, {"hangup": "congestion"}
AT_17, AT_34 = "hangup 17", "hangup 34"
"""As they stand in the path."""
HELLO, HEARD = {"play": "ccd/hello"}, "play ccd/hello PLAYED"
ASKED_AT_LENGTH = f"menu {LONG} PRESSED-"
KEYS, SILENT = "menu ccd/hello PRESSED-", "menu ccd/hello SILENT"
Steps = list[Mapping[str, Any]]
Told = Mapping[str, str]
"""What an event of Asterisk says."""
JOINS: Told = {"Event": "QueueCallerJoin"}
IS_RUNG: Told = {"Event": "AgentCalled"}
IS_DIALLED: Told = {"Event": "DialBegin"}
SPEAKS: Told = {"Event": "Newexten", "Application": "Playback"}
ASKS: Told = {"Event": "Newexten", "Extension": "do-menu", "Application": "TryExec"}
RECORDS: Told = {"Event": "Newexten", "Extension": "do-voicemail", "Application": "TryExec"}
TALK_BEGINS: Told = {"Event": "BridgeEnter", "BridgeNumChannels": "2"}


@dataclass(frozen=True, kw_only=True)
class Try:
    """A rule's steps, who calls, and what the record shows: each step with its outcome."""

    steps: Steps
    path: tuple[str, ...]
    disposition: str = "unanswered"
    by: str = "system"
    """Who ended the call."""
    number: str = ""
    """Who calls; empty for somebody of whom nothing is known."""
    sip: str = ""
    """What the caller's phone is told when the call was never answered: ``486``."""
    keys: str = ""
    """What he presses: each key when Asterisk asks for one."""
    says: Literal["", "little", "enough"] = ""
    """How much of him Asterisk records: too little for a message, or one."""
    leaves: Told | None = None
    """After what he hangs up, once his record has come as far; None: he waits for the clinic to do so."""


def menu(options: Mapping[str, Any], **more: Any) -> Mapping[str, Any]:
    return {"menu": {"sound": "ccd/hello", "wait": "20s", "options": options, **more}}


def queue(name: str, **more: Any) -> Mapping[str, Any]:
    return {"queue": {"name": name, **more}}


def dial(*to: str, **more: Any) -> Mapping[str, Any]:
    return {"dial": {"to": list(to), **more}}


TALK: dict[str, Any] = {"disposition": "answered", "by": "caller", "leaves": TALK_BEGINS}
"""The patient is talked with, and hangs up."""
PEOPLE = {
    "petrova": {"name": "Петрова А. А.", "phone": RINGS},
    "ivanov": {"name": "Иванов И. И.", "phone": RINGS_TOO, "number": "+79160000002"},
}
PLANS = {"late": [HELLO, menu({"7": [BUSY]})], "short": [HELLO]}
MAIN = menu({"1": [HELLO], "2": "short"}, name="main")

TRIES: Mapping[str, Try] = {
    "hangup": Try(steps=[BUSY], path=(AT_17,), sip="486"),
    "hangup, by number": Try(steps=[{"hangup": {"cause": 34}}], path=(AT_34,), sip="503"),
    "play": Try(steps=[HELLO, BUSY], path=(HEARD, AT_17)),
    "play what is not there": Try(
        steps=[{"play": "ccd/nothing"}, BUSY], path=("play ccd/nothing FAILED", AT_17)
    ),
    "when: holds": Try(
        steps=[{**BUSY, "when": {"caller": "known"}}, CONGESTED], path=(AT_17,), number=IVANOVA, sip="486"
    ),
    "when: does not hold": Try(
        steps=[{**BUSY, "when": {"caller": "known"}}, CONGESTED], path=(AT_34,), sip="503"
    ),
    "plan": Try(steps=[{"plan": "short"}, BUSY], path=(HEARD, AT_17)),
    "queue, wait": Try(steps=[queue("rings", wait="1s"), BUSY], path=("queue rings TIMEOUT", AT_17)),
    "queue, answer: false": Try(
        steps=[queue("rings", wait="1s", answer=False), BUSY], path=("queue rings TIMEOUT", AT_17), sip="486"
    ),
    "queue, answered": Try(steps=[queue("answers", wait="9s"), BUSY], path=("queue answers",), **TALK),
    "queue, max_waiting, full": Try(
        steps=[queue(CROWD, max_waiting=1, full=[CONGESTED]), BUSY], path=(AT_34,), sip="503"
    ),
    "queue, max_waiting": Try(steps=[queue(CROWD, max_waiting=1), BUSY], path=(AT_17,), sip="486"),
    "queue, full: nobody there": Try(
        steps=[queue(NOBODY, full=[CONGESTED]), BUSY], path=(f"queue {NOBODY} JOINEMPTY", AT_34)
    ),
    "queue, prefer last-operator": Try(
        steps=[queue(OWN, prefer="last-operator"), BUSY], path=("dial PJSIP/117",), number=TALKED, **TALK
    ),
    "queue, prefer attending-doctor, who does not answer": Try(
        steps=[queue(OWN, prefer={"who": "attending-doctor", "wait": "1s"}), BUSY],
        path=(f"dial {RINGS} NOANSWER", f"queue {OWN}"), number=IVANOVA, disposition="answered", by="agent",
    ),
    "queue, prefer nobody knows whom": Try(
        steps=[queue(OWN, prefer="last-operator"), BUSY], path=(f"queue {OWN}",),
        disposition="answered", by="agent",
    ),
    "queue, callback": Try(
        steps=[queue("rings", callback={"key": "2", "sound": "ccd/hello", "within": "2h", "queue": CROWD})],
        path=("queue rings KEY-5", "queue rings KEY-2", f"callback {CROWD}"),
        disposition="callback", keys="52",
    ),
    "dial, answered": Try(steps=[dial(ANSWERS), BUSY], path=(f"dial {ANSWERS}",), **TALK),
    "dial, wait": Try(steps=[dial(RINGS, wait="1s"), BUSY], path=(f"dial {RINGS} NOANSWER", AT_17)),
    "dial several": Try(
        steps=[dial(RINGS, ANSWERS, wait="9s"), BUSY], path=(f"dial {RINGS}&{ANSWERS}",), **TALK
    ),
    "menu, first": Try(
        steps=[menu({"1": [BUSY], "2": [CONGESTED]})], path=(f"{KEYS}1", AT_17),
        keys="1",
    ),
    "menu, second": Try(
        steps=[menu({"1": [BUSY], "2": [CONGESTED]})], path=(f"{KEYS}2", AT_34),
        keys="2",
    ),
    "menu, while it speaks": Try(
        steps=[menu({"#": [CONGESTED]}, sound=LONG), BUSY], path=(f"{ASKED_AT_LENGTH}#", AT_34), keys="#",
    ),
    "menu, nested, plan": Try(
        steps=[menu({"1": [BUSY], "2": [menu({"3": "late"})]})],
        path=(f"{KEYS}2", f"{KEYS}3", HEARD, f"{KEYS}7", AT_17),
        keys="237",
    ),
    "menu, tries, a wrong key": Try(
        steps=[menu({"1": [BUSY]}, tries=2, wait="4s", silent=[CONGESTED])],
        path=(SILENT, SILENT, AT_34), keys="9",
    ),
    "menu, tries, at last": Try(
        steps=[menu({"1": [BUSY]}, tries=2)], path=(SILENT, f"{KEYS}1", AT_17),
        keys="91",
    ),
    "menu, silence": Try(
        steps=[menu({"1": [BUSY]}, wait="1s"), CONGESTED], path=(SILENT, AT_34),
    ),
    "pressed: holds": Try(
        steps=[MAIN, {**BUSY, "when": {"pressed": {"main": "1"}}}, CONGESTED],
        path=(f"{KEYS}1", HEARD, AT_17), keys="1",
    ),
    "pressed: does not hold": Try(
        steps=[MAIN, {**BUSY, "when": {"pressed": {"main": "1"}}}, CONGESTED],
        path=(f"{KEYS}2", HEARD, AT_34), keys="2",
    ),
    "voicemail": Try(
        steps=[{"voicemail": {"box": "night", "sound": "ccd/hello"}}],
        path=("voicemail night RECORDED",), disposition="voicemail", by="caller",
        says="enough", leaves=RECORDS,
    ),
    "voicemail, longest": Try(
        steps=[{"voicemail": {"box": "day", "sound": "ccd/hello", "longest": "9s"}}],
        path=("voicemail day RECORDED", "hangup 16"), disposition="voicemail", says="enough",
    ),
    "voicemail, nothing said": Try(
        steps=[{"voicemail": {"box": "none", "sound": "ccd/hello", "longest": "1s"}}, BUSY],
        path=("voicemail none EMPTY", AT_17),
    ),
    "callback": Try(
        steps=[{"callback": {"queue": CROWD, "sound": "ccd/hello", "within": "2h"}}],
        path=(f"callback {CROWD}",), disposition="callback",
    ),
    "callback, at": Try(
        steps=[{"callback": {"queue": CROWD, "sound": "ccd/hello", "at": "09:00"}}],
        path=(f"callback {CROWD}",), disposition="callback",
    ),
    "callback that cannot be promised": Try(
        steps=[{"callback": {"queue": "answers", "sound": "ccd/hello"}}], path=("queue answers",),
        number=WITHHELD, **TALK,
    ),
}  # fmt: skip
EARLY: dict[str, Any] = {"disposition": "abandoned", "by": "caller"}
"""The patient hangs up while the step goes on; sounds are long for that."""
HUNG_UP: Mapping[str, Try] = {
    "waits": Try(steps=[queue(CROWD)], path=(f"queue {CROWD}",), leaves=JOINS, **EARLY),
    "waits unanswered": Try(
        steps=[queue("rings", answer=False)], path=("queue rings",), sip="487", leaves=IS_RUNG, **EARLY
    ),
    "is rung for": Try(steps=[queue("rings")], path=("queue rings",), leaves=IS_RUNG, **EARLY),
    "is dialled for": Try(steps=[dial(RINGS)], path=(f"dial {RINGS}",), leaves=IS_DIALLED, **EARLY),
    "the own agent is rung": Try(
        steps=[queue(FREE, prefer="attending-doctor")], path=(f"dial {RINGS}",), number=IVANOVA,
        leaves=IS_DIALLED, **EARLY,
    ),
    "listens": Try(steps=[{"play": LONG}, BUSY], path=(f"play {LONG}",), leaves=SPEAKS, **EARLY),
    "chooses": Try(steps=[menu({"1": [BUSY]}), BUSY], path=("menu ccd/hello",), leaves=ASKS, **EARLY),
    "chose": Try(
        steps=[menu({"1": [queue(CROWD)]})], path=(f"{KEYS}1", f"queue {CROWD}"), keys="1",
        leaves=JOINS, **EARLY,
    ),
    "before the message": Try(
        steps=[{"voicemail": {"box": "early", "sound": LONG}}], path=("voicemail early",),
        leaves=SPEAKS, **EARLY,
    ),
    "says little": Try(
        steps=[{"voicemail": {"box": "early", "sound": "ccd/hello"}}], path=("voicemail early",),
        says="little", leaves=RECORDS, **EARLY,
    ),
    "hears the promise": Try(
        steps=[{"callback": {"queue": CROWD, "sound": LONG}}], path=(f"callback {CROWD}",),
        leaves=SPEAKS, **{**EARLY, "disposition": "callback"},
    ),
}  # fmt: skip
"""The patient does so, and hangs up."""
OUTSIDE, SHOWN = "+79160000001", "+74951234567"
WAITS: Mapping[str, Steps] = {
    "music": [queue(CROWD, music="calm")],
    "dial, music": [dial(RINGS, music="calm")],
    "low": [queue(LINE)],
    "high": [queue(LINE, priority=10)],
    "announced": [queue(LINE, announce={"sound": "ccd/hello", "every": "10s"})],
    "widening": [queue(RUNGS, rings=[{"after": "0s", "penalty": 0}, {"after": "2s", "penalty": 10}])],
    "shown": [dial(OUTSIDE, caller_id=SHOWN)],
    "kept": [dial(OUTSIDE, caller_id="keep")],
    "person": [dial("ivanov", wait="20s")],
}
"""Steps of which more is to be seen than their path."""
