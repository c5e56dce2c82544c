"""Blocks of the documentation that claim to be real: files shown, and commands with what they print.

A comment that no reader sees stands before such a block: ``<!-- file routing.yaml -->`` (it stands in
that file of ``docs/clinic``), ``<!-- run -->`` (its ``$`` lines are run there) or
``<!-- run with slip.yaml as routing.yaml -->``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"<!-- (file|run)(?: with)? ?(\S*)(?: as (\S+))? -->\n+```\w*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """``kind`` is file or run; for ``run`` the file ``name`` stands in place of ``instead_of``."""

    kind: str
    name: str
    instead_of: str
    text: str

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Each command of a ``run`` with the output that is shown below it."""
        parts = re.split(r"^\$ (.*)\n", self.text, flags=re.MULTILINE)[1:]
        return list(zip(parts[::2], parts[1::2], strict=True))


def blocks(page: Path) -> list[Block]:
    """In the order in which they are read."""
    return [Block(*found) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]
