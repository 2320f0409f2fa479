"""Playlists, sessions, orders and stop orders, by group."""
