"""The ``if:`` condition.  Whatever goes wrong while CEL evaluates: it does not hold, and says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ccd.routing.conditions.base import Condition, Moment
from ccd.routing.conditions.variables import READ, UNKNOWN
from ccd.routing.expression import compiled
from ccd.routing.when import When

if TYPE_CHECKING:
    import cel


def conditions(when: When) -> Iterator[Condition]:
    """The written one, if there is one."""
    if when.if_:
        program = compiled(when.if_)
        asks = _Expression(program, tuple(name for name in program.variables() if name in READ))
        yield Condition(f"if {when.if_}", asks.holds, asks.shown)


@dataclass(frozen=True, slots=True)
class _Expression:
    program: "cel.Program"
    variables: tuple[str, ...]

    def holds(self, moment: Moment) -> bool:
        return self._result(moment) is True

    def shown(self, moment: Moment) -> str:
        result = self._result(moment)
        return str(result).lower() if isinstance(result, bool) else str(result)

    def _result(self, moment: Moment) -> bool | str:
        """What CEL says, or why it says neither true nor false."""
        try:
            facts = {name: READ[name](moment) for name in self.variables}
            if missing := [UNKNOWN.get(name, name) for name, fact in facts.items() if fact is None]:
                return ", ".join(missing)
            result: Any = self.program.execute(facts)
        except KeyError as error:
            return f"there is no {error.args[0]}"
        except Exception as error:  # noqa: BLE001 - a call must not suffer for an expression
            return f"error: {error}"
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # Rust's own, derived from BaseException
                raise
            return f"error: {error}"
        return result if isinstance(result, bool) else f"neither true nor false: {result!r:.60}"
