"""What all written models share: frozen, strict, short forms, one value where a list may stand."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from ccd.routing import words
from ccd.routing.calendar import Days, Hours
from ccd.routing.words import Called, Text


class Model(BaseModel):
    """Frozen, and unknown keys are errors: a misspelt key must not be silently ignored."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        defer_build=True,  # most are only ever built as parts of Settings, which is built once
    )
    noun: ClassVar[str] = "setting"
    """What a key of this model is called in messages."""


def _hours(value: str) -> str:
    Hours.parse(value)
    return value


def _days(value: str) -> str:
    Days.parse(value)
    return value


class _Many(BeforeValidator):
    """One value may stand for a list of one; editors are told so."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


class _Some(BeforeValidator):
    """A list that is not empty; editors are told so."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema) | {"minItems": 1}


class Short(BeforeValidator):
    """``queue: operators`` is short for ``queue: { name: operators }``: the one ``key`` may stand alone."""

    def __init__(self, key: str) -> None:
        def expand(value: Any) -> Any:
            return value if value is None or isinstance(value, (dict, BaseModel)) else {key: value}

        super().__init__(expand)
        object.__setattr__(self, "key", key)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        long = _without_null(handler(schema))
        alone = handler.resolve_ref_schema(long)["properties"][vars(self)["key"]]
        return {"anyOf": [alone, long]}


def _without_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    kinds = [one for one in schema.get("anyOf", [schema]) if one != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


Many = _Many(words.as_list)
"""One value may stand for a list of one."""
Some = _Some(words.some)
HoursList = Annotated[
    tuple[Annotated[Text, AfterValidator(_hours), Field(title='hours (`"08:00-20:00"`)')], ...], Some, Many
]
DaysList = Annotated[
    tuple[
        Annotated[
            Text,
            AfterValidator(_days),
            Field(title="days (`mon`, `mon-fri`, `2026-12-31`, `2026-12-31..2027-01-08`)"),
        ],
        ...,
    ],
    Some,
    Many,
]
CalledList = Annotated[tuple[Called, ...], Some, Many]
TextList = Annotated[tuple[Text, ...], Some, Many]
