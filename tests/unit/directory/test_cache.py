"""The cache against a plain dictionary that forgets nothing, for any questions at any times."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ccd.directory.cache import Cache, Kept
from ccd.directory.model import Answer, Coverage, Patient, Policy

MARIA = (Patient(patient_id="1", full_name="Мария"),)
FRESH, STALE, NOBODY, SIZE = 60, 600, 10, 3


def cache() -> Cache:
    return Cache(fresh=FRESH, stale=STALE, nobody=NOBODY, size=SIZE)


def test_an_answer_is_fresh_then_stale_then_forgotten():
    kept = cache()
    kept.put("+1", MARIA, 0)
    assert [kept.get("+1", at) for at in (59, 60, 659)] == [
        Kept(MARIA, fresh=True),
        Kept(MARIA, fresh=False),
        Kept(MARIA, fresh=False),
    ]
    assert (kept.get("+1", 660), len(kept)) == (None, 0)


def test_nobody_is_kept_for_less_long_and_never_shown_old():
    kept = cache()
    kept.put("+1", (), 0)
    assert (kept.get("+1", 9), kept.get("+1", 10)) == (Kept((), fresh=True), None)


def test_whoever_was_not_asked_for_longest_makes_room():
    kept = cache()
    for number in ("+1", "+2", "+3"):
        kept.put(number, MARIA, 0)
    kept.get("+1", 1)
    kept.put("+4", MARIA, 1)
    assert [bool(kept.get(number, 1)) for number in ("+1", "+2", "+3", "+4")] == [True, False, True, True]


def test_policies_that_list_a_thousand_services_make_room_too():
    services = tuple(Coverage(service=str(one), answer=Answer.COVERED) for one in range(1_000))
    policy = Policy(insurer="A", programme="", number="1", coverage=services)
    rich = (replace(MARIA[0], policies=(policy,)),)
    kept = Cache(fresh=FRESH, stale=STALE, nobody=NOBODY, facts=3_500)
    for number in range(100):
        kept.put(f"+{number}", rich, 0)
    assert [number for number in range(100) if kept.get(f"+{number}", 1)] == [97, 98, 99]
    for number in range(100):
        kept.forget(f"+{number}")
    kept.put("+1", rich * 3, 1)
    assert kept.get("+1", 1)


actions = st.tuples(
    st.sampled_from(["get", "somebody", "nobody", "forget"]),
    st.sampled_from(["+1", "+2", "+3", "+4", "+5"]),
    st.sampled_from([0, 1, 9, 60, 601]),
)


@given(st.lists(actions, max_size=50))
def test_what_it_says_was_said_and_is_not_too_old(done):
    kept, said, now = cache(), dict[str, tuple[int, tuple[Patient, ...]]](), 0
    for action, number, seconds in done:
        now += seconds
        if action == "get":
            found = kept.get(number, now)
            if found:
                at, patients = said[number]
                assert found.patients == patients
                assert now - at < (FRESH + STALE if patients else NOBODY)
                assert found.fresh is (now - at < (FRESH if patients else NOBODY))
        elif action == "forget":
            kept.forget(number)
            said.pop(number, None)
        else:
            patients = MARIA if action == "somebody" else ()
            kept.put(number, patients, now)
            said[number] = now, patients
            assert kept.get(number, now) == Kept(patients, fresh=True)
        assert len(kept) <= SIZE
