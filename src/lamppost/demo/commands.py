"""``lamppost demo``: load the made-up town, once."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from pathlib import Path

from lamppost.base.commands import Command, CommandFault, progress

from .town import SEED, TOWN, make_town


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=int, default=SEED, metavar="N", help=f"another town (default: {SEED})"
    )
    parser.add_argument(
        "--today",
        type=_day,
        default=None,
        metavar="YYYY-MM-DD",
        help="the day on which the town is looked at; its pilot ended two to three weeks before "
        "(default: today)",
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        metavar="PART",
        help="0.1 loads a tenth of the participants and comments (default: 1)",
    )
    parser.add_argument(
        "--reset",
        action="store_true",
        help=f"delete {TOWN} with everything that was entered in it, then load it anew; "
        "needs --yes",
    )
    parser.add_argument("--yes", action="store_true", help="do it without asking")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-03-04") from None


def _run(options: argparse.Namespace) -> None:
    from .load import is_loaded

    if options.reset:
        _reset(confirmed=options.yes)
    if is_loaded():
        _open_doors()
        progress(f"{TOWN} is here already; everything entered in it was kept.")
    else:
        _load(options)
    _say_where_to_look()


def _reset(*, confirmed: bool) -> None:
    from .load import remove_town

    if not confirmed:
        raise CommandFault(
            f"--reset deletes {TOWN} with everything that was entered in it. "
            "Add --yes when you mean it."
        )
    if remove_town():
        progress(f"Deleted {TOWN}. Other partnerships were left as they are.")


def _load(options: argparse.Namespace) -> None:
    from .load import load_town
    from .passwords import make_passwords, write_passwords

    today = options.today or dt.datetime.now(dt.UTC).date()
    _refuse(today, options.scale)
    started = time.monotonic()
    progress(f"Making up {TOWN} from seed {options.seed}, seen on {today.isoformat()} …")
    town = make_town(seed=options.seed, today=today, scale=options.scale)
    passwords = make_passwords(town.accounts)
    load_town(town, passwords=passwords, progress=progress)
    write_passwords(_home(), town.accounts, passwords)
    _open_doors()
    progress(f"Loaded in {time.monotonic() - started:.0f} seconds.")


def _refuse(today: dt.date, scale: float) -> None:
    from django.conf import settings

    from lamppost.accounts.models import User

    if today > dt.datetime.now(dt.UTC).date():
        raise CommandFault(
            f"--today is {today.isoformat()}, which is still to come. Give a past day."
        )
    if not 0 < scale <= 1:
        raise CommandFault(f"--scale is {scale:g}. Give a number above 0 and at most 1.")
    if User.objects.exists() and not settings.DEMO_MARK.exists():
        raise CommandFault(
            "This instance has accounts of its own, and the demo opens doors without a password. "
            "Give the demo a folder of its own: LAMPPOST_HOME=~/lamppost-demo lamppost demo"
        )


def _home() -> Path:
    from django.conf import settings

    return Path(settings.HOME)


def _open_doors() -> None:
    from django.conf import settings

    settings.DEMO_MARK.touch(mode=0o600, exist_ok=True)


def _say_where_to_look() -> None:
    from django.conf import settings

    from lamppost.site.queries import demo_vote_url

    from .passwords import FILE_NAME
    from .town import SLUG

    base = settings.LAMPPOST_URL
    vote = demo_vote_url()
    print(f"{TOWN} is made up. Start the site with `lamppost serve`, then look at")
    print(f"  {base}/  the doors: lead, resident, community organisation, company")
    print(f"  {base}/p/{SLUG}/  its public page")
    if vote:
        print(f"  {vote if vote.startswith('http') else base + vote}  a resident's vote")
    print(f"Passwords of its accounts: {settings.HOME / FILE_NAME}")


COMMANDS = [
    Command(
        name="demo",
        summary=f"Load {TOWN}, a made-up town with a whole partnership in it, once.",
        example="lamppost demo",
        add_arguments=_arguments,
        run=_run,
    ),
]
