"""``python -m tests.standin --port 8099 --records DIR``: serve a folder of records as the API would; or a large file of them.

``--ndjson FILE`` serves a file of one study a line, however many (see `tests.standin.warehouse`), ``--delay`` keeps each page
waiting as the registry does.
"""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from tests.standin.collection import Collection
from tests.standin.server import StandIn, serve_forever
from tests.standin.warehouse import Warehouse

RECORDS = Path(__file__).parents[1] / "records"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description="A loopback stand-in of the registry's API.")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--records", type=Path, default=RECORDS, help="a folder of records (default: the synthetic ones)")
    parser.add_argument("--ndjson", type=Path, help="a file of records, one a line, instead of the folder")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each page is waited for")
    parser.add_argument("--data-timestamp", default="2026-11-24T09:00:05")
    given = parser.parse_args()
    options = {"port": given.port, "delay": given.delay, "data_timestamp": given.data_timestamp}
    if given.ndjson:
        standin: StandIn = Warehouse.of_file(given.ndjson, **options)
    else:
        standin = StandIn(Collection.of_folder(given.records), **options)
    with contextlib.suppress(KeyboardInterrupt):
        serve_forever(standin)


if __name__ == "__main__":
    main()
