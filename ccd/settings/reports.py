"""Settings of reports: thresholds and prices."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from ccd.calls.ids import QueueName
from ccd.metrics.formulas import How
from ccd.metrics.rules import Prices, Rules
from ccd.metrics.service_level import ServiceLevel
from ccd.routing.base import Model
from ccd.routing.words import matching

Outcome = Annotated[str, matching(r"[a-z0-9_.-]{1,80}", "must be 1 to 80 of a-z, 0-9, dot, _ and -")]
Price = Annotated[float, Field(ge=0, le=1e9)]
Threshold = Annotated[float, Field(ge=0, le=3600)]


class Reports(Model):
    """What figures mean where clinics differ; docs/metrics.md has every formula."""

    service_level: ServiceLevel = ServiceLevel.OF_OFFERED
    """The formula of the service level, where a report does not choose another."""
    service_level_seconds: Threshold = 20
    """A call is to be answered within so many seconds of waiting."""
    short_abandon: Threshold = 5
    """Who hangs up after fewer seconds of waiting abandoned short; counted apart."""
    booked: tuple[Outcome, ...] = ("booked",)
    """Outcomes that mean a booking; those below them (``booked.repeat``) do, too."""
    lost_new_patient: Price = 0
    """What a lost call of somebody who is no patient yet costs, in ``desk.currency``."""
    lost_known_patient: Price = 0
    """What a lost call of a known patient costs."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.short_abandon > self.service_level_seconds:
            raise ValueError("short_abandon must not be longer than service_level_seconds")
        return self

    @property
    def how(self) -> How:
        """What formulas over totals need."""
        prices = Prices(new_patient=self.lost_new_patient, known_patient=self.lost_known_patient)
        return How(service_level=self.service_level, prices=prices)

    def rules(self, doctors_queue: str) -> Rules:
        """What facts are made by."""
        return Rules(
            answer_within=self.service_level_seconds,
            short_below=self.short_abandon,
            booked=self.booked,
            doctors_queue=QueueName(doctors_queue),
        )
