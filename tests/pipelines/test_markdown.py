from __future__ import annotations

from bellwether.pipelines.markdown import bullets, image, table


def test_a_table_has_text_left_figures_right_and_a_caption() -> None:
    text = table(["family", "rule", "n"], [["vader", "news", "12"]], caption="1h horizon", n_text=2)

    assert text == (
        "| family | rule | n |\n| --- | --- | ---: |\n| vader | news | 12 |\n\n<sub>1h horizon</sub>"
    )


def test_a_cell_cannot_break_its_table() -> None:
    text = table(["why"], [["a | b\nc"]], caption="x")

    assert "| a \\| b c |" in text


def test_a_picture_has_its_sentence() -> None:
    assert image("hit-rate.png", "Right [n = 3].") == "![Right (n = 3).](hit-rate.png)"


def test_a_list_has_one_line_an_item() -> None:
    assert bullets(["a", "b"]) == "- a\n- b"
