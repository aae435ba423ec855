"""The registry misbehaves in every way that networks know: the client ends in time, says what happened, loses no study."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from harvester.errors import (
    BadRecord,
    InputError,
    MalformedId,
    Offline,
    RegistryAnswerBad,
    RegistryError,
    RegistryRefused,
    RegistryThrottled,
    RegistryUnreachable,
    SearchTooBroad,
    TrialNotFound,
)
from harvester.registry.client import Failed, Found, NotFound, Registry
from harvester.registry.paging import PAGE_SIZE
from harvester.registry.search import SearchQuery
from harvester.registry.transport import Limits, Time
from tests.standin import Collection, StandIn, faults
from tests.standin.faults import Fault
from tests.standin.synthetic import synthetic_id, synthetic_studies, synthetic_study

RECORDS = Path(__file__).parents[1] / "records"
FIVE = [synthetic_id(number) for number in range(1, 6)]
LATER = "2026-11-25T09:00:01"
UPDATED = "protocolSection.statusModule.lastUpdatePostDateStruct.date"


@dataclass
class FakeTime:
    """A clock that only sleeping moves; the waits are kept."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    @property
    def time(self) -> Time:
        return Time(lambda: self.now, self.sleep, lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(Collection(synthetic_studies(5))) as running:
        yield running


@pytest.fixture
def registry(standin: StandIn, clock: FakeTime) -> Iterator[Registry]:
    """A client that has asked for the version already, so that faults meet the request under test."""
    with Registry(standin.base_url, min_interval=0, clock=clock.time, limits=Limits(silence=2.0)) as client:
        client.version()
        standin.requests.clear()
        yield client


# Throttling


def test_429_once_with_retry_after_waits_and_goes_on(standin: StandIn, registry: Registry, clock: FakeTime) -> None:
    standin.faults = [Fault(faults.status(429, "slow down", Retry_After="1"), times=1)]

    assert registry.study(FIVE[0]).nct_id == FIVE[0]
    assert clock.waits == [1.0]


def test_429_always_ends_within_90_seconds_and_pauses_grow(standin: StandIn, registry: Registry, clock: FakeTime) -> None:
    standin.faults = [Fault(faults.status(429))]

    with pytest.raises(RegistryThrottled, match="429"):
        registry.study(FIVE[0])
    assert clock.waits == sorted(set(clock.waits))
    assert len(clock.waits) >= 2
    assert clock.now <= 90


@pytest.mark.parametrize("header", ["30", "60", "89", "86400", "Wed, 25 Nov 2099 00:00:00 GMT"])
def test_429_always_with_any_retry_after_ends_within_90_seconds(
    standin: StandIn, registry: Registry, clock: FakeTime, header: str
) -> None:
    standin.faults = [Fault(faults.status(429, Retry_After=header))]

    with pytest.raises(RegistryThrottled):
        registry.study(FIVE[0])
    assert clock.now <= 90


@pytest.mark.parametrize("header", ["abc", "-5", "", "Wed, 99 Nov 2026 99:00:00 GMT", "Wed, 25 Nov 2020 00:00:00 GMT"])
def test_a_senseless_retry_after_is_replaced_by_our_own_pause(
    standin: StandIn, registry: Registry, clock: FakeTime, header: str
) -> None:
    standin.faults = [Fault(faults.status(429, Retry_After=header), times=1)]

    assert registry.study(FIVE[0]).nct_id == FIVE[0]
    assert clock.waits == [1.0]


def test_a_retry_after_is_never_cut_short(standin: StandIn, registry: Registry, clock: FakeTime) -> None:
    """Coming back before the registry allows it would be rude; a wait longer than our patience ends the run instead."""
    standin.faults = [Fault(faults.status(503, Retry_After="40"), times=1)]

    assert registry.study(FIVE[0]).nct_id == FIVE[0]
    assert clock.waits == [40.0]


def test_a_wait_too_long_to_wait_is_told(standin: StandIn, registry: Registry, clock: FakeTime) -> None:
    standin.faults = [Fault(faults.status(429, Retry_After="86400"))]

    with pytest.raises(RegistryThrottled) as caught:
        registry.study(FIVE[0])
    assert "try again in 1,440 min" in caught.value.line
    assert clock.waits == []


def test_waits_are_told(standin: StandIn, clock: FakeTime) -> None:
    told: list[str] = []
    standin.faults = [Fault(faults.status(429, Retry_After="7"), times=1)]
    with Registry(standin.base_url, clock=clock.time, notice=told.append) as client:
        client.version()

    assert told == ["The registry asks to slow down (429); asking again in 7 s"]


# Server faults


def test_503_twice_then_fine(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.status(503, "busy"), times=2)]

    assert registry.study(FIVE[0]).nct_id == FIVE[0]
    assert len(standin.requests) == 3


