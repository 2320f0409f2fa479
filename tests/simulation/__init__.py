"""Whole boxes from a seed: the real `player.step`, simulated hardware, a county, people, and all that goes wrong.

One seed is one life of a box. Time is a number that jumps from event to event, so that months pass in seconds and the
same life always tells the same story. `rules` says what must hold, `script` what goes wrong, `defects` what would be
found. How to run, replay, shrink and extend it: docs/simulation.md.
"""
