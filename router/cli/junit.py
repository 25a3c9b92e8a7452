"""Reports of several test files as one document of JUnit's XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from ..suite import Report


def to_junit(reports: Sequence[Report]) -> str:
    """One `testsuites`, with a `testsuite` for each file."""
    first, *others = (ET.fromstring(report.junit()) for report in reports)  # noqa: S314
    for other in others:
        first.extend(other)
        for count in COUNTS:
            first.set(count, str(int(first.get(count, 0)) + int(other.get(count, 0))))
    ET.indent(first)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(first, encoding="unicode")}\n'


COUNTS = ("tests", "failures", "errors", "skipped")
