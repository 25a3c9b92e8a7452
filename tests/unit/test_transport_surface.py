"""Which calls are ours, by method and path."""

import pytest

from router.transport.surface import Surface, find_surface, with_deployment

AZURE = "https://it.openai.azure.com/openai/deployments/{}/images/edits?api-version=2026-02-01"


@pytest.mark.parametrize(
    ("url", "surface"),
    [
        ("https://api.openai.com/v1/images/generations", Surface(operation="generate")),
        ("https://api.openai.com/v1/images/edits", Surface(operation="edit")),
        ("https://api.openai.com/v1/images/edits/", Surface(operation="edit")),
        ("https://proxy.test/a/b/v1/images/generations?x=1#y", Surface(operation="generate")),
        ("http://127.0.0.1:8000/images/generations", Surface(operation="generate")),
        ("https://it.openai.azure.com/openai/v1/images/edits?api-version=preview", Surface(operation="edit")),
        (AZURE.format("poster"), Surface(operation="edit", deployment="poster")),
        (AZURE.format("my%20poster%2F2"), Surface(operation="edit", deployment="my poster/2")),
        ("https://gate.test/eu/openai/deployments/x/images/edits", Surface(operation="edit", deployment="x")),
    ],
)
def test_an_images_endpoint_is_recognised_under_any_base(url: str, surface: Surface):
    assert find_surface("POST", url) == surface


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://api.openai.com/v1/images/generations"),
        ("POST", "https://api.openai.com/v1/images/variations"),
        ("POST", "https://api.openai.com/v1/images/generations/123"),
        ("POST", "https://api.openai.com/v1/myimages/generations"),
        ("POST", "https://api.openai.com/v1/chat/completions?next=/images/edits"),
        ("POST", "https://api.openai.com/v1/images/editsx"),
        ("POST", "https://api.openai.com"),
    ],
)
def test_every_other_call_passes_through(method: str, url: str):
    assert find_surface(method, url) is None


def test_the_method_is_read_in_any_case():
    assert find_surface("post", "https://api.openai.com/v1/images/edits") == Surface(operation="edit")


def test_another_deployment_changes_the_path_and_nothing_else():
    assert with_deployment(AZURE.format("old"), "new one/2") == AZURE.format("new%20one%2F2")


@pytest.mark.parametrize("url", ["https://api.openai.com/v1/images/edits?a=b", "https://x.test/other"])
def test_an_url_without_a_deployment_stays_as_it_is(url: str):
    assert with_deployment(url, "new") == url