def test_500_on_one_of_five_ids_costs_that_one(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.status(500, "Internal error"), where=FIVE[2])]
    outcomes = list(registry.studies(FIVE))

    assert [outcome.asked for outcome in outcomes if isinstance(outcome, Found)] == [FIVE[0], FIVE[1], FIVE[3], FIVE[4]]
    (failed,) = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
    assert failed.asked == FIVE[2]
    assert "(500): Internal error" in failed.error.line


def test_500_on_everything_ends_the_run(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.status(500))]

    with pytest.raises(RegistryAnswerBad):
        list(registry.studies(FIVE))


def test_403_is_a_refusal_and_not_asked_again(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.status(403, "Forbidden"))]

    with pytest.raises(RegistryRefused, match="refused"):
        registry.study(FIVE[0])
    assert len(standin.requests) == 1


def test_400_shows_the_registrys_first_line(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.status(400, "Unknown area Foo\nwith a trace\nof many lines"))]

    with pytest.raises(InputError, match=r"Unknown area Foo$") as caught:
        registry.count(SearchQuery(expression="AREA[Foo]1"))
    assert caught.value.exit_code == 2
    assert "trace" not in caught.value.line


def test_404_is_not_found_and_a_web_pages_404_is_not(standin: StandIn, registry: Registry) -> None:
    assert list(registry.studies(["NCT99000099"])) == [NotFound("NCT99000099")]
    standin.faults = [Fault(faults.status(404, "<html><body>Not found</body></html>"))]
    (outcome,) = registry.studies([FIVE[0]])

    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, RegistryAnswerBad)


# Bodies


BAD_BODIES: dict[str, faults.Act] = {
    "web page": faults.web_page(),
    "web page that says it is JSON": faults.web_page("application/json"),
    "cut by length": faults.cut_by_length,
    "cut inside a chunk": faults.cut_in_chunk,
    "cut silently": faults.cut_silently,
    "empty": faults.answer(b""),
    "blank": faults.answer(b" \n"),
    "reset": faults.reset,
    "not what it is packed as": faults.answer(b"{}", Content_Encoding="gzip"),
    "packed as nobody asked": faults.answer(b"{}", Content_Encoding="br"),
}


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_a_bad_body_once_is_asked_again(standin: StandIn, registry: Registry, kind: str) -> None:
    standin.faults = [Fault(BAD_BODIES[kind], times=1)]

    assert registry.study(FIVE[0]).body == synthetic_study(1)
    assert len(standin.requests) == 2


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_a_bad_body_always_ends_the_run(standin: StandIn, registry: Registry, clock: FakeTime, kind: str) -> None:
    standin.faults = [Fault(BAD_BODIES[kind])]

    with pytest.raises(RegistryError) as caught:
        registry.study(FIVE[0])
    assert caught.value.exit_code == 4
    assert clock.now <= 30


