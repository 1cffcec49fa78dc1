import shlex
from pathlib import Path

from app.serve.welcome import welcome


def _curl(text: str) -> list[str]:
    return shlex.split(text[text.index("curl ") : text.index("Ctrl-C")])


def test_a_new_key_is_shown_and_already_in_the_call() -> None:
    text = welcome("http://127.0.0.1:8000", "somewhere", "tb_new")
    assert "administrator key    tb_new" in text
    assert "Authorization: Bearer tb_new" in _curl(text)
    assert "http://127.0.0.1:8000/v1/score" in _curl(text)


def test_later_the_call_takes_the_key_from_the_environment_and_says_how_to_make_one() -> None:
    text = welcome("http://127.0.0.1:8000", "somewhere", None)
    assert "Authorization: Bearer $TIERBOOK_KEY" in _curl(text)
    assert "export TIERBOOK_KEY=$(.venv/bin/tierbook keys create --name me --scope score:run)" in text


def test_a_preset_key_cannot_break_out_of_the_call() -> None:
    assert "Authorization: Bearer it's; rm -rf $HOME" in _curl(welcome("http://x", "y", "it's; rm -rf $HOME"))


def test_a_home_of_its_own_is_told_to_the_command_that_makes_a_key() -> None:
    text = welcome("http://x", "y", None, Path("/srv/a home"))
    assert "$(TIERBOOK_HOME='/srv/a home' .venv/bin/tierbook keys create" in text
