"""Every screen of the television in every state, as pictures: `./run screens [FOLDER]`."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # before pygame is first imported
