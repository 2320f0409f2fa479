"""Registers the room with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room county.accounts."""

    name = "county.accounts"
    label = "accounts"
