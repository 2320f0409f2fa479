"""A telephone as the remote control: a small page of the box on the room's network.

A process of its own, without the box's key and journal: `sandbox` locks it in. It says what was pressed, in JSON lines
like every worker; `player.core.phone` decides what of that may be done.
"""
