"""Where the rows of an import go while files are read: one by one, so that no file has to fit in memory."""

from collections.abc import Iterable
from typing import Protocol

from ccd.directory.import_rows import Relative
from ccd.directory.model import Patient, Policy, Visit


class Sink(Protocol):
    """Takes rows, each with its place: a number that grows from row to row.

    Rows that were found wrong come, too, so that what others say of their patients is not wrong as well.
    """

    def add_patient(self, place: int, patient: Patient, phones: tuple[str, ...]) -> None:
        """A patient with all their numbers, in E.164."""
        ...

    def add_policy(self, place: int, patient_id: str, policy: Policy, *, kindless: bool) -> None:
        """A policy; ``kindless``: of its kind nothing was said."""
        ...

    def add_visit(self, place: int, patient_id: str, visit: Visit) -> None:
        """A visit."""
        ...

    def add_relative(self, place: int, patient_id: str, relative: Relative) -> None:
        """Someone through whom the patient is reached."""
        ...

    def repeated(self) -> Iterable[tuple[int, int, str]]:
        """Patients that stand here twice: the place, that of the first, the patient_id."""
        ...

    def strangers(self) -> Iterable[tuple[int, str]]:
        """Facts of patients who are neither here nor in the directory: the place, the patient_id."""
        ...
