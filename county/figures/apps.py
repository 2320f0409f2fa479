"""Registers the room with Django."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """The room county.figures."""

    name = "county.figures"
    label = "figures"
