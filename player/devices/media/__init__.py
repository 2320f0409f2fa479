"""The moving picture: libVLC in a child process (`child`), and the device that drives it (`device`)."""
