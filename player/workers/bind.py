"""The bind worker: asks the county whether this box is bound (开通) by now, and for a code to show if it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from player.workers.child import Say, live
from player.workers.county_api import CountyApi, Declined, fault_of
from player.workers.messages import BindResult, BindSpec
from playlists.binding import BindingCode, BindingState, binding_request
from playlists.errors import YuanjiaoError
from playlists.keys import SigningKey

BINDINGS_PATH: Final = "/api/box/v1/bindings"
ALREADY_BOUND: Final = 409


def main() -> int:
    """Run as a worker process."""
    return live(BindSpec, bind)


def bind(spec: BindSpec, say: Say) -> BindResult:  # noqa: ARG001 - the result says it all
    """Ask; return the answer."""
    try:
        key = SigningKey.load(Path(spec.key_file))
        county = CountyApi(spec.api, spec.line)
        if county.get(f"{BINDINGS_PATH}/{key.fingerprint}", BindingState).bound:
            return BindResult(bound=True)
        code = county.post(BINDINGS_PATH, binding_request(key, spec.version), BindingCode)
        return BindResult(code=code.code, expires_in_s=code.expires_in_s)
    except Declined as error:
        if error.status == ALREADY_BOUND:
            return BindResult(bound=True)
        return BindResult(error=error.why, fault=fault_of(error))
    except (YuanjiaoError, OSError) as error:
        return BindResult(error=str(error), fault=fault_of(error))
