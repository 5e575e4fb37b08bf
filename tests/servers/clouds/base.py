"""What the servers of this folder share: HTTP, tokens that end, and a way for tests to have calls refused.

A server is started as `NAME_server.py PORT FOLDER`, and writes what its users need to know into the folder.
"""
import base64
import http.server
import json
import os
import secrets
import sys
import time

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]
ADDRESS = f"127.0.0.1:{PORT}"

TOKENS = {}
# Which calls are refused: words of the server's own. `log` is every request without what it held. Of what writes a
# secret, `lost` is how many of the next calls are done and not answered, and `raced` a value that somebody else writes
# just before the next.
CONTROL = {"denied": [], "log": [], "lost": 0, "raced": None}


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text):
    return base64.b64decode(text, validate=True)


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_token(seconds=3600):
    token = secrets.token_urlsafe(24)
    TOKENS[token] = time.time() + seconds
    return token


def write(name, value):
    text = value if isinstance(value, str) else json.dumps(value)
    with open(os.path.join(FOLDER, name), "w") as file:
        file.write(text)
    os.chmod(os.path.join(FOLDER, name), 0o600)


class Answer(Exception):
    """Ends a request with a status, a body in JSON and headers."""

    def __init__(self, status, body, headers=None):
        self.status, self.body, self.headers = status, body, headers or {}


class Lost(Exception):
    """Ends a request, and its connection, without an answer."""


def raced():
    """What somebody else has written just before, if anything."""
    value, CONTROL["raced"] = CONTROL["raced"], None
    return [] if value is None else [value]


def written(status, body):
    """The answer to what has written a secret."""
    if CONTROL["lost"]:
        CONTROL["lost"] -= 1
        raise Lost()
    raise Answer(status, body)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def token(self):
        """The token that was sent, if it is good."""
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        return token if kind == "Bearer" and TOKENS.get(token, 0) > time.time() else None

    def form(self):
        import urllib.parse

        return dict(urllib.parse.parse_qsl(self.raw.decode(), strict_parsing=True))

    def json(self):
        return json.loads(self.raw or b"{}")

    def handle_any(self):
        self.raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.route, _, self.query = self.path.partition("?")
        try:
            if self.route == "/control":
                given = self.json()
                if given.pop("revoke", False):
                    TOKENS.clear()
                answer = json.loads(json.dumps(CONTROL))
                CONTROL.update(given)
                raise Answer(200, answer)
            CONTROL["log"].append(f"{self.command} {self.route}")
            self.serve()
        except Answer as answer:
            body = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
            for name, value in {**headers, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except Lost:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


def run(handler, context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()
