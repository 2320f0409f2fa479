"""What the TV shows and what keys do there: screens are data, drawn from the world by pure functions."""
