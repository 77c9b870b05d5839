"""Django settings, fed by the environment alone (docs/reference/settings.md)."""

from __future__ import annotations

import os
from urllib.parse import urlparse

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import environment

HOME = environment.home()
PACKAGE = environment.PACKAGE

LAMPPOST_URL = environment.own_url()
_url = urlparse(LAMPPOST_URL)
HTTPS = _url.scheme == "https"

SECRET_KEY = environment.secret_key(HOME)
DEBUG = os.environ.get("LAMPPOST_DEBUG", "") == "1"
# The demo town opens one-press doors on loopback; `lamppost demo` leaves the mark.
DEMO_MARK = HOME / "demo"
ALLOWED_HOSTS = sorted({_url.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [f"{_url.scheme}://{_url.netloc}"]
TRUSTED_PROXIES = [p for p in os.environ.get("LAMPPOST_TRUSTED_PROXIES", "").split(",") if p]

INSTALLED_APPS = [
    "lamppost.base",
    "lamppost.accounts",
    "lamppost.voices",
    "lamppost.stakeholders",
    "lamppost.network",
    "lamppost.vision",
    "lamppost.pilots",
    "lamppost.sensing",
    "lamppost.impact",
    "lamppost.lessons",
    "lamppost.story",
    "lamppost.site",
    "lamppost.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

# The card that other sites show: the same for everybody, kept by caches.
PATHS_WITHOUT_COOKIES = r"/v/[^/]+/card/"

MIDDLEWARE = [
    "lamppost.base.middleware.NoCookiesMiddleware",
    "lamppost.base.middleware.BrotliMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "lamppost.base.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lamppost.base.middleware.NotAllowedMiddleware",
]

ROOT_URLCONF = "lamppost.site.urls"
WSGI_APPLICATION = "lamppost.site.wsgi.application"
DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lamppost.accounts.context.partnership",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "lamppost.base.templatetags.lamppost_ui",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Accounts: django-allauth does all of it; nothing of sign-in is written by hand.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lamppost.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "lamppost.accounts.adapter.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS and _url.hostname == "localhost"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
if os.environ.get("LAMPPOST_OIDC_SERVER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": os.environ.get("LAMPPOST_OIDC_NAME", "City sign-in"),
                "client_id": os.environ.get("LAMPPOST_OIDC_CLIENT", ""),
                "secret": os.environ.get("LAMPPOST_OIDC_SECRET", ""),
                "settings": {"server_url": os.environ["LAMPPOST_OIDC_SERVER"]},
            }
        ],
    }

# Languages: English is complete; Arabic and Spanish for every resident page and mail.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("LAMPPOST_TIME_ZONE", "UTC")
# Where Django knows only half of how a language writes dates.
FORMAT_MODULE_PATH = ["lamppost.base.formats"]
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [
    PACKAGE / "static",
]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lamppost.base.finders.LeafletFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "lamppost.base.storage.HashedStaticFilesStorage"
    },
}
MEDIA_ROOT = HOME / "media"

# The city's own playbooks, one TOML file each.
PLAYBOOKS_FOLDER = os.environ.get("LAMPPOST_PLAYBOOKS") or str(HOME / "playbooks")

# Mail: SMTP when configured, else files that the demo shows on a page.
MAIL_FOLDER = HOME / "mail"
if os.environ.get("LAMPPOST_SMTP"):
    _mail = urlparse(os.environ["LAMPPOST_SMTP"])
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 587
    EMAIL_HOST_USER = _mail.username or ""
    EMAIL_HOST_PASSWORD = _mail.password or ""
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_FOLDER)
DEFAULT_FROM_EMAIL = os.environ.get("LAMPPOST_MAIL_FROM", f"lamppost@{_url.hostname}")

# django-allauth counts sign-in attempts in it: all web processes must share it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Safety. No inline script, no style attribute, no third-party host.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Browsers hold the redirect after a form to form-action too: the city's sign-in must be in it.
if os.environ.get("LAMPPOST_OIDC_SERVER"):
    _oidc = urlparse(os.environ["LAMPPOST_OIDC_SERVER"])
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(f"{_oidc.scheme}://{_oidc.netloc}")
# Where a city names a tile server, maps may load pictures from it, and from nowhere else.
MAP_TILES = os.environ.get("LAMPPOST_MAP_TILES", "")
MAP_ATTRIBUTION = os.environ.get("LAMPPOST_MAP_ATTRIBUTION", "")
if MAP_TILES:
    _tiles = urlparse(MAP_TILES.replace("{s}", "*"))
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(f"{_tiles.scheme}://{_tiles.netloc}")
# How many days a notice must hang before anything is measured there (Amsterdam asks for five).
NOTICE_DAYS = int(os.environ.get("LAMPPOST_NOTICE_DAYS", "0"))
# Who answers for this instance, for the public register of algorithms.
OPERATOR = os.environ.get("LAMPPOST_OPERATOR", "")
OPERATOR_DEPARTMENT = os.environ.get("LAMPPOST_OPERATOR_DEPARTMENT", "")
OPERATOR_CONTACT = os.environ.get("LAMPPOST_OPERATOR_CONTACT", "")
OPERATOR_COUNTRY = os.environ.get("LAMPPOST_OPERATOR_COUNTRY", "")
# By when somebody has to have looked at words about danger.
ALERT_HOURS = int(os.environ.get("LAMPPOST_ALERT_HOURS", "24"))
# How many sentences of one person may wait until somebody has read them.
STATEMENTS_WAITING = int(os.environ.get("LAMPPOST_STATEMENTS_WAITING", "10"))
# How many codes go out by mail within an hour for one partnership.
MAILS_AN_HOUR = int(os.environ.get("LAMPPOST_MAILS_AN_HOUR", "1000"))
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
# Gone with the browser's session; a page that was kept longer asks for a new token (keep.js).
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "lamppost.site.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# More than the largest file that a form takes (readings, 16 MB); a longer request is not read.
MOST_BODY_BYTES = 20_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
