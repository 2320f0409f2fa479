"""Courses from upload through review to release."""
