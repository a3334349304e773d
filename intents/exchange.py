"""Sentences out to files and in from files: Rasa's YAML, JSONL, CSV, XLSX.

Every form has the same three columns: ``text``, ``act`` and ``matter`` (empty for an act that is about none).
Rasa's YAML names the intent ``act`` or ``act/matter``.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from backend.core.errors import Problem
from bot.components.sentences import DO_MATTER, Sentences

COLUMNS = ("text", "act", "matter")
MOST_ROWS = 3000
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
LONGEST_CELL = 500
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


class Format(StrEnum):
    """The forms that are read and written."""

    RASA = "rasa"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES: dict[Format, str] = {
    Format.RASA: "application/yaml",
    Format.JSONL: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ENDINGS: dict[str, Format] = {
    ".yml": Format.RASA,
    ".yaml": Format.RASA,
    ".jsonl": Format.JSONL,
    ".csv": Format.CSV,
    ".xlsx": Format.XLSX,
}


@dataclass(frozen=True)
class Row:
    """One sentence of a file; ``number`` is its line or row there."""

    number: int
    text: str
    act: str = DO_MATTER
    matter: str | None = None


def rows_of(sentences: Sentences, *, matter: str | None = None, act: str | None = None) -> Iterator[Row]:
    """Every example, or those of one matter or one act."""
    number = 0
    for of_matter in sentences.matters.values():
        for one in of_matter.examples:
            if matter in (None, of_matter.matter) and act in (None, one.act):
                number += 1
                yield Row(number, one.text, one.act, of_matter.matter)
    for of_act in sentences.acts.values() if matter is None else ():
        for text in of_act.examples if act in (None, of_act.act) else ():
            number += 1
            yield Row(number, text, of_act.act)


def write(rows: Iterable[Row], form: Format) -> bytes:
    """A file with these sentences."""
    return WRITERS[form](rows)


def read(content: bytes, form: Format) -> list[Row]:
    """The sentences of a file. Raises ``unsupported-file`` and ``too-large``, saying where."""
    if len(content) > MOST_BYTES:
        raise Problem("too-large", f"文件太大，最多 {MOST_BYTES // 1024 // 1024} MB。")
    rows: list[Row] = []
    for row in READERS[form](content):
        if len(rows) == MOST_ROWS:
            raise Problem("too-large", f"一次最多导入 {MOST_ROWS} 句，请分几个文件。")
        rows.append(row)
    return rows


def _write_rasa(rows: Iterable[Row]) -> bytes:
    intents: dict[str, list[str]] = {}
    for row in rows:
        intents.setdefault(f"{row.act}/{row.matter}" if row.matter else row.act, []).append(row.text)
    lines = ['version: "3.1"', "nlu:"]
    for intent, texts in intents.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return ("\n".join(lines) + "\n").encode()


def _read_rasa(content: bytes) -> Iterator[Row]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(_text(content), Loader=loader)
    except yaml.YAMLError as error:
        raise _unreadable(f"不是有效的 YAML：{_where(error)}") from error
    blocks = found.get("nlu") if isinstance(found, dict) else None
    if not isinstance(blocks, list):
        raise _unreadable("缺少 nlu: 列表，这不是 Rasa 的训练数据。")
    number = 0
    for block in blocks:
        if not isinstance(block, dict) or "intent" not in block:
            continue  # synonyms and lookup tables
        act, _, matter = str(block["intent"]).partition("/")
        for line in str(block.get("examples") or "").splitlines():
            if line.strip().startswith("- "):
                number += 1
                yield _row(number, _ENTITY.sub(r"\1", line.strip()[2:]), act, matter)


def _write_jsonl(rows: Iterable[Row]) -> bytes:
    lines = ({"text": row.text, "act": row.act, "matter": row.matter} for row in rows)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _read_jsonl(content: bytes) -> Iterator[Row]:
    for number, line in enumerate(_text(content).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise _unreadable(f"第 {number} 行不是有效的 JSON。") from error
        if not isinstance(found, dict):
            raise _unreadable(f"第 {number} 行不是一个 JSON 对象。")
        yield _row(number, *(found.get(name) for name in COLUMNS))


def _write_csv(rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows((row.text, row.act, row.matter or "") for row in rows)
    # With the mark, spreadsheets know that it is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _read_csv(content: bytes) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(_text(content)))
    _check_head(reader.fieldnames)
    try:
        for found in reader:
            yield _row(reader.line_num, *(found.get(name) for name in COLUMNS))
    except csv.Error as error:
        raise _unreadable(f"第 {reader.line_num} 行不是有效的 CSV。") from error


def _write_xlsx(rows: Iterable[Row]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("sentences")
    sheet.append(COLUMNS)
    for row in rows:
        cell = WriteOnlyCell(sheet, value=row.text)
        cell.data_type = "s"  # never a formula
        sheet.append([cell, row.act, row.matter or ""])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read_xlsx(content: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise Problem("too-large", "表格展开后太大，请分几个文件。")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        cells = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=20)
        head = [str(name or "").strip() for name in next(cells, ())]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise _unreadable("不是有效的 XLSX 表格。") from error
    _check_head(head)
    for number, values in enumerate(cells, start=2):
        found = dict(zip(head, values, strict=False))
        if any(found.values()):
            yield _row(number, *(found.get(name) for name in COLUMNS))


def _row(number: int, text: Any, act: Any, matter: Any) -> Row:
    said = " ".join(str(text or "").split())[:LONGEST_CELL]
    return Row(number, said, str(act or "").strip()[:80] or DO_MATTER, str(matter or "").strip()[:80] or None)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable("文件不是 UTF-8 编码，请另存为 UTF-8 再导入。") from error


def _check_head(names: Iterable[str] | None) -> None:
    missing = [name for name in ("text",) if name not in (names or ())]
    if missing:
        raise _unreadable(f"第一行要写列名：{'、'.join(COLUMNS)}。")


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"第 {mark.line + 1} 行。" if mark else "请检查格式。"


def _unreadable(detail: str) -> Problem:
    return Problem("unsupported-file", detail)


WRITERS: dict[Format, Callable[[Iterable[Row]], bytes]] = {
    Format.RASA: _write_rasa,
    Format.JSONL: _write_jsonl,
    Format.CSV: _write_csv,
    Format.XLSX: _write_xlsx,
}
READERS: dict[Format, Callable[[bytes], Iterator[Row]]] = {
    Format.RASA: _read_rasa,
    Format.JSONL: _read_jsonl,
    Format.CSV: _read_csv,
    Format.XLSX: _read_xlsx,
}
