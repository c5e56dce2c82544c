"""Where ccd asks who is calling: any number of sources, each with its own limits."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ccd.routing.base import Model, Some
from ccd.routing.words import Name
from ccd.settings.source_fhir import FhirSettings
from ccd.settings.source_http import HttpSettings
from ccd.settings.source_plugin import PluginSettings
from ccd.settings.source_sql import SqlSettings

BUILT_IN = "built-in"
"""The name of ccd's own directory, and the one source there is when none is written."""
Span = Annotated[float, Field(ge=0, le=86_400)]
"""Seconds."""


class CacheSettings(Model):
    """How long an answer is used again; errors never are."""

    fresh: Span = 60
    """Seconds in which an answer is as good as new: the source is not asked."""
    stale: Span = 600
    """Seconds more in which it is shown at once, while the source is asked anew."""
    nobody: Span = 10
    """Seconds for the answer that the source knows nobody of this number."""


class BreakerSettings(Model):
    """When a source that fails is left alone."""

    failures: Annotated[int, Field(ge=1, le=1_000)] = 5
    """So many failures in a row open the breaker: the source is not asked."""
    pause: Annotated[float, Field(gt=0, le=3_600)] = 30
    """Seconds until one question tries whether it works again."""


class BuiltIn(Model):
    """ccd's own directory, filled by ``ccd directory import``."""

    memory_mb: Annotated[int, Field(ge=0, le=65_536)] = 512
    """Megabytes of memory that a copy of it may take, so that callers are known while the disk is slow; when
    it needs more, the file is asked, as with 0.  Only on SQLite: PostgreSQL has memory of its own."""


class SourceSettings(Model):
    """One source: its name, its limits, and exactly one kind."""

    name: Name
    """As the card and the log call it."""
    timeout: Annotated[float, Field(gt=0, le=60)] | None = None
    """Seconds for one question, also after the call was routed; none: the directory's deadline."""
    cache: CacheSettings = CacheSettings()
    breaker: BreakerSettings = BreakerSettings()
    builtin: BuiltIn | None = None
    fhir: FhirSettings | None = None
    http: HttpSettings | None = None
    plugin: PluginSettings | None = None
    sql: SqlSettings | None = None
    """The clinic's own database."""

    _COMMON: ClassVar = frozenset({"name", "timeout", "cache", "breaker"})

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Every kind of source that there is."""
        return tuple(key for key in cls.model_fields if key not in cls._COMMON)

    @property
    def kind(self) -> str:
        """Which of them this is."""
        return next(key for key in self.kinds() if getattr(self, key) is not None)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(getattr(self, key) is not None for key in self.kinds()) != 1:
            raise ValueError(f"a source must be exactly one of: {', '.join(self.kinds())}")
        return self


def default_sources() -> tuple[SourceSettings, ...]:
    """Ccd's own directory alone."""
    return (SourceSettings(name=BUILT_IN, builtin=BuiltIn()),)


def fit_together(sources: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
    """Ccd's own directory keeps its name.  That no two have the same, ``crosschecks`` says with the place."""
    for one in sources:
        if (one.name == BUILT_IN) != (one.builtin is not None):
            raise ValueError(f'"{BUILT_IN}" is the name of ccd\'s own directory alone, not "{one.name}"')
    return sources


Sources = Annotated[tuple[SourceSettings, ...], Field(max_length=20), AfterValidator(fit_together), Some]
MergeKey = Literal["id", "name_and_birth_date", "policy"]
"""By what two sources mean the same person: the same id, the same name and birth date, the same policy number
of the same insurer and the same name."""
