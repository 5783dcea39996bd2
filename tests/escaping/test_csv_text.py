"""CSV for spreadsheets: no cell with text of a description begins a formula, whatever the delimiter."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.csv_formulas import SIGNS, formulas

from generator import generate, load
from generator.escaping.csv_text import guarded, table

#: Text between the beginning of a cell, or a delimiter, and the sign.
BEFORE = [
    "",
    " ",
    "\t",
    "\r",
    "\n",
    '"',
    ' "',
    '""',
    "\u00a0",
    "\u3000",
    "\ufeff",
    "a;",
    "a,",
    "a|",
    "a\t",
    'a;"',
    "a\r\n",
]


@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_begins_a_formula(sign):
    texts = [f"{before}{sign}1+1{after}" for before in BEFORE for after in ("", ";b", '"', "\tc")]
    assert formulas(table([texts]))
    assert formulas(table([[guarded(text) for text in texts]])) == []


@given(st.text(st.sampled_from("=+-@;,|\t\r\n \"'ab\uff1d"), max_size=12))
def test_no_text_begins_a_formula(text):
    assert formulas(table([[guarded(text)]])) == []


@pytest.mark.parametrize(
    "text", ["", "plain", "a-b", "a = b", "it's", "a@example.com", "2026-01-15", "a, b", "-"[1:]]
)
def test_other_texts_are_unchanged(text):
    assert guarded(text) == text


@pytest.mark.parametrize("run", ["'", "\t", " ", ";", '"', "\t'", "; '"])
def test_a_long_run_takes_little_time(run):
    start = time.process_time()
    guarded(run * 100_000 + "x")
    assert time.process_time() - start < 1


def _columns(folder: Path, example: object) -> str:
    body = {"content": {"application/json": {"schema": {"type": "object"}, "example": example}}}
    operation = {"operationId": "send", "requestBody": body, "responses": {"200": {"description": "Yes"}}}
    root = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/x": {"post": operation}}}
    (folder / "t.json").write_text(json.dumps(root))
    (folder / "callsheet.yaml").write_text("description: t.json\ndata: [send]\n")
    generate(load(project_file=folder / "callsheet.yaml"), folder / "out")
    return (folder / "out" / "data" / "send.csv").read_bytes().decode("utf-8-sig")


def test_neither_names_nor_values_of_a_description_begin_a_formula(tmp_path):
    hostile = {f"n{before}{sign}1": f"{before}{sign}cmd" for before in BEFORE for sign in "=+-@"}
    text = _columns(tmp_path, hostile | {"=HYPERLINK(1)": "=HYPERLINK(1)", "n": -5})
    assert formulas(text) == ["-5"]
    assert '"body.=HYPERLINK(1)"' in text
