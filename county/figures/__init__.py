"""Figures of a site and a month, each counted minute of them traceable to the entries that say it."""
