"""TLS as a box needs it: the county's own authority, and dates of certificates by the box's own time.

Chain and host name are always checked. The dates of certificates are judged by the box's time, which OpenSSL does
not know: it goes by the operating system's clock, and that may stand at 1970 while the box has long heard better.
So OpenSSL is told to leave them (X509_V_FLAG_NO_CHECK_TIME) and they are compared here (RFC 5280, section 4.1.2.5);
while the box's clock is unknown they are not. Callers: `player.workers.lines` and `player.workers.wires`.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, Final

from player.workers.messages import Line

_NO_CHECK_TIME: Final = 0x200000


def box_context(line: Line) -> ssl.SSLContext:
    """Return TLS for calls from this box; without an authority of the county's own, the system's are believed.

    Raises:
        OSError: The authority's file cannot be read or is none.
    """
    context = _DatedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= _NO_CHECK_TIME
    context.wall_ms = line.wall_ms
    if line.ca_file:
        context.load_verify_locations(line.ca_file)
    else:
        context.load_default_certs()
    return context


class _DatedSocket(ssl.SSLSocket):
    """A connection whose certificates are judged by the box's time."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        if isinstance(self.context, _DatedContext) and self.context.wall_ms:
            for certificate in (self.getpeercert() or {}, *self.context.get_ca_certs()):
                _require_valid(certificate, self.context.wall_ms / 1000)


class _DatedContext(ssl.SSLContext):
    """TLS by which `_DatedSocket` knows the box's time; 0 if there is none."""

    sslsocket_class = _DatedSocket
    wall_ms = 0


def _require_valid(certificate: Mapping[str, Any], now_s: float) -> None:
    begins, ends = (ssl.cert_time_to_seconds(certificate[key]) for key in ("notBefore", "notAfter"))
    if not begins <= now_s <= ends:
        dates = f"{certificate['notBefore']} to {certificate['notAfter']}"
        raise ssl.SSLCertVerificationError(f"a certificate is valid from {dates}, and this box's time is another")
