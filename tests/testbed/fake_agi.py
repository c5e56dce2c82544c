"""A FastAGI server that answers as a test tells it to: well, late, wrongly or not at all."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Self
from urllib.parse import unquote_to_bytes


class Misbehaviour(Enum):
    """What a broken server does in place of an answer."""

    SILENT = "accepts the question and says nothing"
    DIES = "closes the connection in mid-request"
    GARBAGE = "answers with something that is no AGI command"
    INCOMPLETE = "sets the action, not CCD_READY"


@dataclass(frozen=True)
class Question:
    """One request of the dialplan: its environment block, and the arguments by their meaning."""

    environment: Mapping[str, str]
    arguments: tuple[str, ...]

    @property
    def linked_id(self) -> str:
        """The call."""
        return self.arguments[0]

    @property
    def called_number(self) -> bytes:
        """The called number's bytes."""
        return unquote_to_bytes(self.arguments[1])

    @property
    def token(self) -> str:
        """What the last answer said to hand back."""
        return self.arguments[2]

    @property
    def outcome(self) -> str:
        """How the last step ended."""
        return self.arguments[3]

    @property
    def caller_number(self) -> bytes:
        """The caller's number as it came."""
        return unquote_to_bytes(self.arguments[4])

    @property
    def caller_name(self) -> bytes:
        """The caller's name as it came."""
        return unquote_to_bytes(self.arguments[5])

    @property
    def presentation(self) -> str:
        """The presentation of the caller's number."""
        return self.arguments[6]


Answer = Mapping[str, str] | Misbehaviour
Script = Callable[[Question], Answer]


def queue(
    name: str, seconds: int | None = None, *, token: str = "", answer: bool = True, **more: str
) -> Answer:
    """Return the answer that sends the caller to a queue; ``more`` such as ``music="calm"``."""
    return {
        "CCD_ACTION": "queue", "CCD_QUEUE": name, "CCD_TIMEOUT": "" if seconds is None else str(seconds),
        "CCD_PRIO": "0", "CCD_ANSWER": "yes" if answer else "no", "CCD_NEXT": token, "CCD_MUSIC": "",
        "CCD_POSITION": "", "CCD_PENALTY": "", **_named(more),
    }  # fmt: skip


def step(action: str, **values: str) -> Answer:
    """Return any other answer: ``step("menu", sound="ccd/hello", digits="12", timeout="5")``."""
    return {"CCD_ACTION": action, **_named(values)}


def _named(values: Mapping[str, str]) -> dict[str, str]:
    return {f"CCD_{name.upper()}": value for name, value in values.items()}


def play(sound: str, *, token: str = "") -> Answer:
    """Return the answer that plays a sound."""
    return {"CCD_ACTION": "play", "CCD_SOUND": sound, "CCD_NEXT": token}


def hangup(cause: int) -> Answer:
    """Return the answer that ends the call."""
    return {"CCD_ACTION": "hangup", "CCD_CAUSE": str(cause), "CCD_NEXT": ""}


def in_turn(*answers: Answer) -> Script:
    """Return a script for one call: the token is the number of the next answer."""

    def answer(question: Question) -> Answer:
        number = int(question.token or 0)
        given = answers[min(number, len(answers) - 1)]
        return given if isinstance(given, Misbehaviour) else {**given, "CCD_NEXT": str(number + 1)}

    return answer


@dataclass
class FakeAgi:
    """``async with FakeAgi(port, script) as agi``; ``agi.questions`` is what was asked."""

    port: int
    script: Script
    questions: list[Question] = field(default_factory=list)
    asked: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self._open: set[asyncio.Task[object]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def question(self, number: int = 0, *, seconds: float = 30) -> Question:
        """Return the question of that number, waiting for it."""
        async with asyncio.timeout(seconds), self.asked:
            await self.asked.wait_for(lambda: len(self.questions) > number)
        return self.questions[number]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._open.add(task)
        try:
            await self._answer(reader, writer)
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        question = _parse(await reader.readuntil(b"\n\n"))
        answer = self.script(question)
        async with self.asked:
            self.questions.append(question)
            self.asked.notify_all()
        if answer is Misbehaviour.SILENT:
            await reader.read()
        elif answer is Misbehaviour.GARBAGE:
            writer.write(b"\x00\xff<html>418 teapot</html>\r\n\r\n\n")
            await reader.readline()
        elif answer is not Misbehaviour.DIES:
            writer.write(_command(answer).encode())
            await reader.readline()


def _command(answer: Answer) -> str:
    if isinstance(answer, Misbehaviour):
        return 'EXEC MSet "CCD_ACTION=queue,CCD_QUEUE=duty-doctor"\n'
    values = {**answer, "CCD_READY": "1"}
    return 'EXEC MSet "{}"\n'.format(",".join(f"{key}={value}" for key, value in values.items()))


def _parse(block: bytes) -> Question:
    pairs = (line.partition(": ") for line in block.decode(errors="surrogateescape").splitlines() if line)
    environment = {key: value for key, _, value in pairs}
    arguments = (environment.get(f"agi_arg_{number}", "") for number in range(1, 8))
    return Question(environment, tuple(arguments))