@pytest.mark.parametrize("kind", ["cut by length", "cut inside a chunk", "cut silently", "empty", "web page"])
def test_a_bad_page_once_costs_no_study(standin: StandIn, registry: Registry, kind: str) -> None:
    standin.faults = [Fault(BAD_BODIES[kind], where="filter.ids", times=1)]

    assert [type(outcome) for outcome in registry.studies(FIVE)] == [Found] * 5


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": NaN}', "NaN"),
        (b"[1, 2]", "is a list"),
        (b'{"protocolSection": {}}', "no NCT number"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": "\\ud800"}', "broken character"),
        (b"[" * 100_000, "nested"),
    ],
)
def test_a_damaged_record_is_quarantined_and_the_run_goes_on(
    standin: StandIn, registry: Registry, data: bytes, reason: str
) -> None:
    standin.faults = [
        Fault(faults.answer(data), where=f"/studies/{FIVE[1]}"),
        Fault(faults.answer(b'{"studies":[]}'), where="filter.ids"),
    ]
    outcomes = list(registry.studies(FIVE[:3]))

    assert [type(outcome) for outcome in outcomes] == [Found, Failed, Found]
    assert isinstance(outcomes[1], Failed)
    assert isinstance(outcomes[1].error, BadRecord)
    assert reason in outcomes[1].error.line
    assert FIVE[1] in outcomes[1].error.line


def test_a_record_of_another_trial_is_refused(standin: StandIn, registry: Registry) -> None:
    body = standin.answer(f"/api/v2/studies/{FIVE[1]}")[1]
    standin.faults = [Fault(faults.answer(body), where=FIVE[0])]

    with pytest.raises(BadRecord, match=f"is the record of {FIVE[1]}"):
        registry.study(FIVE[0])


# Slowness


def fast_limits() -> Limits:
    return Limits(connect=0.5, headers=0.6, silence=0.4, deadline=0.5)


@pytest.mark.parametrize("headers", [False, True], ids=["body", "headers"])
def test_bytes_that_trickle_meet_the_deadline(standin: StandIn, clock: FakeTime, headers: bool) -> None:
    standin.faults = [Fault(faults.trickle(0.1, headers=headers))]
    start = time.monotonic()

    with Registry(standin.base_url, clock=clock.time, limits=fast_limits()) as client, pytest.raises(RegistryError):
        client.version()
    assert time.monotonic() - start < 2
    assert len(standin.requests) == 1


def test_a_batch_that_trickles_ends_the_run_at_once(standin: StandIn, clock: FakeTime) -> None:
    """Asking for each study alone over such a line would take an age."""
    standin.faults = [Fault(faults.trickle(0.1), where="/studies")]
    start = time.monotonic()

    with Registry(standin.base_url, clock=clock.time, limits=fast_limits()) as client, pytest.raises(RegistryUnreachable):
        list(client.studies(FIVE))
    assert time.monotonic() - start < 3


def test_silence_is_asked_again_and_then_given_up(standin: StandIn, clock: FakeTime) -> None:
    standin.faults = [Fault(lambda handler, body: time.sleep(1.5))]
    start = time.monotonic()

    with Registry(standin.base_url, clock=clock.time, limits=fast_limits()) as client, pytest.raises(RegistryUnreachable):
        client.version()
    assert time.monotonic() - start < 4


def trickled(*, headers: bool) -> float:
    """Seconds until a client with its own limits gives a registry up that sends one byte a second."""
    start = time.monotonic()
    with StandIn(Collection(synthetic_studies(5))) as standin:
        standin.faults = [Fault(faults.trickle(1.0, headers=headers))]
        with Registry(standin.base_url) as client, pytest.raises(RegistryError):
            client.version()
    return time.monotonic() - start


def unreached(address: str) -> float:
    """Seconds until a client with its own limits gives a registry up that nobody answers for."""
    start = time.monotonic()
    with Registry(address) as client, pytest.raises(RegistryUnreachable):
        client.version()
    return time.monotonic() - start


@pytest.fixture(scope="module")
def patience() -> Iterator[dict[str, Future[float]]]:
    """Four clients that wait in earnest, all at once."""
    with ThreadPoolExecutor(4) as pool:
        yield {
            "body": pool.submit(trickled, headers=False),
            "headers": pool.submit(trickled, headers=True),
            "refused": pool.submit(unreached, "http://127.0.0.1:9"),
            "no such name": pool.submit(unreached, "http://registry.invalid/api/v2"),
        }


@pytest.mark.exam
@pytest.mark.parametrize("part", ["body", "headers"])
def test_one_byte_a_second_ends_within_65_seconds(patience: dict[str, Future[float]], part: str) -> None:
    assert patience[part].result(120) < 65


