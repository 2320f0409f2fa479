"""The one inbox of all journals, and the records drawn from it."""
