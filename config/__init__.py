"""Defaults of box and county, as commented YAML that the wheel carries along."""
