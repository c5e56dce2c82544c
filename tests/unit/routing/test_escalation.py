"""Whoever is passed on reaches somebody, whatever comes in."""

from hypothesis import given
from hypothesis import strategies as st

from ccd.calls.ids import Phone, QueueName
from ccd.routing.escalation import ESCALATE, TRANSFER, Escalation, Handover, PassedOn
from ccd.routing.step_kinds import DialStep, QueueStep, TransferStep

OP, OTHER, DOCTOR = Phone("PJSIP/101"), Phone("PJSIP/102"), Phone("PJSIP/201")
HANDOVER = Handover(Escalation(wait=45, back=20), QueueName("operators"))
DOCTORS = QueueStep(queue=QueueName("duty-doctor"), wait=45, priority=50)
BACK = DialStep(to=(OP,), wait=20)
REST = QueueStep(queue=QueueName("operators"), priority=50)


def who(*talked: Phone) -> PassedOn:
    return PassedOn(talked=talked, members=(OP, OTHER, DOCTOR), doctors=(DOCTOR,))


def way(token: str, outcome: str, *talked: Phone) -> list[object]:
    """The steps, as long as nobody answers."""
    steps = list[object]()
    for _ in range(5):
        answer = HANDOVER.answer(token, outcome, who(*talked))
        steps.append(answer.step)
        if answer.step == REST:
            break
        token, outcome = answer.next_token, "TIMEOUT"
    return steps


def test_to_the_doctors_then_back_then_to_everyone():
    assert way("", ESCALATE, OP) == [DOCTORS, BACK, REST]
    assert way(Handover.token(OP), "REDIRECTED") == [DOCTORS, BACK, REST]


@given(st.sampled_from("0123456789*#"), st.sampled_from([OP, Phone("")]))
def test_a_key_ends_no_wait_of_a_caller_who_is_passed_on(key, operator):
    first = HANDOVER.answer(Handover.token(operator), "REDIRECTED", who())
    assert HANDOVER.answer(first.next_token, f"KEY-{key}", who()) == first
    rest = HANDOVER.answer("e:o:", "NOANSWER", who())
    assert rest.step == REST
    assert HANDOVER.answer(rest.next_token, f"KEY-{key}", who()) == rest


def test_without_a_known_operator_everyone_is_next():
    assert way("", ESCALATE) == [DOCTORS, REST]


def test_a_first_transfer_reaches_the_colleague_and_comes_back():
    assert way("", TRANSFER + "102", OP) == [DialStep(to=(OTHER,), wait=20), BACK, REST]


def test_a_second_transfer_between_operators_goes_to_the_doctor():
    assert way("", TRANSFER + "101", OP, OTHER)[0] == DOCTORS
    assert way("", TRANSFER + "102", OP, OP)[0] == DialStep(to=(OTHER,), wait=20)


def test_doctors_pass_on_and_are_passed_to_as_often_as_they_like():
    assert way("", TRANSFER + "201", OP, OTHER)[0] == DialStep(to=(DOCTOR,), wait=20)
    assert way("", TRANSFER + "102", OP, DOCTOR)[0] == DialStep(to=(OTHER,), wait=20)


def test_other_extensions_are_the_clinics_own():
    assert way("", TRANSFER + "*97", OP) == [TransferStep(to="*97"), BACK, REST]


@given(
    st.text(max_size=40) | st.from_regex(r"\Ae:[dor]:.{0,30}\Z"),
    st.text(max_size=20) | st.sampled_from([ESCALATE, TRANSFER + "102", TRANSFER, "REDIRECTED", "TIMEOUT"]),
    st.lists(st.sampled_from([OP, OTHER, DOCTOR]), max_size=4),
)
def test_whatever_comes_in_somebody_is_reached(token, outcome, talked):
    steps = way(token, outcome, *talked)
    assert steps[-1] == REST
    assert len(steps) <= 3
