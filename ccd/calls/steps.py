"""What ccd made of the call: the steps that Asterisk took, and what came of them."""

from ccd.calls import menus, transfers
from ccd.calls.call import Call
from ccd.calls.ending import end_where, revised
from ccd.calls.events import CallbackPromised, MessageLeft, StepTaken
from ccd.calls.record import WAITING, PathStep, Segment, StepKind
from ccd.calls.values import replace
from ccd.calls.voices import is_caller


def taken(call: Call, event: StepTaken) -> Call:
    """Asterisk runs this step; how the one before ended is known now."""
    if not call.tracked or not is_caller(call, event.unique_id):
        return call  # whoever can ask over AGI may not write into another's record
    path = call.record.path
    if path and (event.at, event.kind, event.target) == (path[-1].at, path[-1].kind, path[-1].target):
        return call
    call = menus.next_step(_queue_left(call, event), event)
    if event.ended == "REDIRECTED":
        call = transfers.redirected(call, event.target, event.at)
    step = PathStep(at=event.at, kind=event.kind, target=event.target)
    if path and not path[-1].outcome:
        path = (*path[:-1], replace(path[-1], outcome=event.ended))
    return _on(call, (*path, step))


def _queue_left(call: Call, event: StepTaken) -> Call:
    """Whoever is at another step waits in no queue, though Asterisk may say so later."""
    here = event.target.lower() if event.kind is StepKind.QUEUE else ""

    def result(one: Segment) -> str:
        return "left" if one.kind is WAITING and one.queue.lower() != here else ""

    return end_where(call, event.at, result)


def message_left(call: Call, event: MessageLeft) -> Call:
    """The caller's message is kept; most callers hang up to end it, so no outcome is told."""
    call = menus.message_kept(call)
    return _came_of(call, StepKind.VOICEMAIL, event, event.file, "RECORDED")


def promised(call: Call, event: CallbackPromised) -> Call:
    """A callback is promised, and the caller hung up before he heard of it."""
    return _came_of(call, StepKind.CALLBACK, event, "", "")


def _came_of(
    call: Call, kind: StepKind, event: MessageLeft | CallbackPromised, detail: str, outcome: str
) -> Call:
    """The last step of this kind with what came of it; a new one when none is there to tell it of."""
    path = call.record.path
    places = [at for at in reversed(range(len(path))) if path[at].kind is kind]
    box = detail.partition("/")[0]
    place = next((at for at in places if path[at].target == box), places[0] if places else None)
    if place is None:
        step = PathStep(at=event.at, kind=kind, target="", outcome=outcome, detail=detail)
        return _on(call, (*path, step))
    step = replace(path[place], detail=detail, outcome=path[place].outcome or outcome)
    return call if step == path[place] else _on(call, (*path[:place], step, *path[place + 1 :]))


def _on(call: Call, path: tuple[PathStep, ...]) -> Call:
    call = call.with_record(path=path)
    return replace(call, record=revised(call.record)) if call.over else call
