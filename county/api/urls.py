"""Addresses of the box API and of the published files."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
