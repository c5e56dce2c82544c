"""Expectations: every fact of a call can be made up, every difference is told with its place."""

import pytest

from ccd.routing.ruleset import RuleSet
from ccd.settings.loading import load
from ccd.settings.proving import Proof, beside, prove

RULES = """\
default_queue: operators
calendars: { opening: { days: mon-fri, hours: "08:00-20:00" } }
rules:
  - name: only one
    when: WHEN
    steps: [{ queue: { name: chosen, wait: 20s } }, { play: bye }, { hangup: busy }]
"""


@pytest.fixture
def proof(tmp_path):
    """Try one made-up call against one rule."""

    def run(call: str, expect: str = "{ rule: only one }", when: str = "{}") -> Proof:
        path = tmp_path / "ccd.yaml"
        path.write_text("routing_file: routing.yaml\n", encoding="utf-8")
        rules = tmp_path / "routing.yaml"
        rules.write_text(RULES.replace("WHEN", when), encoding="utf-8")
        text = f"tests:\n  - name: it\n    call: {{ {call} }}\n    expect: {expect}\n"
        beside(rules).write_text(text, encoding="utf-8")
        settings = load(path)
        return prove(settings, RuleSet(settings.routing), (beside(rules),))

    return run


CALL = 'from: "+79161234567", to: "+74951234567", at: "2026-11-23 10:00"'
CAME = "queue chosen, 20s; play bye; hangup 17"
FREE = "{ queue: { name: operators, free: 0 } }"
ANYBODY = f"{CALL}, patients: {{ age: 40 }}"


@pytest.mark.parametrize(
    ("when", "call"),
    [
        ("{ called: '84951234567' }", CALL),
        ("{ number: '89161234567' }", CALL),
        ("{ caller: known }", ANYBODY),
        ("{ caller: unknown }", CALL),
        ("{ caller: anonymous }", CALL.replace("+79161234567", "anonymous")),
        ("{ caller: failed }", f"{ANYBODY}, unknown: directory"),
        ("{ patients: 2 }", f"{CALL}, patients: [{{}}, {{ name: Other }}]"),
        ("{ tag: vip }", f"{CALL}, patients: {{ tags: [VIP, x] }}"),
        ("{ age: 40 }", ANYBODY),
        ("{ language: uk }", f"{CALL}, patients: {{ language: uk }}"),
        ("{ insurer: Alfa, policy: active }", f"{CALL}, patients: {{ policies: Alfa }}"),
        (
            "{ policy: expired }",
            f"{CALL}, patients: {{ policies: {{ insurer: A, valid_until: 2026-11-22 }} }}",
        ),
        ("{ policy_kind: dms }", f"{CALL}, patients: {{ policies: {{ insurer: A, kind: DMS }} }}"),
        ("{ debt: '>=5000' }", f"{CALL}, patients: {{ debt: 5000 }}"),
        ("{ doctor: Petrov }", f"{CALL}, patients: {{ doctor: petrov }}"),
        ("{ visit: today }", f"{CALL}, patients: {{ visits: '2026-11-23 23:00' }}"),
        ("{ visit: within 2h }", f"{CALL}, patients: {{ visits: {{ at: '2026-11-23T11:00' }} }}"),
        ("{ last_operator: Anna }", f"{CALL}, earlier: {{ ago: 2d, agent: Anna }}"),
        (
            "{ calls: { last: 7d, count: 2 } }",
            f"{CALL}, earlier: [{{ ago: 1h }}, {{ ago: 6d }}, {{ ago: 8d }}]",
        ),
        ("{ abandoned_within: 2h }", f"{CALL}, earlier: {{ ago: 1h, disposition: abandoned }}"),
        ("{ calls_again_within: 15m }", f"{CALL}, earlier: {{ ago: 15m }}"),
        ("{ reminded_within: 24h }", f"{CALL}, reminded: 3h"),
        (
            "{ queue: { name: operators, waiting: '>=5', longest: '>=3m', free: 0, on_duty: 2 } }",
            f"{CALL}, queues: {{ operators: {{ waiting: 5, longest: 3m, on_duty: 2 }} }}",
        ),
        ("{ during: opening, days: mon, hours: '10:00-10:01' }", CALL),
        ("{ hours: '12:00-12:01' }", CALL.replace("10:00", "10:00+01:00")),
    ],
)
def test_a_made_up_call_may_have_every_fact(proof, when, call):
    assert proof(call, when=when).every_problem == ()


