"""The benchmarks run, and all that they compare comes to the same; how fast is measured by hand."""

import json
from math import isfinite

import pytest

from tests.benchmarks import deciding, growth, importing, matching, run, transport

TINY = {
    "matching": {"rounds": 1, "repeat": 1},
    "growth": {"rounds": 1, "repeat": 1, "sizes": (10, 100, 1_000)},
    "deciding": {"rounds": 1},
    "importing": {"rounds": 1},
    "transport": {"rounds": 1, "others": False},
}


@pytest.mark.parametrize("name", run.BENCHMARKS)
def test_every_benchmark_fills_its_table(name):
    benchmark = run.BENCHMARKS[name]

    result = benchmark.run(**TINY[name])

    assert result["rows"]
    assert [benchmark.columns.keys() - row.keys() for row in result["rows"]] == [set()] * len(result["rows"])
    assert all(isfinite(target.value) for target in benchmark.targets(result))


@pytest.mark.parametrize("engine", matching.engines(), ids=lambda engine: engine.name)
def test_all_engines_take_the_same_route(engine):
    assert matching.answers(engine, matching.read_facts()) == list(range(len(matching.RULES)))


@pytest.mark.parametrize("kind", growth.KINDS)
def test_an_index_finds_what_reading_every_rule_finds(kind):
    matcher, times = growth._prepare(kind, 100)  # it checks itself against the interpreter

    assert matcher.first(growth.read_facts(kind, 100)[0]) == 0
    assert times.keys() == {"parse_ms", "index_ms", "first_use_ms"}


def test_the_stages_and_the_ladder_have_something_to_do():
    policy, texts = deciding.read_policy(), deciding.prompts()

    bodies = [*deciding.fresh(texts, 0)]

    assert len(policy.guards) + len(policy.routes) + len(policy.adjustments) == 100
    assert all(len(text) in deciding.LENGTHS for text in texts)
    assert len({body["prompt"] for body in bodies} | {body["prompt"] for body in deciding.fresh(texts, 1)}) == 2 * len(
        texts
    )


def test_an_import_is_light():
    result = importing.run(rounds=1)

    assert result["brought"] == []
    assert result["import_ms"] < 5_000  # generous: what is measured is the machine's mood, too


def test_every_client_gets_the_picture_that_the_provider_sent():
    with transport.answering() as url:
        for client in transport.clients(f"{url}/1000/v1").values():
            answer = client.images.generate(**transport.FOX)
            client.close()

            assert answer.data[0].b64_json == "iVBORw0KGgo" + "A" * 1000


def test_the_command_prints_json(capsys):
    run.main(["matching", "--rounds", "1", "--json"])

    report = json.loads(capsys.readouterr().out)

    assert report.keys() == {"on", "results", "targets"}
    assert [row["engine"] for row in report["results"]["matching"]["rows"]][:2] == [
        matching.HAND,
        "pixroute, compiled",
    ]


def test_the_command_prints_a_table(capsys):
    run.main(["importing", "--rounds", "1"])

    assert "import router" in capsys.readouterr().out


def test_an_unknown_name_is_an_error(capsys):
    with pytest.raises(SystemExit):
        run.main(["macthing"])

    assert "no benchmark `macthing`" in capsys.readouterr().err
