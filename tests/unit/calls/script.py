"""Writes a call's events down in a line each: ``call.at(1.2).connected(waited=1)``."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ccd.calls import events as ev
from ccd.calls.ids import LinkedId, Phone, QueueName, UniqueId
from ccd.calls.record import StepKind
from ccd.calls.snapshot import ChannelNow, Snapshot, WaitingNow

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OPERATORS = QueueName("operators")
DOCTORS = QueueName("duty-doctor")


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Script:
    """Makes the events of one call, all under one linkedid."""

    def __init__(self, linked_id: str = "100.0") -> None:
        self.linked_id = LinkedId(linked_id)
        self.second = 0.0

    def at(self, second: float) -> "Script":
        self.second = second
        return self

    def _key(self, leg: str = "") -> dict[str, Any]:
        return {
            "at": moment(self.second),
            "linked_id": self.linked_id,
            "unique_id": UniqueId(leg or self.linked_id),
        }

    def started(self, leg: str = "", channel: str = "PJSIP/trunk-00000000") -> ev.ChannelStarted:
        return ev.ChannelStarted(
            **self._key(leg),
            channel=channel,
            caller_number="+79161234567",
            caller_name="Иванова",
            called_number="74951234567",
            context="ccd-inbound",
        )

    def asked(self) -> ev.CallOffered:
        return ev.CallOffered(
            **self._key(),
            caller_number="+79161234567",
            caller_name="Иванова",
            called_number="74951234567",
            rule="everyone",
            rules_version="v1",
        )

    def joined(self, queue: QueueName = OPERATORS) -> ev.QueueJoined:
        return ev.QueueJoined(**self._key(), queue=queue, caller_number="", caller_name="", called_number="")

    def left(self, queue: QueueName = OPERATORS) -> ev.QueueLeft:
        return ev.QueueLeft(**self._key(), queue=queue)

    def ringing(
        self, phone: str = "101", leg: str = "100.1", queue: QueueName = OPERATORS
    ) -> ev.AgentRinging:
        return ev.AgentRinging(
            **self._key(), queue=queue, phone=Phone(f"PJSIP/{phone}"), member=f"Op {phone}", leg=UniqueId(leg)
        )

    def missed(self, phone: str = "101", leg: str = "100.1") -> ev.AgentMissed:
        return ev.AgentMissed(
            **self._key(), queue=OPERATORS, phone=Phone(f"PJSIP/{phone}"), leg=UniqueId(leg)
        )

    def connected(
        self, waited: int, phone: str = "101", leg: str = "100.1", queue: QueueName = OPERATORS
    ) -> ev.AgentConnected:
        return ev.AgentConnected(
            **self._key(),
            queue=queue,
            phone=Phone(f"PJSIP/{phone}"),
            member=f"Op {phone}",
            leg=UniqueId(leg),
            waited=waited,
        )

    def completed(
        self, waited: int, talked: int, reason: str, phone: str = "101", leg: str = "100.1", queue=OPERATORS
    ) -> ev.AgentCompleted:
        return ev.AgentCompleted(
            **self._key(),
            queue=queue,
            phone=Phone(f"PJSIP/{phone}"),
            member=f"Op {phone}",
            leg=UniqueId(leg),
            waited=waited,
            talked=talked,
            reason=reason,
        )

    def dialled(
        self, phone: str = "PJSIP/101", leg: str = "100.1", *, by: str = "", member: str = ""
    ) -> ev.PhoneRinging:
        return ev.PhoneRinging(**self._key(by), phone=Phone(phone), leg=UniqueId(leg), member=member)

    def picked_up(self, leg: str = "100.1", phone: str = "") -> ev.PhoneAnswered:
        return ev.PhoneAnswered(**self._key(), leg=UniqueId(leg), phone=Phone(phone))

    def picked_up_by(self, by: str, leg: str) -> ev.PhoneAnswered:
        return ev.PhoneAnswered(**self._key(by), leg=UniqueId(leg))

    def not_picked_up(self, result: str = "missed", leg: str = "100.1") -> ev.PhoneMissed:
        return ev.PhoneMissed(**self._key(), leg=UniqueId(leg), result=result)

    def forwarded(self, to: str, leg: str = "100.1") -> ev.PhoneMissed:
        return ev.PhoneMissed(**self._key(), leg=UniqueId(leg), result="forwarded", to=to)

    def connected_at(self, phone: str, waited: int, leg: str) -> ev.AgentConnected:
        return ev.AgentConnected(
            **self._key(), queue=OPERATORS, phone=Phone(phone), member="", leg=UniqueId(leg), waited=waited
        )

    def step(self, kind: StepKind, target: str = "", ended: str = "", leg: str = "") -> ev.StepTaken:
        return ev.StepTaken(**self._key(leg), kind=kind, target=target, ended=ended)

    def message(self, file: str = "m1.wav") -> ev.MessageLeft:
        return ev.MessageLeft(**self._key(), file=file)

    def promised(self) -> ev.CallbackPromised:
        return ev.CallbackPromised(**self._key())

    def held(self, leg: str = "100.1") -> ev.Held:
        return ev.Held(**self._key(leg))

    def unheld(self, leg: str = "100.1") -> ev.Unheld:
        return ev.Unheld(**self._key(leg))

    def bridged(
        self, leg: str = "", bridge: str = "b1", channel: str = "PJSIP/trunk-00000000", swapped: str = ""
    ) -> ev.BridgeEntered:
        return ev.BridgeEntered(**self._key(leg), bridge=bridge, channel=channel, swapped=UniqueId(swapped))

    def unbridged(
        self, leg: str = "", bridge: str = "b1", channel: str = "PJSIP/trunk-00000000"
    ) -> ev.BridgeLeft:
        return ev.BridgeLeft(**self._key(leg), bridge=bridge, channel=channel)

    def transferred(
        self, kind: str = "blind", leg: str = "100.1", second: str = "", *, stays: bool = False
    ) -> ev.Transferred:
        by = Phone("PJSIP/101")
        return ev.Transferred(
            **self._key(leg), kind=kind, by=by, target="102", second=UniqueId(second), stays=stays
        )

    def hanging_up(self, leg: str = "") -> ev.HangupRequested:
        return ev.HangupRequested(**self._key(leg))

    def ended(self, leg: str = "") -> ev.ChannelEnded:
        return ev.ChannelEnded(**self._key(leg), channel="", cause=16)

    def resynchronised(self, *channels: ChannelNow, waiting: tuple[WaitingNow, ...] = ()):
        snapshot = Snapshot(
            at=moment(self.second),
            channels=channels,
            waiting=waiting,
            members=(),
        )
        return ev.Resynchronised(at=moment(self.second), snapshot=snapshot)

    def alive(self, leg: str = "", bridge: str = "", channel: str = "PJSIP/trunk-00000000") -> ChannelNow:
        return ChannelNow(
            unique_id=UniqueId(leg or self.linked_id),
            linked_id=self.linked_id,
            channel=channel,
            caller_number="+79161234567",
            caller_name="Иванова",
            called_number="74951234567",
            context="ccd",
            bridge=bridge,
            age=int(self.second),
        )


def answered_call(call: Script) -> list[ev.CallEvent]:
    """A whole usual call as Asterisk tells it: rings at 1, answered at 3, caller hangs up at 9."""
    return [
        call.at(0).started(),
        call.at(0.1).asked(),
        call.at(1).joined(),
        call.at(1).started("100.1", "PJSIP/101-00000001"),
        call.at(1).ringing(),
        call.at(3).left(),
        call.at(3).connected(waited=2),
        call.at(3).bridged("100.1", channel="PJSIP/101-00000001"),
        call.at(3).bridged(),
        call.at(9).hanging_up(),
        call.at(9).completed(waited=2, talked=6, reason="caller"),
        call.at(9).unbridged(),
        call.at(9).unbridged("100.1", channel="PJSIP/101-00000001"),
        call.at(9).ended("100.1"),
        call.at(9).ended(),
    ]
