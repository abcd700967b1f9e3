"""An endpoint that takes changes, badly: it fails, hangs, dies and refuses."""

import hashlib
import hmac
import http.server
import json
import random
import ssl
import threading
import time

Identifier = tuple[str, str]


def _identifiers(entries) -> list[Identifier]:
    return [(entry['kind'], entry['value']) for entry in entries]


class Receiver:
    """Keeps the identifiers that it was told to keep, each change once.

    `trouble` is how likely a request meets one; `refused` is a text whose
    changes are answered with 400."""

    def __init__(self, secret: str, seed: int,
                 certificate: str | None = None) -> None:
        self.holders: dict[Identifier, str] = {}   # and the change that said so
        self.faults: list[str] = []
        self.applied: dict[str, int] = {}          # id: how often it came
        self.trouble = 0.0
        self.refused = ''
        self.hopeless = 0                          # a status for everything
        self.requests = 0
        self._latest: dict[str, int] = {}          # profile: number of its last
        self._secret = secret.encode()
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Hands requests over."""
            protocol_version = 'HTTP/1.1'

            def do_POST(self):  # pylint: disable=C0103
                """One request."""
                body = self.rfile.read(int(self.headers['Content-Length']))
                receiver.take(self, body)

            def log_message(self, *_):  # pylint: disable=W0221
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
                                                       Handler)
        self._server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket,
                                                      server_side=True)
        threading.Thread(target=self._server.serve_forever,
                         daemon=True).start()
        self.port = self._server.server_address[1]

    def stop(self) -> None:
        """Nobody answers there any more."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, handler, body: bytes) -> None:
        """Answers one request, or not."""
        with self._lock:
            self.requests += 1
            kind = ''
            if self._dice.random() < self.trouble:
                kind = self._dice.choice(
                    ('500', '503', '429', '408', 'hang', 'die', 'late death'))
            if self.requests == 1:
                kind = 'late death'  # so something comes twice
            if self.hopeless:
                kind = str(self.hopeless)
            if kind in ('', 'late death') and self._check(handler, body):
                kind = self._apply(json.loads(body)) or kind
        if kind == 'hang':
            time.sleep(2.5)
        if kind in ('hang', 'die', 'late death'):
            handler.close_connection = True
            handler.connection.close()
            return
        try:
            handler.send_response(int(kind) if kind else 200)
            if kind == '429':
                handler.send_header('Retry-After', '1')
            handler.send_header('Content-Length', '2')
            handler.end_headers()
            handler.wfile.write(b'ok')
        except OSError:
            pass  # the other end was killed

    def _check(self, handler, body: bytes) -> bool:
        """The signature, as the help text says it is made."""
        fields = dict(field.split('=', 1) for field in
                      handler.headers['Audienced-Signature'].split(','))
        wanted = hmac.new(self._secret, fields['t'].encode() + b'.' + body,
                          hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, fields['v1']):
            self.faults.append('a wrong signature')
        if abs(int(fields['t']) - time.time()) > 60:
            self.faults.append('a signature of another time')
        return True

    def _apply(self, message) -> str:
        """All of it, or the status that refuses it."""
        changes = message['changes']
        if self.refused and self.refused in json.dumps(changes):
            return '400'
        for entry in changes:
            name, change = entry['id'], entry['change']
            self.applied[name] = self.applied.get(name, 0) + 1
            if self.applied[name] > 1:
                continue
            number = int(name.rsplit('-', 1)[1])
            if number <= self._latest.get(change['profile'], 0):
                self.faults.append(f'{name} came late')
            self._latest[change['profile']] = number
            for each in _identifiers(entry['removed_identifiers']):
                if self.holders.pop(each, None) is None:
                    self.faults.append(f'{each} was removed and not there')
            for each in _identifiers(entry['added_identifiers']):
                if each in self.holders:
                    self.faults.append(f'{each} was added twice')
                self.holders[each] = name
        return ''
