"""Registers the room with Django."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """The room county.plans."""

    name = "county.plans"
    label = "plans"
