"""What becomes signed, immutable documents."""
