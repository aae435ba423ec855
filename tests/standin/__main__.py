"""``python -m tests.standin --port 8099 --records DIR``: serve a folder of records as the API would."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

from tests.standin.collection import Collection
from tests.standin.server import StandIn, serve_forever

RECORDS = Path(__file__).parents[1] / "records"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description="A loopback stand-in of the registry's API.")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--records", type=Path, default=RECORDS, help="a folder of records (default: the synthetic ones)")
    parser.add_argument("--data-timestamp", default="2026-11-24T09:00:05")
    given = parser.parse_args()
    collection = Collection.of_folder(given.records)
    with contextlib.suppress(KeyboardInterrupt):
        serve_forever(StandIn(collection, port=given.port, data_timestamp=given.data_timestamp))


if __name__ == "__main__":
    main()