@pytest.mark.exam
@pytest.mark.parametrize("kind", ["refused", "no such name"])
def test_an_unreachable_registry_is_given_up_within_30_seconds(patience: dict[str, Future[float]], kind: str) -> None:
    assert patience[kind].result(120) < 30


def test_nobody_listens(clock: FakeTime) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Registry(f"http://127.0.0.1:{port}", clock=clock.time) as client, pytest.raises(RegistryUnreachable):
        client.version()
    assert clock.now <= 30


@pytest.mark.parametrize(
    "address", ["ftp://registry.example/", "file:///etc/passwd", "registry.example", "http://", "http://[::1"]
)
def test_an_address_that_is_none_is_bad_input(address: str) -> None:
    with pytest.raises(InputError):
        Registry(address)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path, clock: FakeTime) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError), listening.accept()[0] as peer, context.wrap_socket(peer, server_side=True) as safe:
            safe.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    address = f"https://127.0.0.1:{listening.getsockname()[1]}"
    with listening, Registry(address, clock=clock.time) as client, pytest.raises(RegistryUnreachable, match="certificate"):
        client.version()
    assert clock.waits == []


# Size


MEASURE = """
import sys
from harvester.errors import RegistryError
from harvester.registry.client import Registry
try:
    Registry(sys.argv[1]).version()
except RegistryError as problem:
    print(problem.line)
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024)
"""


@pytest.mark.exam
@pytest.mark.parametrize("act", [faults.bomb, faults.single_member_bomb], ids=["many members", "one member"])
def test_a_gzip_bomb_stays_small(standin: StandIn, act: Callable[[], faults.Act]) -> None:
    """A gigabyte of blanks in a small packed body."""
    standin.faults = [Fault(act())]
    command = [sys.executable, "-c", MEASURE, standin.base_url]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    line, peak = answer.stdout.split("\n")[:2]

    assert line.startswith("The registry's answer is ")
    assert int(peak) < 250


def test_an_endless_error_text_is_read_no_further_than_needed(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.status(400, "no\n" + "x" * 5_000_000))]

    with pytest.raises(InputError, match=r": no$"):
        registry.study(FIVE[0])


# Redirects


def test_a_redirect_to_another_host_is_not_followed(standin: StandIn, registry: Registry) -> None:
    with StandIn(Collection(synthetic_studies(5))) as other:
        standin.faults = [Fault(faults.redirect(f"{other.base_url}/studies/{FIVE[0]}"))]
        with pytest.raises(RegistryAnswerBad, match="another place"):
            registry.study(FIVE[0])

        assert other.requests == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "//registry.example/x", "http://[", "gopher:x"])
def test_a_redirect_to_another_scheme_or_name_is_not_followed(standin: StandIn, registry: Registry, target: str) -> None:
    standin.faults = [Fault(faults.redirect(target))]

    with pytest.raises(RegistryAnswerBad, match="another place"):
        registry.study(FIVE[0])
    assert len(standin.requests) == 1


def test_redirects_in_a_circle_end(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.redirect(f"/api/v2/studies/{FIVE[0]}"))]

    with pytest.raises(RegistryAnswerBad, match="circle"):
        registry.study(FIVE[0])
    assert len(standin.requests) <= 6


def test_an_alias_leads_to_one_study_with_the_alias_kept(clock: FakeTime) -> None:
    with StandIn(Collection.of_folder(RECORDS)) as running, Registry(running.base_url, clock=clock.time) as client:
        alone = client.study("NCT99000901")
        outcomes = list(client.studies(["NCT99000901", "NCT99000002"]))

    assert (alone.nct_id, alone.aliases) == ("NCT99000001", ("NCT99000901",))
    assert isinstance(outcomes[0], Found)
    assert (outcomes[0].asked, outcomes[0].record.nct_id) == ("NCT99000901", "NCT99000001")


# Searches


@pytest.fixture
def many(standin: StandIn) -> int:
    """More studies than two pages hold, the last page full."""
    count = PAGE_SIZE * 3
    standin.collection = Collection(synthetic_studies(count))
    return count


