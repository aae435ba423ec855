"""`trialside serve`: the site on the database."""

from __future__ import annotations

import socket
from contextlib import closing
from functools import partial

import click

from harvester.cli.console import say, warn
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.errors import InputError
from harvester.store import must_exist

HOST = "127.0.0.1"
PORT = 8001


@declare("serve")
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--public", is_flag=True, help="For the open web: no SQL of visitors' own; limits stay.")
@click.pass_context
def command(context: click.Context, host: str, port: int, public: bool) -> None:
    """Serve the site until it is stopped: trials, comparisons, search, and every table of the database.

    \b
    trialside serve
    trialside serve --host 0.0.0.0 --port 8080 --public
    """
    settings = settings_of(context)
    must_exist(settings.db)  # the site would be one of an empty collection
    serve_site(settings, host, port, public)


def serve_site(settings: Settings, host: str = HOST, port: int = PORT, public: bool = False, focal: str | None = None) -> None:
    """Serve until stopped. Raises InputError when the address cannot be listened on, StorageError for the database."""
    from harvester.site.app import serve  # brings Datasette, which takes its time
    from harvester.site.freezing import is_local

    if not is_free(host, port):
        raise InputError(f"{host} port {port} is taken or not of this machine", "Name another with --host or --port.")
    if not public and not is_local(host):
        warn("Others can reach this site and write SQL of their own; --public takes that away.")
    announce = partial(say, settings, f"serving {address(host, port)} (stop with Ctrl-C)")
    serve(settings.db, host, port, public, focal=focal, ready=announce)


def address(host: str, port: int, path: str = "/") -> str:
    """The address of a page."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{path}"


def is_free(host: str, port: int) -> bool:
    """Whether the address can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
    return True
