"""FHIR's data types, with the elements that ccd reads; all others are passed over."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from ccd.sources.fhir_values import Amount, Day, LocalReference, Text


class Element(BaseModel):
    """A part of a resource; elements that are not named are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class Coding(Element):
    """A code of some system."""

    code: Text = ""
    display: Text = ""


class Concept(Element):
    """A CodeableConcept: several codes of one meaning, and a text."""

    coding: tuple[Coding, ...] = ()
    text: Text = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """All its codes."""
        return tuple(one.code for one in self.coding if one.code)

    def words(self, known: Mapping[str, str]) -> str:
        """The clinic's own word for one of its codes, else its text, its display, its code."""
        own = (known[code] for code in self.codes if code in known)
        displays = (one.display for one in self.coding if one.display)
        return next(own, "") or self.text or next(displays, "") or next(iter(self.codes), "")


class Reference(Element):
    """Another resource of this server, or somebody who has only a name."""

    reference: LocalReference = ""
    display: Text = ""


class Period(Element):
    """From and until, each possibly cut or open, both inclusive."""

    start: Day | None = None
    end: Day | None = None

    def ended(self, today: date) -> bool:
        """Whether it is over."""
        return self.end is not None and self.end < today.isoformat()[: len(self.end)]


class Identifier(Element):
    """A number that somebody else gave."""

    system: Text = ""
    value: Text = ""


class Money(Element):
    """An amount; its currency is the clinic's."""

    value: Amount | None = None


class Extension(Element):
    """What a clinic says beyond the standard."""

    url: Text
    extension: tuple["Extension", ...] = ()
    value_string: Text = ""
    value_code: Text = ""
    value_decimal: Amount | None = None
    value_integer: Amount | None = None
    value_quantity: Money | None = None
    value_money: Money | None = None
    value_codeable_concept: Concept | None = None

    @property
    def number(self) -> Decimal | None:
        """Its value, when that is a number."""
        holder = self.value_money or self.value_quantity
        numbers = (self.value_decimal, self.value_integer, holder.value if holder else None)
        return next((one for one in numbers if one is not None), None)

    def words(self, known: Mapping[str, str]) -> str:
        """Its value, when that is text or a code."""
        concept = self.value_codeable_concept.words(known) if self.value_codeable_concept else ""
        return concept or known.get(self.value_code, self.value_code) or self.value_string


def extension(extensions: Iterable[Extension], url: str) -> Extension | None:
    """The first with this URL."""
    return next((one for one in extensions if url and one.url == url), None)
