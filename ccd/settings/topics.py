"""What a call can be about, and what can come of it: the clinic's own lists, in each language."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from ccd.routing.base import Model
from ccd.routing.words import matching

TopicId = Annotated[str, matching(r"[a-z0-9_-]{1,40}", "must be 1 to 40 of a-z, 0-9, _ and -")]
Label = Annotated[str, Field(min_length=1, max_length=60)]


class Topic(Model):
    """What a call can be about.  Labels by language; the id goes into the record."""

    id: TopicId
    ru: Label
    uk: Label
    en: Label


class Outcome(Topic):
    """What can come of a call; with ``children``, one of them is chosen, and both ids go into the record."""

    children: tuple[Topic, ...] = ()
    """The second level: ``advice`` with a child ``prices`` is ``advice.prices`` in the record."""


def outcome_ids(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Every outcome that a record can have.

    >>> words = {"ru": "x", "uk": "x", "en": "x"}
    >>> prices = Topic(id="prices", **words)
    >>> booked, advice = Outcome(id="booked", **words), Outcome(id="advice", **words, children=(prices,))
    >>> sorted(outcome_ids([booked, advice]))
    ['advice.prices', 'booked']
    """
    return frozenset(
        f"{one.id}.{child.id}" if child else one.id for one in outcomes for child in (one.children or (None,))
    )
