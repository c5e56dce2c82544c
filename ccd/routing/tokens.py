"""The token that the dialplan carries between two questions: ``rule:index``.

It lives in the call's own channel variable, so a plan survives the daemon.  It comes back from
outside, so it is read as a stranger's text: anything else than our own shape is None.
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote

_TOKEN = re.compile(r"([A-Za-z0-9_.~%-]{1,800}):([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Token:
    """Which step of which rule comes next; ``str()`` gives the form for the dialplan."""

    rule: str
    index: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a token back; None when it is not one."""
        match = _TOKEN.fullmatch(text)
        return cls(unquote(match[1], errors="replace"), int(match[2])) if match else None

    def __str__(self) -> str:
        return f"{quote(self.rule, safe='')}:{self.index}"

    def after(self) -> "Token":
        """The token of the step after this one."""
        return Token(self.rule, self.index + 1)
