"""Reports of several test files as one document of JUnit's XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from ..suite import Report
from .escapes import escaped
from .unread import Unread


def to_junit(reports: Sequence[Report | Unread]) -> str:
    """One `testsuites`, with a `testsuite` for each file; one that cannot be read is an error in its own."""
    first, *others = map(_suites, reports)
    for other in others:
        first.extend(other)
        for count in COUNTS:
            first.set(count, str(int(first.get(count, 0)) + int(other.get(count, 0))))
    ET.indent(first)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(first, encoding="unicode")}\n'


def _suites(report: Report | Unread) -> ET.Element:
    if isinstance(report, Report):
        return ET.fromstring(report.junit())  # noqa: S314 -- our own
    counts = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0"}
    root = ET.Element("testsuites", counts)
    suite = ET.SubElement(root, "testsuite", {"name": escaped(report.path), **counts})
    test = ET.SubElement(suite, "testcase", {"name": "can be read", "classname": escaped(report.path)})
    message = escaped(str(report.error).encode(errors="replace").decode())
    ET.SubElement(test, "error", {"message": message.partition("\n")[0]}).text = message
    return root


COUNTS = ("tests", "failures", "errors", "skipped")
