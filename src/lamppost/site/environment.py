"""What an installation is told by its surroundings: environment variables and its home folder."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

PACKAGE = Path(__file__).resolve().parent.parent

# Name, default and meaning of every variable that is read; docs/reference/settings.md is made from
# this, and a test finds a variable that is read and not listed.
VARIABLES = (
    (
        "LAMPPOST_HOME",
        "`var/` in a checkout, else `lamppost` in the user's data folder",
        "Folder of everything that an instance writes: database, secret, static files, mail.",
    ),
    (
        "LAMPPOST_URL",
        "`http://localhost:8000`, or the port of `--bind`",
        "Address under which people reach the site; links in mails and QR codes use it.",
    ),
    (
        "LAMPPOST_DATABASE_URL",
        "",
        "`postgresql://user:password@host:port/name`; without it the embedded store is used.",
    ),
    (
        "LAMPPOST_SECRET_KEY",
        "made at the first start, kept in `LAMPPOST_HOME/secret.key`",
        "Signs cookies and makes the opaque keys of participants. A new one loses both.",
    ),
    ("LAMPPOST_TIME_ZONE", "`UTC`", "Time zone in which times are entered and shown."),
    (
        "LAMPPOST_SMTP",
        "",
        "`smtp+tls://user:password@host:587`; without it mails are files in `LAMPPOST_HOME/mail`.",
    ),
    ("LAMPPOST_MAIL_FROM", "`lamppost@` and the host of LAMPPOST_URL", "Sender of mails."),
    ("LAMPPOST_OIDC_SERVER", "", "Address of the city's OpenID Connect server."),
    ("LAMPPOST_OIDC_NAME", "`City sign-in`", "What the button to it says."),
    ("LAMPPOST_OIDC_CLIENT", "", "Client id at that server."),
    ("LAMPPOST_OIDC_SECRET", "", "Client secret at that server."),
    (
        "LAMPPOST_TRUSTED_PROXIES",
        "",
        "Addresses of reverse proxies, with commas; only their forwarded headers are believed.",
    ),
    (
        "LAMPPOST_MAP_TILES",
        "",
        "Address of map pictures, such as `https://tiles.example.org/{z}/{x}/{y}.png`. Without it "
        "maps show sites on a plain ground, and no third party learns who looks.",
    ),
    ("LAMPPOST_MAP_ATTRIBUTION", "", "Whom the map pictures are credited to."),
    (
        "LAMPPOST_NOTICE_DAYS",
        "`0`",
        "Days that a disclosure must stand before measuring starts, where the law asks for some.",
    ),
    (
        "LAMPPOST_OPERATOR",
        "",
        "Organisation that answers for this instance, as the public registers name it.",
    ),
    ("LAMPPOST_OPERATOR_DEPARTMENT", "", "Its office or department."),
    ("LAMPPOST_OPERATOR_CONTACT", "as LAMPPOST_MAIL_FROM", "Address of a role for questions."),
    ("LAMPPOST_OPERATOR_COUNTRY", "", "Country of that organisation."),
    (
        "LAMPPOST_ALERT_HOURS",
        "`24`",
        "Hours within which somebody has to look at residents' words about danger.",
    ),
    (
        "LAMPPOST_MAILS_AN_HOUR",
        "`1000`",
        "Codes that go out by e-mail within an hour for one partnership; more where many people "
        "answer at once.",
    ),
    (
        "LAMPPOST_STATEMENTS_WAITING",
        "`10`",
        "Sentences of one person in a partnership that nobody has read yet; no more are taken in "
        "over the web before somebody has.",
    ),
    (
        "LAMPPOST_PLAYBOOKS",
        "`LAMPPOST_HOME/playbooks`",
        "Folder with the city's own playbooks, one `.toml` file each; read at the start.",
    ),
    ("LAMPPOST_DEBUG", "", "`1` shows errors in full; for development only."),
)


def checkout_root() -> Path | None:
    """Return the project's root when the package runs from a checkout, else None."""
    root = PACKAGE.parent.parent
    return root if PACKAGE.parent.name == "src" and (root / "pyproject.toml").exists() else None


def home() -> Path:
    """Return the folder that everything an instance writes lies under; made when absent.

    It holds the database, mails and secrets, so other accounts of the machine are shut out.
    """
    given = os.environ.get("LAMPPOST_HOME")
    if given:
        folder = Path(given).expanduser()
    elif (root := checkout_root()) is not None:
        folder = root / "var"
    else:
        data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
        folder = Path(data).expanduser() / "lamppost"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _close_to_others(folder)
    except OSError as error:
        raise _home_refused(folder, error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _home_refused(folder, "this account may not write there")
    return folder


def _home_refused(folder: Path, why: str) -> SystemExit:
    return SystemExit(
        f"lamppost: the folder {folder} cannot be used ({why}). Set LAMPPOST_HOME to a folder "
        "that this account may write to."
    )


def own_url() -> str:
    """Return the address under which people reach this instance, from LAMPPOST_URL."""
    given = os.environ.get("LAMPPOST_URL", "http://localhost:8000").rstrip("/")
    try:
        parts = urlparse(given)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SystemExit(
            f"lamppost: LAMPPOST_URL is {given!r}. Give a whole address, such as "
            "https://lamps.example.org or http://localhost:8000."
        )
    return given


def _close_to_others(folder: Path) -> None:
    """Make a folder of our own readable by nobody else; warn where it is not ours to close."""
    state = folder.stat()
    if os.name != "posix" or not state.st_mode & 0o077:
        return
    shared = state.st_mode & stat.S_ISVTX
    if state.st_uid == os.getuid() and not shared:
        folder.chmod(0o700)
        return
    print(
        f"lamppost: other users of this machine can look into {folder}. Give LAMPPOST_HOME a "
        "folder that belongs to this account alone.",
        file=sys.stderr,
    )


def secret_key(folder: Path) -> str:
    """Return this installation's random secret, made at the first start and kept at mode 600."""
    given = os.environ.get("LAMPPOST_SECRET_KEY")
    if given:
        return given
    file = folder / "secret.key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        key = secrets.token_urlsafe(64)
        stream.write(key)
    return key


def database(folder: Path) -> dict[str, object]:
    """Return Django's database settings: SQLite in `folder`, or what LAMPPOST_DATABASE_URL names.

    SQLite runs in WAL with IMMEDIATE transactions and a 20 s wait: with 100 voters at once this
    refused none of 4,358 votes; in the first trials WAL alone refused a quarter to a half.
    """
    url = os.environ.get("LAMPPOST_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "lamppost.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit(
            "lamppost: LAMPPOST_DATABASE_URL must start with postgresql:// "
            "(leave it out for the embedded store)"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
