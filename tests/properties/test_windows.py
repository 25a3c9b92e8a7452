"""Windows divide time: every moment has one period, whoever looks and from where, and calendars say which."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from router.budget import FOREVER, Frame, accounts, frame, window_name
from router.policy import Limit, Window

from .calendars import label, shared, step_s

# until 2011 some clocks leapt back from just after midnight to the day before: such a day is one by its first midnight
FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2012, 2100))
ODD = (
    "America/Havana",  # clocks leap at midnight
    "America/Nuuk",  # they leap in the last hour of the day
    "America/Santiago",
    "America/St_Johns",  # half an hour off
    "Antarctica/Casey",  # leapt three hours
    "Antarctica/Troll",  # leaps two hours
    "Asia/Gaza",
    "Asia/Kathmandu",  # three quarters of an hour off
    "Asia/Kolkata",
    "Asia/Pyongyang",  # leapt half an hour before midnight
    "Africa/Casablanca",  # back for Ramadan
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # leaps half an hour
    "Europe/Berlin",
    "Pacific/Apia",  # left a day out
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "UTC",
)
zones = st.sampled_from(ODD) | st.sampled_from(sorted(available_timezones()))


def leaps(zone):
    """The moments from 2012 to 2099 in which a zone's clocks leap."""
    return _LEAPS.setdefault(zone, [*_leaps(ZoneInfo(zone))])


_LEAPS: dict[str, list[int]] = {}


def _leaps(zone):
    def offset(moment):
        return datetime.fromtimestamp(moment, zone).utcoffset()

    for low, high in pairwise(range(FIRST, LAST, 7 * 86_400)):
        if offset(low) == offset(high):
            continue
        before, after = low, high
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if offset(middle) == offset(low) else (before, middle)
        yield after


@st.composite
def moments(draw, zone):
    """A moment; often near a leap of the zone's clocks."""
    near = leaps(zone)
    if near and draw(st.booleans()):
        around = draw(st.sampled_from(near))
        return around + draw(st.integers(-2 * 86_400, 2 * 86_400) | st.integers(-3601, 3601) | st.integers(-2, 2))
    return draw(st.integers(FIRST, LAST))


@st.composite
def calendars(draw, kinds=("hour", "day", "week", "month")):
    """A calendar's window and a moment."""
    zone = draw(zones)
    return Window(kind=draw(st.sampled_from(kinds)), zone=zone), draw(moments(zone))


rollings = st.builds(
    Window, kind=st.just("rolling"), seconds=st.integers(1, 366 * 86_400) | st.sampled_from([60, 3600])
)


def at(window, moment):
    """The period of a moment, seen from that moment."""
    return frame(window, moment).place(moment)


def seconds(moment):
    return int(datetime.fromisoformat(moment).timestamp())


# -- calendars


@given(calendars())
@example((Window(kind="day", zone="Antarctica/Casey"), seconds("2018-03-11T23:30+08:00")))  # a day of 27 hours
@example((Window(kind="week", zone="Antarctica/Casey"), seconds("2018-03-11T23:30+08:00")))
@example((Window(kind="day", zone="Antarctica/Casey"), seconds("2018-03-12T00:00+08:00")))
def test_the_edges_rise_and_the_moment_is_between_the_middle_two(case):
    window, moment = case

    edges = frame(window, moment).edges

    assert len(edges) == 4
    assert all(earlier < later for earlier, later in pairwise(edges))
    assert edges[1] <= moment < edges[2]


@given(calendars())
def test_the_period_of_a_moment_is_what_a_calendar_says(case):
    window, moment = case

    period = at(window, moment)

    inside = [period.start, moment, period.resets_at - 1]
    assert [label(window, each) for each in inside] == [label(window, moment)] * 3
    assert label(window, period.start - 1) != label(window, moment) != label(window, period.resets_at)
    assert period.starts == range(period.start, period.start + 1)


@given(calendars())
def test_periods_follow_one_another_without_a_gap(case):
    window, moment = case
    edges = frame(window, moment).edges

    assert [at(window, start).start for start in edges] == list(edges)
    assert [at(window, start).resets_at for start in edges[:-1]] == list(edges[1:])
    assert [at(window, end - 1).start for end in edges[1:]] == list(edges[:-1])


@given(calendars(), st.data())
def test_every_frame_that_reaches_a_moment_places_it_alike(case, data):
    window, moment = case
    period = at(window, moment)
    before, after = frame(window, moment).edges[0], frame(window, moment).edges[-1]

    around = data.draw(st.integers(before, after - 1))

    assert frame(window, around).place(moment) in (period, None)


@given(calendars(), st.integers(-400 * 86_400, 400 * 86_400))
def test_a_frame_places_what_it_reaches_and_nothing_else(case, off):
    window, moment = case
    seen = frame(window, moment)

    placed = seen.place(moment + off)

    reached = seen.edges[0] <= moment + off < seen.edges[-1]
    assert placed == (at(window, moment + off) if reached else None)


@given(calendars(kinds=("hour",)))
def test_every_hour_is_sixty_minutes(case):
    window, moment = case

    period = at(window, moment)

    assert period.resets_at - period.start == 3600


@given(calendars(kinds=("day",)))
def test_a_day_has_from_21_to_27_hours(case):
    window, moment = case

    period = at(window, moment)

    assert 21 * 3600 <= period.resets_at - period.start <= 27 * 3600


@given(calendars(kinds=("week",)))
def test_a_week_begins_on_a_monday(case):
    window, moment = case

    start = datetime.fromtimestamp(at(window, moment).start, ZoneInfo(window.zone))

    assert start.weekday() == 0


