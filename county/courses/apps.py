"""Registers the room with Django."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """The room county.courses."""

    name = "county.courses"
    label = "courses"
