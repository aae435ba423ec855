"""Addresses of our pages. ``(.json)`` is a page's twin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from datasette import Response

from harvester.site import assets, freezing
from harvester.site.headers import OURS
from harvester.site.pages import (
    about,
    changes,
    compare,
    compare_file,
    declared,
    history,
    home,
    matrix,
    oembed,
    picture,
    related,
    screen,
    search,
    snapshot,
    trial,
    trial_file,
    vignette,
)
from harvester.site.pages.download import FILE_FORMS
from harvester.site.service import Page

_FOR_EVER = "public, max-age=31536000, immutable"


def _page(page: Page) -> Callable[..., Any]:
    """A Datasette view of one of our pages."""

    async def view(request: Any, datasette: Any) -> Any:
        return await datasette.trialside.respond(page, request)

    return view


async def _asset(request: Any) -> Any:
    """A stylesheet or the script; an address with an older hash leads to the one of today."""
    name = request.url_vars["name"]
    found = assets.content(name)
    headers = {"content-security-policy": OURS}
    if found is None:
        return Response.text("There is no such file.\n", status=404, headers=headers)
    if request.path != assets.address(name):
        return Response("", status=302, headers={**headers, "location": assets.address(name)})
    return Response(found[0], headers={**headers, "cache-control": _FOR_EVER}, content_type=found[1])


async def _freeze(request: Any, datasette: Any) -> Any:
    """The one view that may write."""
    return await freezing.respond(datasette.trialside, request)


ROUTES = [
    (r"^/(?:index(?P<json>\.json))?$", _page(home.answer)),
    (r"^/trial/(?P<nct_id>[^/.]+)(?P<json>\.json)?$", _page(trial.answer)),
    (r"^/trial/(?P<nct_id>[^/.]+)/history(?P<json>\.json)?$", _page(history.answer)),
    (r"^/changes(?P<json>\.json)?$", _page(changes.answer)),
    (r"^/changes\.atom$", _page(changes.feed)),
    (r"^/snapshots(?P<json>\.json)?$", _page(snapshot.listed)),
    (r"^/snapshot/(?P<hash>[^/.]+)(?P<json>\.json)?$", _page(snapshot.answer)),
    (r"^/compare/(?P<ids>[^/.]+)(?P<json>\.json)?$", _page(compare.answer)),
    (rf"^/compare/(?P<ids>[^/.]+)\.(?P<ending>{'|'.join(compare_file.ENDINGS)})$", _page(compare_file.answer)),
    (rf"^/trial/(?P<nct_id>[^/.]+)\.(?P<ending>{'|'.join(trial_file.ENDINGS)})$", _page(trial_file.answer)),
    (rf"^/compare/(?P<ids>[^/.]+)\.(?P<ending>{'|'.join(picture.ENDINGS)})$", _page(picture.answer)),
    (r"^/oembed$", _page(oembed.answer)),
    (r"^/schema/comparison(?P<json>\.json)$", _page(compare_file.schema)),
    (rf"^/snapshot/(?P<hash>[^/.]+)\.(?P<ending>{'|'.join(FILE_FORMS)})$", _page(snapshot.file)),
    (rf"^/schema/(?P<name>{'|'.join(map(re.escape, declared.FILES))})$", _page(declared.answer)),
    (r"^/embed/snapshot/(?P<hash>[^/.]+)(?P<json>\.json)?$", _page(snapshot.embed)),
    (r"^/embed/compare/(?P<ids>[^/.]+)(?P<json>\.json)?$", _page(compare.embed)),
    (r"^/file/compare/(?P<ids>[^/.]+)$", _page(compare.file)),
    (r"^/compare(?P<json>\.json)?$", _page(compare.form)),
    (r"^/related/(?P<nct_id>[^/.]+)(?P<json>\.json)?$", _page(related.answer)),
    (r"^/vignette/(?P<ids>[^/.]+)(?P<json>\.json)?$", _page(vignette.answer)),
    (r"^/screen(?P<json>\.json)?$", _page(screen.answer)),
    (r"^/screen\.(?P<ending>csv|xlsx)$", _page(screen.table)),
    (r"^/matrix/(?P<ids>[^/.]+)(?P<json>\.json)?$", _page(matrix.answer)),
    (r"^/freeze/(?P<ids>[^/.]+)$", _freeze),
    (r"^/search(?P<json>\.json)?$", _page(search.answer)),
    (rf"^/search\.(?P<ending>{'|'.join(ending for _, ending in search.FILES)})$", _page(search.table)),
    (r"^/about(?P<json>\.json)?$", _page(about.answer)),
    (r"^/assets/[0-9a-f]{1,64}/(?P<name>[A-Za-z0-9.-]+)$", _asset),
]
