"""Courses with lessons, uploads and renditions; reviews, signed candidates and releases."""

from __future__ import annotations

from django.db import models


class CourseState(models.TextChoices):
    """Where a course stands; `county.courses.life` owns the transitions."""

    DRAFT = "draft", "编辑中"
    FIRST_PASSED = "first-passed", "初审通过"
    PASSED = "passed", "复审通过"
    RELEASED = "released", "已签发"
    REFUSED = "refused", "已退回"
    WITHDRAWN = "withdrawn", "已停播"


class Course(models.Model):
    """A course (课件). ``document`` is frozen at first review; an edit raises ``revision`` and drops it.

    ``published`` is what boxes see now; ``stopped`` keeps the course out of what is wanted until a new revision is
    out. ``lessons_made`` counts lessons that were removed as well: a key names one lesson for ever.
    """

    id = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField("编号", unique=True)
    title = models.CharField("名称", max_length=200)
    category = models.JSONField("类别", default=list)
    provider = models.CharField("供课单位", max_length=200)
    source = models.CharField("来源", max_length=2000, blank=True)
    approval_number = models.CharField("批准文号", max_length=2000, blank=True)
    summary = models.TextField("简介", max_length=2000, blank=True)
    state = models.CharField(max_length=16, choices=CourseState.choices, default=CourseState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    document = models.ForeignKey("FrozenDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published = models.ForeignKey("FrozenDocument", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stopped = models.BooleanField("停播", default=False)
    lessons_made = models.PositiveIntegerField(default=0)
    poster_sha256 = models.CharField(max_length=64, blank=True)
    poster_bytes = models.PositiveIntegerField(default=0)
    owner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.title


class FrozenDocument(models.Model):
    """The bytes of ``courses/<bin>/<id>.json`` as the reviewers saw them; never changed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="documents")
    revision = models.PositiveIntegerField()
    body = models.BinaryField()


class Lesson(models.Model):
    """One film of a course; ``key`` is its id inside the course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    key = models.CharField(max_length=64)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField("课名", max_length=200)
    duration_ms = models.PositiveIntegerField(default=0)
    subtitles_sha256 = models.CharField(max_length=64, blank=True)
    subtitles_bytes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=("course", "key"), name="lesson_key"),)

    def __str__(self) -> str:
        return self.title


class UploadState(models.TextChoices):
    """What became of an uploaded file."""

    WAITING = "waiting", "等待处理"
    WORKING = "working", "转码中"
    READY = "ready", "已就绪"
    REFUSED = "refused", "不能使用"


class Upload(models.Model):
    """An uploaded video; ``path`` is relative to the data folder's ``uploads``.

    ``problem`` and ``note`` are Chinese sentences for the page: why it was refused, and what was changed.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    path = models.CharField(max_length=255)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=UploadState.choices, default=UploadState.WAITING)
    problem = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)


class Rendition(models.Model):
    """One encoding of a lesson, stored below ``published/media``."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="renditions")
    height = models.PositiveIntegerField()
    bits_per_second = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    chunk_list = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("height",)
        constraints = (models.UniqueConstraint(fields=("lesson", "height"), name="rendition_height"),)


class ReviewStage(models.TextChoices):
    """The two reviews."""

    FIRST = "first", "初审"
    SECOND = "second", "复审"


class Review(models.Model):
    """What one reviewer decided about one revision; kept for good."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="reviews")
    revision = models.PositiveIntegerField()
    stage = models.CharField(max_length=8, choices=ReviewStage.choices)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT)
    passed = models.BooleanField()
    reason = models.CharField("意见", max_length=500, blank=True)
    document_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class Candidate(models.Model):
    """The exact bytes of a reviewers' role that somebody signed: true with two signatures and a release.

    ``content`` maps each course of the bin to the SHA-256 of its document; ``shard`` is the bin's catalogue. Of a role
    with one document, as ``live``, ``content`` maps its path to its SHA-256, and ``shard`` is the document.
    ``metadata`` is the role's metadata with the signatures it bears so far.
    """

    role = models.CharField(max_length=32, db_index=True)
    version = models.BigIntegerField()
    content = models.JSONField(default=dict)
    shard = models.BinaryField()
    metadata = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)


class CandidateSignature(models.Model):
    """Who signed a candidate; the signature itself is in its metadata."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="signatures")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT)
    keyid = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("candidate", "keyid"), name="one_signature"),)


class Release(models.Model):
    """The responsible leader released (签发) one revision."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="releases")
    revision = models.PositiveIntegerField()
    leader = models.ForeignKey("accounts.Person", on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("course", "revision"), name="one_release"),)
