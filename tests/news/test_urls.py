from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bellwether.errors import InputError
from bellwether.news.urls import canonical_url


@pytest.mark.parametrize(
    ("shared", "canonical"),
    [
        pytest.param("https://a.example/x", "https://a.example/x", id="already canonical"),
        pytest.param("http://a.example/x", "https://a.example/x", id="http is the same article"),
        pytest.param("HTTPS://A.Example/X", "https://a.example/X", id="host in lower case, path as it is"),
        pytest.param("https://a.example:443/x", "https://a.example/x", id="default port"),
        pytest.param("http://a.example:80/x", "https://a.example/x", id="default port of http"),
        pytest.param("https://a.example:8443/x", "https://a.example:8443/x", id="another port stays"),
        pytest.param("https://a.example/x/", "https://a.example/x", id="slash at the end"),
        pytest.param("https://a.example/", "https://a.example", id="slash of the root"),
        pytest.param("https://a.example/x#part", "https://a.example/x", id="fragment"),
        pytest.param("https://me:pw@a.example/x", "https://a.example/x", id="credentials"),
        pytest.param("https://a.example./x", "https://a.example/x", id="dot after the host"),
        pytest.param("https://a.example/x/../y", "https://a.example/y", id="dot segments"),
        pytest.param("https://a.example/%7ex", "https://a.example/~x", id="needless percent-encoding"),
        pytest.param("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2", id="sorted parameters"),
        pytest.param("https://a.example/x?id=7&utm_source=rss&UTM_Medium=b&fbclid=z&gclid=1&ref=home",
                     "https://a.example/x?id=7", id="tracking parameters"),
        pytest.param("https://a.example/x/?utm_source=rss_feed&feed_item_type=news", "https://a.example/x",
                     id="a feed's marks"),
        pytest.param("https://bücher.example/x", "https://xn--bcher-kva.example/x", id="international host"),
        pytest.param("  https://a.example/x\n", "https://a.example/x", id="white space around"),
        pytest.param("https://[2001:DB8::1]:443/x", "https://[2001:db8::1]/x", id="IPv6 host"),
    ],
)  # fmt: skip
def test_ways_of_sharing_an_article_have_one_address(shared, canonical):
    assert canonical_url(shared) == canonical


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://a.example/x", "not http or https"),
        ("javascript:alert(1)", "not http or https"),
        ("file:///etc/passwd", "not http or https"),
        ("a.example/x", "not http or https"),
        ("//a.example/x", "not http or https"),
        ("", "not http or https"),
        ("https://", "no host"),
        ("https://./x", "no host"),
        ("https://a.example:notaport/x", "malformed"),
        ("https://a.example:99999/x", "malformed"),
        ("https://[::1/x", "malformed"),
        ("https://a.example :/x", "malformed"),
        ("https://a..example/x", "malformed"),
        ("https://a.example/" + "x" * 2_000, "more than 2,000"),
        ("https://a.example/" + "é" * 600, "more than 2,000"),
    ],
)
def test_what_is_no_web_address_is_refused_with_the_reason(url, message):
    with pytest.raises(InputError, match=message):
        canonical_url(url)


_SEGMENT = st.text(min_size=1, max_size=6)
_WEB_URL = st.builds(
    lambda scheme, host, path, query, fragment: (
        f"{scheme}://{host}/{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    ),
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["a.example", "News.Example", "bücher.example", "a.example:80", "a.example:8080"]),
    st.lists(
        _SEGMENT | _SEGMENT.map(quote) | st.sampled_from(["%2541", "..", ".", "%2F", "%"]), max_size=6
    ).map("/".join),
    st.lists(st.tuples(_SEGMENT, _SEGMENT).map("=".join), max_size=4).map("&".join),
    _SEGMENT | st.just(""),
)


@given(_WEB_URL)
def test_the_canonical_address_of_a_canonical_address_is_itself(url):
    once = canonical_url(url)

    assert canonical_url(once) == once


@given(
    st.text(alphabet="/.;?&=#:@ab ~%+[]\\,", max_size=25),
    st.sampled_from(["https://a.example/", "http://a.example", "https://a.example?", "https://"]),
)
def test_signs_in_odd_places_give_a_fixed_point_or_our_error(signs, start):
    try:
        once = canonical_url(start + signs)
    except InputError:
        return
    assert canonical_url(once) == once


@given(st.text(max_size=60) | st.text(max_size=60).map("https://{}".format))
def test_any_text_gives_an_address_or_our_error(text):
    try:
        address = canonical_url(text)
    except InputError:
        return
    assert address.startswith("https://")


_PLAIN = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=10)


@given(
    path=_PLAIN,
    parameters=st.lists(st.tuples(_PLAIN, _PLAIN), max_size=4),
    tracking=st.lists(
        st.tuples(st.sampled_from(["utm_source", "utm_x", "fbclid", "gclid", "ref", "mc_cid"]), _PLAIN),
        max_size=4,
    ),
    data=st.data(),
)
def test_tracking_parameters_and_their_order_do_not_matter(path, parameters, tracking, data):
    assume(all(name != "ref" for name, _ in parameters))
    mixed = data.draw(st.permutations(parameters + tracking))
    plain = "&".join(f"{name}={value}" for name, value in parameters)
    tracked = "&".join(f"{name}={value}" for name, value in mixed)

    assert canonical_url(f"https://a.example/{path}?{tracked}") == canonical_url(
        f"https://a.example/{path}?{plain}"
    )
