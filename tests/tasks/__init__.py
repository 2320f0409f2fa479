"""The twelve tasks at the television, done by key presses alone and counted against the fewest that could do.

``./run tasks`` prints them; `test_tasks` runs them with every test.
"""