def test_a_search_gives_every_study_once(standin: StandIn, registry: Registry, many: int) -> None:
    search = registry.search(SearchQuery())
    found = [record.nct_id for record in search]

    assert sorted(found) == sorted(standin.collection.studies)
    assert (search.total, search.notes, search.mixed) == (many, [], False)
    pages = [request.target for request in standin.requests if "pageSize" in request.target]
    assert len(pages) == 4  # a full last page is followed by an empty one
    assert all(f"pageSize={PAGE_SIZE}" in page for page in pages)


def test_every_page_repeats_every_parameter(standin: StandIn, registry: Registry, many: int) -> None:
    query = SearchQuery(terms=("synthetic",), statuses=("RECRUITING", "COMPLETED"), sort="EnrollmentCount:desc")
    list(registry.search(query))
    pages = [request.target for request in standin.requests if "pageSize" in request.target]

    assert len(pages) == 2
    for page in pages:
        assert "query.term=%22synthetic%22" in page
        assert "filter.overallStatus=RECRUITING%7CCOMPLETED" in page
        assert "sort=EnrollmentCount%3Adesc" in page


def test_a_limit_asks_for_no_more_than_it_needs(standin: StandIn, registry: Registry, many: int) -> None:
    search = registry.search(SearchQuery(), limit=3)

    assert len(list(search)) == 3
    assert search.expected == 3
    assert len(standin.requests) == 1
    assert "pageSize=3" in standin.requests[0].target


def test_zero_hits(registry: Registry) -> None:
    search = registry.search(SearchQuery(conditions=("zzqxnotacondition",)))

    assert (search.total, list(search), search.notes) == (0, [], [])
    assert registry.count(SearchQuery(conditions=("zzqxnotacondition",))) == 0


def test_a_token_refused_on_page_three_restarts_once_without_doubles(standin: StandIn, registry: Registry, many: int) -> None:
    standin.faults = [Fault(faults.status(400, "Incorrect pageToken"), where="pageToken", after=1, times=1)]
    search = registry.search(SearchQuery())
    found = [record.nct_id for record in search]

    assert sorted(found) == sorted(standin.collection.studies)
    assert len(search.notes) == 1
    assert "asked again from the first page" in search.notes[0]


def test_a_token_refused_again_ends_the_search(standin: StandIn, registry: Registry, many: int) -> None:
    standin.faults = [Fault(faults.status(400, "Incorrect pageToken"), where="pageToken", after=1)]

    with pytest.raises(RegistryAnswerBad, match="twice"):
        list(registry.search(SearchQuery()))


def test_a_filter_that_was_not_understood_costs_one_request(standin: StandIn, registry: Registry) -> None:
    standin.total_count = 470_000

    with pytest.raises(SearchTooBroad, match="470,000") as caught:
        registry.search(SearchQuery(terms=("synthetic",)), limit=50)
    assert caught.value.exit_code == 2
    assert len(standin.requests) == 1


def test_data_that_change_between_pages_mark_the_set_as_mixed(standin: StandIn, registry: Registry, many: int) -> None:
    search = registry.search(SearchQuery())
    found = []
    for record in search:
        found.append(record.nct_id)
        if len(found) == PAGE_SIZE + 1:
            standin.data_timestamp = LATER

    assert sorted(found) == sorted(standin.collection.studies)
    assert search.mixed
    assert any(LATER in note for note in search.notes)


def test_the_same_study_on_two_pages_comes_once(standin: StandIn, registry: Registry, many: int) -> None:
    first = standin.answer(f"/api/v2/studies?pageSize={PAGE_SIZE}")[1]
    again = first[: first.rindex(b"]")] + b"]}"
    standin.faults = [Fault(faults.answer(again), where="pageToken")]
    search = registry.search(SearchQuery())

    assert len([record.nct_id for record in search]) == PAGE_SIZE
    assert search.notes == [f"The registry counted {many} trials and gave {PAGE_SIZE}."]


