"""Names that are not taken: the name itself, an alternative, or a number at its end."""

from __future__ import annotations

import pytest

from generator.unused_names import unused


@pytest.mark.parametrize(
    ("taken", "others", "expected"),
    [
        ((), (), "id"),
        (("id",), (), "id_2"),
        (("id", "id_2"), (), "id_3"),
        (("id",), ("orders_id",), "orders_id"),
        (("id", "orders_id"), ("orders_id",), "id_2"),
        (("ID",), (), "id"),
    ],
)
def test_a_name_is_changed_only_if_it_is_taken(taken, others, expected):
    assert unused("id", set(taken).__contains__, *others) == expected


def test_the_separator_and_what_counts_as_taken_depend_on_the_names():
    assert unused("a", lambda name: name.upper() in {"A", "A-2"}, separator="-") == "a-3"
