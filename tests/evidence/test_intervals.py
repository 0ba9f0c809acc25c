import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from bellwether.errors import InputError
from bellwether.evidence.intervals import Interval, expanded_tail, wilson_bounds


@pytest.mark.parametrize(
    ("successes", "trials", "lo", "hi"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes, trials, lo, hi):
    """R. G. Newcombe (1998), Stat. Med. 17, 857-872, table I, method 3."""
    assert wilson_bounds(successes / trials, trials) == pytest.approx((lo, hi), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy_and_holds_the_share(case):
    successes, trials = case
    lo, hi = wilson_bounds(successes / trials, trials)
    theirs = binomtest(successes, trials).proportion_ci(method="wilson")

    assert (lo, hi) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0 <= lo <= successes / trials <= hi <= 1


@pytest.mark.parametrize(("share", "trials"), [(0.5, 0), (1.5, 3), (-0.1, 3)])
def test_an_impossible_share_is_refused(share, trials):
    with pytest.raises(InputError, match="is impossible"):
        wilson_bounds(share, trials)


def test_ten_blocks_are_read_further_out():
    # Student's 97.5 % quantile with 9 degrees of freedom is 2.2622; 2.2622 * sqrt(10 / 9) = 2.3845.
    assert expanded_tail(10) == pytest.approx(0.00855, abs=1e-5)


def test_many_blocks_are_read_at_the_usual_tail():
    assert expanded_tail(1e7) == pytest.approx(0.025, abs=1e-6)


def test_an_interval_as_a_document_has_value_bounds_and_count():
    interval = Interval.around(0.5, 0.4, 0.7, n=12)

    assert interval.to_json() == {"value": 0.5, "lo": 0.4, "hi": 0.7, "n": 12}


def test_each_null_has_its_reason_beside_it():
    assert Interval.unbounded(0.5, "Too short.", n=3).to_json() == {
        "value": 0.5,
        "lo": None,
        "hi": None,
        "n": 3,
        "reasons": {"lo": "Too short.", "hi": "Too short."},
    }
    assert Interval.missing("Nothing matured.").to_json()["reasons"] == dict.fromkeys(
        ("value", "lo", "hi"), "Nothing matured."
    )


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_an_interval_around_a_value_holds_it(value, lo, hi):
    interval = Interval.around(value, lo, hi, n=1)

    assert interval.lo <= interval.value <= interval.hi


def test_not_a_number_cannot_enter_an_interval():
    with pytest.raises(InputError, match="not finite"):
        Interval(float("nan"), 0.0, 1.0, 5)


def test_bounds_must_hold_the_value():
    with pytest.raises(InputError, match="does not hold its value"):
        Interval(0.9, 0.1, 0.2, 5)


@pytest.mark.parametrize("fields", [(0.5, None, None, 3), (0.5, 0.4, 0.6, 3, "why")])
def test_a_reason_is_given_exactly_when_something_is_unknown(fields):
    with pytest.raises(InputError, match="a reason exactly when"):
        Interval(*fields)
