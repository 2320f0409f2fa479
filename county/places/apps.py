"""Registers the room with Django."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room county.places."""

    name = "county.places"
    label = "places"
