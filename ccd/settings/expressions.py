"""JMESPath: what is taken from a source's answer.  Checked when settings are read, compiled once."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import EmptyExpressionError, LexerError, ParseError
from jmespath.functions import Functions
from jmespath.parser import ParsedResult
from pydantic import AfterValidator, BeforeValidator, Field

from ccd.routing.words import did_you_mean, text

LONGEST = 500
"""Characters of an expression."""


@lru_cache(maxsize=4_096)
def compiled(expression: str) -> ParsedResult:
    """What finds the value; ValueError has a sentence for the admin."""
    if len(expression) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    try:
        return jmespath.compile(expression)
    except EmptyExpressionError:
        raise ValueError("must not be empty") from None
    except ParseError as error:
        raise ValueError(f"is no JMESPath: {_complaint(error)}") from None
    except RecursionError:
        raise ValueError("is no JMESPath that can be read: too deep") from None


@lru_cache(maxsize=4_096)
def finder(expression: str) -> Callable[[Any], Any]:
    """What finds the value in data; a plain name, as most are, without JMESPath's own machinery."""
    program = compiled(expression)
    if program.parsed["type"] != "field":
        return program.search
    name = program.parsed["value"]
    return lambda data: data.get(name) if isinstance(data, dict) else None


def checked(expression: str) -> str:
    """The expression itself when it can be used; ValueError has a sentence for the admin."""
    for node in _nodes(compiled(expression).parsed):
        if node["type"] == "function_expression":
            _known(node["value"], len(node["children"]))
    return expression


def _known(name: str, given: int) -> None:
    """A function that there is, with as many arguments as it takes."""
    spec = Functions.FUNCTION_TABLE.get(name)
    if spec is None:
        raise ValueError(f"there is no function {name}(){did_you_mean(name, Functions.FUNCTION_TABLE)}")
    takes = spec["signature"]
    several = bool(takes) and "variadic" in takes[-1]
    if given < len(takes) or (given > len(takes) and not several):
        least = "at least " * several
        raise ValueError(f"{name}() takes {least}{len(takes)}, not {given}")


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node["children"]:
        yield from _nodes(child)


def _complaint(error: ParseError) -> str:
    """What is wrong, and where in the expression."""
    if isinstance(error, LexerError):
        return f"{_lowered(error.message)} (at character {error.lex_position + 1})"
    if not error.token_value:
        return "it ends too early"
    return f'unexpected "{error.token_value}" (at character {error.lex_position + 1})'


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


Expression = Annotated[
    str, BeforeValidator(text), AfterValidator(checked), Field(title="JMESPath (`items[0].name`)")
]
