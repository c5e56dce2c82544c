"""Conditions on the earlier calls of the number.  While they are not known, none holds."""

from collections.abc import Iterator

from ccd.routing.bounds import EARLIER, Bound
from ccd.routing.conditions.base import NO_HISTORY, Actual, Condition, Moment, Test, any_of, clock
from ccd.routing.facts import PastCall
from ccd.routing.spans import within
from ccd.routing.when import CallsRule, When

ANY = "any"
_ABANDONED = "abandoned"


def conditions(when: When) -> Iterator[Condition]:
    """The written ones among them."""
    if when.last_operator:
        yield any_of("last_operator", when.last_operator, talked, _or_unknown(_last_operator))
    if when.calls:
        words = f"calls {', '.join(when.calls.count)} in {when.calls.last} s"
        yield _known(words, _so_often(when.calls), _times)
    if (seconds := when.abandoned_within) is not None:
        test = _came(seconds, _ABANDONED)
        yield _known(f"abandoned_within {seconds} s", test, lambda m: _latest(m, _ABANDONED))
    if (seconds := when.calls_again_within) is not None:
        yield _known(f"calls_again_within {seconds} s", _came(seconds), _latest)
    if (limit := when.reminded_within) is not None:
        yield _known(f"reminded_within {limit} s", lambda m: _reminded(m, limit), _reminder)


def _known(words: str, test: Test, actual: Actual) -> Condition:
    """A condition that does not hold while the history is not known."""
    return Condition(
        words,
        lambda moment: moment.facts.history.complete and test(moment),
        _or_unknown(actual),
    )


def _or_unknown(actual: Actual) -> Actual:
    return lambda moment: actual(moment) if moment.facts.history.complete else NO_HISTORY


def last_talk(moment: Moment) -> PastCall | None:
    """The newest earlier call in which an agent talked."""
    return next((call for call in moment.facts.history.calls if call.agent), None)


def talked(moment: Moment) -> tuple[str, ...]:
    """All that ``last_operator`` may call whoever talked last."""
    talk = last_talk(moment) if moment.facts.history.complete else None
    return (ANY, talk.agent, talk.phone) if talk else ()


def _so_often(rule: CallsRule) -> Test:
    bounds = tuple(Bound.parse(text, EARLIER) for text in rule.count)

    def test(moment: Moment) -> bool:
        calls = moment.facts.history.calls
        count = sum(within(rule.last, call.at, moment.facts.now) for call in calls)
        return any(bound.holds(count) for bound in bounds)

    return test


def _came(seconds: int, disposition: str = "") -> Test:
    return lambda moment: any(
        within(seconds, call.at, moment.facts.now) for call in _calls(moment, disposition)
    )


def _calls(moment: Moment, disposition: str) -> Iterator[PastCall]:
    return (call for call in moment.facts.history.calls if disposition in {"", call.disposition})


def _reminded(moment: Moment, seconds: int) -> bool:
    return within(seconds, moment.facts.history.reminded_at, moment.facts.now)


def _last_operator(moment: Moment) -> str:
    talk = last_talk(moment)
    return talk.agent if talk else "nobody has talked with this number"


def _times(moment: Moment) -> str:
    return f"{len(moment.facts.history.calls)} earlier calls, the last {_latest(moment)}"


def _latest(moment: Moment, disposition: str = "") -> str:
    newest = next(_calls(moment, disposition), None)
    return clock(newest.at, moment.zone) if newest else "none"


def _reminder(moment: Moment) -> str:
    at = moment.facts.history.reminded_at
    return clock(at, moment.zone) if at else "no reminder was sent"
