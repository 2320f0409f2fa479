"""Registers the room with Django."""

from django.apps import AppConfig


class SoundsConfig(AppConfig):
    """The room county.sounds."""

    name = "county.sounds"
    label = "sounds"
