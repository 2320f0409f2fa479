"""Lasting work that no kill may strand."""
