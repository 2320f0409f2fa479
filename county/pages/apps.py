"""Registers the room with Django."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The room county.pages."""

    name = "county.pages"
    label = "pages"
