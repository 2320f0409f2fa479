"""Registers the room with Django."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """The room county.publishing."""

    name = "county.publishing"
    label = "publishing"
