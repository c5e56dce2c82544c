"""Text for Prometheus: 0.0.4, or OpenMetrics for whoever asks for it (``prometheus_client`` writes both)."""

from collections.abc import Iterator
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from ccd.monitoring.families import families
from ccd.monitoring.state import State

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1.0, 1.5, 2.0)
"""From an answer at hand to the dialplan's own patience."""


class Exposition(Collector):
    """A registry of its own: what libraries count elsewhere is not told."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._state: State | None = None
        self.answered = Histogram(
            "ccd_agi_answer_seconds",
            "From a question to its answer.",
            buckets=_SECONDS,
            registry=self._registry,
        ).observe
        """Takes the seconds that an answer took."""
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._registry.register(self)

    def follow(self, state: State) -> None:
        """From now on this is told."""
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """Everything now."""
        yield InfoMetricFamily("ccd_build", "Which ccd runs.", value={"version": version("ccd")})
        if self._state:
            yield from families(self._state)

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: what there is depends on the clinic."""
        return iter(())

    def text(self, accept: str) -> tuple[bytes, str]:
        """The page and its content type, as ``Accept`` wishes."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type
