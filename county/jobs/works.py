"""Which kinds of job there are, and who does them."""

from county.courses.editing import TRANSCODE_KIND
from county.courses.transcode import gave_up, transcode
from county.jobs.runner import Work

WORKS = {TRANSCODE_KIND: Work(transcode, gave_up)}
