"""Rule files that hypothesis makes up: every step, nested, plans that lead to plans."""

from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "c")
QUEUES = st.sampled_from(["operators", "doctors", "700"])
SOUNDS = st.sampled_from(["ccd/closed", "hello"])
WAITS = st.integers(1, 400)
WHENS = st.sampled_from(
    [
        {"caller": "known"},
        {"hours": "08:00-20:00"},
        {"pressed": {"menu": "1"}},
        {"queue": {"name": "operators", "free": ">0"}},
    ]
)
Strategy = st.SearchStrategy[Any]


def step(kind: str, always: dict[str, Strategy], **optional: Strategy) -> Strategy:
    inner = st.fixed_dictionaries(always, optional=optional)
    when = st.fixed_dictionaries({}, optional={"when": WHENS})
    return st.tuples(inner, when).map(lambda pair: {kind: pair[0], **pair[1]})


AFTER = st.dictionaries(st.integers(1, 100), st.integers(0, 20), max_size=3)
RINGS = AFTER.map(lambda rest: [{"after": at, "penalty": to} for at, to in sorted({0: 0, **rest}.items())])
SIMPLE = st.one_of(
    step("play", {"sound": SOUNDS}),
    step("hangup", {"cause": st.integers(1, 127)}),
    step("dial", {"to": st.sampled_from(["PJSIP/1", "+74951234567", "petrov"])}, wait=st.integers(1, 60)),
    step("voicemail", {"box": st.just("night"), "sound": SOUNDS}),
    step("callback", {"queue": QUEUES, "sound": SOUNDS}, at=st.sampled_from(["00:00", "03:30", "23:59"])),
)


def queues(below: Strategy) -> Strategy:
    return step(
        "queue",
        {"name": QUEUES},
        wait=WAITS,
        announce=st.fixed_dictionaries({"sound": SOUNDS, "every": st.integers(10, 60)}),
        rings=RINGS,
        prefer=st.sampled_from(["last-operator", "attending-doctor"]),
        callback=st.fixed_dictionaries({"sound": SOUNDS}),
        max_waiting=st.integers(1, 3),
        full=below,
    )


def menus(below: Strategy) -> Strategy:
    options = st.dictionaries(st.sampled_from("12#*"), below, min_size=1, max_size=3)
    return step("menu", {"sound": SOUNDS, "options": options}, tries=st.integers(1, 3), silent=below)


def plan(*names: str) -> Strategy:
    """Steps that may lead to these plans."""
    named = [st.sampled_from(names)] if names else []

    def nested(steps: Strategy) -> Strategy:
        below = st.one_of(*named, steps, st.lists(steps, min_size=1, max_size=3))
        return queues(below) | menus(below)

    leaves = st.one_of(SIMPLE, *(name.map(lambda one: {"plan": one}) for name in named))
    return st.lists(st.recursive(leaves, nested, max_leaves=5), min_size=1, max_size=3)


ROUTINGS = st.builds(
    lambda steps, plans: {
        "timezone": "Europe/Kyiv",
        "dial": {"trunk": "PJSIP/{number}@trunk"},
        "people": {"petrov": {"name": "Петров П. П.", "phone": "PJSIP/202", "number": "+79161112233"}},
        "plans": plans,
        "rules": [{"name": "it", "steps": steps}],
    },
    plan(*NAMES),
    st.fixed_dictionaries({name: plan(*NAMES[at + 1 :]) for at, name in enumerate(NAMES)}),
)
