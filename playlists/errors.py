"""The two families of errors: bad data, and an attempt that failed.

Bad data stays bad however often it is tried; a failed attempt may succeed later. Whether and when to try
again is data on the error, never a guess by the caller.
"""


class YuanjiaoError(Exception):
    """The root of every error that this product raises on purpose."""


class BadData(YuanjiaoError):
    """Something that was read is not what the contract says.

    Args:
        where: The file, target or address it came from.
        field: The path of the offending field, such as ``$.lessons[0].title``; empty for the whole.
        problem: What is wrong and, where it helps, what is allowed.
    """

    def __init__(self, where: str, field: str, problem: str) -> None:
        self.where, self.field, self.problem = where, field, problem
        super().__init__(f"{where}: {field}: {problem}" if field else f"{where}: {problem}")


class UntrustedData(BadData):
    """A document or blob whose signature, digest or version is not acceptable."""


class FailedAttempt(YuanjiaoError):
    """Something could not be done this time.

    Args:
        what: What was attempted, in words for a log.
        why: What stopped it.
        retry: Whether trying the same again can help.
        retry_after_s: How long the other side asks us to wait, in seconds.
    """

    def __init__(self, what: str, why: str, *, retry: bool = True, retry_after_s: float | None = None) -> None:
        self.what, self.why, self.retry, self.retry_after_s = what, why, retry, retry_after_s
        super().__init__(f"{what}: {why}")


class WebPage(FailedAttempt):
    """A web page came where data should: perhaps the network wants a log-in first (captive portal)."""
