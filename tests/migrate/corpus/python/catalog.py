from dataclasses import dataclass


@dataclass(frozen=True)
class ModelInfo:
    id: str
    input_cost: float
    output_cost: float


KNOWN = [
    ModelInfo("gpt-4o-mini", 0.15, 0.60),
    ModelInfo("gpt-image-1", 10.0, 40.0),
    ModelInfo(id="gpt-image-1-mini", input_cost=2.5, output_cost=8.0),
]

ROWS = [
    {"model": "gpt-image-1", "input_price": 10.0, "output_price": 40.0},
    {"model": "gpt-4o", "input_price": 2.5, "output_price": 10.0},
]
