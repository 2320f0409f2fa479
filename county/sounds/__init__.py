"""Recorded prompts and music (声音): what may be heard on televisions, signed by two reviewers and released."""
