"""Kills, for real: a player, its VLC child, its workers and a county's server end by SIGKILL at chosen moments.

The programs are the product's own, started by their public commands: a county (Django on SQLite or PostgreSQL), a box
on an X server in memory, and a bad line between them. `stories` says what people do meanwhile, `moments` when the kill
comes, `promises` what must hold after every one. ``python -m tests.cuts --times N --seed S``, or ``./run cuts``.
"""
