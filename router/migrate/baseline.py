"""A baseline: findings that are known and left for later, so that only new ones count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from ..errors import ConfigError
from .findings import Report, fingerprints

VERSION: Final = "pixroute-baseline"


def write(path: Path, report: Report) -> None:
    """Write all findings of a report down as known."""
    rows = [
        {"fingerprint": mark, "path": finding.path, "code": finding.code}
        for mark, finding in fingerprints(report.findings)
    ]
    try:
        path.write_text(json.dumps({VERSION: 1, "findings": rows}, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write `{path}`: {error.strerror or error}") from error


def read(path: Path) -> frozenset[str]:
    """Read the fingerprints of a baseline."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document[VERSION] != 1:
            raise ConfigError(
                f"`{path}` is a baseline of another version", hint="write it anew with `--write-baseline`"
            )
        return frozenset(str(row["fingerprint"]) for row in document["findings"])
    except OSError as error:
        raise ConfigError(f"cannot read `{path}`: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"`{path}` is no baseline", hint="write one with `--write-baseline`") from None


def without(report: Report, known: frozenset[str]) -> Report:
    """The report without findings that are known."""
    left = tuple(finding for mark, finding in fingerprints(report.findings) if mark not in known)
    return replace(report, findings=left, known=len(report.findings) - len(left))
