"""The engine against a second, naive evaluation of the same policies."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from router.engine import plan

from . import naive
from .cases import any_policies, inputs
from .requests import requests

wide = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@wide
@given(requests(), any_policies(), inputs())
def test_the_engine_and_a_naive_evaluation_agree(request, policy, given):
    answer = naive.answer_of(plan(request, policy, given))._replace(skipped=frozenset())

    assert answer == naive.plan(request, policy, given)
