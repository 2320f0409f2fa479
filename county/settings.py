"""Django's settings, derived from `county.configuration`; loaded by Django, changed by nobody.

A mistake in the configuration does not stop loading: `county.command` reports `MISTAKES` before it serves.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from county.configuration import read_configuration

CONFIGURATION, MISTAKES = read_configuration(os.environ)
DATA = CONFIGURATION.data
HERE = Path(__file__).parent


def _secret_key() -> str:
    """Return the key made by ``yuanjiao county init``; without one, sessions last as long as the process."""
    path = DATA / "keys" / "session-secret"
    return path.read_text() if path.is_file() else os.urandom(32).hex()


def database_settings(address: str) -> dict[str, Any]:
    """Return Django's settings of one database for ``sqlite`` (or ``sqlite:<path>``) or a PostgreSQL URL."""
    if address.startswith("sqlite"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": address.removeprefix("sqlite").removeprefix(":") or str(DATA / "county.sqlite"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    url = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or "") or dict(parse_qsl(url.query)).get("host", ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": 3},  # only what `county.inbox.bulk` says is ever prepared
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # boxes and offices reach the server by whatever name their network gives it
DATABASES = {"default": database_settings(CONFIGURATION.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "county.accounts",
    "county.places",
    "county.channels",
    "county.courses",
    "county.plans",
    "county.inbox",
    "county.figures",
    "county.jobs",
    "county.publishing",
    "county.sounds",
    "county.pages",
]
MIDDLEWARE = [
    "county.pages.strangers.secure_cookies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "county.pages.strangers.small_bodies",  # before anything reads a body
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "county.pages.headers.page_headers",
]
ROOT_URLCONF = "county.urls"
AUTH_USER_MODEL = "accounts.Person"
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(HERE / "templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [str(HERE / "static")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = CONFIGURATION.time_zone
USE_TZ = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "county.accounts.passwords.LongEnough"},
]
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]
FILE_UPLOAD_TEMP_DIR = str(DATA / "work")  # a film may be larger than /tmp
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
