"""Addresses: machines under ``/api`` and ``/published``, people everywhere else."""

from django.urls import include, path

urlpatterns = [
    path("", include("county.api.urls")),
    path("", include("county.pages.urls")),
]
