"""Adapters: what touches the world. Known only by their ports (`player.ports`) and by `player.app`."""
