"""Which kinds of job there are, and who does them."""

from county.courses import transcode
from county.courses.editing import TRANSCODE_KIND
from county.jobs.runner import Work
from county.sounds import prepare
from county.sounds.editing import PREPARE_KIND

WORKS = {
    TRANSCODE_KIND: Work(transcode.transcode, transcode.gave_up),
    PREPARE_KIND: Work(prepare.prepare, prepare.gave_up),
}
