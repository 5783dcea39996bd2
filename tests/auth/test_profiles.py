"""Profiles: the only place where a provider is named, and what a second profile changes."""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from support import ROOT

from generator import Plan, load
from generator.auth import profiles
from generator.auth.ims import IMS
from generator.auth.profile import NO_PROFILE, Header, Profile
from generator.auth.profiles import ProfileName, Profiles
from generator.auth.token import Token
from generator.errors import ProjectFileError
from generator.targets.shared import templating

PACKAGE = ROOT / "generator"
#: Words of Adobe's APIs and identity service.
WORDS = re.compile(
    r"adobe|(?<![a-z])ims(?![a-z])|gw-ims|org_id|ims_org|x-sandbox|technical_account|techacct"
    r"|(?:developer|admin) console|privacy.?service|data/core",
    re.IGNORECASE,
)
#: The modules that may use these words, and why.
MAY_NAME_IT = {
    "auth/ims.py": "the profile",
    "auth/profiles.py": "the list of profiles",
    "mock/*": "the local mock of IMS and of the service whose description is embedded",
    "cli/main.py": "the help of `callsheet mock`, and of the embedded description",
    "project/default_input.py": "the embedded description",
}

SHOP = Profile(
    name="shop",
    token=Token(
        variable="ACCESS_TOKEN",
        server="Shop login",
        url="SHOP_LOGIN",
        client_id="CLIENT_ID",
        client_secret="CLIENT_SECRET",
        scopes="SCOPES",
        hosts=("login.shop.example",),
        address="https://login.shop.example/token",
        required=("CLIENT_ID", "CLIENT_SECRET"),
        refused="Is the branch open?",
    ),
    headers={
        "authorization": Header("ACCESS_TOKEN"),
        "x-branch": Header("BRANCH", secret=False),
        "x-till": Header(secret=False, default="front"),
    },
    revealing=("x-branch",),
    organization="x-branch",
    hosts=("*.shop.example",),
    variables=("SHOP_LOGIN", "CLIENT_ID", "CLIENT_SECRET", "SCOPES", "BRANCH", "ACCESS_TOKEN"),
    secrets=frozenset({"CLIENT_SECRET", "ACCESS_TOKEN"}),
    public=frozenset({"BRANCH"}),
    values={"production": {"SHOP_LOGIN": "https://login.shop.example/token", "SCOPES": "orders"}},
    placeholders={"BRANCH_ID": "BRANCH"},
    guide_names={"BRANCH": "BRANCH_ID"},
    shell_variables={
        "ACCESS_TOKEN": ("the token of a till", "printed by `access-token.sh`"),
        "BRANCH_ID": ("the branch", "on the receipt"),
    },
    words={"use": "shop/use.md.j2"},
    refused={"token": 418, "": 400},
    guarded=True,
)
API: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1"},
    "servers": [{"url": "https://api.shop.example/v1"}],
    "paths": {
        "/orders": {
            "post": {
                "operationId": "createOrder",
                "parameters": [
                    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
                    for name in ("Authorization", "X-Till", "X-Branch")
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"branch": {"type": "string"}}},
                            "example": {"branch": "{BRANCH_ID}"},
                        }
                    }
                },
                "responses": {"200": {"description": "Created"}},
            }
        }
    },
}


@pytest.fixture
def shop(tmp_path, monkeypatch) -> Plan:
    """The files of an API of the second profile, which is registered for this test alone."""
    words = tmp_path / "words" / "shop" / "use.md.j2"
    words.parent.mkdir(parents=True)
    words.write_text("Ask the branch for its key.\n")
    loader = templating._environment().loader
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    monkeypatch.setattr(loader, "searchpath", [*loader.searchpath, str(tmp_path / "words")])
    monkeypatch.setattr(profiles, "KNOWN", Profiles(IMS, SHOP, mocked=IMS))
    return _plan(tmp_path)


def _plan(folder: Path, project: str = "") -> Plan:
    (folder / "orders.json").write_text(json.dumps(API))
    (folder / "callsheet.yaml").write_text(f"description: orders.json\n{project}")
    return load(project_file=folder / "callsheet.yaml")


def _texts(plan: Plan) -> dict[str, str]:
    return {path: "".join(rendered.text) for path, rendered in plan.render().items()}


def _collection(plan: Plan, name: str = "orders") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_texts(plan)[f"{name}.postman_collection.json"])
    return found


def _script(plan: Plan, when: str = "prerequest") -> str:
    (event,) = (event for event in _collection(plan)["event"] if event["listen"] == when)
    return "\n".join(event["script"]["exec"])


# --- The only place ---------------------------------------------------------------------------------------


