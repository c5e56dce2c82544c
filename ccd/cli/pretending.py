"""Patients that ``ccd explain --patient`` makes up, written as in ``routing.tests.yaml``."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from ccd.cli.failing import fail
from ccd.directory.model import Patient
from ccd.routing.expectations import MadeUpPatient
from ccd.routing.imagined import patient_of
from ccd.settings.document import parse
from ccd.settings.places import problem_at, settled
from ccd.settings.problems import Problem
from ccd.settings.wording import worded

_OPTION = Path("--patient")


def patients(written: Sequence[str], now: datetime) -> tuple[Patient, ...]:
    """Each as ``tags: vip`` or ``{ age: 70, tags: [vip, staff] }``; exit code 1 when one cannot be read.

    ``now`` is the moment of the call on the clinic's wall clock: ages count from it.
    """
    return tuple(_patient(text, now) for text in written)


def _patient(text: str, now: datetime) -> Patient:
    document = settled(parse(_OPTION, text))
    if document.problems:
        fail(_lines(document.problems))
    try:
        return patient_of(MadeUpPatient.model_validate(document.data), now)
    except ValidationError as error:
        fail(
            _lines(
                problem_at(document, one["loc"], worded(one, MadeUpPatient), kind=one["type"])
                for one in error.errors(include_url=False)
            )
        )


def _lines(problems: Sequence[Problem] | Iterator[Problem]) -> str:
    return "\n".join(map(str, problems))
