"""Templates are compiled once, and cached bytecode never changes the result."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from generator import deep_stack
from generator.errors import TemplateError
from generator.project.settings import Overrides
from generator.targets.shared import templating

PROGRAM = """
import sys
from pathlib import Path
from generator import deep_stack
from generator.errors import TemplateError
from generator.project.settings import Overrides
from generator.targets.shared import templating
templating.resource = lambda name: Path(sys.argv[1])
print(templating.render("greeting.j2", name="you"))
"""


def _rendered(folder: Path, *options: str) -> str:
    command = [sys.executable, *options, "-c", PROGRAM, str(folder)]
    done = subprocess.run(
        command,
        env={"PYTHONPATH": str(Path(templating.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "greeting.j2").write_text("Hello {{ name | js }}{{ 'a' | js }}")
    return tmp_path


def test_a_compiled_template_is_cached_and_compiled_again_after_a_change(folder):
    first = _rendered(folder)
    (kept,) = (folder / "__pycache__").iterdir()
    assert _rendered(folder) == first
    assert [each.name for each in (folder / "__pycache__").iterdir()] == [kept.name]
    (folder / "greeting.j2").write_text("Goodbye {{ name }}")
    assert _rendered(folder) == "Goodbye you"


def test_nothing_is_cached_if_python_writes_no_bytecode(folder):
    _rendered(folder, "-B")
    assert not (folder / "__pycache__").exists()


def test_a_template_is_rendered_even_if_it_cannot_be_cached(folder):
    (folder / "__pycache__").write_text("in the way")
    assert _rendered(folder).startswith("Hello")


def test_damaged_bytecode_is_compiled_again(folder):
    first = _rendered(folder)
    (kept,) = (folder / "__pycache__").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert _rendered(folder) == first


# --- Pages and custom templates -------------------------------------------------------------------------


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "templates"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "page.html.j2").write_text(
        "<p>{% block text %}{{ text }}{% endblock %}</p>{% include 'docs/foot.html.j2' %}"
    )
    (folder / "docs" / "foot.html.j2").write_text("<footer>ours</footer>")
    monkeypatch.setattr(templating, "resource", lambda _name: folder)
    templating._page_environment.cache_clear()
    yield folder
    templating._page_environment.cache_clear()


PAGE = "docs/page.html.j2"


def test_values_on_a_page_are_text(ours):
    assert templating.page(PAGE, {}, text="<b> & \"'") == (
        "<p>&lt;b&gt; &amp; &#34;&#39;</p><footer>ours</footer>"
    )


def test_a_custom_template_replaces_ours_and_may_extend_it(ours):
    foot = {"docs/foot.html.j2": "theirs"}
    assert templating.page(PAGE, foot, text="a") == "<p>a</p>theirs"
    extended = {
        PAGE: f"{{% extends 'callsheet/{PAGE}' %}}{{% block text %}}[{{{{ super() }}}}]{{% endblock %}}"
    }
    assert templating.page(PAGE, extended, text="a") == "<p>[a]</p><footer>ours</footer>"
    both = {**extended, "docs/foot.html.j2": "{% include 'docs/_x.j2' %}", "docs/_x.j2": "{{ text }}"}
    assert templating.page(PAGE, both, text="<") == "<p>[&lt;]</p>&lt;"
    assert templating.page(PAGE, {}, text="a") == "<p>a</p><footer>ours</footer>"


def test_only_our_templates_are_cached(ours, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    templating.page(PAGE, {"docs/foot.html.j2": "theirs"}, text="a")
    assert [each.name.endswith(".sandboxed.jinja2") for each in (ours / "__pycache__").iterdir()] == [True]
    # The same template rendered as plain text is compiled separately.
    templating._environment.cache_clear()
    try:
        assert templating.render(PAGE, text="<") == "<p><</p><footer>ours</footer>"
    finally:
        templating._environment.cache_clear()
    assert templating.page(PAGE, {}, text="<") == "<p>&lt;</p><footer>ours</footer>"


MISTAKES = {
    "syntax": ("a\n{% if %}", 2, "Expected an expression"),
    "unknown tag": ("{% nothing %}", 1, "unknown tag 'nothing'"),
    "unknown filter": ("a\n\n{{ 1 | nothing }}", 3, "No filter named 'nothing'"),
    "unknown name": ("\n{{ nothing }}", 2, "'nothing' is undefined"),
    "unknown attribute": ("{{ text.nothing }}", 1, "has no attribute 'nothing'"),
    "unknown template": ("\n{% include 'docs/no.j2' %}", 2, "There is no template 'docs/no.j2'"),
    "division": ("{{ 1 / 0 }}", 1, "ZeroDivisionError: division by zero"),
    "wrong type": ("\n{{ text + 1 }}", 2, "TypeError: "),
    "out of reach": ("{{ text.__class__.__mro__ }}", 1, "is unsafe"),
    "in a macro": ("{% macro m() %}\n{{ nothing }}\n{% endmacro %}\n{{ m() }}", 2, "'nothing' is undefined"),
    "endless": ("{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}", 1, "calls itself without end"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_error_in_a_custom_template_is_reported_with_its_file_and_line(mistake, ours):
    text, line, said = MISTAKES[mistake]
    theirs = Overrides({"docs/foot.html.j2": text}, "mine")
    with pytest.raises(TemplateError) as caught:
        deep_stack.run(lambda: templating.page(PAGE, theirs, text="a"))
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.place.line) == (str(Path("mine/docs/foot.html.j2")), line)
    assert said in problem.what
    assert "\n" not in str(problem)


def test_an_error_that_a_custom_template_causes_in_ours_names_the_custom_folder(ours):
    (ours / "docs" / "foot.html.j2").write_text("{% from 'docs/_x.j2' import x %}{{ x() }}")
    (ours / "docs" / "_x.j2").write_text("{% macro x() %}{% endmacro %}")
    with pytest.raises(TemplateError, match=r"^mine: .*does not export"):
        templating.page(PAGE, Overrides({"docs/_x.j2": ""}, "mine"), text="a")
    with pytest.raises(UndefinedError):
        templating.page(PAGE, {})
