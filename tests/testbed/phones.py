"""How the agents' and the patients' phones behave."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.testbed import sipp
from tests.testbed.phone import Phone, start

__all__ = ["Agent", "Patient", "Phone"]

_REFUSALS = (403, 404, 480, 486, 488, 500, 502, 503, 603)
_INVITE = b"z9hG4bK-[pid]-[call_number]-invite"
"""CANCEL, and the ACK of a refusal, belong to the INVITE's transaction."""
_SPEAK = b'<nop><action><exec rtp_stream="%s.alaw,-1,8"/></action></nop>'


@dataclass(frozen=True, kw_only=True)
class Agent:
    """How an agent's phone behaves, for every call until it is stopped."""

    answer_after: float | None = 1
    """Seconds of ringing; None: it rings for ever."""
    refuse: str = ""
    """Refuse at once with this, e.g. ``486 Busy Here`` or ``603 Decline``."""
    talk: float | None = None
    """Seconds after which the agent hangs up, a text (AMI: SendText) makes it sooner; None: waits for either
    that or the other side."""
    refer: str = ""
    """Transfer the caller to this extension then, in place of hanging up (REFER)."""
    hold: tuple[float, float] | None = None
    """After so many seconds of talk: put the caller on hold for so many seconds."""

    async def start(self, home: Path, number: str, port: int) -> Phone:
        """Start the phone; it takes any number of calls."""
        return await start(self.scenario(), home, f"agent-{number}", [], port)

    def scenario(self) -> bytes:
        """Return what SIPp plays."""
        if self.refuse:
            refuse = sipp.send(sipp.reply(self.refuse.encode()), attributes=b'retrans="500"')
            return sipp.scenario(sipp.expect(b'request="INVITE"'), refuse, sipp.expect(b'request="ACK"'))
        keep = sipp.keep(b"From", 1) + sipp.keep(b"To", 2) + sipp.keep(b"CSeq", 3)
        start = sipp.expect(b'request="INVITE"', actions=keep)
        ring = sipp.send(sipp.reply(b"180 Ringing"))
        wait = None if self.answer_after is None else int(self.answer_after * 1000)
        cancel = sipp.expect(b'request="CANCEL"', to=b"1", within_ms=wait, then=b"2")
        return sipp.scenario(start, ring, cancel, *self._answered(), *_cancelled(), sipp.label(b"9"))

    def _answered(self) -> list[bytes]:
        answer = sipp.send(
            sipp.reply(b"200 OK", body=sipp.sdp(), cseq=b"CSeq:[$3]"), attributes=b'retrans="500"'
        )
        blocks = [sipp.label(b"2"), answer, sipp.expect(b'request="ACK"')]
        cseq = 1
        if self.hold:
            after, seconds = self.hold
            blocks += [
                sipp.pause(after),
                *_reinvite(1, b"sendonly"),
                sipp.pause(seconds),
                *_reinvite(2, b"sendrecv"),
            ]
            cseq = 3
        talk = None if self.talk is None else int(self.talk * 1000)
        blocks += [
            sipp.expect(b'request="MESSAGE"', optional=True, to=b"4", within_ms=talk, then=b"3"),
            sipp.expect(b'request="BYE"', within_ms=talk, then=b"3"),
            sipp.send(sipp.plain_reply(b"200 OK"), attributes=b'next="9"'),
            sipp.label(b"4"),
            sipp.send(sipp.plain_reply(b"200 OK")),
            sipp.label(b"3"),
            *(_refer(self.refer.encode(), cseq) if self.refer else _bye(cseq)),
        ]
        return blocks


def _bye(cseq: int) -> list[bytes]:
    return [
        sipp.send(_in_dialog(b"BYE", cseq), attributes=b'retrans="500"'),
        sipp.expect(b'response="200"', to=b"9"),
    ]


def _refer(exten: bytes, cseq: int) -> list[bytes]:
    """Transfer, hear how it goes (NOTIFY) until the other side hangs up."""
    to = b"Refer-To: <sip:%s@[local_ip]>\nContent-Length: 0\n\n" % exten
    return [
        sipp.send(_in_dialog(b"REFER", cseq, to), attributes=b'retrans="500"'),
        sipp.expect(b'response="202"'),
        sipp.label(b"7"),
        sipp.expect(b'request="NOTIFY"', optional=True, to=b"8"),
        sipp.expect(b'request="BYE"'),
        sipp.send(sipp.plain_reply(b"200 OK"), attributes=b'next="9"'),
        sipp.label(b"8"),
        sipp.send(sipp.plain_reply(b"200 OK"), attributes=b'next="7"'),
    ]


def _cancelled() -> list[bytes]:
    return [
        sipp.label(b"1"),
        sipp.send(sipp.reply(b"200 OK")),
        sipp.send(sipp.reply(b"487 Request Terminated", cseq=b"CSeq:[$3]"), attributes=b'retrans="500"'),
        sipp.expect(b'request="ACK"'),
    ]


def _reinvite(cseq: int, direction: bytes) -> list[bytes]:
    return [
        sipp.send(_in_dialog(b"INVITE", cseq, sipp.sdp(direction)), attributes=b'retrans="500"'),
        sipp.expect(b'response="100"', optional=True),
        sipp.expect(b'response="200"'),
        sipp.send(_in_dialog(b"ACK", cseq)),
    ]


