"""How the line and the disk are used: what is wanted, in which rendition, in which order, and what makes room.

`wants` lists what is wanted, `choice` picks renditions, `order` puts them in a row, `room` says what may go, `outlook`
what is to be expected of each session. All pure; `player.core.planner` is the door.
"""
