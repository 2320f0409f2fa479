"""The television: scenes painted on offscreen surfaces and put on X11 windows; keys of the window's keyboard.

pygame is used for its surfaces and letters alone. The variables below must be in force before it is first imported: no
line of greeting on our output, and no accelerated frame buffer or sound device that SDL might open on its own.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
