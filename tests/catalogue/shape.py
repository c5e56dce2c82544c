"""What a call shape is: who is there, where the call goes, what people do, the record that must remain."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.catalogue.expected import Expected

if TYPE_CHECKING:
    from tests.catalogue.stage import Stage

Script = Callable[["Stage"], Awaitable[None]]
QUEUE = {"queue": {"name": "q"}}
"""The step that most rules have: wait in the shape's own queue."""
SHAPES: "dict[str, Shape]" = {}
"""Every shape of the catalogue, by name."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """``script`` is what people do; ``expected`` the records that they leave, in the order of the calls."""

    name: str
    number: int
    script: Script
    expected: tuple[Expected, ...]
    members: str = "a"
    """Whose phones are in the shape's queue, in the order in which they ring."""
    steps: tuple[Any, ...] = (QUEUE,)
    """The rule's steps; ``q`` and ``d`` in them are the shape's queues."""
    queue: Mapping[str, object] = field(default_factory=dict)
    """What the queue has in ``queues.conf`` beside the usual: ``strategy``, ``timeout``, ``member``."""
    alone: bool = False
    """True for a shape that disturbs the others, by what it does to ccd: it leaves no capture."""
    slow: bool = False
    """True for a shape that takes long, because ccd itself looks only now and then: it leaves no capture."""

    @property
    def did(self) -> str:
        """The number that patients call."""
        return f"7495000{self.number:04}"

    def device(self, letter: str) -> str:
        """A phone's interface.

        ``a``, ``b``, ``c`` work in the queue, ``d`` is a doctor, ``x``, ``y`` are others; outside: ``o`` as
        agents dial it, ``p`` as ccd does.
        """
        outside = {"o": self.dialled, "p": self.outside().removeprefix("+")}
        return f"PJSIP/{outside[letter]}@outside" if letter in outside else f"PJSIP/{self.extension(letter)}"

    def extension(self, letter: str) -> str:
        """A phone's number inside the house."""
        return f"3{self.number:02}{'abcdxy'.index(letter)}"

    def queue_name(self, letter: str) -> str:
        """The name of a queue in Asterisk: ``q`` the shape's own, ``d`` its doctors'."""
        return f"{letter}{self.number:03}"

    def outside(self, which: int = 0) -> str:
        """A patient's number, E.164."""
        return f"+7916{self.number:03}00{which:02}"

    @property
    def dialled(self) -> str:
        """What an agent's phone dials for the patient."""
        return "8" + self.outside().removeprefix("+7")


def shape(*expected: Expected, **more: Any) -> Callable[[Script], Script]:
    """Enter the decorated script into the catalogue, under its own name."""

    def enter(script: Script) -> Script:
        name = script.__name__.replace("_", "-")
        assert name not in SHAPES, f"two shapes are called {name}"
        SHAPES[name] = Shape(name=name, number=len(SHAPES) + 1, script=script, expected=expected, **more)
        return script

    return enter
