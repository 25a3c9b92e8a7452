"""Sizes, one for each combination of comparisons; held against every size of a small square."""

from fractions import Fraction

import pytest

from router.check import plane
from router.check.plane import Cuts, different_sizes
from router.sizes import Size


def places(sizes, cuts):
    return {cuts.place(*size) for size in sizes}


@pytest.fixture
def small_square(monkeypatch):
    monkeypatch.setattr(plane, "LARGEST_EDGE", 60)
    monkeypatch.setattr(plane, "USUAL_EDGES", (16,))
    different_sizes.cache_clear()
    yield [Size(width, height) for width in range(1, 61) for height in range(1, 61)]
    different_sizes.cache_clear()


@pytest.mark.parametrize(
    "cuts",
    [
        Cuts(),
        Cuts(width=(20,), height=(20, 21)),
        Cuts(pixels=(100, 101, 3599)),
        Cuts(pixels=(997, 998)),
        Cuts(longest_edge=(30,), pixels=(899, 901)),
        Cuts(aspect=(Fraction(1),)),
        Cuts(aspect=(Fraction(16, 9), Fraction(7, 4), Fraction(9, 16)), pixels=(144, 577)),
        Cuts(aspect=(Fraction(59, 60),), width=(59,)),
        Cuts(aspect=(Fraction(61, 60),), height=(60,)),
        Cuts(width=(7, 8), height=(11,), pixels=(80, 500), longest_edge=(12,), aspect=(Fraction(1), Fraction(2, 3))),
    ],
)
def test_every_combination_that_a_size_has_is_found(cuts, small_square):
    sizes = different_sizes(cuts)

    assert sizes.complete
    assert places(sizes.found, cuts) == places(small_square, cuts)


def test_a_corner_of_the_whole_square_is_found():
    sizes = different_sizes(Cuts(width=(500,), pixels=(49_900_000,)))

    assert Size(499, 100_000) in sizes.found


def test_usual_sizes_are_preferred():
    assert different_sizes(Cuts(pixels=(1_048_577,))).found == (Size(1024, 1024), Size(1024, 1536))


def test_a_search_that_takes_too_long_says_so(monkeypatch):
    monkeypatch.setattr(plane, "MOST_BOXES", 3)
    different_sizes.cache_clear()

    assert not different_sizes(Cuts(width=(3, 7), height=(5, 9), pixels=(20, 30))).complete
