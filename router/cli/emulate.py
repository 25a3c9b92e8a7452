"""`pixroute emulate`: OpenAI's Images API on this machine, until it is stopped."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import ConfigError
from .exits import Exit
from .options import CatalogFiles, On, open_catalog, read_day
from .talk import say_hint

HINT = 'pip install "pixroute[serve]"'


def emulate(
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where to listen; 0 picks a free port.")] = 0,
    on: On = None,
    catalog: CatalogFiles = None,
) -> int:
    """Serve OpenAI's Images API on this machine, as strict as on a day.

    The pictures cost nothing. Prints the address on its own line, then answers until it is stopped. Its bill is at
    `/_emulator/bill`; faults are ordered at `/_emulator/faults`, or for one call with the header `x-emulator-fault`.
    """
    try:
        from ..emulator.serving import address, listening, make_server  # noqa: PLC0415 -- an extra, loaded when chosen
    except ModuleNotFoundError as error:
        raise ConfigError(f"the emulator needs `{error.name}`, which is not installed", hint=HINT) from None
    server = make_server(on=read_day(on), catalog=open_catalog(catalog))
    try:
        with listening(port) as listener:
            typer.echo(address(listener))  # which flushes: whoever started us waits for it
            say_hint(f'base_url="{address(listener)}/v1" points OpenAI\'s SDK here; Ctrl-C stops')
            server.run([listener])
    except KeyboardInterrupt:
        return Exit.FINE
    except OSError as error:
        message = f"cannot listen on port {port}: {error.strerror or error}"
        raise ConfigError(message, hint="leave out `--port` to get a free one") from None
    return Exit.FINE
