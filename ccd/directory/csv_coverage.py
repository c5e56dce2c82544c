"""What a policy says of its services, as people write it in a cell: ``УЗИ; МРТ 30% [3.2]; КТ = 500``."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from ccd.directory.csv_blocks import Block
from ccd.directory.csv_cells import amount
from ccd.directory.csv_words import words
from ccd.directory.model import Answer, Coverage

_CLAUSE = re.compile(r"(?P<service>[^\[\]]+?)\s*\[(?P<clause>[^\[\]]+)\]")
_SHARE = re.compile(r"(?P<service>.+?)[\s:=–—-]*(?P<percent>\d{1,3})\s*%", re.ASCII)
_PART = re.compile(r"(?P<service>.+?)\s*=\s*(?P<amount>[^=]+)")


def read(block: Block) -> list[tuple[Coverage, ...]]:
    """Everything that rows of policies say of services; one that stands twice in a row is refused."""
    cells = (block.take(column, str, "") for column in _COLUMNS)
    said = [_read(*texts) for texts in zip(*cells, strict=True)]
    for row, (_, problems) in enumerate(said):
        for column, message in problems:
            block.refuse(row, message, column)
    return [found for found, _ in said]


@lru_cache(maxsize=4096)
def _read(*texts: str) -> tuple[tuple[Coverage, ...], tuple[tuple[str, str], ...]]:
    """What the cells say, and what is wrong by column; cached, for thousands have the same programme."""
    found, problems = list[Coverage](), list[tuple[str, str]]()
    for (column, meaning), text in zip(_COLUMNS.items(), texts, strict=True):
        try:
            said = meaning(text)
        except ValueError as error:
            problems.append((column, str(error)))
        else:
            problems += ((column, f'"{one}" stands twice') for one in _twice(found, said))
            found += said
    return tuple(found), tuple(problems)


def _twice(before: Iterable[Coverage], said: Iterable[Coverage]) -> Iterator[str]:
    seen = {one.service.casefold() for one in before}
    for one in said:
        if one.service.casefold() in seen:
            yield one.service
        seen.add(one.service.casefold())


def _plain(answer: Answer) -> Callable[[str], Sequence[Coverage]]:
    def read_list(text: str) -> Sequence[Coverage]:
        found = map(_with_clause, words(text))
        return tuple(Coverage(service=service, answer=answer, clause=clause) for service, clause in found)

    return read_list


def _shares(text: str) -> Sequence[Coverage]:
    return tuple(_share(*_with_clause(part)) for part in words(text))


def _share(text: str, clause: str) -> Coverage:
    if found := _SHARE.fullmatch(text):
        if (percent := int(found["percent"])) > 100:
            raise ValueError(f'"{text}" is more than 100 %')
        service = found["service"]
        return Coverage(service=service, answer=Answer.COPAY, copay_percent=percent, clause=clause)
    if not (found := _PART.fullmatch(text)):
        raise ValueError(
            f'"{text}" is no share; write the service and a percentage, like "МРТ 30%",'
            ' an amount, "МРТ = 500", or "МРТ = ?"'
        )
    part: Decimal | None = None if found["amount"] == "?" else amount(found["amount"])
    return Coverage(service=found["service"], answer=Answer.COPAY, copay_amount=part, clause=clause)


def _with_clause(text: str) -> tuple[str, str]:
    """A service, and where in the contract it stands: ``МРТ [3.2]``."""
    found = _CLAUSE.fullmatch(text)
    return (found["service"], found["clause"].strip()) if found else (text, "")


_COLUMNS: dict[str, Callable[[str], Sequence[Coverage]]] = {
    "covered": _plain(Answer.COVERED),
    "copay": _shares,
    "not_covered": _plain(Answer.NOT_COVERED),
    "unknown": _plain(Answer.UNKNOWN),
}
