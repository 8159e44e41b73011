"""Agreements: outcomes and how they are shown."""

from __future__ import annotations

import json
import math

import pytest

from numerics.runs.agreement import Agreement, Outcome, Row, worst


def row(predicted=2.0, measured=2.0, tolerance=0.01, name="order", reason="the next order"):
    return Row(name=name, predicted=predicted, measured=measured, tolerance=tolerance, reason=reason)


@pytest.mark.parametrize(
    ("predicted", "measured", "tolerance", "outcome"),
    [
        (2.0, 2.01, 0.0100001, Outcome.AGREES),
        (2.0, 1.98, 0.01, Outcome.CONTRADICTS),
        (0.0, 0.0, 0.0, Outcome.AGREES),
        (0.0, 1.0, 0.0, Outcome.CONTRADICTS),
        (2.0, None, 0.01, Outcome.INCONCLUSIVE),
        (2.0, math.nan, 0.01, Outcome.INCONCLUSIVE),
        (2.0, 1.0, math.inf, Outcome.INCONCLUSIVE),
    ],
)
def test_a_row_is_judged_by_its_tolerance(predicted, measured, tolerance, outcome):
    assert row(predicted, measured, tolerance).outcome is outcome


def test_one_contradiction_contradicts_and_one_gap_leaves_it_open():
    good, bad, open_ = row(), row(measured=1.0), row(measured=None)
    assert Agreement("t", (good, good)).outcome is Outcome.AGREES
    assert Agreement("t", (good, open_)).outcome is Outcome.INCONCLUSIVE
    assert Agreement("t", (open_, bad, good)).outcome is Outcome.CONTRADICTS
    assert Agreement("t", ()).outcome is Outcome.INCONCLUSIVE
    assert worst([Outcome.AGREES, Outcome.INCONCLUSIVE]) is Outcome.INCONCLUSIVE
    assert worst([]) is Outcome.AGREES


def test_the_table_as_text_shows_numbers_to_their_tolerance_and_each_reason_once():
    agreement = Agreement(
        "made",
        (
            row(2.0, 1.99983, 0.00064),
            row(0.0075166445, 0.0075167461, 1.2e-6, "constant"),
            row(0.0, 3.0518e-6, 6.1e-6, "limit", "the two next orders"),
            row(1.0, None, math.inf, "open", "no range"),
        ),
        ("parameters at their defaults",),
    )
    assert agreement.to_text() == (
        "made: inconclusive\n"
        "\n"
        "            predicted      measured  tolerance\n"
        "  order             2       1.99983    0.00064  agrees        [1]\n"
        "  constant  0.0075166     0.0075167    1.2e-06  agrees        [1]\n"
        "  limit             0      3.05e-06    6.1e-06  agrees        [2]\n"
        "  open              1  not measured        inf  inconclusive  [3]\n"
        "\n"
        "  [1]  the next order\n"
        "  [2]  the two next orders\n"
        "  [3]  no range\n"
        "\n"
        "  note  parameters at their defaults"
    )


def test_the_table_in_markdown():
    agreement = Agreement("made", (row(), row(measured=1.0)), ("a note",))
    assert agreement.to_markdown() == (
        "### made: **contradicts**\n"
        "\n"
        "|  | predicted | measured | tolerance |  |  |\n"
        "| :-- | --: | --: | --: | :-- | :-- |\n"
        "| order | 2 | 2 | 0.01 | agrees | [1] |\n"
        "| order | 2 | 1 | 0.01 | **contradicts** | [1] |\n"
        "\n"
        "- **[1]** the next order\n"
        "\n"
        "- **note** a note\n"
    )
    assert agreement._repr_markdown_() == agreement.to_markdown()


def test_the_record_is_json_also_where_there_is_no_number():
    text = json.dumps(Agreement("made", (row(measured=None, tolerance=math.inf),)).to_record(), allow_nan=False)
    assert json.loads(text)["rows"][0]["measured"] is None


def test_the_rows_of_one_outcome_alone():
    bad = row(measured=1.0)
    assert Agreement("made", (row(), bad), ("note",)).only(Outcome.CONTRADICTS) == Agreement("made", (bad,))


def test_the_rows_are_those_of_a_data_frame():
    rows = Agreement("made", (row(), row(measured=1.0, name="other"))).to_rows()
    assert [sorted(r) for r in rows] == [["measured", "name", "outcome", "predicted", "reason", "tolerance"]] * 2
    assert [(r["name"], r["predicted"], r["outcome"]) for r in rows] == [
        ("order", 2.0, "agrees"),
        ("other", 2.0, "contradicts"),
    ]
