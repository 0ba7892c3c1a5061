"""Tokens that somebody made up, bent or found: none opens anything."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.testclient import TestClient

from focus_core.services import access_tokens, keys
from tests.api.conftest import Tokens
from tests.factories import Person, make_person

ACTIVE = "/api/v1/focus-sessions/active"


@pytest.fixture
def good(person: Person, signed_in: Tokens) -> str:
    return signed_in(person)["Authorization"].removeprefix("Bearer ")


def claims_of(token: str) -> dict[str, Any]:
    decoded: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return decoded


def signed(claims: dict[str, Any], **header: Any) -> str:
    """With our own key: only what it says is wrong."""
    headers = {"typ": "at+jwt", **header}
    return jwt.encode(claims, keys.key("access-tokens"), "HS256", headers=headers)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def rsa_keys() -> tuple[bytes, bytes]:
    private = rsa.generate_private_key(65537, 2048)
    return (
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


def by_rsa(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_keys()[0], "RS256", headers={"typ": "at+jwt"})


def by_other_hmac(claims: dict[str, Any], algorithm: str) -> str:
    return jwt.encode(
        claims, keys.key("access-tokens").ljust(64, b"\0"), algorithm, headers={"typ": "at+jwt"}
    )


def with_key_inside(claims: dict[str, Any]) -> str:
    secret = secrets.token_bytes(32)
    inside = {"kty": "oct", "k": base64.urlsafe_b64encode(secret).decode().rstrip("=")}
    return jwt.encode(claims, secret, "HS256", headers={"typ": "at+jwt", "jwk": inside})


def unsigned(claims: dict[str, Any], algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'typ': 'at+jwt'})}.{part(claims)}."


HOSTILE: dict[str, Callable[[dict[str, Any], str], str]] = {
    "alg none": lambda claims, _good: unsigned(claims, "none"),
    "alg NonE": lambda claims, _good: unsigned(claims, "NonE"),
    "alg none with the old signature": lambda claims, good: (
        unsigned(claims, "none") + good.rpartition(".")[2]
    ),
    "no signature": lambda _claims, good: good.rpartition(".")[0] + ".",
    "a changed signature": lambda _claims, good: (
        good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")
    ),
    "a changed subject": lambda claims, good: ".".join(
        [good.split(".")[0], part({**claims, "sub": str(uuid4())}), good.split(".")[2]]
    ),
    "another key": lambda claims, _good: jwt.encode(
        claims, secrets.token_bytes(32), "HS256", headers={"typ": "at+jwt"}
    ),
    "an empty key": lambda claims, _good: jwt.encode(
        claims, b"\0" * 32, "HS256", headers={"typ": "at+jwt"}
    ),
    "RS256 by an own key": lambda claims, _good: by_rsa(claims),
    "HS512 with a padded key": lambda claims, _good: by_other_hmac(claims, "HS512"),
    "HS384 with a padded key": lambda claims, _good: by_other_hmac(claims, "HS384"),
    "the key in the header": lambda claims, _good: with_key_inside(claims),
    "a key by kid": lambda claims, _good: signed(claims, kid="../../../../dev/null"),
    "a kid of SQL": lambda claims, _good: signed(claims, kid="' union select 'key' --"),
    "a key by address": lambda claims, _good: signed(claims, jku="http://evil.example/keys"),
    "a certificate by address": lambda claims, _good: signed(claims, x5u="http://evil.example"),
    "critical extensions": lambda claims, _good: signed(claims, crit=["exp"]),
    "unencoded payload": lambda claims, _good: signed(claims, cty="x"),
    "typ JWT": lambda claims, _good: signed(claims, typ="JWT"),
    "no typ": lambda claims, _good: signed(claims, typ=None),
    "wrong issuer": lambda claims, _good: signed({**claims, "iss": "someone"}),
    "wrong audience": lambda claims, _good: signed({**claims, "aud": "something"}),
    "two audiences": lambda claims, _good: signed({**claims, "aud": ["focus-api", "x"]}),
    "expired": lambda claims, _good: signed({**claims, "exp": int(time.time()) - 1}),
    "exp as text": lambda claims, _good: signed({**claims, "exp": "never"}),
    "exp beyond numbers": lambda claims, _good: signed({**claims, "exp": 10**30}),
    "not yet": lambda claims, _good: signed({**claims, "nbf": int(time.time()) + 60}),
    "issued in the future": lambda claims, _good: signed({**claims, "iat": int(time.time()) + 60}),
    "a subject that is no id": lambda claims, _good: signed({**claims, "sub": "admin"}),
    "a subject that is a list": lambda claims, _good: signed({**claims, "sub": [claims["sub"]]}),
    "an unknown person": lambda claims, _good: signed({**claims, "sub": str(uuid4())}),
    "an unknown sign-in": lambda claims, _good: signed({**claims, "sid": str(uuid4())}),
    "an old version": lambda claims, _good: signed({**claims, "ver": claims["ver"] - 1}),
    "a version that is true": lambda claims, _good: signed({**claims, "ver": True}),
    "a version beyond numbers": lambda claims, _good: signed({**claims, "ver": 2**40}),
    "huge": lambda claims, _good: signed({**claims, "more": "x" * 8000}),
    "five parts": lambda _claims, good: f"{good}.x.x",
    "only dots": lambda _claims, _good: "..",
    "no text": lambda _claims, _good: "\xff\xfe",
    "nothing": lambda _claims, _good: "",
    "a refresh token": lambda _claims, _good: secrets.token_urlsafe(32),
    "a personal token that never was": lambda _claims, _good: (
        "focus_pat_" + secrets.token_urlsafe(16) + secrets.token_urlsafe(32)
    ),
    "a broken personal token": lambda _claims, _good: "focus_pat_" + "!" * 65,
    **{
        f"without {claim}": lambda claims, _good, claim=claim: signed(
            {name: value for name, value in claims.items() if name != claim}
        )
        for claim in ("exp", "iat", "nbf", "sub", "aud", "iss", "jti", "sid", "ver", "scope")
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_token_opens_nothing(client: TestClient, good: str, name: str) -> None:
    token = HOSTILE[name](claims_of(good), good)
    answer = client.get(ACTIVE, headers={"Authorization": f"Bearer {token}".encode("latin-1")})
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert good not in answer.text


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Basic YTpi", "bearer  x", "Token x", "Bearer a b"]
)
def test_a_hostile_header_opens_nothing(client: TestClient, header: str) -> None:
    assert client.get(ACTIVE, headers={"Authorization": header}).status_code == 401


def test_the_tokens_of_this_test_would_be_good(client: TestClient, good: str) -> None:
    again = signed(claims_of(good))
    answer = client.get(ACTIVE, headers={"Authorization": f"Bearer {again}"})
    assert answer.status_code == 200


def test_a_token_in_the_address_opens_nothing(client: TestClient, good: str) -> None:
    assert client.get(ACTIVE, params={"access_token": good}).status_code == 401


def test_two_tokens_are_none(client: TestClient, good: str) -> None:
    headers = [("Authorization", f"Bearer {good}"), ("Authorization", f"Bearer {good}")]
    assert client.get(ACTIVE, headers=headers).status_code == 401


def test_a_token_of_one_person_is_nobody_elses(
    client: TestClient, good: str, database: object
) -> None:
    stolen = signed({**claims_of(good), "sub": str(make_person().user_id)})
    answer = client.get(ACTIVE, headers={"Authorization": f"Bearer {stolen}"})
    assert answer.status_code == 401


def test_the_key_is_random_whole_and_private(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOCUS_STATE_DIR", str(tmp_path / "a"))
    first = keys.key("access-tokens")
    path = tmp_path / "a" / "keys" / "access-tokens.key"
    assert (len(first), path.read_bytes()) == (32, first)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert keys.key("another-purpose") != first
    monkeypatch.setenv("FOCUS_STATE_DIR", str(tmp_path / "b"))
    assert keys.key("access-tokens") != first
    assert access_tokens.LIFETIME_SECONDS == 900
