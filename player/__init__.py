"""The daemon on the box: fetches, keeps, schedules, plays, and tells what was shown."""
