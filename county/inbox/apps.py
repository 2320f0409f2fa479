"""Registers the room with Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The room county.inbox."""

    name = "county.inbox"
    label = "inbox"
