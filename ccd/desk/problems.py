"""What can be wrong with a request: raised anywhere, answered in one place, in the user's words."""


class Problem(Exception):  # noqa: N818 - the field's own word (RFC 9457)
    """Answered as JSON ``{"error": {"code", "message"}}``; ``code`` names a sentence in the locales."""

    def __init__(self, status: int, code: str, *, retry_after: int = 0, **facts: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.facts = facts