def test_a_search_that_is_not_counted_lacks_nothing(standin: StandIn, registry: Registry) -> None:
    """A limit is no count: fewer trials than were asked for at most may be all there are."""
    uncounted = b'{"studies":' + standin.answer(f"/api/v2/studies?filter.ids={FIVE[0]}")[1].split(b'"studies":')[1]
    standin.faults = [Fault(faults.answer(uncounted))]
    search = registry.search(SearchQuery(terms=("synthetic",)), limit=50)

    assert [record.nct_id for record in search] == [FIVE[0]]
    assert (search.total, search.counted, search.notes) == (None, 0, [])


def test_pages_in_a_circle_end(standin: StandIn, registry: Registry, many: int) -> None:
    page = b'{"studies":[\n' + standin.answer(f"/api/v2/studies?filter.ids={FIVE[0]}")[1].split(b"[\n")[1].split(b"\n]")[0]
    standin.faults = [Fault(faults.answer(page + b'\n],"nextPageToken":"again"}'), where="pageToken")]

    with pytest.raises(RegistryAnswerBad, match="circle"):
        list(registry.search(SearchQuery()))


def test_a_damaged_study_on_a_page_is_told_and_the_rest_comes(standin: StandIn, registry: Registry) -> None:
    standin.collection.put(synthetic_study(6) | {"bad": "\ud800"})
    search = registry.search(SearchQuery())

    assert sorted(record.nct_id for record in search) == FIVE
    assert ["broken character" in problem.line for problem in search.problems] == [True]


# Batches


def test_a_study_missing_from_a_batch_is_asked_for_alone(standin: StandIn, registry: Registry) -> None:
    page = standin.answer(f"/api/v2/studies?filter.ids={FIVE[0]}|{FIVE[1]}")[1]
    standin.faults = [Fault(faults.answer(page), where="filter.ids")]
    outcomes = list(registry.studies([*FIVE[:3], "NCT99000099"]))

    assert outcomes[3] == NotFound("NCT99000099")
    assert [outcome.record.nct_id for outcome in outcomes[:3] if isinstance(outcome, Found)] == FIVE[:3]


def test_a_bad_id_never_costs_the_batch(standin: StandIn, registry: Registry) -> None:
    outcomes = list(registry.studies(["junk", *FIVE, "nct99000001", ""]))

    assert [outcome.asked for outcome in outcomes if isinstance(outcome, Found)] == FIVE
    assert [outcome.asked for outcome in outcomes if isinstance(outcome, Failed)] == ["junk", ""]
    assert all(isinstance(outcome.error, MalformedId) for outcome in outcomes if isinstance(outcome, Failed))
    assert len(standin.requests) == 1


def test_many_ids_go_out_in_batches_and_all_come_back(standin: StandIn, registry: Registry, many: int) -> None:
    wanted = [synthetic_id(number) for number in range(1, many + 1)]
    seen: list[tuple[int, int | None]] = []
    registry._progress = lambda stage, done, total: seen.append((done, total))
    outcomes = list(registry.studies(wanted))

    assert [outcome.asked for outcome in outcomes if isinstance(outcome, Found)] == wanted
    assert len(standin.requests) == 3
    assert seen[-1] == (many, many)


def test_raw_text_is_kept_as_received(standin: StandIn, registry: Registry) -> None:
    alone = registry.study(FIVE[0])
    (outcome, *_) = registry.studies(FIVE)

    assert alone.raw.encode() == standin.answer(f"/api/v2/studies/{FIVE[0]}")[1]
    assert isinstance(outcome, Found)
    assert outcome.record.raw == alone.raw
    assert outcome.record.content_sha256 == alone.content_sha256


# Manners


def test_the_pace_is_kept_between_all_requests_retries_included(standin: StandIn) -> None:
    standin.faults = [Fault(faults.status(503, Retry_After="0"), times=1)]
    with Registry(standin.base_url, min_interval=0.15) as client:
        client.version()
        for nct_id in FIVE:
            client.study(nct_id)
    starts = [request.at for request in standin.requests]

    assert min(b - a for a, b in pairwise(starts)) >= 0.14


def test_the_default_pace_is_at_least_a_second_and_a_fifth(standin: StandIn, clock: FakeTime) -> None:
    with Registry(standin.base_url, clock=clock.time) as client:
        client.version()
        client.version()

    assert clock.waits == [1.2]


