"""What the county server says no to; the text is a Chinese sentence for the person who asked.

Rules: a page or a command shows ``str(error)`` as it is. `NotAllowed` means the person may not do this at
all; any other `Refused` says what to change.
"""

from playlists.errors import YuanjiaoError


class Refused(YuanjiaoError):
    """Something asked for cannot be done as it is; the message says why and what to do."""


class NotAllowed(Refused):
    """This person's role does not permit it."""
