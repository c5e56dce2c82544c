"""What pydantic found wrong, in an admin's words.  Secrets are never quoted."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, get_args, get_origin

from pydantic_core import ErrorDetails

from ccd.routing.base import Model
from ccd.routing.words import did_you_mean
from ccd.settings.document import Loc

_SECRET = re.compile(r"secret|password|token", re.IGNORECASE)
_Sentence = Callable[[dict[str, Any], str], str]

_SENTENCES: dict[str, _Sentence] = {
    "missing": lambda _ctx, _got: "is missing",
    "string_type": lambda _ctx, _got: "must be text: put it in quotes",
    "string_too_short": lambda _ctx, _got: "must not be empty",
    "string_too_long": lambda ctx, _got: f"must have at most {ctx['max_length']} characters",
    "path_type": lambda _ctx, _got: "must be a path",
    "int_type": lambda _ctx, got: f"must be a whole number{got}",
    "int_parsing": lambda _ctx, got: f"must be a whole number{got}",
    "int_from_float": lambda _ctx, got: f"must be a whole number{got}",
    "float_type": lambda _ctx, got: f"must be a number{got}",
    "float_parsing": lambda _ctx, got: f"must be a number{got}",
    "bool_type": lambda _ctx, got: f"must be true or false{got}",
    "bool_parsing": lambda _ctx, got: f"must be true or false{got}",
    "greater_than": lambda ctx, got: f"must be more than {ctx['gt']:g}{got}",
    "greater_than_equal": lambda ctx, got: f"must be at least {ctx['ge']:g}{got}",
    "less_than_equal": lambda ctx, got: f"must be at most {ctx['le']:g}{got}",
    "tuple_type": lambda _ctx, _got: 'must be a list ("- " before each item)',
    "dict_type": lambda _ctx, _got: 'must hold "key: value" lines',
    "model_type": lambda _ctx, _got: 'must hold "key: value" lines',
    "too_long": lambda ctx, _got: f"must have at most {ctx['max_length']}, not {ctx['actual_length']}",
    "value_error": lambda ctx, _got: str(ctx["error"]),
}


def worded(error: ErrorDetails, root: type[Model]) -> str:
    """One sentence for one error; ``root`` is the model that was validated."""
    kind, loc = error["type"], error["loc"]
    if kind == "extra_forbidden":
        model = _model_at(root, loc[:-1])
        known = [field.alias or name for name, field in model.model_fields.items()]
        return f"no such {model.noun}{did_you_mean(str(loc[-1]), known)}"
    value = "" if any(_SECRET.search(str(part)) for part in loc) else error["input"]
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return f'"{value}" does not fit{did_you_mean(str(value), known)}'
    got = f', not "{value}"' if isinstance(value, (str, int, float)) and value != "" else ""
    sentence = _SENTENCES.get(kind)
    return sentence(error.get("ctx", {}), got) if sentence else error["msg"].lower()


def _model_at(root: type[Model], loc: Loc) -> type[Model]:
    """The model that stands at a place, by following field names through the annotations."""
    model, named = root, False
    for part in loc:
        field = None if named else model.model_fields.get(str(part))
        named = field is not None and get_origin(field.annotation) is Mapping  # its keys are no fields
        if field is not None:
            model = next(_models(field.annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, str):  # a model that contains itself names itself so
        annotation = next((one for one in Model.__subclasses__() if one.__name__ == annotation), None)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    yield from chain.from_iterable(map(_models, get_args(annotation)))