def test_who_asks_is_said_honestly(standin: StandIn, clock: FakeTime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    with Registry(standin.base_url, clock=clock.time, contact="desk@example.org\r\nX-Evil: 1", api_key="k1") as client:
        client.version()
    headers = standin.requests[0].headers

    assert headers["user-agent"].startswith("trialside/")
    assert "desk@example.org" in headers["user-agent"]
    assert "x-evil" not in headers
    assert headers["x-api-key"] == "k1"
    assert "authorization" not in headers
    assert "cookie" not in headers


def test_offline_asks_nothing(standin: StandIn) -> None:
    with Registry(standin.base_url, offline=True) as client:
        for act in (client.version, lambda: client.study(FIVE[0]), lambda: client.count(SearchQuery())):
            with pytest.raises(Offline):
                act()
        with pytest.raises(Offline):
            list(client.studies(FIVE))

    assert standin.requests == []


def test_a_server_that_is_no_registry_is_told_so(standin: StandIn, clock: FakeTime) -> None:
    standin.faults = [Fault(faults.answer(b'{"hello": "world"}'))]

    with Registry(standin.base_url, clock=clock.time) as client, pytest.raises(RegistryAnswerBad, match="not the registry's API"):
        client.version()


def test_not_found_says_which(registry: Registry) -> None:
    with pytest.raises(TrialNotFound, match="NCT99000099"):
        registry.study("nct99000099")


# What a refresh asks first


def test_stamps_are_a_thousand_a_request(standin: StandIn, registry: Registry) -> None:
    standin.collection = Collection(synthetic_studies(1_500))
    standin.collection.put(synthetic_study(7, updated="2026-03-01"))
    standin.collection.put({"protocolSection": {"identificationModule": {"nctId": "NCT99000008"}}})
    stamps = {stamp.nct_id: stamp.text(UPDATED) for stamp in registry.stamps(SearchQuery())}

    assert len(stamps) == 1_500
    assert (stamps["NCT99000007"], stamps["NCT99000008"], stamps["NCT99000009"]) == ("2026-03-01", None, "2026-01-15")
    assert len([request for request in standin.requests if "/studies?" in request.target]) == 2


def test_only_what_changed_since_a_date(standin: StandIn, registry: Registry) -> None:
    standin.collection.put(synthetic_study(3, updated="2026-03-01"))

    since = SearchQuery(expression="AREA[LastUpdatePostDate]RANGE[2026-02-01,MAX]")

    assert [(stamp.nct_id, stamp.text(UPDATED)) for stamp in registry.stamps(since)] == [("NCT99000003", "2026-03-01")]


def test_the_data_model_is_a_list_of_fields(registry: Registry) -> None:
    fields = registry.data_model()

    assert fields["protocolSection.armsInterventionsModule.armGroups.label"] == "text"
    assert fields["protocolSection"] == "struct"


def test_an_answer_without_fields_is_no_data_model(standin: StandIn, registry: Registry) -> None:
    standin.faults = [Fault(faults.answer(b"[]"))]

    with pytest.raises(RegistryAnswerBad, match="no fields"):
        registry.data_model()


def test_a_record_of_a_later_release_is_dated_by_it(standin: StandIn, registry: Registry) -> None:
    """The registry published new data between our question for the version and the record: we ask once more, not each time."""
    standin.data_timestamp = LATER
    for number in range(1, 6):
        standin.collection.put(synthetic_study(number, release="2026-11-25"))
    outcomes = list(registry.studies(FIVE))

    assert {outcome.record.data_timestamp for outcome in outcomes if isinstance(outcome, Found)} == {LATER}
    assert [request.target for request in standin.requests][1:] == ["/api/v2/version"]


def test_a_release_that_no_version_explains_is_asked_for_once(standin: StandIn, registry: Registry) -> None:
    for number in range(1, 6):
        standin.collection.put(synthetic_study(number, release="2099-01-01"))
    first, second = registry.study(FIVE[0]), registry.study(FIVE[1])

    assert first.data_timestamp == second.data_timestamp == standin.data_timestamp
    assert len([request for request in standin.requests if request.target.endswith("/version")]) == 1
