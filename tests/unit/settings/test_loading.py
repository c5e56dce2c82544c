"""Loading what is right, from one file or two, and files that cannot be read at all."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccd.settings.document import parse
from ccd.settings.loading import load, read
from ccd.settings.models import Settings
from ccd.settings.problems import SettingsError


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> Path:
    for name, text in files.items():
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    return Path("ccd.yaml")


def failure(path: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "ami:\nagi:\n  # port: 1\n", "\ufeffagi: {}\n"])
def test_an_empty_file_or_section_means_the_defaults(text, tmp_path):
    assert load(write(ccd=text)) == Settings(database=tmp_path / "ccd.db", state_folder=tmp_path)


def test_relative_paths_count_from_the_file(tmp_path, monkeypatch):
    folder = tmp_path / "etc"
    folder.mkdir()
    file = folder / "ccd.yaml"
    file.write_text(
        "database: data/x.db\nlog: { file: /var/log/ccd.log }\nami: { tls: { ca_file: ca.pem } }\n"
    )
    monkeypatch.chdir("/")
    settings = load(file)
    assert settings.database == folder / "data/x.db"
    assert settings.log.file == Path("/var/log/ccd.log")
    assert settings.ami.tls is not None
    assert settings.ami.tls.ca_file == folder / "ca.pem"


def test_a_relative_path_to_the_file_gives_absolute_paths(tmp_path):
    assert load(write(ccd="")).database == tmp_path / "ccd.db"


RULES = "default_queue: front\nrules:\n  - name: a\n    when: { calller: known }\n    steps: [{ queue: q }]\n"


@pytest.mark.parametrize("header", ["", "routing:\n"])
def test_the_routing_section_may_have_its_own_file(header, tmp_path):
    text = RULES.replace("calller", "caller")
    if header:
        text = header + "".join(f"  {line}\n" for line in text.splitlines())
    settings = load(write(ccd="routing_file: routing.yaml\n", routing=text))
    assert settings.routing.default_queue == "front"
    assert settings.routing_file == tmp_path / "routing.yaml"


def test_its_mistakes_carry_its_own_place():
    path = write(ccd="agi: { port: x }\nrouting_file: routing.yaml\n", routing=RULES)
    assert failure(path).splitlines() == [
        'ccd.yaml:1:14: agi.port: must be a whole number, not "x"',
        'routing.yaml:4:13: rules[0].when.calller: no such condition; did you mean "caller"?',
    ]


def test_a_routing_file_that_is_not_there():
    said = failure(write(ccd="routing_file: rules.yaml\n"))
    assert said == "ccd.yaml:1:15: routing_file: rules.yaml: there is no such file"


def test_routing_in_both_places_is_refused():
    path = write(ccd="routing: {}\nrouting_file: routing.yaml\n", routing="")
    assert failure(path) == "ccd.yaml:1:1: routing: is given here and in routing_file; keep one of the two"


def test_a_routing_file_that_is_no_path():
    assert failure(write(ccd="routing_file: 7\n")) == "ccd.yaml:1:15: routing_file: must be a path"


def test_a_routing_file_of_another_shape():
    path = write(ccd="routing_file: routing.yaml\n", routing="- a\n")
    assert failure(path) == 'routing.yaml:1:1: must hold settings, as "key: value" lines'


def test_a_missing_file():
    assert failure(Path("ccd.yaml")) == "ccd.yaml: there is no such file"


def test_a_folder():
    Path("ccd.yaml").mkdir()
    assert failure(Path("ccd.yaml")) == "ccd.yaml: this is a directory, not a file"


def test_a_file_that_may_not_be_read(monkeypatch):
    def refuse(_self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert failure(write(ccd="")) == "ccd.yaml: this user may not read the file"


def test_a_file_on_a_broken_disk(monkeypatch):
    def refuse(_self):
        raise OSError(5, os.strerror(5))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert failure(write(ccd="")) == "ccd.yaml: the file cannot be read: Input/output error"


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_another_encoding(encoding):
    Path("ccd.yaml").write_bytes("agi: {}\n# Привет\n".encode(encoding))
    place = {"cp1251": "2:3", "utf-16": "1:1"}[encoding]
    assert failure(Path("ccd.yaml")) == (
        f"ccd.yaml:{place}: the file is not UTF-8 (perhaps cp1251); save it as UTF-8"
    )


def test_deep_nesting_is_refused():
    assert failure(write(ccd="[" * 1000)) in {
        "ccd.yaml: cannot be read as YAML",
        "ccd.yaml:1:1000: this [ is not closed, or a comma is missing",
    }


def test_a_number_beyond_reading():
    assert (
        failure(write(ccd="agi: { port: " + "9" * 5000 + " }\n"))
        == "ccd.yaml:1:14: this number cannot be read"
    )


def test_anchors_and_aliases_are_the_same_steps_twice():
    rules = (
        "rules:\n  - { name: a, when: { tag: x }, steps: &s [{ queue: q }] }\n  - { name: b, steps: *s }\n"
    )
    settings = load(write(ccd="routing_file: routing.yaml\n", routing=rules))
    assert settings.routing.rules[0].steps == settings.routing.rules[1].steps


def test_the_manager_secret_is_not_in_the_representation():
    assert "hunter2" not in repr(load(write(ccd="ami: { secret: hunter2 }\n")))


@given(st.text(st.sampled_from("agidesk: {}[]\n-&*!'\"%@`|>#1.,\t"), max_size=60))
def test_no_text_breaks_the_reader(text):
    document = parse(Path("x.yaml"), text)
    assert all(str(problem) for problem in document.problems)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["routing", "rules", "when", "steps", "name", "desk", "topics"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_shape_of_settings_breaks_the_loading(tmp_path_factory, data):
    import json

    file = tmp_path_factory.getbasetemp() / "shape.yaml"
    file.write_text(json.dumps({"routing": data, "desk": data}, ensure_ascii=True))
    reading = read(file)
    assert reading.settings or reading.problems
