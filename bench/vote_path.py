"""What one vote costs: CPU milliseconds and database queries of the page and of the press.

Calls the site's WSGI application in this process, one request after the other, as a browser without
JavaScript would: no web server, no network, no other thread. CPU time does not depend much on what
else the machine does, so that a change of the code can be judged on a busy machine.

    .venv/bin/python bench/vote_path.py
    .venv/bin/python bench/vote_path.py --voters 60 --answers 10 --queries
    .venv/bin/python bench/vote_path.py --profile POST
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import io
import os
import pstats
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STATEMENT = re.compile(r'name="statement" value="(\d+)"')
ANSWERS = ("agree", "disagree", "pass")


class Browser:
    """One visitor's cookies, and the application it asks."""

    def __init__(self, application: Callable[..., Any], port: int) -> None:
        self.application, self.port = application, port
        self.cookies: dict[str, str] = {}
        self.page = ""
        self.size = 0

    def ask(self, method: str, target: str, body: str = "") -> tuple[int, str]:
        """Return status and redirect; the text is in `page`."""
        path, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": str(self.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": f"localhost:{self.port}",
            "HTTP_ORIGIN": f"http://localhost:{self.port}",
            "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_ENCODING": "br",
            "HTTP_COOKIE": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body.encode()),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }
        if body:
            environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
            environ["CONTENT_LENGTH"] = str(len(body))
        head: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            head["status"], head["headers"] = int(status.split()[0]), headers

        answer = self.application(environ, start_response)
        content = b"".join(answer)
        answer.close()
        self.size = len(content)
        location = ""
        for name, value in head["headers"]:
            if name == "Set-Cookie":
                for key, morsel in SimpleCookie(value).items():
                    self.cookies[key] = morsel.value
            elif name == "Location":
                location = value
            elif name == "Content-Encoding":
                import brotli

                content = brotli.decompress(content)
        self.page = content.decode()
        return head["status"], location


def visit(browser: Browser, path: str, answers: int, timed: Callable[..., Any]) -> None:
    """Open the page and answer some statements."""
    timed("first page", browser, "GET", path)
    for number in range(answers):
        token, statement = TOKEN.search(browser.page), STATEMENT.search(browser.page)
        if token is None or statement is None:
            raise SystemExit(f"no form on the page:\n{browser.page[:2000]}")
        form = {
            "csrfmiddlewaretoken": token.group(1),
            "statement": statement.group(1),
            "vote": ANSWERS[number % 3],
        }
        kind = "first POST" if number == 0 else "POST"
        status, location = timed(kind, browser, "POST", path, urlencode(form))
        if status != 303:
            raise SystemExit(f"POST was answered with {status}")
        timed("GET", browser, "GET", location)


@contextlib.contextmanager
def counting() -> Iterator[list[str]]:
    """Collect the SQL of what is done inside, BEGIN and COMMIT included."""
    from django.db import connection

    found: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        found.append(sql % params if params and not many and "%s" in sql else sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


def measure(options: argparse.Namespace) -> int:
    sys.path.insert(0, os.path.dirname(__file__))
    from voters import prepare

    _question, path = prepare(options.statements)
    from lamppost.site.wsgi import application

    port = 8000
    times: dict[str, list[float]] = defaultdict(list)
    queries: dict[str, list[list[str]]] = defaultdict(list)
    sizes: dict[str, int] = {}
    profile = cProfile.Profile() if options.profile else None

    def timed(kind: str, browser: Browser, *what: str) -> tuple[int, str]:
        before = time.process_time()
        if profile and kind == options.profile:
            profile.enable()
        answer = browser.ask(*what)
        if profile and kind == options.profile:
            profile.disable()
        times[kind].append(time.process_time() - before)
        sizes[kind] = browser.size
        return answer

    def counted(kind: str, browser: Browser, *what: str) -> tuple[int, str]:
        with counting() as found:
            answer = browser.ask(*what)
        queries[kind].append(found)
        return answer

    for _ in range(3):  # warm: templates, caches
        visit(Browser(application, port), path, 5, lambda _kind, browser, *what: browser.ask(*what))
    visit(Browser(application, port), path, options.answers, counted)
    for _ in range(options.voters):
        visit(Browser(application, port), path, options.answers, timed)
    print(f"{'':12}{'CPU ms, median':>15}{'mean':>8}{'least':>8}{'queries':>9}{'bytes':>8}")
    for kind, found in times.items():
        ms = sorted(1000 * one for one in found)
        most = statistics.median(len(one) for one in queries[kind])
        print(
            f"{kind:12}{statistics.median(ms):15.2f}{statistics.mean(ms):8.2f}{ms[0]:8.2f}"
            f"{most:9.0f}{sizes[kind]:8d}"
        )
    pair = statistics.median(times["POST"]) + statistics.median(times["GET"])
    print(f"{'one vote':12}{1000 * pair:15.2f}  (POST and the page after it)")
    if options.queries:
        for kind, found_queries in queries.items():
            print(f"\n== {kind}")
            for sql in found_queries[min(2, len(found_queries) - 1)]:
                print(f"  {sql[:300]}")
    if profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(70)
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voters", type=int, default=40)
    parser.add_argument("--answers", type=int, default=10, help="of each voter")
    parser.add_argument("--statements", type=int, default=30)
    parser.add_argument("--queries", action="store_true", help="print the SQL of one of each kind")
    parser.add_argument("--profile", metavar="KIND", help="cProfile of GET, POST or 'first page'")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lamppost-path-") as folder:
        os.environ |= {
            "LAMPPOST_HOME": folder,
            "LAMPPOST_URL": "http://localhost:8000",
            "DJANGO_SETTINGS_MODULE": "lamppost.site.settings",
        }
        return measure(options)


if __name__ == "__main__":
    sys.exit(main())
