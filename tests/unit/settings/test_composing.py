"""YAML read by libyaml means the same, at the same places, as read by ruamel.yaml."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml.error import YAMLError

from ccd.settings.composing import NotQuicklyError, quickly, surely

FILES = [*Path("config").rglob("*.yaml")]
BITS = (
    *("a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ", ", "&x ", "*x", "!t ", "! ", "!!int ", "!<x> "),
    *("'", '"', "|", ">-", "#", " ", "\t", "%", "@", "~", "`", ":", "-", "?", "\\", "\\n", "ё", "😀"),
    *("\n", "\n  ", "\n- ", "---\n", "--- ", "...", "\n...\n", "yes", "null", "017", "08:00", "1e3", "<<: "),
)


def shown(node: Any, seen: tuple[int, ...] = ()) -> Any:
    """A tree of nodes as plain values; where a value that is not written stands is of no account."""
    if node is None or id(node) in seen:
        return None
    mark = node.start_mark
    inside = node.value
    if node.id == "sequence":
        inside = [shown(one, (*seen, id(node))) for one in inside]
    elif node.id == "mapping":
        inside = [(shown(key, (*seen, id(node))), shown(one, (*seen, id(node)))) for key, one in inside]
    styled = bool(node.style) if node.id == "scalar" else None
    place = (mark.line, mark.column) if inside or styled else None
    return node.id, str(node.tag), inside, styled, place


@settings(deadline=None)
@given(st.lists(st.sampled_from(BITS), max_size=20).map("".join))
@example("a: 'x\n  y'\nё: [😀, b]\n")
@example("a: 'x\r\n  y'\r\nb: |\r\n  x\r\n  y\r\nc: [d]\r\n")
def test_whatever_libyaml_reads_is_what_it_means(text):
    with suppress(NotQuicklyError):
        quick = shown(quickly(text))
        try:
            sure = shown(surely(text))
        except YAMLError as error:
            pytest.fail(f"ruamel.yaml refuses this: {error}")
        assert quick == sure


@pytest.mark.parametrize("file", FILES, ids=str)
def test_our_own_files_are_read_quickly(file):
    text = file.read_text(encoding="utf-8")
    assert shown(quickly(text)) == shown(surely(text))


@pytest.mark.parametrize("text", ["%YAML 1.1\n---\na: yes\n", "a: 1\rb: 2\n", "[" * 200 + "]" * 200, "a: 'x"])
def test_what_libyaml_is_not_trusted_with(text):
    with pytest.raises(NotQuicklyError):
        quickly(text)
