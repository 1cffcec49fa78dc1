"""`tierbook rulebook`: check documents before they are stored, compare versions, read what is stored."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import orjson
import typer

from app.rulebooks.check import Report, check
from app.rulebooks.document import RulebookDocument, json_schema
from app.rulebooks.files import FileReport, UnreadableFileError, check_file, read_text
from app.rulebooks.form import Form, read_form
from app.rulebooks.source_text import read_source

_SUFFIXES: Final = (".yaml", ".yml")
_CHECK_EXAMPLE: Final = """\
Example:

\b
  $ tierbook rulebook check corporate-classes.yaml
  corporate-classes.yaml:41:53 AMOUNT_INVALID '2 Yi' for deposit_balance is not an amount of money — write an amount: 199999999.99, 5000万, 2亿
"""  # noqa: E501  a line of output
_DIFF_EXAMPLE: Final = """\
Example:

\b
  $ tierbook rulebook diff corporate-classes@1 draft.yaml
  client_class: class_1 by deposit_balance starts at 3亿 (was 2亿)
"""
_SCHEMA_EXAMPLE: Final = """\
Example: tierbook rulebook schema -o rulebook.schema.json, and as the first line of a document
"# yaml-language-server: $schema=rulebook.schema.json".
"""
_OUT: Final = typer.Option("--output", "-o", help="write here instead of standard output")

app = typer.Typer(
    help="Check, compare and read rulebooks (细则). A rulebook is published over the API: see /docs.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command("check", epilog=_CHECK_EXAMPLE, no_args_is_help=True)
def check_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="rulebooks in YAML; - reads standard input")],
    *,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Check rulebook documents: every fault at once, at its line, with its mend (校验). Needs no database.

    Of a sound document it tells what was proved: every class, tier and branch can be reached, the examples agree; and
    what may surprise.

    Exit codes: 0 all sound, 1 a fault or a file that cannot be read, 2 wrong usage.
    """
    reports = [check_file(name) for name in files]
    if json:
        _write(orjson.dumps(_as_data(reports), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())
    else:
        _write("".join(f"{line}\n" for report in reports for line in report.lines()))
    if any(report.problems for report in reports):
        raise typer.Exit(1)


@app.command("diff", epilog=_DIFF_EXAMPLE, no_args_is_help=True)
def diff_documents(
    before: Annotated[
        str, typer.Argument(metavar="A", help="a .yaml file, or NAME@VERSION; NAME is the newest published")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="likewise")],
) -> None:
    """Say in words what changes from A to B: bounds, weights, obligations, and everything else (比较版本).

    Exit codes: 0 done, 1 a document cannot be read, 2 wrong usage.
    """
    from app.rulebooks.diff import diff

    lines = diff(_document(before), _document(after))
    _write("".join(f"{line}\n" for line in lines) or "no change\n")


@app.command("schema", epilog=_SCHEMA_EXAMPLE)
def write_schema(output: Annotated[Path | None, _OUT] = None) -> None:
    """Print the JSON Schema of a rulebook document: with it an editor completes and checks as you write."""
    text = orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    if output is None:
        _write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        _fail(f"{output}: {error.strerror}")


@app.command("list")
def list_versions() -> None:
    """List every stored version, drafts included, the newest of each rulebook first (列出版本).

    "2026-12-01 to 2027-06-01 in B1" is a pilot: in B1 and below, the last day of it 2027-05-31.
    """
    from app.rulebooks.stored import NotStoredError, stored_versions
    from app.rulebooks.version_list import as_table

    try:
        _write(as_table(stored_versions(), terminal=sys.stdout.isatty()))
    except NotStoredError as error:
        _fail(str(error))


@app.command("show", no_args_is_help=True)
def show_version(
    reference: Annotated[
        str, typer.Argument(metavar="NAME[@VERSION]", help="a stored version; NAME is the newest published")
    ],
    *,
    explain: Annotated[bool, typer.Option("--explain", help="say every part in words, with its source")] = False,
) -> None:
    """Print a stored rulebook as it was written, or with --explain what it says, in English and Chinese (查看).

    A .yaml file can be explained as well: tierbook rulebook show draft.yaml --explain
    """
    text = _text(reference)
    if not explain:
        _write(text if text.endswith("\n") else f"{text}\n")
        return
    from app.rulebooks.explained import as_lines

    report = check(text)
    if report.sound is None:
        _fail("\n".join(FileReport(reference, report).lines()))
    _write("".join(f"{line}\n" for line in as_lines(report.sound)))


def _document(reference: str) -> RulebookDocument:
    """What a document says; it need not be sound, but must be whole."""
    source = read_source(_text(reference))
    document, form = (None, Form()) if source.problems else read_form(source.data)
    if document is None or form.found:
        problems = (*source.problems, *map(source.located, form.found))
        _fail("\n".join(FileReport(reference, Report(problems)).lines()))
    return document


def _text(reference: str) -> str:
    """The text of a file, or of a stored version."""
    if reference == "-" or reference.endswith(_SUFFIXES) or Path(reference).is_file():
        try:
            return read_text(reference)
        except UnreadableFileError as error:
            _fail(f"{reference}: {error}")
    from app.rulebooks.stored import NotStoredError, Reference, stored_document

    try:
        return stored_document(Reference.read(reference))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except NotStoredError as error:
        _fail(str(error))


def _as_data(reports: list[FileReport]) -> dict[str, Any]:
    problems = [problem for report in reports for problem in report.as_problems()]
    return {"problems": problems, "files": [report.as_summary() for report in reports]}


def _write(text: str) -> None:
    """To standard output in UTF-8, whatever the terminal's own encoding."""
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(text.encode())
        buffer.flush()


def _fail(message: str) -> NoReturn:
    typer.echo(f"tierbook rulebook: {message}", err=True)
    raise typer.Exit(1)
