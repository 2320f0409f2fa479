"""Registers the room with Django."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The room county.channels."""

    name = "county.channels"
    label = "channels"
