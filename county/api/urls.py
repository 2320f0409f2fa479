"""Addresses of the box API."""

from django.urls import path, re_path

from county.api import views

urlpatterns = [
    path("api/box/v1/bindings", views.bindings),
    re_path(r"^api/box/v1/bindings/(?P<fingerprint>[0-9a-f]{32})$", views.binding),
    path("api/box/v1/journal", views.journal),
    path("api/box/v1/time", views.time),
    path("health", views.health),
]
