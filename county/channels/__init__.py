"""Live channels (直播): what may be shown, signed by two reviewers and released, and what is stopped at once."""
