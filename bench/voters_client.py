"""The voters of `bench/voters.py`, in a process of their own: sockets in one thread, little CPU.

Reads one JSON object from standard input and writes one to standard output. Every voter is a
browser without JavaScript on one connection that is kept: page, think, press, redirect, page.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import brotli

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
STATEMENT = re.compile(rb'name="statement" value="(\d+)"')
ANSWERS = {"agree": 1, "disagree": -1, "pass": 0}
DEVICE_COOKIE = "lamppost_participant"
PATIENCE = 30.0
# The server closes a connection that nobody used for five seconds.
KEPT = 4.0
SPREAD = 0.6  # sigma of the lognormal time in which a statement is read


@dataclass
class Log:
    """What one voter saw."""

    times: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "POST": []})
    failures: Counter[str] = field(default_factory=Counter)
    # Signed device cookie → statement → last answer that was counted.
    counted: dict[str, dict[int, int]] = field(default_factory=dict)
    accepted: int = 0
    started_anew: int = 0


class Voter:
    """Answers until the time is over; whoever has answered everything starts as somebody else."""

    def __init__(self, number: int, port: int, path: str, think: float) -> None:
        self.port, self.path, self.think = port, path, think
        self.random = random.Random(number)
        self.cookies: dict[str, str] = {}
        self.log = Log()
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.used = 0.0

    async def run(self, end: float) -> Log:
        # Nobody opens the page at the very same moment as everybody else.
        await asyncio.sleep(self.random.uniform(0, self.think))
        page = await self.ask("GET", self.path)
        while time.monotonic() < end:
            await asyncio.sleep(self.pause())
            token, statement = TOKEN.search(page[1]), STATEMENT.search(page[1])
            if page[0] != 200 or token is None or statement is None:
                self.cookies.clear()
                self.log.started_anew += 1
                page = await self.ask("GET", self.path)
                continue
            page = await self.answer(token.group(1).decode(), int(statement.group(1)))
        self.close()
        return self.log

    def pause(self) -> float:
        if not self.think:
            return 0.0
        middle = math.log(self.think) - SPREAD**2 / 2
        return self.random.lognormvariate(middle, SPREAD)

    async def answer(self, token: str, statement: int) -> tuple[int, bytes, str]:
        answer = self.random.choice(list(ANSWERS))
        form = {"csrfmiddlewaretoken": token, "statement": str(statement), "vote": answer}
        status, text, location = await self.ask("POST", self.path, urlencode(form))
        if status != 303:
            return status, text, location
        self.log.accepted += 1
        mine = self.log.counted.setdefault(self.cookies.get(DEVICE_COOKIE, ""), {})
        mine[statement] = ANSWERS[answer]
        return await self.ask("GET", location)

    async def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes, str]:
        """Return status, text and redirect; status 0 when no answer came."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            f"Origin: http://localhost:{self.port}",
            "Accept: text/html",
            "Accept-Encoding: br",
            f"Cookie: {cookies}",
        ]
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body)}"]
        message = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
        started = time.perf_counter()
        try:
            found = await asyncio.wait_for(self.exchange(message), PATIENCE)
        except (OSError, EOFError, TimeoutError) as error:
            self.log.failures[f"{method} {type(error).__name__}"] += 1
            self.close()
            return 0, b"", ""
        self.log.times[method].append(time.perf_counter() - started)
        if found[0] not in {200, 303}:
            self.log.failures[f"{method} {found[0]}"] += 1
        return found

    async def exchange(self, message: bytes) -> tuple[int, bytes, str]:
        if self.streams is None or time.monotonic() - self.used > KEPT:
            self.close()
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(message)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, length, location, coding, closes = int(head[0].split()[1]), 0, "", "", False
        for line in head[1:]:
            name, _, value = line.partition(": ")
            name = name.lower()
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0].strip('"')
            elif name == "content-length":
                length = int(value)
            elif name == "location":
                location = value
            elif name == "content-encoding":
                coding = value
            elif name == "connection":
                closes = value == "close"
        text = await reader.readexactly(length)
        self.used = time.monotonic()
        if closes:
            self.close()
        return status, brotli.decompress(text) if coding == "br" else text, location

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def crowd(port: int, path: str, voters: int, seconds: float, think: float) -> list[Log]:
    end = time.monotonic() + seconds
    people = [Voter(number, port, path, think) for number in range(voters)]
    return await asyncio.gather(*(one.run(end) for one in people))


def run(port: int, path: str, voters: int, seconds: float, think: float) -> dict[str, Any]:
    started = time.monotonic()
    logs = asyncio.run(crowd(port, path, voters, seconds, think))
    return {
        "took": time.monotonic() - started,
        "cpu": time.process_time(),
        "times": {kind: [t for log in logs for t in log.times[kind]] for kind in ("GET", "POST")},
        "failures": dict(sum((log.failures for log in logs), Counter())),
        "accepted": sum(log.accepted for log in logs),
        "started_anew": sum(log.started_anew for log in logs),
        "counted": [[cookie, list(a.items())] for log in logs for cookie, a in log.counted.items()],
    }


if __name__ == "__main__":
    json.dump(run(**json.load(sys.stdin)), sys.stdout)
