"""The television: scenes painted on offscreen surfaces and put on X11 windows; keys of the window's keyboard."""
