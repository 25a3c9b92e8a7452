"""Law 4: a legal size is never changed; otherwise the plan is the best of 29,146 and delivers exactly the target."""

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from router.canvas import best_canvases, nearest_sizes, plan_size
from router.errors import RequestError
from router.sizes import TIERS, FreeSizes, PresetSizes, Size, halve, largest_of_ratio, parse_size, violations

FREE = FreeSizes()
PRESET = PresetSizes(presets=(Size(1024, 1024), Size(1536, 1024), Size(1024, 1536)))
LEGAL = [
    Size(width, height)
    for width in range(16, 3841, 16)
    for height in range(16, 3841, 16)
    if max(width, height) <= 3 * min(width, height) and 655_360 <= width * height <= 8_294_400
]

edges = st.one_of(st.integers(1, 700), st.integers(600, 2200), st.integers(2000, 4000), st.integers(3800, 30_000))
within_ratio = edges.flatmap(lambda edge: st.builds(Size, st.just(edge), st.integers(-(-edge // 3), 3 * edge)))
targets = st.one_of(within_ratio, st.builds(Size, edges, edges))
shares = st.sampled_from([Fraction(0), Fraction(1, 50), Fraction(1, 10), Fraction(1, 2)])


def uneven(size):
    """A price that does not follow the pixels, as the real one does not."""
    return (7 * size.width + size.height) // 16 % 5


# the order of the criteria, held against every legal size, without a thought for speed


def crop(canvas, target):
    """The largest rectangle of the target's aspect, rounded down to whole pixels."""
    if canvas.width * target.height > canvas.height * target.width:
        return Size(max(1, canvas.height * target.width // target.height), canvas.height)
    return Size(canvas.width, max(1, canvas.width * target.height // target.width))


def covered(canvas, target):
    """How much of the target's edges a canvas covers before it is upscaled, at most all: width times height."""
    return min(canvas.width * target.height, canvas.height * target.width, target.width * target.height)


def bars(target, max_crop):
    """What may be lost: `max_crop`, then a hundredth more each time, from what a 3:1 canvas must lose."""
    unavoidable = max(max_crop, 1 - Fraction(3 * min(target), max(target)))
    return [max_crop, *(unavoidable + Fraction(step, 100) for step in range(1, 101))]


def admissible(cuts, bar):
    keep, of = (1 - bar).as_integer_ratio()
    return [canvas for canvas, kept in cuts if kept * of >= canvas.width * canvas.height * keep]


def best_by_force(target, max_crop):
    """All canvases that only their price can tell apart."""
    most = max(covered(canvas, target) for canvas in LEGAL)
    least_upscaled = [canvas for canvas in LEGAL if covered(canvas, target) == most]
    cuts = [(canvas, crop(canvas, target).pixels) for canvas in least_upscaled]
    able = next(filter(None, (admissible(cuts, bar) for bar in bars(target, max_crop))))
    fewest = min(canvas.pixels for canvas in able)
    return tuple(canvas for canvas in able if canvas.pixels == fewest)


def nearest_by_change(target):
    """The least change of the edge that changes more, then of the other; in steps that tell all factors apart."""
    widths, heights = ({edge: max(edge, to) * 10**12 // min(edge, to) for edge in range(16, 3841, 16)} for to in target)
    changes = [(widths[width], heights[height]) for width, height in LEGAL]
    ranked = [(max(change), min(change)) for change in changes]
    least = min(ranked)
    return tuple(size for size, rank in zip(LEGAL, ranked, strict=True) if rank == least)


def delivered(plan):
    """What comes out: draw, cut, resize."""
    left, top, right, bottom = plan.crop or (0, 0, *plan.canvas)
    return plan.resize or Size(right - left, bottom - top)


@given(targets, shares)
@example(Size(300, 299), Fraction(0))
@example(Size(1200, 628), Fraction(1, 50))
@example(Size(4096, 2160), Fraction(0))
@example(Size(3830, 2150), Fraction(0))
@example(Size(1128, 191), Fraction(1, 50))
@example(Size(1, 100_000), Fraction(1, 50))
@example(Size(32, 70), Fraction(1, 50))  # the least high that loses little enough is high enough to the pixel
@example(Size(450, 881), Fraction(1, 50))
@example(Size(384, 480), Fraction(1, 2))  # three canvases of the smallest area
def test_the_canvases_are_the_best_of_all_legal_sizes(target, max_crop):
    assert best_canvases(target, FREE, max_crop) == best_by_force(target, max_crop)


@given(targets, shares)
@example(Size(384, 480), Fraction(1, 2))
def test_of_the_best_canvases_the_cheapest_is_drawn_then_the_narrowest(target, max_crop):
    best = best_canvases(target, FREE, max_crop)
    plan = plan_size(target, FREE, max_crop=max_crop, beyond_ratio="crop")
    cheap = plan_size(target, FREE, max_crop=max_crop, beyond_ratio="crop", cost=uneven)

    assert plan.canvas in {target, min(best)}
    assert cheap.canvas in {target, min(best, key=lambda canvas: (uneven(canvas), canvas))}


@given(targets, shares, st.sampled_from([FREE, PRESET]))
def test_exactly_the_target_is_delivered(target, max_crop, rule):
    plan = plan_size(target, rule, max_crop=max_crop, beyond_ratio="crop")

    assert (plan.target, delivered(plan), violations(plan.canvas, rule)) == (target, target, ())


@given(targets, shares, st.sampled_from([FREE, PRESET]))
def test_the_cut_lies_in_the_middle_of_the_canvas_and_is_accounted_for(target, max_crop, rule):
    plan = plan_size(target, rule, max_crop=max_crop, beyond_ratio="crop")
    left, top, right, bottom = plan.crop or (0, 0, *plan.canvas)

    assert 0 <= plan.canvas.width - right - left <= 1
    assert 0 <= plan.canvas.height - bottom - top <= 1
    assert plan.crop_fraction == 1 - Fraction((right - left) * (bottom - top), plan.canvas.pixels)
    assert plan.upscaled is (target.width > plan.canvas.width or target.height > plan.canvas.height)


@given(targets, shares)
def test_a_picture_is_resized_only_if_it_cannot_be_cut(target, max_crop):
    plan = plan_size(target, FREE, max_crop=max_crop, beyond_ratio="crop")
    loss = 1 - Fraction(target.pixels, plan.canvas.pixels)
    cut = target if not plan.upscaled and loss <= max_crop else crop(plan.canvas, target)

    assert plan.resize == (None if cut == target else target)
    assert plan.crop_fraction == 1 - Fraction(cut.pixels, plan.canvas.pixels)


@given(st.sampled_from(LEGAL), st.sampled_from(["cover", "nearest", "reject"]), shares)
def test_a_legal_size_is_never_changed(size, fit, max_crop):
    plan = plan_size(size, FREE, fit=fit, max_crop=max_crop)

    assert (plan.target, plan.canvas, plan.crop, plan.resize, plan.crop_fraction) == (size, size, None, None, 0)


@given(targets)
@example(Size(728, 90))
@example(Size(1, 1))
def test_the_nearest_size_is_the_nearest_of_all_legal_sizes(target):
    assert nearest_sizes(target, FREE) == nearest_by_change(target)


@given(targets)
def test_no_preset_loses_less_than_the_one_that_is_drawn(target):
    def loss(size):
        return 1 - min(size.aspect, target.aspect) / max(size.aspect, target.aspect)

    assert loss(plan_size(target, PRESET).canvas) == min(map(loss, PRESET.presets))


@given(targets)
def test_only_the_ratio_is_a_reason_to_refuse(target):
    refused = not hasattr(plan_size(target, FREE), "canvas")

    assert refused is (max(target) > 3 * min(target))


# how a size is written


@given(targets)
def test_a_size_is_read_as_it_is_printed(size):
    assert parse_size(str(size)) == size


@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from(sorted(TIERS)))
@example(16, 9, "2k")
@example(59, 37, "1k")
def test_a_ratio_is_the_largest_size_of_that_ratio_or_else_as_large_as_its_tier(width, height, tier):
    ratio, size = Fraction(width, height), parse_size(f"{width}:{height}@{tier}")
    exact = [each for each in scaled(ratio) if 655_360 <= each.pixels <= TIERS[tier]]

    assert size == max(exact, default=largest_of_ratio(ratio, TIERS[tier]))
    assert size.pixels <= TIERS[tier] + max(size)


def scaled(ratio):
    """Every size of a ratio with edges that are multiples of 16 up to 3840."""
    sizes = [Size(16 * ratio.numerator * k, 16 * ratio.denominator * k) for k in range(1, 241)]
    return [size for size in sizes if max(size) <= 3840]


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[-+0-9.]{0,9} ?[x:*×@] ?[0-9.]{0,9}(@[0-9a-z]{0,3})?")))
def test_any_text_is_a_size_or_an_error_of_the_field(text):
    assert all(1 <= edge <= 100_000 for edge in parsed(text))


def parsed(text):
    try:
        return parse_size(text) or ()
    except RequestError as error:
        return () if error.field == "size" and error.hint else (0,)


@given(targets)
def test_half_of_a_size_has_half_the_pixels_to_the_nearest_pixel(size):
    half = halve(size)

    assert all((2 * part - 1) ** 2 <= 2 * edge**2 <= (2 * part + 1) ** 2 for part, edge in zip(half, size, strict=True))
    assert all(part >= 1 for part in half)


@given(targets)
def test_halving_ends_at_one_pixel(size):
    for _ in range(34):  # 100,000 x 100,000 is less than 2 ** 34
        size = halve(size)

    assert size == Size(1, 1)
