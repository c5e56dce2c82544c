"""Where the rows of an import go while files are read: some at a time, for no file has to fit in memory."""

from collections.abc import Iterable
from typing import Protocol

from ccd.directory.import_columns import Patients, Policies, Relatives, Visits


class Sink(Protocol):
    """Takes rows by columns.

    Rows that were found wrong come, too, so that what others say of their patients is not wrong as well.
    A patient_id that was wrong is empty: such a row is nobody's.
    """

    def add_patients(self, said: Patients) -> None:
        """Patients with all their numbers."""
        ...

    def add_policies(self, said: Policies) -> None:
        """Policies with what they say of services."""
        ...

    def add_visits(self, said: Visits) -> None:
        """Visits."""
        ...

    def add_relatives(self, said: Relatives) -> None:
        """Those through whom patients are reached."""
        ...

    def repeated(self) -> Iterable[tuple[int, int, str]]:
        """Patients that stand here twice: the entry, that of the first, the patient_id."""
        ...

    def strangers(self) -> Iterable[tuple[int, str]]:
        """Facts of patients who are neither here nor in the directory: the entry, the patient_id."""
        ...
