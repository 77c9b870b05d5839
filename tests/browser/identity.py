"""A city's sign-in for the tests: OpenID Connect with PKCE, on loopback, standard library only.

It asks for a name and a press, as a city's page does, and believes both. Codes are used once, the
secret, the address to come back to and the verifier are looked at: a site that sent others would
not get in.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

CLIENT, SECRET = "lamppost-test", secrets.token_hex(8)

PAGE = """<!doctype html><html lang="en"><title>City</title><h1>City of Elmham</h1>
<form method="post" action="/authorize"><input type="hidden" name="asked" value="%s">
<label>Name <input name="name"></label><button>Sign in to the city</button></form></html>"""


class Identity(ThreadingHTTPServer):
    """The server, and what it has given out."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{port}"
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}


@contextmanager
def identity_provider(port: int) -> Iterator[Identity]:
    """Serve it while the block runs."""
    server = Identity(port)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Identity

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self._json(self._configuration())
        elif parts.path == "/authorize":
            asked = dict(parse_qsl(parts.query))
            known = asked.get("client_id") == CLIENT and asked.get("response_type") == "code"
            if not known or asked.get("code_challenge_method") != "S256":
                self._json({"error": "invalid_request"}, 400)
                return
            self._send(200, (PAGE % html.escape(parts.query)).encode(), "text/html")
        elif parts.path == "/userinfo":
            name = self.server.tokens.get(self.headers.get("Authorization", "").split(" ")[-1])
            self._json(_person(name) if name else {"error": "invalid_token"}, 200 if name else 401)
        else:
            self._json({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        sent = dict(parse_qsl(self.rfile.read(length).decode()))
        if self.path == "/authorize":
            self._give_code(sent)
        else:
            self._give_token(sent)

    def _configuration(self) -> dict[str, Any]:
        url = self.server.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "userinfo_endpoint": f"{url}/userinfo",
            "jwks_uri": f"{url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _give_code(self, sent: dict[str, str]) -> None:
        asked = dict(parse_qsl(sent["asked"]))
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = {**asked, "name": sent["name"]}
        back = urlencode({"code": code, "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _give_token(self, sent: dict[str, str]) -> None:
        given = self.server.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = (
            given is not None
            and (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
            and sent.get("redirect_uri") == given["redirect_uri"]
            and challenge == given["code_challenge"]
        )
        if given is None or not good:
            self._json({"error": "invalid_grant"}, 400)
            return
        token = secrets.token_urlsafe(16)
        self.server.tokens[token] = given["name"]
        self._json({"access_token": token, "token_type": "Bearer", "expires_in": 60})

    def _json(self, record: dict[str, Any], status: int = 200) -> None:
        self._send(status, json.dumps(record).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _person(name: str) -> dict[str, Any]:
    mail = f"{name.casefold()}@city.example"
    return {"sub": f"city-{name}", "name": name, "email": mail, "email_verified": True}
