"""A release over the API: previewed, made, taken away, told to those in it, withdrawn."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
from sqlalchemy import URL, create_engine
from starlette.testclient import TestClient

from tests.api.conftest import Tokens
from tests.factories import Person, make_person
from tests.research.people import settle

RESEARCH = "/api/v1/research"
WANTED = {"tier": "B", "period": {"first": "2026-03-02", "last": "2026-04-12"}}


def test_a_release_from_preview_to_withdrawal(
    client: TestClient, signed_in: Tokens, empty_database: URL
) -> None:
    pool = create_engine(empty_database)
    people = settle(pool, 150)
    pool.dispose()
    me = signed_in(make_person(role="researcher"))
    seen = client.post(f"{RESEARCH}/preview", json=WANTED, headers=me).json()
    assert (seen["population"], seen["reasons"]) == (150, [])
    wanted = WANTED | {"seed": seen["seed"]}
    made = client.post(f"{RESEARCH}/releases", json=wanted, headers=me).json()
    assert made["manifest"]["seed"] == seen["seed"]
    expected, measured = seen["attempts"][-1]["measured"], made["manifest"]["measured"]
    drawn_anew = {"unicity_knowing_values"}  # an estimate, whose draws follow the pseudonyms
    assert {name for name in expected if expected[name] != measured[name]} <= drawn_anew

    release = f"{RESEARCH}/releases/{made['id']}"
    assert client.get(release, headers=me).json() == made
    rows = [taken(client, f"{release}/archive?format={form}", me) for form in ("csv", "parquet")]
    assert len(rows[0]) == len(rows[1]) == measured["rows"]
    assert list(rows[0].columns) == [column["name"] for column in made["dictionary"]]

    told = [
        client.get("/api/v1/me/releases", headers=signed_in(Person(one, ""))).json()["releases"]
        for one in people[:30]
    ]
    assert {release["created_at"] for found in told for release in found} == {made["created_at"]}
    assert client.delete(release, headers=me).status_code == 204
    assert client.get(release, headers=me).json()["withdrawn_at"]
    assert client.get(f"{release}/archive", headers=me).status_code == 404


def taken(client: TestClient, address: str, headers: dict[str, str]) -> pd.DataFrame:
    with zipfile.ZipFile(io.BytesIO(client.get(address, headers=headers).content)) as packed:
        assert {"dictionary.csv", "manifest.json"} < set(packed.namelist())
        [name] = [name for name in packed.namelist() if name.startswith("release.")]
        read = pd.read_csv if name.endswith("csv") else pd.read_parquet
        return read(io.BytesIO(packed.read(name)))