@pytest.mark.parametrize(
    ("when", "call"),
    [
        ("{ caller: known }", f"{ANYBODY}, unknown: directory"),
        ("{ calls_again_within: 15m }", f"{CALL}, earlier: {{ ago: 1m }}, unknown: history"),
        ("{ queue: { name: operators, free: 0 } }", CALL),
        (
            "{ queue: { name: operators, free: 0 } }",
            f"{CALL}, queues: {{ operators: {{}}}}, unknown: queues",
        ),
    ],
)
def test_what_is_not_known_does_not_hold(proof, when, call):
    assert proof(call, "default", when).every_problem == ()


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("other", 'expected rule "other", came "only one"'),
        (
            "{ steps: [queue, hangup] }",
            f"expected steps queue; hangup, came {CAME}",
        ),
        ("{ first: queue operators }", "expected first queue operators, came queue chosen, 20s"),
        ('{ first: "queue chosen, 30s" }', "expected first queue chosen, 30s, came queue chosen, 20s"),
        ("{ last: play }", "expected last play, came hangup 17"),
        ("{ includes: menu }", f"expected menu, came {CAME}"),
        ("{ never: play bye }", f"expected never play bye, came {CAME}"),
    ],
)
def test_a_difference_is_told_with_its_place(proof, expect, said):
    (problem,) = proof(CALL, expect).every_problem
    assert problem.message == f'"it": {said}'
    assert problem.mark is not None
    assert (problem.file.name, problem.mark.line) == ("routing.tests.yaml", 4)


def test_a_failure_has_the_reason(proof):
    (failure,) = proof(CALL, when="{ tag: vip }").failures
    assert failure.came.trace[0].checked[0].condition == "tag vip"


@pytest.mark.parametrize(
    ("call", "expect", "said"),
    [
        (CALL, "{}", "tests[0].expect: expects nothing; write rule, steps, first, last, includes or"),
        (CALL.replace("2026-11-23 10:00", "monday"), "x", '3:59: tests[0].call.at: "monday" is no moment'),
        (CALL.replace("from", "form"), "x", 'tests[0].call.form: no such setting; did you mean "from"?'),
        (CALL, "{ first: queue2 }", '"queue2" begins with no step; there are: queue, dial, play, menu'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_told_and_nothing_is_tried(proof, call, expect, said):
    made = proof(call, expect)
    assert made.failures == ()
    assert said in "\n".join(map(str, made.problems))


def test_a_missing_file_is_a_problem(proof, tmp_path):
    proof(CALL)
    settings = load(tmp_path / "ccd.yaml")
    made = prove(settings, RuleSet(settings.routing), (tmp_path / "no.yaml",))
    assert [str(one) for one in made.every_problem] == [f"{tmp_path}/no.yaml: there is no such file"]


@pytest.mark.parametrize(
    ("press", "steps"),
    [
        ("['2']", "[menu, queue labs, queue chosen]"),
        ("['9', '1']", "[menu, play no, queue chosen]"),
    ],
)
def test_keys_answer_the_menus_on_the_way(proof, monkeypatch, press, steps):
    labs = "{ queue: { name: labs, wait: 5s } }"
    menu = f"{{ menu: {{ sound: hello, options: {{ '2': {labs} }}, silent: {{ play: no }} }} }}"
    rules = f"rules: [{{ name: m, steps: [{menu}, {{ queue: chosen }}] }}]\n"
    monkeypatch.setattr("tests.unit.settings.test_proving.RULES", rules)
    assert proof(f"{CALL}, press: {press}", f"{{ steps: {steps} }}").every_problem == ()
