"""The county office's server: courses in, signed documents out, journals back, figures on pages."""
