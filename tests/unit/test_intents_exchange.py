"""Files of sentences: what is written is read again, and odd files are told where they are odd."""

import pytest

from backend.core.errors import Problem
from intents.exchange import MOST_ROWS, Format, Row, read, write

ROWS = [Row(1, "办护照", "do_matter", "passport"), Row(2, '你好, "早"', "greet", None)]


@pytest.mark.parametrize("form", [*Format])
def test_what_is_written_is_read_again(form: Format) -> None:
    assert [(one.text, one.act, one.matter) for one in read(write(ROWS, form), form)] == [
        (one.text, one.act, one.matter) for one in ROWS
    ]


def test_rasas_markup_of_entities_is_only_words() -> None:
    content = (
        "nlu:\n- intent: do_matter/passport\n  examples: |\n    - 补[护照](matter)\n    - 换{x}\n".encode()
    )
    assert [one.text for one in read(content, Format.RASA)] == ["补护照", "换{x}"]


def test_a_sentence_in_a_spreadsheet_is_never_a_formula() -> None:
    [row] = read(write([Row(1, "=1+1")], Format.XLSX), Format.XLSX)
    assert row.text == "=1+1"


def test_a_file_without_act_and_matter_columns_speaks_of_doing_something() -> None:
    assert read("text\n办护照\n".encode(), Format.CSV) == [Row(2, "办护照", "do_matter", None)]


def test_an_endless_file_is_refused() -> None:
    with pytest.raises(Problem) as raised:
        read(b"text\n" + b"x\n" * (MOST_ROWS + 1), Format.CSV)
    assert raised.value.kind.slug == "too-large"
