"""Sources as tests need them: one that does as it is told."""

from collections.abc import Awaitable, Callable
from typing import Any

from ccd.directory.model import Patient

NUMBER = "+79161234567"
MARIA = Patient(patient_id="1", full_name="Мария")


class Told:
    """Answers with whatever the function gives, and counts how often it was asked."""

    def __init__(self, answer: Callable[[], Awaitable[Any]], name: str = "mis") -> None:
        self.name = name
        self.answer = answer
        self.asked = 0

    async def patients(self, e164: str) -> tuple[Patient, ...]:
        """What it was told to say."""
        self.asked += 1
        answer: tuple[Patient, ...] = await self.answer()
        return answer


def saying(*patients: Patient, name: str = "mis") -> Told:
    """A source that says this."""

    async def answer() -> tuple[Patient, ...]:
        return patients

    return Told(answer, name)


def raising(error: BaseException, name: str = "mis") -> Told:
    """A source that raises this."""

    async def answer() -> None:
        raise error

    return Told(answer, name)
