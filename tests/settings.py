"""The site's own settings, with a home folder of the test run's own and nothing that leaves it."""

import os
import tempfile

_home = os.environ.get("LAMPPOST_HOME") or tempfile.mkdtemp(prefix="lamppost-test-")
# Each process of pytest-xdist has a folder of its own, so that none sees the other's files.
os.environ["LAMPPOST_HOME"] = os.path.join(_home, os.environ.get("PYTEST_XDIST_WORKER", ""))
# As `lamppost` itself sets them, before numpy loads: threads of linear algebra wait for each other.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ["LAMPPOST_URL"] = "http://localhost:8000"

from lamppost.site.settings import *  # noqa: E402, F403
from lamppost.site.settings import ALLOWED_HOSTS, DATABASES, STORAGES  # noqa: E402

SECRET_KEY = "the same in every process of a test run"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: the live server of browser tests reads it from other threads.
    DATABASES["default"]["TEST"] = {"NAME": os.environ["LAMPPOST_HOME"] + "/test.sqlite3"}
WHITENOISE_AUTOREFRESH = True
