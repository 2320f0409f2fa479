"""The twelve tasks at the television and some more, done by key presses alone and counted against the fewest possible.

``./run tasks`` prints them; `test_tasks` runs them with every test.
"""
