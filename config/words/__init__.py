"""Words for the television's text field, by the digits that spell them: see `README.md` beside this."""
