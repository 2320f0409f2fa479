"""``yuanjiao county serve``: pages, box API, published files and the job runner in one process.

Rules: started in the order runner, HTTPS, HTTP and stopped in reverse; SIGTERM finishes what is being
answered; the service manager hears READY only when both listeners stand, and is petted only while every part
lives. Foreign signals only set an event.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone

from county.configuration import Configuration
from county.courses.originals import sweep
from county.figures.months import draw_touched
from county.figures.rules import rules_of
from county.folders import keys_folder, published_folder
from county.jobs.runner import Runner
from county.jobs.works import WORKS
from county.publishing.publish import publish, sweep_published
from county.sounds.prepare import needed_originals
from county.web import plain_application, secure_application
from playlists.errors import FailedAttempt, YuanjiaoError

log = logging.getLogger(__name__)
THREADS = 32  # a slow line keeps a thread for as long as it fetches
TIMEOUT_S = 30
REFRESH_S = 3600
TICK_S = 5


class LazyHandshake(BuiltinSSLAdapter):
    """TLS whose handshake happens in the worker thread: a silent client must not stop others' connections."""

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Return the socket wrapped, with the handshake still to come at the first read."""
        wrapped = self.context.wrap_socket(sock, do_handshake_on_connect=False, server_side=True)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class Listener(wsgi.Server):
    """A web server that logs as everything else does."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log a complaint; a client that hangs up is worth one line, a fault all of it."""
        fault = sys.exc_info()[1]
        if isinstance(fault, OSError):  # TLS errors are among them
            log.info("a connection broke off: %s", fault)
        else:
            log.log(level, "%s", msg, exc_info=fault if traceback else None)


class CountyServer:
    """Everything that runs while the county serves.

    Args:
        configuration: Addresses and ports; port 0 takes a free one.
    """

    def __init__(self, configuration: Configuration) -> None:
        pages = get_wsgi_application()
        secure = secure_application(pages, published_folder())
        plain = plain_application(pages, published_folder())
        limit = (configuration.upload_limit_mb + 16) << 20
        self._runner = Runner(WORKS, configuration.lease_s)
        self._https = _listener(configuration.host, configuration.https_port, secure, limit)
        self._https.ssl_adapter = _tls(keys_folder())
        self._http = _listener(configuration.http_host, configuration.http_port, plain, limit)
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()

    @property
    def https_port(self) -> int:
        """The port of HTTPS, once started."""
        return int(self._https.bind_addr[1])

    @property
    def http_port(self) -> int:
        """The port of plain HTTP, once started."""
        return int(self._http.bind_addr[1])

    def start(self) -> None:
        """Start runner and listeners.

        Raises:
            FailedAttempt: A port is taken; nothing has been started.
        """
        for server in (self._https, self._http):
            try:
                server.prepare()
            except OSError as error:
                self._https.stop()  # its threads would keep the process alive
                host, port = server.bind_addr[:2]
                raise FailedAttempt(f"listen on port {port} of {host}", str(error), retry=False) from error
        self._runner.start()
        for name, work in (
            ("https", self._https.serve),
            ("http", self._http.serve),
            ("refresh", self._refresh),
        ):
            thread = threading.Thread(target=work, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def is_alive(self) -> bool:
        """Return whether every part still runs."""
        return self._runner.is_alive() and all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Stop in reverse order, finishing what is being answered."""
        self._stop.set()
        self._http.stop()
        self._https.stop()
        self._runner.stop()

    def _refresh(self) -> None:
        """Now and then publish (signatures stay fresh, a failed publishing is made up for), sweep, and draw figures."""
        while True:
            close_old_connections()
            try:
                publish()
                sweep(timezone.now(), needed_originals())
                draw_touched(rules_of(settings.CONFIGURATION), timezone.now())
                sweep_published(timezone.now())
            except (YuanjiaoError, OSError) as error:
                log.warning("%s", error)
            except Exception:
                log.exception("publishing met a fault and will be tried again")
            if self._stop.wait(REFRESH_S):
                return


def serve(configuration: Configuration) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server = CountyServer(configuration)
    server.start()
    log.info("HTTPS on port %s, HTTP on port %s", server.https_port, server.http_port)
    notify("READY=1")
    healthy = True
    while healthy and not ended.wait(TICK_S):
        if healthy := server.is_alive():
            notify("WATCHDOG=1")
    notify("STOPPING=1")
    server.stop()
    return 0 if healthy else 1


def notify(state: str) -> None:
    """Tell the service manager, if there is one (sd_notify(3))."""
    if not (address := os.environ.get("NOTIFY_SOCKET")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)


def _listener(host: str, port: int, application: Any, body_limit: int) -> Listener:
    server = Listener((host, port), application, numthreads=THREADS, timeout=TIMEOUT_S)
    server.max_request_body_size = body_limit
    server.shutdown_timeout = 10
    return server


def _tls(keys: Path) -> LazyHandshake:
    adapter = LazyHandshake(str(keys / "server.pem"), str(keys / "server-key.pem"))
    adapter.context.minimum_version = ssl.TLSVersion.TLSv1_2
    return adapter
