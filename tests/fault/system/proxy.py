"""A TCP proxy that cuts connections, at any byte."""

import socket
import struct
import threading

_RESET = struct.pack('ii', 1, 0)  # close() sends RST


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class _Link:
    """One connection through the proxy."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.ends = (client, server)
        self.is_cut = threading.Event()

    def cut(self) -> None:
        """Resets both ends."""
        if self.is_cut.is_set():
            return
        self.is_cut.set()
        for end in self.ends:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


class Proxy:
    """Passes on what comes to `port` to `target_port`. Thread-safe."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self._lock = threading.Lock()
        self._links: set[_Link] = set()
        self._bytes_left: int | None = None  # until all are cut
        self._answers_pass = threading.Event()
        self._answers_pass.set()
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_all(self) -> None:
        """Resets every connection now."""
        with self._lock:
            links, self._links = self._links, set()
            self._bytes_left = None
        for link in links:
            link.cut()
        self._answers_pass.set()

    def cut_after(self, bytes_left: int) -> None:
        """Resets every connection once so many more bytes have passed."""
        with self._lock:
            self._bytes_left = bytes_left

    def hold_answers(self) -> None:
        """Lets nothing through to the clients until the next cut, so that
        what was asked is done, and nobody learns of it."""
        self._answers_pass.clear()

    def close(self) -> None:
        """Ends it with all its connections."""
        self._listener.close()
        self.cut_all()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(
                    ('127.0.0.1', self.target_port), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = _Link(client, server)
            with self._lock:
                self._links.add(link)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, daemon=True,
                                 args=(link, source, sink)).start()

    def _pump(self, link: _Link, source: socket.socket,
              sink: socket.socket) -> None:
        is_answer = source is link.ends[1]
        try:
            while data := source.recv(65536):
                if is_answer:
                    self._answers_pass.wait()
                allowed = self._take(len(data))
                sink.sendall(data[:allowed])
                if allowed < len(data):
                    self.cut_all()
                    return
        except OSError:
            pass
        with self._lock:
            self._links.discard(link)
        link.cut()

    def _take(self, count: int) -> int:
        with self._lock:
            if self._bytes_left is None:
                return count
            allowed = min(count, self._bytes_left)
            self._bytes_left -= allowed
            return allowed
