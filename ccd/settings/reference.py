"""Every key of a written file as tables of Markdown, made from the models: ``docs/routing-reference.md``.

The tables are read off the JSON Schema, so that editors and the reference say the same.
"""

import json
from collections.abc import Iterator
from typing import Any

from ccd.settings.schema import File, schema

Schema = dict[str, Any]

_HEAD = """# {file}.yaml: every key

Made by `ccd schema {file} --reference` from the models that read the file. What the ideas are for, and how
they work together, is told in [routing.md](routing.md).

- A *name* holds Latin letters, digits and `_ . / : @ -`, 64 at most: of a queue, of a sound.
- Linked words are blocks of keys, with a table of their own below.
- "Or a list": one value may stand alone, `tag: vip`, or several in a list, `tag: [vip, staff]`.
- Text that YAML would take for a number or a time stands in quotes: `"+74951234567"`, `"1"`, `"08:00-20:00"`.

"""
_TABLE = "| key | what may be written | default | meaning |\n|---|---|---|---|"
_NONE: Schema = {"type": "null"}
_KINDS = {"string": "text", "boolean": "`true` or `false`", "number": "number", "integer": "whole number"}
_UNITS = ((3600, "h"), (60, "m"), (1, "s"))


def reference(file: File) -> str:
    """The whole page of a file: its own keys, then block after block."""
    root: Schema = json.loads(schema(file))
    blocks: dict[str, Schema] = {name: root["$defs"][name] for name in _in_order(root)}
    sections = (_section(name, block, root) for name, block in blocks.items())
    return "\n".join((_HEAD.format(file=file) + _table(root, root), *sections))


def _in_order(root: Schema) -> list[str]:
    """The names of all blocks, each before those in it; the file's last key, which matters most, first."""
    found: dict[str, None] = {}

    def follow(parts: list[Any]) -> None:
        for name in _blocks_in(parts):
            if name not in found:
                found[name] = None
                follow(list(root["$defs"][name].get("properties", {}).values()))

    follow(list(root["properties"].values())[::-1])
    return list(found)


def _section(name: str, block: Schema, root: Schema) -> str:
    title = _title(name, root)
    under = ", ".join(f"`{key}`" for key in dict.fromkeys(_keys_of(name, root)))
    said = f"{block.get('description', '')} Stands under {under}.".lstrip()
    return f"## {title[0].upper()}{title[1:]}\n\n{said}\n\n{_table(block, root)}"


def _keys_of(name: str, root: Schema) -> Iterator[str]:
    """The keys under which a block may stand."""
    for block in (root, *root["$defs"].values()):
        for key, part in block.get("properties", {}).items():
            if name in _blocks_in(part):
                yield key


def _table(block: Schema, root: Schema) -> str:
    required = block.get("required", ())
    rows = (
        _row(key, part, root, required=key in required) for key, part in block.get("properties", {}).items()
    )
    return "\n".join((_TABLE, *rows)) + "\n"


def _row(key: str, part: Schema, root: Schema, *, required: bool) -> str:
    words = _words(part, root)
    default = "required" if required else _default(part.get("default", ""), words)
    names = [] if part.get("description") else _blocks_in(part)
    meaning = part.get("description") or next((root["$defs"][name]["description"] for name in names), "")
    cells = (f"`{key}`", words, default, meaning)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |".replace("  ", " ")


def _default(value: Any, words: str) -> str:
    """As an admin would write it: seconds with their unit."""
    if value == "":
        return ""
    if words.startswith("time ("):
        unit, sign = next(one for one in _UNITS if value % one[0] == 0)
        return f"`{value // unit}{sign}`"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _words(part: Schema, root: Schema) -> str:
    """What may be written, in plain words."""
    if "$ref" in part:
        title = _title(_name(part), root)
        return f"[{title}](#{title.lower().replace(' ', '-')})"
    if "title" in part:
        return str(part["title"])
    if "enum" in part or "const" in part:
        return ", ".join(f"`{one}`" for one in part.get("enum") or [part["const"]])
    if "anyOf" in part:
        return _any([one for one in part["anyOf"] if one != _NONE], root)
    return _kind(part, root)


def _any(kinds: list[Schema], root: Schema) -> str:
    """Alternatives; that a list of the same may stand there is said shortly."""
    single = [one for one in kinds if one.get("type") != "array"]
    words = list(dict.fromkeys(_words(one, root) for one in single))
    lists = (one for one in kinds if one.get("type") == "array")
    words += ["a list" if one["items"] in single else _words(one, root) for one in lists]
    return ", or ".join(words)


def _kind(part: Schema, root: Schema) -> str:
    if part["type"] == "array":
        return f"list of: {_words(part['items'], root)}"
    if part["type"] == "object":
        return f"names, each with: {_words(part['additionalProperties'], root)}"
    return _KINDS[part["type"]] + _limits(part)


def _blocks_in(part: Any) -> list[str]:
    """Names of the blocks that may stand in a value."""
    if isinstance(part, list):
        return [name for one in part for name in _blocks_in(one)]
    if isinstance(part, dict):
        return [_name(part)] if "$ref" in part else _blocks_in(list(part.values()))
    return []


def _name(part: Schema) -> str:
    return str(part["$ref"]).removeprefix("#/$defs/")


def _title(name: str, root: Schema) -> str:
    return str(root["$defs"][name].get("title", name))


def _limits(part: Schema) -> str:
    low, high = part.get("minimum"), part.get("maximum")
    if low is None:
        return "" if high is None else f", {high} at most"
    return f", {low} or more" if high is None else f" from {low} to {high}"
