"""`pixroute needs`: the facts, where they come from, and what the prompt hints at."""


def test_a_bare_prompt_is_enough(pixroute):
    ran = pixroute("needs", "--on", "2026-11-23", stdin=b'{"prompt": "a sign that says \\"OPEN\\""}')

    (line,) = ran.lines
    assert ran.code == 0
    assert (line["needs"]["text_heavy"], line["needs"]["text.quoted_chars"], line["needs"]["date"]) == (
        True,
        4,
        "2026-11-23",
    )
    assert line["why"]["text"] != []
    assert line["hints"] == []


def test_what_only_the_prompt_says_is_a_hint(pixroute):
    (line,) = pixroute("needs", stdin=b'{"prompt": "a cup on a transparent background"}').lines

    assert (line["needs"]["transparent"], line["hints"]) == (
        False,
        [{"fact": "transparent", "words": "transparent background"}],
    )


def test_parameters_say_where_a_fact_comes_from(pixroute):
    (line,) = pixroute("needs", stdin=b'{"prompt": "a", "size": "1200x628"}').lines

    assert (line["needs"]["aspect"], line["why"]["aspect"], line["why"]["n"]) == ("300:157", "asked", "derived")


def test_a_bad_line_stands_in_its_place(pixroute):
    ran = pixroute("needs", stdin=b'{"n": 1}\n{"prompt": "a"}')

    assert (ran.code, [list(line) for line in ran.lines]) == (1, [["error"], ["needs", "why", "hints"]])


def test_one_object_or_an_array(pixroute):
    body = b'{"prompt": "a"}\n'

    assert set(pixroute("needs", "--format", "json", stdin=body).json) == {"needs", "why", "hints"}
    assert len(pixroute("needs", "--format", "json", stdin=body * 2).json) == 2


def test_text_names_the_facts_that_are_known(pixroute):
    ran = pixroute("needs", "--format", "text", stdin=b'{"prompt": "a poster", "size": "1200x628"}')

    assert ran.out.splitlines()[0] == "1  a poster"
    assert "width              1200" in ran.out
    assert "max_cost_usd" not in ran.out
