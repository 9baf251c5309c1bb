"""Settings, read from the environment.

The defaults are those of production: HTTPS only, no debugging. ``make run`` turns on ``LUA_DEMO``, which
lifts the HTTPS-only parts because it serves plain HTTP on loopback and nowhere else (``config.checks``).
"""

from datetime import time, timedelta
from pathlib import Path
from secrets import token_urlsafe

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("LUA_VAR_DIR", default="") or BASE_DIR / "var")

# --- What kind of process this is -------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
LUA_DEMO = env.bool("LUA_DEMO", default=False)
LUA_SUPERVISED = env.bool("LUA_SUPERVISED", default=False)
LUA_HTTPS = env.bool("LUA_HTTPS", default=not (DEBUG or LUA_DEMO))

# Without a key, commands work and nothing signed survives the process; ``check --deploy`` and
# ``config.wsgi`` refuse the prefix.
SECRET_KEY = env.str("SECRET_KEY", default="") or f"django-insecure-{token_urlsafe(48)}"
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Applications -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "config.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "viewflow",
    "viewflow.workflow",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_structlog",
    "csp",
    "axes",
    "storage.documents",
    "storage.ledger",
    "dossiers.organisations",
    "dossiers.drafts",
    "dossiers.substitutions",
    "dossiers.criteria",
    "dossiers.programmes",
    "dossiers.dossier",
    "dossiers.transfers",
    "dossiers.plans",
    "dossiers.results",
    "dossiers.votes",
    "dossiers.consultation",
    "dossiers.district",
    "dossiers.appraisal",
    "dossiers.confirmations",
    "dossiers.debts",
    "dossiers.security",
    "dossiers.batches",
    "dossiers.recognition",
    "dossiers.titles",
    "dossiers.eligibility",
    "workflows",
    "workflows.notifications",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.ChosenLocaleMiddleware",
    "config.middleware.UnstorableTextMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "dossiers.policies.middleware.ActorMiddleware",
    "dossiers.drafts.middleware.DraftMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.ui.context.demonstration",
                "config.ui.context.unread_reminders",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ---------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://lua@127.0.0.1:5432/lua")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DB_CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Flows wait for the dossier's row instead of failing at once; these bound the wait (milliseconds).
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options",
    "-c lock_timeout={} -c statement_timeout={}".format(
        env.int("DB_LOCK_TIMEOUT", default=10_000), env.int("DB_STATEMENT_TIMEOUT", default=60_000)
    ),
)
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
# A statement seen for the third time on a connection is planned once and kept: an act takes a fifth less time. Turn it
# off behind a connection pooler that hands out another connection with each transaction.
if env.bool("DB_PREPARED_STATEMENTS", default=True):
    DATABASES["default"]["OPTIONS"].update(server_side_binding=True, prepare_threshold=2)

# --- Object storage ---------------------------------------------------------------------------------

S3_ENDPOINT = env.str("S3_ENDPOINT", default="127.0.0.1:8333")
S3_PUBLIC_ENDPOINT = env.str("S3_PUBLIC_ENDPOINT", default=S3_ENDPOINT)
S3_SECURE = env.bool("S3_SECURE", default=LUA_HTTPS)
S3_ACCESS_KEY = env.str("S3_ACCESS_KEY", default="")
S3_SECRET_KEY = env.str("S3_SECRET_KEY", default="")
S3_REGION = env.str("S3_REGION", default="us-east-1")
S3_BUCKET = env.str("S3_BUCKET", default="lua-evidence")
#: The largest file that is received as evidence, in bytes.
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=50 * 1024 * 1024)
#: The largest video, in bytes; phones make about 130 MB a minute.
VIDEO_MAX_BYTES = env.int("VIDEO_MAX_BYTES", default=500 * 1024 * 1024)
#: Browsers send the parts of a file straight to the store. Turn it off where they cannot reach it: the parts then pass
#: through the web processes, which keep none of it in memory.
UPLOADS_DIRECT = env.bool("UPLOADS_DIRECT", default=True)

#: How long the store refuses to remove what a submission rests on, in days. Once given, nobody can shorten it.
EVIDENCE_RETENTION_DAYS = env.int("EVIDENCE_RETENTION_DAYS", default=3653)
#: Within so many days every stored file is read again and compared with its hash.
INTEGRITY_EVERY_DAYS = env.int("INTEGRITY_EVERY_DAYS", default=30)
#: Where ClamAV's daemon listens: the path of a socket, or host:port. Empty: files are not scanned.
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", default="")
#: A folder of certificates (.pem, .crt, .cer) that signatures inside PDFs must lead to; without it signatures are shown
#: and nothing is said about who is behind them.
PDF_TRUST_ROOTS = env.str("PDF_TRUST_ROOTS", default="")

# --- People -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "lua_session"

# One person mistyping must not lock a whole office behind one address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = env.int("LUA_PROXY_COUNT", default=0) or None
AXES_LOCKOUT_CALLABLE = "config.lockout.locked_out"

# --- Transport and browser security -----------------------------------------------------------------

SECURE_SSL_REDIRECT = LUA_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if LUA_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = LUA_HTTPS
SECURE_HSTS_PRELOAD = LUA_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = LUA_HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = LUA_HTTPS
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
# Only where a proxy in front sets and strips the header itself.
if env.bool("LUA_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

S3_PUBLIC_ORIGIN = f"{'https' if S3_SECURE else 'http'}://{S3_PUBLIC_ENDPOINT}"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *([S3_PUBLIC_ORIGIN] if UPLOADS_DIRECT else [])],
        "manifest-src": ["'self'"],
        "img-src": ["'self'", "data:", S3_PUBLIC_ORIGIN],
        "media-src": [S3_PUBLIC_ORIGIN],
        "frame-src": ["'self'", S3_PUBLIC_ORIGIN],
        "object-src": [S3_PUBLIC_ORIGIN],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Language and time ------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_COOKIE_NAME = "lua_language"
LANGUAGE_COOKIE_SECURE = LUA_HTTPS

# --- Mail -------------------------------------------------------------------------------------------

#: Without a mail server people are reminded on the page alone.
MAIL_IS_ON = bool(env.str("EMAIL_URL", default=""))
if MAIL_IS_ON:
    vars().update(env.email_url("EMAIL_URL"))
#: Seconds that the mail server may take to answer.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="lua@localhost")
#: Where people reach the pages, with scheme: for links in mails, which no request asked for.
LUA_BASE_URL = env.str("LUA_BASE_URL", default="")
#: Vietnamese time. The day's mails begin at the first; between the other two, and on days off, nothing is sent.
MAIL_DIGEST_AT = time.fromisoformat(env.str("MAIL_DIGEST_AT", default="07:00"))
MAIL_QUIET_FROM = time.fromisoformat(env.str("MAIL_QUIET_FROM", default="18:00"))
MAIL_QUIET_UNTIL = time.fromisoformat(env.str("MAIL_QUIET_UNTIL", default="07:00"))

# --- Static files -----------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static")).root
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
# viewflow brings 50 MB of front end that no page of ours uses: only our own folder is collected.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
LUA_STATIC_MANIFEST = env.bool("LUA_STATIC_MANIFEST", default=not DEBUG)
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if LUA_STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Uploads ----------------------------------------------------------------------------------------

# Files above this size go to a temporary file, so that memory stays bounded (bytes).
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Logging ----------------------------------------------------------------------------------------

from config.logs import configure_logging  # noqa: E402

LOGGING = configure_logging(
    level=env.str("LUA_LOG_LEVEL", default="INFO"),
    json=env.str("LUA_LOG_FORMAT", default="console") == "json",
)
