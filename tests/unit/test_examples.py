"""The examples: without a doubt, and each does what its expectations say."""

import json
from pathlib import Path

import pytest

from ccd.routing.ruleset import RuleSet
from ccd.settings.document import read as read_document
from ccd.settings.loading import read
from ccd.settings.proving import beside, prove
from ccd.settings.schema import File, schema
from tests.unit.settings.fits import fits

CONFIG = Path(__file__).parents[2] / "config"
RULES = [CONFIG / "routing.yaml", *sorted((CONFIG / "examples").glob("*/routing.yaml"))]


@pytest.mark.parametrize("rules", RULES, ids=lambda file: file.parent.name)
def test_an_example_does_what_is_expected_of_it(rules, tmp_path):
    main = tmp_path / "ccd.yaml"
    main.write_text(f"routing_file: {rules}\n", encoding="utf-8")
    reading = read(main)
    assert reading.problems == ()
    assert reading.settings is not None
    proof = prove(reading.settings, RuleSet(reading.settings.routing), (beside(rules),))
    assert [str(problem) for problem in proof.every_problem] == []
    assert proof.tried >= 6


@pytest.mark.parametrize("rules", RULES, ids=lambda file: file.parent.name)
def test_an_editor_finds_no_fault_with_it(rules):
    for file, of in ((rules, File.ROUTING), (beside(rules), File.TESTS)):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert (file.parent / first.partition("$schema=")[2]).resolve() == CONFIG / "schema" / f"{of}.json"
        assert fits(json.loads(schema(of)), read_document(file).data)


def test_there_are_four_examples():
    assert len(RULES) == 5
