"""Changes: a record that can be replayed."""

from __future__ import annotations

from router.changes import Change, Warn, apply


def test_changes_replayed_give_the_body_to_send():
    body = {"prompt": "a fox", "model": "gpt-image-1", "style": "vivid", "n": 2}
    changes = [
        Change("set", "model", "gpt-image-1", "gpt-image-2", "MODEL_ROUTED", "…"),
        Change("drop", "style", "vivid", None, "PARAM_REJECTED", "…"),
        Change("set", "quality", None, "low", "RULE", "…", "low-funds"),
    ]

    assert apply(changes, body) == {"prompt": "a fox", "model": "gpt-image-2", "n": 2, "quality": "low"}


def test_the_body_that_was_asked_stays_as_it_is():
    body = {"prompt": "a fox", "style": "vivid"}
    apply([Change("drop", "style", "vivid", None, "PARAM_REJECTED", "…")], body)

    assert body == {"prompt": "a fox", "style": "vivid"}


def test_a_step_is_shown_with_the_words_of_the_record():
    change = Change("set", "size", "1200x628", "1200x640", "SIZE_TO_CANVAS", "edges must be multiples of 16")

    assert change.to_dict() == {
        "action": "set",
        "field": "size",
        "from": "1200x628",
        "to": "1200x640",
        "code": "SIZE_TO_CANVAS",
        "reason": "edges must be multiples of 16",
        "rule": None,
    }


def test_a_dropped_parameter_has_no_new_value():
    change = Change("drop", "style", "vivid", None, "PARAM_REJECTED", "…")

    assert "to" not in change.to_dict()


def test_a_warning_is_shown_with_its_code():
    assert Warn("SIZE_UPSCALED", "…").to_dict() == {"code": "SIZE_UPSCALED", "message": "…"}
