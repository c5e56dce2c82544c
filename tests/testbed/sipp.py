"""Builds SIPp scenarios, as bytes: what a hostile carrier may write in a header, a test may write too."""

SDP = b"""
v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=%(direction)s
"""


def scenario(*blocks: bytes) -> bytes:
    """Return a whole scenario file."""
    body = b"\n".join(blocks)
    return b'<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="phone">\n%s\n</scenario>\n' % body


def send(message: bytes, *, attributes: bytes = b"") -> bytes:
    """Send one SIP message; SIPp turns its line ends into CR LF."""
    return b"<send %s><![CDATA[\n%s\n]]></send>" % (attributes, message.replace(b"]]>", b"]] >"))


def expect(
    what: bytes,
    *,
    to: bytes = b"",
    within_ms: int | None = None,
    then: bytes = b"",
    optional: bool = False,
    actions: bytes = b"",
) -> bytes:
    """Wait for ``request="X"`` or ``response="N"``: go ``to`` a label, or ``then`` when it is late."""
    attributes = [what, b'optional="true"' if optional else b'rrs="true"']
    attributes += [b'next="%s"' % to] if to else []
    attributes += [b'timeout="%d" ontimeout="%s"' % (within_ms, then)] if within_ms is not None else []
    inner = b"<action>%s</action>" % actions if actions else b""
    return b"<recv %s>%s</recv>" % (b" ".join(attributes), inner)


def label(name: bytes) -> bytes:
    """Mark a place to jump to."""
    return b'<label id="%s"/>' % name


def pause(seconds: float) -> bytes:
    """Do nothing for a while."""
    return b'<pause milliseconds="%d"/>' % int(seconds * 1000)


def jump(to: bytes) -> bytes:
    """Go on at a label."""
    return b'<nop next="%s"/>' % to


def keep(header: bytes, variable: int) -> bytes:
    """Remember the value of a received header in a variable of the call."""
    return b'<ereg regexp=".*" search_in="hdr" header="%s:" assign_to="%d"/>' % (header, variable)


def sdp(direction: bytes = b"sendrecv") -> bytes:
    """Return the headers and body of an audio offer or answer."""
    return b"Content-Type: application/sdp\nContent-Length: [len]\n" + SDP % {b"direction": direction}


def reply(status: bytes, *, body: bytes = b"Content-Length: 0\n\n", cseq: bytes = b"[last_CSeq:]") -> bytes:
    """Return a reply to the last request, as a callee whose tag is made from the call's number."""
    return (
        b"SIP/2.0 %s\n[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]phone[call_number]\n"
        b"[last_Call-ID:]\n%s\n"
        b"Contact: <sip:phone@[local_ip]:[local_port]>\n%s" % (status, cseq, body)
    )


def plain_reply(status: bytes) -> bytes:
    """Return a reply within a dialog: the To header has its tag already."""
    return (
        b"SIP/2.0 %s\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
        b"Content-Length: 0\n\n" % status
    )
