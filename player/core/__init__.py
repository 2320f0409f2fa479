"""What the box decides: plain values and pure functions. No I/O, no clock, no randomness in this room."""
