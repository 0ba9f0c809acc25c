import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.news.keys import text_key
from bellwether.news.texts import clean_text, tokens


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("Bitcoin rises", "Bitcoin rises", id="clean already"),
        pytest.param("  Bitcoin \t\n rises\r\n", "Bitcoin rises", id="white space"),
        pytest.param("Bitcoin\u00a0rises", "Bitcoin rises", id="no-break space"),
        pytest.param("AT&amp;T &#8217;s &quot;coin&quot;", 'AT&T ’s "coin"', id="HTML entities"),
        pytest.param("a &amp;lt; b", "a &lt; b", id="entities are resolved once"),
        pytest.param("Bit\x00co\x07in", "Bitcoin", id="control characters"),
        pytest.param("\ufeffBitcoin\u200e rises\u202c", "Bitcoin rises", id="invisible marks"),
        pytest.param("Bitcoin\x0brises", "Bitcoin rises", id="a control that separates"),
        pytest.param("Cafe\u0301", "Caf\u00e9", id="NFC"),
        pytest.param("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469", id="joined emoji stay"),
        pytest.param(" \u200b\n", "", id="nothing to see"),
    ],
)  # fmt: skip
def test_a_text_is_one_line_of_plain_characters(raw, clean):
    assert clean_text(raw) == clean


@given(st.text(alphabet=st.characters(exclude_characters="&")))
def test_cleaning_a_clean_text_changes_nothing(text):
    once = clean_text(text)

    assert clean_text(once) == once
    assert text_key(clean_text(once)) == text_key(once)


@given(st.text())
def test_no_text_breaks_the_cleaning_or_the_comparison(text):
    assert "\n" not in clean_text(text)
    assert all(token.strip() == token for token in tokens(text))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Bitcoin’s Price RISES!", "bitcoin's price rises"),
        ("BTC −5%", "btc -5%"),
        ("“Crypto Week” – live", "Crypto Week: live"),
        ("$117,000", "117,000"),
        ("①", "1"),
    ],
)
def test_case_and_punctuation_do_not_tell_texts_apart(a, b):
    assert tokens(a) == tokens(b)


@pytest.mark.parametrize(
    ("a", "b"), [("BTC -5%", "BTC +5%"), ("BTC 5%", "BTC 5"), ("1.5 M", "15 M"), ("a b", "ab")]
)
def test_numbers_keep_what_they_say(a, b):
    assert tokens(a) != tokens(b)
