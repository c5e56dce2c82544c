"""Facts of some calls, ready to be written; a call of which none can be made is told apart."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ccd.metrics.facts import facts
from ccd.metrics.rules import Rules
from ccd.set_aside import SetAside, Work, said
from ccd.store import report_facts
from ccd.store.report_gathering import Gathered, gathered, unreadable
from ccd.store.report_rows import fact_rows

_UNREADABLE = "its row cannot be read"


@dataclass(frozen=True, slots=True)
class Made:
    """The rows of each call, none of those in ``faults``, which says what went wrong with them."""

    rows: report_facts.Facts
    faults: Mapping[str, str]

    def aside(self) -> list[SetAside]:
        """The calls that go into no report."""
        return [SetAside(work=Work.FIGURES, call_id=one, error=why) for one, why in self.faults.items()]

    def of(self, call_id: str) -> "Made":
        """Of this call alone."""
        faults = {call_id: self.faults[call_id]} if call_id in self.faults else {}
        return Made({call_id: self.rows[call_id]}, faults)

    def without(self, call_id: str, why: str) -> "Made":
        """The same, with a call that the database does not take."""
        return replace(self, rows={**self.rows, call_id: []}, faults={**self.faults, call_id: why})


def make(asked: Collection[str], rules: Rules, zone: ZoneInfo, connection: Connection) -> Made:
    """Of these calls, and of others that they change."""
    made = _made(gathered(connection, asked), rules, zone)
    missing = set(asked) - made.rows.keys()
    spoilt = dict.fromkeys(unreadable(connection, missing), _UNREADABLE)
    return Made({call_id: [] for call_id in missing} | made.rows, {**made.faults, **spoilt})


def _made(found: Iterable[Gathered], rules: Rules, zone: ZoneInfo) -> Made:
    rows, faults = report_facts.Facts(), dict[str, str]()
    for one in found:
        call_id = str(one.record.call_id)
        try:
            made = facts(one.record, one.at, one.around, rules)
            rows[call_id] = fact_rows(one.record, one.at, made, zone)
        except Exception as error:  # noqa: BLE001 - whatever it is: other calls are counted all the same
            rows[call_id], faults[call_id] = [], said(error)
    return Made(rows, faults)
