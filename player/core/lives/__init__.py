"""The lives of the box as data: in which state each is, and what belongs to it.

The transitions stand in a file of `player.core` of their own; `player.core.world` is the sum.
"""
