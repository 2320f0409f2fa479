"""Registers the room with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The room county.jobs."""

    name = "county.jobs"
    label = "jobs"
