"""Does a value fit a JSON Schema?  The words of it that ccd's schemas use; any other is a KeyError."""

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
_KINDS: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_SILENT = {"$schema", "$defs", "title", "description", "default", "format"}


def fits(schema: Schema, value: Any) -> bool:
    """True when the whole value does."""
    defs = schema.get("$defs", {})

    def inner(part: Schema, value: Any) -> bool:
        words = part.keys() - _SILENT
        return all(_WORDS[word](part[word], value, part, inner) for word in words - {"$ref"}) and (
            "$ref" not in part or inner(defs[part["$ref"].removeprefix("#/$defs/")], value)
        )

    return inner(schema, value)


Inner = Callable[[Schema, Any], bool]
_Word = Callable[[Any, Any, Schema, Inner], bool]


def _type(kind: str, value: Any, _part: Schema, _inner: Inner) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _others(rest: Any, value: Any, part: Schema, inner: Inner) -> bool:
    others = [one for key, one in _pairs(value) if key not in part.get("properties", {})]
    return not others if rest is False else all(inner(rest, one) for one in others)


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _size(value: Any) -> float:
    return float(value if isinstance(value, (int, float)) else len(value or ()))


_WORDS: dict[str, _Word] = {
    "type": _type,
    "enum": lambda known, value, *_: value in known,
    "const": lambda known, value, *_: bool(value == known),
    "anyOf": lambda kinds, value, _, inner: any(inner(kind, value) for kind in kinds),
    "oneOf": lambda kinds, value, _, inner: sum(inner(kind, value) for kind in kinds) == 1,
    "properties": lambda known, value, _, inner: all(
        inner(known[key], one) for key, one in _pairs(value) if key in known
    ),
    "additionalProperties": _others,
    "propertyNames": lambda name, value, _, inner: all(inner(name, key) for key, _ in _pairs(value)),
    "required": lambda keys, value, *_: not isinstance(value, dict) or value.keys() >= set(keys),
    "items": lambda item, value, _, inner: (
        not isinstance(value, list) or all(inner(item, one) for one in value)
    ),
    **dict.fromkeys(
        ("minItems", "minLength", "minProperties", "minimum"), lambda bound, value, *_: _size(value) >= bound
    ),
    **dict.fromkeys(
        ("maxItems", "maxLength", "maxProperties", "maximum"), lambda bound, value, *_: _size(value) <= bound
    ),
    "exclusiveMinimum": lambda bound, value, *_: _size(value) > bound,
    "exclusiveMaximum": lambda bound, value, *_: _size(value) < bound,
}