def _named(path: Path) -> Iterator[str]:
    """Each use of Adobe's words in a module."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for found in WORDS.findall(line):
            yield f"{path.relative_to(PACKAGE)}:{number}: {found}"


def test_only_the_profile_names_its_provider():
    allowed = {path for pattern in MAY_NAME_IT for path in PACKAGE.glob(pattern)}
    modules = sorted(set(PACKAGE.rglob("*.py")) - allowed)
    assert [found for path in modules for found in _named(path)] == []


@pytest.mark.parametrize("pattern", MAY_NAME_IT)
def test_each_exception_is_needed(pattern):
    assert any(list(_named(path)) for path in PACKAGE.glob(pattern) if path.suffix == ".py")


def test_only_the_list_of_profiles_imports_one():
    """The mock is the only other: it implements the service that the profile describes."""
    found = {
        str(path.relative_to(PACKAGE).parts[0])
        for path in PACKAGE.rglob("*.py")
        if "auth.ims" in _imports(path)
    }
    assert found == {"auth", "mock"}


def _imports(path: Path) -> str:
    """The lines of ``path`` that import something."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    return "\n".join(t.line for t in tokens if t.type == tokenize.NAME and t.string in ("import", "from"))


def test_project_files_may_use_the_name_of_each_profile():
    assert get_args(ProfileName) == (*(profile.name for profile in profiles.KNOWN), "none")


@pytest.mark.parametrize("profile", [IMS, SHOP], ids=lambda profile: profile.name)
def test_no_placeholder_of_a_profile_is_a_secret(profile):
    assert profile.secrets.isdisjoint(profile.placeholders.values())
    assert profile.secrets.isdisjoint(profile.public)


# --- A second profile -------------------------------------------------------------------------------------


def test_an_api_of_a_profile_that_is_not_registered_has_none(tmp_path):
    plan = _plan(tmp_path)
    assert plan.settings.profile is NO_PROFILE
    request = _collection(plan)["item"][0]["request"]
    assert json.loads(request["body"]["raw"]) == {"branch": "{BRANCH_ID}"}
    assert "{{BRANCH}}" not in json.dumps(request)


def test_headers_reveal_a_profile(shop):
    assert shop.settings.profile is SHOP


def test_a_project_file_may_name_the_profile_of_another_provider(shop, tmp_path):
    assert _plan(tmp_path, "token: adobe-ims\n").settings.profile is IMS
    assert _plan(tmp_path, "token: none\n").settings.profile is NO_PROFILE


def test_requests_have_the_headers_and_variables_of_their_profile(shop):
    request = _collection(shop)["item"][0]["request"]
    headers = {header["key"]: header["value"] for header in request["header"]}
    assert headers["X-Branch"] == "{{BRANCH}}"
    assert headers["X-Till"] == "{{TILL}}"
    assert json.loads(request["body"]["raw"]) == {"branch": "{{BRANCH}}"}


def test_environments_have_the_variables_of_their_profile(shop):
    (environment,) = (text for path, text in _texts(shop).items() if path.startswith("environments/"))
    found = {value["key"]: value for value in json.loads(environment)["values"]}
    assert tuple(found)[: len(SHOP.variables) + 1] == ("baseUrl", *SHOP.variables)
    assert found["SHOP_LOGIN"]["value"] == "https://login.shop.example/token"
    assert found["SCOPES"]["value"] == "orders"
    assert found["TILL"]["value"] == "front"
    secret = {name for name, value in found.items() if value["type"] == "secret"}
    assert secret == {"CLIENT_SECRET", "ACCESS_TOKEN"}
    assert not {"IMS", "IMS_ORG", "API_KEY"} & set(found)


def test_scripts_trust_the_hosts_of_their_profile_only(shop):
    script = _script(shop)
    assert "'login.shop.example'" in script
    assert "const KNOWN_HOSTS = ['*.shop.example'];" in script
    assert not re.search("adobe|IMS_ORG|Console", script)


def test_scripts_use_the_words_of_their_profile(shop):
    assert "Is the branch open?" in _script(shop, "test")
    assert "Shop login" in _script(shop)
    assert "Ask the branch for its key." in _collection(shop)["info"]["description"]
    page = _texts(shop)["docs/index.html"]
    assert "Ask the branch for its key." in page
    assert "Developer Console" not in page


def test_shell_samples_use_the_names_of_the_guides(shop):
    texts = _texts(shop)
    assert "| `{BRANCH_ID}` | the branch | on the receipt |" in texts["curl/README.md"]
    assert "[`access-token.sh`](scripts/access-token.sh)" in texts["curl/README.md"]
    assert "X-Branch: ${BRANCH_ID}" in texts["curl/scripts/createOrder.sh"]
    assert "https://login.shop.example/token" in texts["curl/scripts/access-token.sh"]


def test_variations_expect_the_statuses_of_their_profile(shop, tmp_path):
    plan = _plan(tmp_path, "variations: {enabled: true, kinds: [token, organization]}\n")
    text = json.dumps(_collection(plan, "orders.variations"))
    assert "418" in text
    assert "a foreign organization" in text


def test_secrets_of_a_profile_are_refused_in_project_files(shop, tmp_path):
    with pytest.raises(ProjectFileError, match="CLIENT_SECRET is a secret"):
        _plan(tmp_path, "environments: [{name: a, values: {CLIENT_SECRET: x}}]\n")


def test_an_api_of_the_first_profile_is_not_changed_by_the_second(monkeypatch):
    before = _texts(load())
    monkeypatch.setattr(profiles, "KNOWN", Profiles(IMS, SHOP, mocked=IMS))
    assert _texts(load()) == before
