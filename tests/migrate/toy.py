"""A reader of the plainest Python calls, for tests of what is done with what readers find."""

from __future__ import annotations

import ast
import re
from datetime import date

from router.files import load_catalog, load_policy
from router.migrate.judge import Draft, agree, conclude, judge
from router.migrate.scan import Read, Settings, judge_all
from router.migrate.sites import Choice, Insertion, Mark, Parameter, Reading, Region, Site, Written

DAY = date(2026, 11, 23)
POLICY = "pixroute:migrate-from-gpt-image-1"


class Folder:
    """Files in memory."""

    def __init__(self, files):
        self.files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    @property
    def paths(self):
        return tuple(sorted(self.files))

    def read(self, path):
        return self.files[path]


def settings(on=DAY, policy=POLICY, provider=None):
    catalog = load_catalog()
    return Settings(policy=load_policy(policy, catalog), catalog=catalog, on=on, policy_name=policy, provider=provider)


def scan(files, *, on=DAY, policy=POLICY, read=None):
    """A report on Python files in memory, read by the toy reader."""
    folder = files if isinstance(files, Folder) else Folder(files)
    readings = [Read(path, (read or read_toy)(path, folder), 1) for path in folder.paths]
    return judge_all(readings, settings(on, policy), folder)


def finding(source, **options):
    (only,) = scan({"app.py": source}, **options).findings
    return only


def ask(*, surface="python-sdk", operation="generate", marks=(), on=DAY, **values):
    """The finding of a call with values that stand nowhere; an unjudged outcome as it is."""
    parameters = {
        name: value if isinstance(value, Parameter) else Parameter(choices=(Choice(value=value),))
        for name, value in values.items()
    }
    site = Site(path="app.py", line=1, column=1, surface=surface, operation=operation, parameters=parameters)
    bench = settings(on).bench(Folder({"app.py": ""}))
    judged = judge(site, marks, bench)
    return conclude(judged, agree([judged]), bench) if isinstance(judged, Draft) else judged


def read_toy(path, files):
    """Calls of `images.generate`, `edit` and `create_variation` with literal arguments or constants of the file."""
    source = files.read(path)
    tree = ast.parse(source)
    text = _Text(path, source)
    constants = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _operation(node)]
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "OpenAI"]
    client = text.region(made[0]) if made else None
    sites = tuple(_site(text, call, constants, client=client) for call in calls)
    urls = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "url"]
    marks = tuple(_mark(text, node, sites) for node in urls)
    return Reading(sites=sites, marks=marks)


class _Text:
    def __init__(self, path, source):
        self.path, self.source = path, source
        self.starts = [0, *(found.end() for found in re.finditer(rb"\n", source))]

    def region(self, node):
        start = self.starts[node.lineno - 1] + node.col_offset
        end = self.starts[node.end_lineno - 1] + node.end_col_offset
        return self.stretch(start, end)

    def stretch(self, start, end):
        line = self.source.count(b"\n", 0, start)
        column = len(self.source[self.starts[line] : start].decode()) + 1
        return Region(path=self.path, line=line + 1, column=column, start=start, end=end)


def _name(node):
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _operation(call):
    names = {"generate": "generate", "edit": "edit", "create_variation": "variation"}
    return names.get(_name(call.func)) if isinstance(call.func, ast.Attribute) else None


def _site(text, call, constants, *, client):
    at = text.region(call)
    values = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    wholes = _wholes(text, call)
    opened = tuple("`**options`" for keyword in call.keywords if keyword.arg is None)
    end = at.end - 1
    inside = text.source[at.start : end].rstrip()
    comma = inside.endswith((b",", b"("))
    return Site(
        path=text.path,
        line=at.line,
        column=at.column,
        surface="python-sdk",
        operation=_operation(call),
        parameters={name: _parameter(text, value, constants, whole=wholes[name]) for name, value in values.items()},
        open=opened,
        insertion=Insertion(
            region=text.stretch(at.start + len(inside), at.start + len(inside)),
            template=" {name}={value}," if comma else ", {name}={value}",
        ),
        client=client,
        files=1 if _operation(call) == "edit" else 0,
    )


def _wholes(text, call):
    """What to cut of each argument: up to the next one, or from the one before."""
    regions = [text.region(keyword) for keyword in call.keywords]
    rows = {}
    for place, (keyword, region) in enumerate(zip(call.keywords, regions, strict=True)):
        start, end = region.start, region.end
        if place + 1 < len(regions):
            end = regions[place + 1].start
        elif place:
            start = regions[place - 1].end
        rows[keyword.arg] = text.stretch(start, end)
    return rows


def _parameter(text, value, constants, *, whole):
    if isinstance(value, ast.Name) and value.id in constants:
        return Parameter(choices=(_choice(text, constants[value.id]),), whole=whole)
    if isinstance(value, ast.IfExp):
        return Parameter(choices=(_choice(text, value.body), _choice(text, value.orelse)), whole=whole)
    if not isinstance(value, ast.Constant):
        return Parameter(unknown="it is worked out", whole=whole)
    return Parameter(choices=(_choice(text, value),), whole=whole)


def _choice(text, node):
    region = text.region(node)
    quote = text.source[region.end - 1 : region.end].decode() if isinstance(node.value, str) else ""
    return Choice(value=node.value, written=Written(region=region, quote=quote))


def _mark(text, node, sites):
    at = text.region(node)
    calls = [site.line for site in sites if site.line <= at.line]
    return Mark(
        path=text.path,
        line=at.line,
        column=at.column,
        kind="reads_url",
        surface="python-sdk",
        text=ast.unparse(node)[:80],
        site=max(calls, default=None),
    )
