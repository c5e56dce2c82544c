"""Rows of every kind of file, as what the directory will hold."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial

from ccd.directory import csv_cells as cells
from ccd.directory import csv_coverage, csv_words
from ccd.directory.csv_blocks import Block
from ccd.directory.csv_formats import Kind
from ccd.directory.import_columns import Patients, Policies, Relatives, Visits
from ccd.directory.model import Reach
from ccd.directory.sink import Sink

_NO_TIME = datetime.min.replace(tzinfo=UTC)


class People:
    """Reads rows and hands them to the sink."""

    def __init__(self, sink: Sink, *, region: str, tz: tzinfo) -> None:
        self._sink = sink
        self._phones_of = partial(cells.phones, region=region)
        self._moment_of = partial(cells.moment, zone=tz)

    def adding(self, kind: Kind) -> Callable[[Block], None]:
        """What takes the rows of such a file."""
        return {
            Kind.PATIENTS: self._add_patients,
            Kind.POLICIES: self._add_policies,
            Kind.VISITS: self._add_visits,
            Kind.RELATIVES: self._add_relatives,
        }[kind]

    def _add_patients(self, block: Block) -> None:
        self._sink.add_patients(
            Patients(
                entry=block.entries,
                patient_id=block.take("patient_id", csv_words.required, ""),
                full_name=block.take("full_name", csv_words.required, ""),
                birth_date=block.take("birth_date", cells.day, None),
                language=block.take("language", csv_words.language, ""),
                tags=block.take("tags", csv_words.tags, frozenset[str]()),
                doctor=block.take("doctor", str, ""),
                debt=block.take("debt", cells.amount, None),
                notes=block.take("notes", csv_words.words, ()),
                medical=block.take("medical", csv_words.words, ()),
                reach=block.take("kind", csv_words.reach, Reach.OWN),
                phones=block.take_lists("phones", self._phones_of),
            )
        )

    def _add_policies(self, block: Block) -> None:
        policies = Policies(
            entry=block.entries,
            patient_id=block.take("patient_id", csv_words.required, ""),
            insurer=block.take("insurer", csv_words.required, ""),
            programme=block.take("programme", str, ""),
            number=block.take("number", csv_words.required, ""),
            valid_from=block.take("valid_from", cells.day, None),
            valid_until=block.take("valid_until", cells.day, None),
            coverage=csv_coverage.read(block),
            kind=block.take("policy_kind", str, ""),
            active=block.take("active", csv_words.yes_unless_no, True),
            kindless=(not block.has("policy_kind"),) * len(block.entries),
        )
        for row, (begins, ends) in enumerate(zip(policies.valid_from, policies.valid_until, strict=True)):
            if begins and ends and ends < begins:
                block.refuse(row, "is before valid_from", "valid_until")
        self._sink.add_policies(policies)

    def _add_visits(self, block: Block) -> None:
        self._sink.add_visits(
            Visits(
                entry=block.entries,
                patient_id=block.take("patient_id", csv_words.required, ""),
                starts_at=block.take("starts_at", self._moment_of, _NO_TIME),
                doctor=block.take("doctor", str, ""),
                specialty=block.take("specialty", str, ""),
                place=block.take("place", str, ""),
                status=block.take("status", csv_words.status, ""),
                preparation=block.take("preparation", str, ""),
                visit_id=block.take("visit_id", str, ""),
            )
        )

    def _add_relatives(self, block: Block) -> None:
        patient_id = block.take("patient_id", csv_words.required, "")
        phones = block.take_lists("phone", self._phones_of)
        if not all(phones):
            _refuse_unreachable(block, phones)
        self._sink.add_relatives(
            Relatives(
                entry=block.entries,
                patient_id=patient_id,
                phones=phones,
                name=block.take("name", str, ""),
                relationship=block.take("relationship", str, ""),
                guardian=block.take("guardian", csv_words.no_unless_yes, False),
            )
        )


def _refuse_unreachable(block: Block, phones: Sequence[tuple[str, ...]]) -> None:
    """Rows without any number, unless it is told already what is wrong with them."""
    wrong = block.wrong()
    for row, found in enumerate(phones):
        if not found and block.line(row) not in wrong:
            block.refuse(row, "is empty", "phone")
