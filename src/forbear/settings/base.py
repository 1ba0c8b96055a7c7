"""What is the same wherever Forbear runs?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from forbear.contexts.nightly.bridge.opens import Opens
from forbear.interfaces.web.log import logging_of
from forbear.settings.environment import database, flag, home, own_secret_key, secret

PACKAGE = Path(__file__).resolve().parent.parent
FORBEAR_HOME = home(os.environ)
FORBEAR_DEMO = flag(os.environ, "FORBEAR_DEMO")
FORBEAR_IN_EARNEST = False
# How old a lender's newest extract may be when a day begins; older ones begin no day.
FORBEAR_EXTRACT_AGE_DAYS_MAX = int(os.environ.get("FORBEAR_EXTRACT_AGE_DAYS_MAX", "1"))
FORBEAR_MORNING = Opens.read(os.environ.get("FORBEAR_MORNING", "05:30 Asia/Shanghai"))
# The ring lies in a file; where no file is possible, the variable holds the ring itself.
FORBEAR_KEYRING = Path(os.environ.get("FORBEAR_KEYRING_FILE") or FORBEAR_HOME / "keyring.json")
FORBEAR_KEYRING_TEXT = os.environ.get("FORBEAR_KEYRING")
# Where copies of signed checkpoints go, outside the database: folders, best on other machines.
FORBEAR_CHECKPOINTS = [
    Path(each)
    for each in os.environ.get("FORBEAR_CHECKPOINTS", str(FORBEAR_HOME / "checkpoints")).split(
        os.pathsep
    )
    if each
]
# How often one person may look at personal values in full.
FORBEAR_REVEALS_PER_HOUR_MAX = 60
# Migrations run as the owner of the tables; everything else steps down to the application's role.
FORBEAR_STEP_DOWN = os.environ.get("FORBEAR_DATABASE_ROLE") != "owner"

SECRET_KEY = secret(os.environ, "FORBEAR_SECRET_KEY") or own_secret_key(FORBEAR_HOME)
DEBUG = False
ALLOWED_HOSTS = [
    host for host in os.environ.get("FORBEAR_HOSTS", "localhost,127.0.0.1").split(",") if host
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "forbear.contexts.database",
    "forbear.contexts.audit",
    "forbear.contexts.protection",
    "forbear.contexts.people",
    "forbear.contexts.house",
    "forbear.contexts.portfolio",
    "forbear.contexts.ledger",
    "forbear.contexts.contact",
    "forbear.contexts.cases",
    "forbear.contexts.arrangements",
    "forbear.contexts.bureau",
    "forbear.contexts.rights",
    "forbear.contexts.evidence",
    "forbear.contexts.payments",
    "forbear.contexts.access",
    "forbear.contexts.education",
    "forbear.contexts.assistant",
    "forbear.contexts.exchange",
    "forbear.contexts.nightly",
    "forbear.interfaces.console",
    "forbear.interfaces.portal",
    "forbear.interfaces.workers",
]
MIDDLEWARE = [
    "forbear.interfaces.web.request.RequestMiddleware",
    "forbear.interfaces.web.header.HeaderMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "forbear.interfaces.api.edge.ApiEdge",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "forbear.interfaces.web.staff.StaffMiddleware",
    "forbear.interfaces.web.portal.PortalMiddleware",
]
ROOT_URLCONF = "forbear.interfaces.urls"
WSGI_APPLICATION = "forbear.interfaces.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of allauth, whose pages are drawn anew here.
        "DIRS": [PACKAGE / "interfaces" / "console" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "forbear.interfaces.console.context.frame",
                "forbear.interfaces.web.hold.banner",
                "forbear.interfaces.portal.context.frame",
            ],
        },
    }
]

DATABASES = {
    "default": database(
        secret(os.environ, "DATABASE_URL") or "postgresql:///forbear",
        pool=flag(os.environ, "FORBEAR_POOL", otherwise=True),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "forbear_cache",
        # Sign-in limits live here. Were the table culled early, filling it would lift a lock.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["forbear.interfaces.console.sign_in.backend.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "forbear.interfaces.console.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Five failures in fifteen minutes close an account, and an address, for that long.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/ip,5/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("FORBEAR_PROXIES", "0"))
MFA_ADAPTER = "forbear.interfaces.console.sign_in.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "forbear.interfaces.console.sign_in.form.CodeForm",
    "authenticate_webauthn": "forbear.interfaces.console.sign_in.form.KeyForm",
}
MFA_TOTP_ISSUER = "Forbear"
SESSION_IDLE_S_MAX = 15 * 60
SESSION_WHOLE_S_MAX = 12 * 60 * 60
# Scrypt needs memory as well as time, so guessing is dear, and a sign-in waits less.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = FORBEAR_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_AGE = SESSION_WHOLE_S_MAX
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# The token of whoever is in at the portal; which size of text they chose.
PORTAL_COOKIE_NAME = "visit"
PORTAL_LARGE_COOKIE_NAME = "large"
# Where somebody is taken who leaves quickly, such as a page of news; empty: to an empty page.
PORTAL_LEAVE_TO = os.environ.get("FORBEAR_PORTAL_LEAVE_TO", "")
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "forbear.interfaces.web.error.csrf_failed"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DEFAULT_EXCEPTION_REPORTER_FILTER = "forbear.contexts.protection.errorpage.NoValues"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# Whoever runs the program reads its log: lines for people, or one JSON object a line.
FORBEAR_LOG = os.environ.get("FORBEAR_LOG", "plain")
FORBEAR_LOG_LEVEL = os.environ.get("FORBEAR_LOG_LEVEL", "WARNING").upper()
LOGGING = logging_of(plain=FORBEAR_LOG != "json", level=FORBEAR_LOG_LEVEL)
SILENCED_SYSTEM_CHECKS: list[str] = []

# The API: how often one key may call, and how large an extract may be that is handed over.
FORBEAR_API_CALLS_PER_MINUTE_MAX = int(os.environ.get("FORBEAR_API_CALLS_PER_MINUTE_MAX", "600"))
FORBEAR_API_UPLOAD_BYTES_MAX = 4 * 1024**3
# Webhooks go to addresses of the internet alone, unless the lender's own network is meant.
FORBEAR_WEBHOOKS_TO_PRIVATE = flag(os.environ, "FORBEAR_WEBHOOKS_TO_PRIVATE")

# Which channels there are: a file that names each with its kind and settings.
FORBEAR_CHANNELS = (
    Path(os.environ["FORBEAR_CHANNELS"]) if os.environ.get("FORBEAR_CHANNELS") else None
)
# Who carries contacts: names of those channels, with commas; left empty, all of them do. Where
# there is no file, nothing is sent. ``simulated`` reaches nobody and is for trying out.
FORBEAR_PROVIDERS = [name for name in os.environ.get("FORBEAR_PROVIDERS", "").split(",") if name]
# A file that names a language model which may help the assistant; without one, none is asked.
FORBEAR_ASSISTANT_MODEL = (
    Path(os.environ["FORBEAR_ASSISTANT_MODEL"])
    if os.environ.get("FORBEAR_ASSISTANT_MODEL")
    else None
)
# Where recorded calls lie, sealed, and where the sound of words lies that machines say.
FORBEAR_RECORDINGS = Path(os.environ.get("FORBEAR_RECORDINGS") or FORBEAR_HOME / "recordings")
FORBEAR_PROMPTS = Path(os.environ.get("FORBEAR_PROMPTS") or FORBEAR_HOME / "prompts")
# What writes recorded calls down: whisper-base or whisper-small; empty: nothing does.
FORBEAR_RECOGNISER = os.environ.get("FORBEAR_RECOGNISER", "")
FORBEAR_SPEECH_MODELS = Path(os.environ.get("FORBEAR_SPEECH_MODELS") or FORBEAR_HOME / "speech")
# Whether what goes by machine waits for the planned part of the day, or for the rules alone.
FORBEAR_SEND_EARLY = flag(os.environ, "FORBEAR_SEND_EARLY")
FORBEAR_SENDS_PER_MINUTE_MAX = int(os.environ.get("FORBEAR_SENDS_PER_MINUTE_MAX", "6000"))