@given(calendars(kinds=("month",)))
def test_a_month_begins_on_its_first_day_and_has_all_of_them(case):
    window, moment = case
    zone = ZoneInfo(window.zone)
    period = at(window, moment)

    first, last = (datetime.fromtimestamp(each, zone).date() for each in (period.start, period.resets_at - 1))

    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    assert (first.day, last) == (1, following - timedelta(days=1))


@pytest.mark.parametrize("zone", ODD)
def test_days_count_the_days_of_a_century(zone):
    window, found, moment = Window(kind="day", zone=zone), [], seconds("2000-01-01T12:00Z")
    while moment < LAST:
        period = at(window, moment)
        found.append(datetime.fromtimestamp(period.start, ZoneInfo(zone)).date())
        moment = period.resets_at

    left_out = {date(2011, 12, 30)} if zone == "Pacific/Apia" else set()
    days = {found[0] + timedelta(days=number) for number in range((found[-1] - found[0]).days + 1)}
    assert len(found) == len(set(found))
    assert days - set(found) == left_out


@pytest.mark.parametrize(
    ("window", "begins", "ends"),
    [
        (Window(kind="day", zone="Pacific/Apia"), "2011-12-29T00:00-10:00", "2011-12-31T00:00+14:00"),
        (Window(kind="week", zone="Pacific/Apia"), "2011-12-26T00:00-10:00", "2012-01-02T00:00+14:00"),
        (Window(kind="month", zone="Pacific/Apia"), "2011-12-01T00:00-10:00", "2012-01-01T00:00+14:00"),
        (Window(kind="day", zone="Europe/Berlin"), "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"),
        (Window(kind="day", zone="America/Havana"), "2026-03-08T01:00-04:00", "2026-03-09T00:00-04:00"),
        (Window(kind="day", zone="America/Havana"), "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00"),
        (Window(kind="day", zone="Antarctica/Troll"), "2026-10-25T00:00+02:00", "2026-10-26T00:00+00:00"),
        (Window(kind="day", zone="Antarctica/Casey"), "2018-03-11T00:00+11:00", "2018-03-12T00:00+08:00"),
        (Window(kind="day", zone="America/St_Johns"), "2000-10-29T00:00-02:30", "2000-10-30T00:00-03:30"),
        (Window(kind="month"), "2024-02-01T00:00Z", "2024-03-01T00:00Z"),
        (Window(kind="month"), "2000-02-01T00:00Z", "2000-03-01T00:00Z"),
        (Window(kind="month"), "2100-02-01T00:00Z", "2100-03-01T00:00Z"),
        (Window(kind="hour", zone="Asia/Kathmandu"), "2026-11-23T12:00+05:45", "2026-11-23T13:00+05:45"),
    ],
)
def test_a_period_goes_from_its_first_second_to_its_last(window, begins, ends):
    start, end = seconds(begins), seconds(ends)

    found = [at(window, moment) for moment in (start, end - 1)]

    assert [(each.start, each.resets_at) for each in found] == [(start, end)] * 2
    assert (at(window, start - 1).resets_at, at(window, end).start) == (start, end)


# -- rolling, and for ever


@given(rollings, st.integers(FIRST, LAST), st.data())
def test_rolling_money_counts_for_its_span_and_at_most_a_step_more(window, moment, data):
    stands, span, step = at(window, moment).start, window.seconds, step_s(window)

    later = data.draw(st.integers(0, 3 * span) | st.sampled_from([0, span, span + step - 1, span + step]))

    counts = stands in at(window, moment + later).starts
    assert counts or later > span
    assert not counts or later < span + step
    assert counts == shared(window, moment, moment + later)


@given(rollings, st.integers(FIRST, LAST))
def test_a_rolling_window_has_at_most_62_steps_and_each_is_where_it_always_is(window, moment):
    period = at(window, moment)

    assert len(period.starts) <= 62
    assert {start % step_s(window) for start in period.starts} == {0}
    assert period.starts[0] <= moment < period.starts[0] + step_s(window)


@given(rollings, st.integers(FIRST, LAST))
def test_a_rolling_window_resets_when_nothing_of_now_counts(window, moment):
    period = at(window, moment)

    assert period.start in at(window, period.resets_at - 1).starts
    assert period.start not in at(window, period.resets_at).starts


@given(rollings, st.integers(FIRST, LAST), st.integers(FIRST, LAST))
def test_a_rolling_frame_reaches_every_moment(window, around, moment):
    assert frame(window, around).place(moment) == at(window, moment)


@given(st.integers(0, LAST), st.integers(0, LAST))
def test_a_limit_without_an_end_has_one_period(around, moment):
    found = frame(Window(kind="forever"), around)

    assert found == Frame(edges=(0, FOREVER))
    assert (found.place(moment).start, found.place(moment).resets_at) == (0, None)


# -- names


any_window = st.one_of(
    st.builds(Window, kind=st.sampled_from(["hour", "day", "week", "month"]), zone=zones),
    rollings,
    st.just(Window(kind="forever")),
)


@given(any_window, any_window)
def test_two_windows_have_one_name_only_if_they_are_the_same(one, other):
    assert (window_name(one) == window_name(other)) == (one == other)


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=5)), st.dictionaries(st.sampled_from("abc"), st.text()))
@example({"a": "x/b=y"}, {"a": "x", "b": "y/b"})
@example({"a": "b"}, {"b": ""})
def test_two_requests_share_an_account_only_if_all_tags_of_the_limit_are_the_same(one, other):
    limit = Limit(id="each", amount_micros=1, scope=("a", "b"), missing="share")

    (mine,), (theirs,) = accounts([limit], one), accounts([limit], other)

    assert (mine.key == theirs.key) == ([one.get(tag) for tag in "ab"] == [other.get(tag) for tag in "ab"])
