"""JSON Schema of the written files, for editors: completion, hover help, mistakes while typing.

It is made from the models alone and shows the usual ways of writing; ``ccd check`` knows more.
"""

import json
from enum import StrEnum
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from ccd.routing.base import Model
from ccd.routing.expectations import Expectations
from ccd.settings.models import Routing, Settings


class File(StrEnum):
    """A file that an admin writes."""

    CCD = "ccd"
    ROUTING = "routing"
    TESTS = "routing.tests"


_MODELS: dict[File, type[Model]] = {File.CCD: Settings, File.ROUTING: Routing, File.TESTS: Expectations}


class _Schema(GenerateJsonSchema):
    """Without the titles that only repeat the keys."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def schema(file: File) -> str:
    """The schema of a file, as the text of a JSON document that ends with a line break."""
    made = _readable(_MODELS[file].model_json_schema(schema_generator=_Schema))
    whole = {"$schema": _Schema.schema_dialect} | made | {"title": f"{file}.yaml"}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _readable(part: JsonSchemaValue) -> JsonSchemaValue:
    """Descriptions as Markdown; no names of classes, no examples, no defaults that only say "nothing"."""
    if isinstance(part.get("description"), str):
        said = part["description"].partition(">>>")[0]
        part["description"] = " ".join(said.replace("``", "`").split())
    if _nothing(part.get("default")):
        part.pop("default", None)
    for name in ("properties", "$defs"):
        for key, one in part.get(name, {}).items():
            _readable(one)
            if name == "$defs" and one.get("title") == key:
                one.pop("title")
    return part


def _nothing(default: Any) -> bool:
    return default is None or default == "" or isinstance(default, (list, dict))
