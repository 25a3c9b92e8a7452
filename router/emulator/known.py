"""The models that answer on one day: the catalogue's data, read by the emulator's own eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from ..catalog import Catalog, Model
from ..catalogfile import read_catalog

FOLDER = Path(__file__).parent.parent / "models"


def shipped_catalog() -> Catalog:
    """The catalogue that comes with the package."""
    return read_catalog([(file.read_text(encoding="utf-8"), file.name) for file in sorted(FOLDER.glob("*.yaml"))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is served on a day, in UTC."""

    on: date
    catalog: Catalog

    @property
    def noon(self) -> int:
        """When everything of the day is said to happen, in seconds since 1970: a call gives the same answer twice."""
        return int(datetime.combine(self.on, time(12), UTC).timestamp())

    def served(self, provider: str) -> dict[str, Model]:
        """Every model that answers, by each of its names, snapshots and deployments included."""
        if provider not in self.catalog.providers:
            return {}
        models = self.catalog.on(self.on, provider)
        return {name: model for name, model in models.items() if self._answers(model)}

    def _answers(self, model: Model) -> bool:
        released, shutdown = model.lifecycle.released, model.lifecycle.shutdown
        born = released is None or released <= self.on
        dead = shutdown is not None and shutdown <= self.on
        # The catalogue keeps DALL·E only by name: nothing is known of what it draws or costs.
        return born and not dead and bool(model.operations) and model.price is not None

    def shutdown_date(self, model: Model) -> str | None:
        """The day a model ends, once that was announced."""
        notice, shutdown = model.lifecycle.notice, model.lifecycle.shutdown
        announced = shutdown is not None and (notice is None or notice <= self.on)
        return shutdown.isoformat() if shutdown is not None and announced else None
