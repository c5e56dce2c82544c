"""A wait in a queue, cut into slices where rings widen or a sound is due.

``Queue()`` ends at the end of each slice and comes again, at the caller's own place in the line.
A slice's phase says what comes after it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ccd.routing.actions import FULL, Wait
from ccd.routing.facts import Facts
from ccd.routing.preferring import preferred
from ccd.routing.program import Node
from ccd.routing.protection import FIRST
from ccd.routing.question import KEY
from ccd.routing.step_kinds import PlayStep, QueueStep, Step
from ccd.routing.tokens import Token

PREFERRED, SOUND, PLAYING, RING, LAST, PROMISED, REFUSED = "f", "a", "p", "r", "l", "c", "x"
"""The phases: the preferred agent is rung; the slice ends with a sound; that sound is played; the
slice ends with a wider ring; it is the last one; the caller was promised to be called back, by the
key; or because the queue was full."""
_ENOUGH = 4
"""Spare questions for a slice that is not the last: its sound, a promise that failed, the next."""

Move = tuple[Step, Token] | Token


def start(node: Node, token: Token, facts: Facts, spare: int) -> Move:
    """The preferred agent, or the queue."""
    wait = _wait(node)
    agent = preferred(wait, facts) if wait.prefer else None
    if agent:
        return agent, replace(token, phase=PREFERRED)
    return _join(node, token, facts, spare)


def resume(node: Node, token: Token, outcome: str, facts: Facts, spare: int) -> Move | None:
    """What follows; None when the call is over."""
    if token.phase in {PREFERRED, PROMISED, REFUSED}:
        return _outside(node, token, outcome, facts, spare)
    if token.phase == PLAYING:
        return _slice(node, token, facts, spare, back=True)
    if outcome.startswith(KEY):
        return _key(node, token, outcome.removeprefix(KEY), facts, spare)
    if outcome == "TIMEOUT" and token.phase in {SOUND, RING}:
        return _due(node, token, facts, spare)
    if outcome == "FULL":
        return _full(node, token)
    return token.at(node.branch(FULL) if outcome == "JOINEMPTY" else node.next)


def _outside(node: Node, token: Token, outcome: str, facts: Facts, spare: int) -> Move | None:
    """The caller had the preferred agent on the phone, or was promised a call; or neither."""
    if outcome == ("ANSWERED" if token.phase == PREFERRED else "PLAYED"):
        return None
    if token.phase == PREFERRED:
        return _join(node, token, facts, spare)
    return token.at(node.next) if token.phase == REFUSED else _slice(node, token, facts, spare, back=True)


def _join(node: Node, token: Token, facts: Facts, spare: int) -> Move:
    wait = _wait(node)
    state = (facts.queues or {}).get(wait.step.queue)
    if wait.most is not None and state and state.waiting >= wait.most:
        return _full(node, token)
    return _slice(node, replace(token, joined=since(facts.now)), facts, spare, back=False)


def since(now: datetime) -> int:
    """A token's word for a wait that begins now."""
    return max(0, int(now.timestamp() * 1000))


def _full(node: Node, token: Token) -> Move:
    """The steps for a full queue; without any, the promise that the key would give."""
    offer = _wait(node).offer
    if offer and FULL not in (node.branches or {}):
        return offer.step, replace(token, phase=REFUSED)
    return token.at(node.branch(FULL))


def _key(node: Node, token: Token, key: str, facts: Facts, spare: int) -> Move:
    offer = _wait(node).offer
    if offer and key == offer.key:
        return offer.step, replace(token, phase=PROMISED)
    return _slice(node, token, facts, spare, back=True)


def _due(node: Node, token: Token, facts: Facts, spare: int) -> Move:
    announcement = _wait(node).announcement
    if token.phase == SOUND and announcement:
        return PlayStep(sound=announcement.sound), replace(token, phase=PLAYING)
    return _slice(node, token, facts, spare, back=True)


def _slice(node: Node, token: Token, facts: Facts, spare: int, *, back: bool) -> Move:
    """The wait from now to the next thing that is due; onwards when its time is up."""
    wait, elapsed = _wait(node), _elapsed(token, facts)
    limit = wait.step.wait
    if limit is not None and elapsed >= limit:
        return token.at(node.next)
    rich = spare >= _ENOUGH
    end, phase = min(_due_after(wait, elapsed), default=(0, LAST)) if rich else (0, LAST)
    if phase == LAST or (limit is not None and end >= limit):
        end, phase = limit or 0, LAST
    step = replace(
        wait.step,
        wait=end - elapsed if end else None,
        priority=_priority(wait, elapsed),
        penalty=_penalty(wait, elapsed if rich else None),
        keys=rich and wait.offer is not None,
        position=place(wait.step, token, facts) if back else None,
    )
    return step, replace(token, phase=phase)


def _priority(wait: Wait, elapsed: int) -> int:
    """The rule's own, or that of who waited too long: ``Queue()`` forgot that he was raised before."""
    return wait.step.priority if wait.longest is None or elapsed < wait.longest else FIRST


def _due_after(wait: Wait, elapsed: int) -> Iterator[tuple[int, str]]:
    """What is due later than ``elapsed``: seconds since the wait began, and its phase."""
    yield from ((ring.after, RING) for ring in wait.rings if ring.after > elapsed)
    if wait.announcement:
        every = wait.announcement.every
        yield (elapsed // every + 1) * every, SOUND


def _penalty(wait: Wait, elapsed: int | None) -> int | None:
    """The ring that is rung; without a time, the widest: no slice comes after this one."""
    begun = [ring.penalty for ring in wait.rings if elapsed is None or ring.after <= elapsed]
    return begun[-1] if begun else None


def place(step: QueueStep, token: Token, facts: Facts) -> int | None:
    """The caller's own place among those who wait; None while nobody knows the line, or since when."""
    state = (facts.queues or {}).get(step.queue)
    if state is None or not token.joined:
        return None
    return 1 + sum(joined.timestamp() * 1000 < token.joined for joined in state.waits)


def _elapsed(token: Token, facts: Facts) -> int:
    """Whole seconds since the wait began; 0 when the clock was set back meanwhile."""
    return max(0, int(facts.now.timestamp()) - token.joined // 1000)


def _wait(node: Node) -> Wait:
    if not isinstance(node.action, Wait):  # pragma: no cover - only waits are given here
        raise TypeError
    return node.action
