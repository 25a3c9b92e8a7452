"""Requests and replies as plain values."""

from router.transport.message import Message, Reply

MESSAGE = Message(
    method="POST",
    url="https://api.openai.com/v1/images/edits",
    headers=(("Authorization", "Bearer key"), ("Content-Length", "3"), ("X-Trace", "a"), ("x-trace", "b")),
    body=(b"old",),
)


def test_a_header_is_found_in_any_case_and_the_first_of_two_counts():
    assert [MESSAGE.header(name) for name in ("x-trace", "AUTHORIZATION", "accept")] == ["a", "Bearer key", None]
    assert Reply(status=429, headers=(("Retry-After", "12"),)).header("retry-after") == "12"


def test_another_body_brings_its_own_length_and_leaves_the_rest():
    changed = MESSAGE.with_body((b"ab", memoryview(b"cde")))

    assert changed == Message(
        method="POST",
        url="https://api.openai.com/v1/images/edits",
        headers=(("Authorization", "Bearer key"), ("X-Trace", "a"), ("x-trace", "b"), ("content-length", "5")),
        body=(b"ab", memoryview(b"cde")),
    )


def test_a_body_of_known_length_is_not_sent_in_chunks():
    chunked = Message(method="POST", url="https://x.test", headers=(("transfer-encoding", "chunked"),))

    assert chunked.with_body((b"abc",)).headers == (("content-length", "3"),)
