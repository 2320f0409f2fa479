"""Who may do what, and the reviewers' keys."""
