"""Lists that are signed as a whole: proposed, signed by two reviewers or sent back, released by the leader."""