def _in_dialog(method: bytes, cseq: int, body: bytes = b"Content-Length: 0\n\n") -> bytes:
    """A callee's own request: From and To are those of the INVITE, swapped."""
    return (
        b"%(method)s [next_url] SIP/2.0\n"
        b"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        b"From:[$2];tag=[pid]phone[call_number]\nTo:[$1]\n[last_Call-ID:]\nCSeq: %(cseq)d %(method)s\n"
        b"Contact: <sip:phone@[local_ip]:[local_port]>\nMax-Forwards: 70\n%(body)s"
        % {b"method": method, b"cseq": cseq, b"body": body}
    )


def _voice(home: Path, what: str) -> None:
    """Write what ``speak`` plays, a second of a-law; the tone is loud enough to be no silence."""
    home.mkdir(parents=True, exist_ok=True)
    wave = b"\xa5" * 8 + b"\x25" * 8 if what == "tone" else b"\xd5" * 16
    (home / f"{what}.alaw").write_bytes(wave * 500)


@dataclass(frozen=True, kw_only=True)
class Patient:
    """One call from the trunk."""

    number: str | bytes = "+79161234567"
    name: bytes | None = b"Ivanov Ivan"
    """The display name's bytes as they are; put between quotes.  None: no display name."""
    did: str = "74951234567"
    talk: float = 3
    """Seconds from Asterisk's answer to the patient's hangup; a text (AMI: SendText) makes it sooner."""
    hangup: Literal["caller", "agent"] = "caller"
    """``agent``: the patient waits for the other side's BYE."""
    give_up: float | None = None
    """Seconds of unanswered ringing after which the patient cancels."""
    dtmf: str = ""
    """Keys pressed ``press_after`` seconds after the answer, by SIP INFO."""
    press_after: float = 1
    press_every: float = 0
    """Seconds between two keys."""
    speak: Literal["", "tone", "silence"] = ""
    """What is sent from the answer on; empty: no audio at all."""
    headers: bytes = b""
    """More headers of the INVITE, each with its line end."""

    async def call(self, home: Path, address: tuple[str, int]) -> Phone:
        """Dial; the phone ends by itself when the call does."""
        target = f"{address[0]}:{address[1]}"
        if self.speak:
            _voice(home, self.speak)
        return await start(self.scenario(), home, "patient", [target, "-m", "1"])

    def scenario(self) -> bytes:
        """Return what SIPp plays."""
        talk = int(self.talk * 1000) if self.hangup == "caller" else None
        give_up = None if self.give_up is None else int(self.give_up * 1000)
        return sipp.scenario(
            sipp.send(
                self._request(b"INVITE", 1, sipp.sdp(), to_tag=b"", branch=_INVITE),
                attributes=b'retrans="500"',
            ),
            *(
                sipp.expect(b'response="%d"' % code, optional=True, within_ms=give_up, then=b"5")
                for code in (100, 180, 181, 183)
            ),
            *(sipp.expect(b'response="%d"' % code, optional=True, to=b"6") for code in _REFUSALS),
            sipp.expect(b'response="200"', within_ms=give_up, then=b"5"),
            sipp.send(self._request(b"ACK", 1)),
            *([_SPEAK % self.speak.encode()] if self.speak else []),
            *self._keys(),
            sipp.expect(b'request="MESSAGE"', optional=True, to=b"4", within_ms=talk, then=b"3"),
            sipp.expect(b'request="BYE"', within_ms=talk, then=b"3"),
            sipp.send(sipp.plain_reply(b"200 OK"), attributes=b'next="9"'),
            sipp.label(b"4"),
            sipp.send(sipp.plain_reply(b"200 OK")),
            sipp.label(b"3"),
            sipp.send(self._request(b"BYE", 50), attributes=b'retrans="500"'),
            sipp.expect(b'response="200"', to=b"9"),
            sipp.label(b"5"),
            sipp.send(self._request(b"CANCEL", 1, to_tag=b"", branch=_INVITE), attributes=b'retrans="500"'),
            sipp.expect(b'response="200"'),
            sipp.expect(b'response="487"'),
            sipp.label(b"6"),
            sipp.send(self._request(b"ACK", 1, branch=_INVITE)),
            sipp.label(b"9"),
        )

    def _keys(self) -> list[bytes]:
        blocks = [sipp.pause(self.press_after)] if self.dtmf else []
        for number, key in enumerate(self.dtmf, start=2):
            body = (
                b"Content-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal=%s\nDuration=100\n"
                % key.encode()
            )
            blocks += [
                sipp.send(self._request(b"INFO", number, body), attributes=b'retrans="500"'),
                sipp.expect(b'response="200"'),
                *([sipp.pause(self.press_every)] if self.press_every else []),
            ]
        return blocks

    def _request(
        self,
        method: bytes,
        cseq: int,
        body: bytes = b"Content-Length: 0\n\n",
        *,
        to_tag: bytes = b"[peer_tag_param]",
        branch: bytes = b"[branch]",
    ) -> bytes:
        number = self.number.encode() if isinstance(self.number, str) else self.number
        return b"\n".join(
            (
                b"%s sip:%s@[remote_ip]:[remote_port] SIP/2.0" % (method, self.did.encode()),
                b"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=%s" % branch,
                b"From: %s<sip:%s[local_ip]:[local_port]>;tag=[pid]patient[call_number]"
                % (self._display(), number + b"@" if number else b""),
                b"To: <sip:%s@[remote_ip]:[remote_port]>%s" % (self.did.encode(), to_tag),
                b"Call-ID: [call_id]",
                b"CSeq: %d %s" % (cseq, method),
                b"Contact: <sip:patient@[local_ip]:[local_port]>",
                b"Max-Forwards: 70",
                b"X-Phone: patient",
                self.headers + body if method == b"INVITE" else body,
            )
        )

    def _display(self) -> bytes:
        if self.name is None:
            return b""
        return b'"%s" ' % self.name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
