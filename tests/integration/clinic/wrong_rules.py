"""Fifty ways to break a file of rules; none of them may be taken."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LOOP = "  plans: {a: [plan: b], b: [plan: a]}\n  rules:\n    - {name: round, steps: [plan: a]}\n"
_CALL = "call: {from: anonymous, to: '74950000006'}"
_EXPECTED = f"tests:\n  - name: nobody has this rule\n    {_CALL}\n    expect: nowhere\n"
_EXPRESSIONS = ("1 +", "caller.", "nosuch(1)", "'a' > 1", "caller.number.size(", "[1, 2")


@dataclass(frozen=True)
class Wrong:
    """What is written in place of the settings, and of the expectations beside them."""

    settings: bytes
    expectations: str = ""


def wrong_rules(right: str, count: int, seed: int = 6) -> Iterator[Wrong]:
    """So many broken forms of the right settings, every kind in turn; the same ones for the same seed."""
    chance = random.Random(seed)
    ways: tuple[Callable[[str, random.Random], Wrong], ...] = (
        *(_cut, _misspelt, _expression, _loop, _expectation, _binary, _empty, _other_letters),
    )
    for number in range(count):
        yield ways[number % len(ways)](right, chance)


def _cut(right: str, chance: random.Random) -> Wrong:
    """It ends within a brace, wherever."""
    within = [at for at in range(len(right)) if right.count("{", 0, at) > right.count("}", 0, at)]
    return Wrong(right[: chance.choice(within)].encode())


def _misspelt(right: str, chance: random.Random) -> Wrong:
    at = chance.choice([match.start() for match in re.finditer("name:|when:|steps:|called:", right)])
    return Wrong((right[:at] + "x" + right[at:]).encode())


def _expression(right: str, chance: random.Random) -> Wrong:
    condition = f'when: {{if: "{chance.choice(_EXPRESSIONS)}", called:'
    return Wrong(right.replace("when: {called:", condition, 1).encode())


def _loop(right: str, _chance: random.Random) -> Wrong:
    return Wrong(right.replace("  rules:\n", _LOOP, 1).encode())


def _expectation(right: str, _chance: random.Random) -> Wrong:
    return Wrong(right.encode(), _EXPECTED)


def _binary(_right: str, chance: random.Random) -> Wrong:
    return Wrong(b"\x00\xff" + chance.randbytes(chance.randrange(1, 5000)))


def _empty(_right: str, chance: random.Random) -> Wrong:
    return Wrong(b"\n" * chance.randrange(3))


def _other_letters(right: str, _chance: random.Random) -> Wrong:
    return Wrong(right.replace("name: empty", "name: пусто", 1).encode("cp1251"))
