"""What is asked in the demonstration: a dozen requests as apps write them, each for one thing that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One request: `body` is OpenAI's, `told` is what the app says to the router besides.

    `images` are the scenes whose pictures are edited; with `mask`, only the middle of the first is to change. `fault`
    is what the provider does to the routed call.
    """

    id: str
    title: str
    shows: str
    body: Mapping[str, object]
    told: Mapping[str, object] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    mask: bool = False
    fault: Mapping[str, object] | None = None

    @property
    def operation(self) -> Literal["generate", "edit"]:
        """What OpenAI's client calls it."""
        return "edit" if self.images else "generate"

    @property
    def prompt(self) -> str:
        """The words."""
        return str(self.body["prompt"])


SCENES: tuple[Scene, ...] = (
    Scene(
        id="legible-text",
        title="Letters to be read",
        shows="The prompt quotes words, so the picture goes to the model that writes best.",
        body={
            "model": "gpt-image-1",
            "prompt": 'A poster for a jazz night with the words "BLUE HOUR" and "Friday, 9 pm" in large letters',
            "size": "1024x1536",
        },
    ),
    Scene(
        id="transparent-logo",
        title="A logo without background",
        shows="gpt-image-2 draws transparency only as a preview, so a model that keeps the alpha channel takes over.",
        body={"model": "gpt-image-2", "prompt": "A paper crane, flat logo", "background": "transparent"},
    ),
    Scene(
        id="link-preview",
        title="A link preview, 1200×628",
        shows="No edge of 628 exists; the nearest canvas is drawn and six pixels are cut off at top and bottom.",
        body={"model": "gpt-image-1", "prompt": "A lighthouse above the fog at dawn", "size": "1200x628"},
    ),
    Scene(
        id="edit-with-mask",
        title="An edit: two references and a mask",
        shows="Files pass byte for byte; their real dimensions are read for the price.",
        body={"model": "gpt-image-1", "prompt": "Put the crane above the lighthouse", "size": "1200x628"},
        images=("link-preview", "transparent-logo"),
        mask=True,
    ),
    Scene(
        id="wallpaper-4k",
        title="A wallpaper in 4K",
        shows="Legal as it stands, so nothing is touched; the decision only warns that the size is experimental.",
        body={
            "model": "gpt-image-2",
            "prompt": "Salt flats under a violet evening sky, wide and still",
            "size": "3840x2160",
            "quality": "medium",
        },
        told={"tags": {"plan": "paid"}},
    ),
    Scene(
        id="denied",
        title="A free plan asks for 4K",
        shows="A guard says no before anything is sent, and the client raises its usual error.",
        body={
            "model": "gpt-image-2",
            "prompt": "A city of glass, seen from a balloon",
            "size": "3840x2160",
            "quality": "high",
        },
        told={"tags": {"plan": "free"}},
    ),
    Scene(
        id="stream",
        title="A stream with partial images",
        shows="Events arrive as they are drawn; each partial image is on the bill, and was in the price before.",
        body={
            "model": "gpt-image-2.5-flare",
            "prompt": "A greenhouse at night, warm light between leaves",
            "size": "1536x1024",
            "quality": "medium",
            "stream": True,
            "partial_images": 2,
        },
    ),
    Scene(
        id="nothing-said",
        title="Only a model and a prompt",
        shows="Size and quality left out may come out as the dearest there is; the policy says what they mean.",
        body={"model": "gpt-image-2.5-flare", "prompt": "A bowl of lemons on a blue table"},
    ),
    Scene(
        id="tight-budget",
        title="Two pictures for four cents",
        shows="Too dear as asked; it is made cheaper rung by rung until its ceiling fits.",
        body={
            "model": "gpt-image-2",
            "prompt": "Storyboard frame: a cyclist crossing a bridge in the rain",
            "size": "1536x1024",
            "quality": "high",
            "n": 2,
        },
        told={"max_cost_usd": 0.04},
    ),
    Scene(
        id="dead-model",
        title="A call to DALL·E 3",
        shows="The model is gone, and so are three of its parameters; the call site does not need to know.",
        body={
            "model": "dall-e-3",
            "prompt": "A fox reading a newspaper in a café, gouache",
            "size": "1792x1024",
            "quality": "hd",
            "style": "vivid",
            "response_format": "url",
        },
    ),
    Scene(
        id="faithful-edit",
        title="An edit that must keep the face",
        shows="`input_fidelity: high` is what gpt-image-2 always does, and an error if it is said.",
        body={
            "model": "gpt-image-1",
            "prompt": "Dress the fox in a raincoat and change nothing else",
            "input_fidelity": "high",
            "size": "1536x1024",
        },
        images=("dead-model",),
    ),
    Scene(
        id="preset",
        title="A size by its name",
        shows="`instagram.story` is 1080×1920; the canvas is the nearest that the model draws.",
        body={
            "model": "gpt-image-1.5",
            "prompt": "Autumn leaves on a wet street, seen from above",
            "size": "instagram.story",
        },
    ),
    Scene(
        id="tiny",
        title="A thumbnail, 256×256",
        shows="Smaller than anything that is still drawn: the smallest square is, and is scaled down.",
        body={"model": "dall-e-2", "prompt": "A red door in a white wall", "size": "256x256"},
    ),
    Scene(
        id="next-model",
        title="A model that refuses today",
        shows="The first answer is an error that cost nothing, so the same call goes on to the next able model.",
        body={
            "model": "gpt-image-2.5-flare",
            "prompt": "A sticker of a sleeping cat",
            "background": "transparent",
            "quality": "low",
        },
        fault={"fault": "transparency_refused", "model": "gpt-image-2.5-flare"},
    ),
)
