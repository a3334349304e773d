"""A matter on the terminal: its guide and flow, or a bundle's parts and what waits for what."""

from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from backend.matters.bundles import order
from backend.matters.catalogue import Catalogue
from backend.matters.picture import Box, draw
from backend.matters.schema import Matter
from backend.matters.telling import (
    clocks_told,
    delivery_told,
    handling_told,
    period_text,
    remedies_told,
    said,
    special_told,
    tolerance_told,
    visits_told,
)


def as_guide(matter: Matter, catalogue: Catalogue) -> RenderableType:
    """The guide, then the form in the order it is asked, the materials, the branches and the steps."""
    department = catalogue.department(matter.department)
    lines = [
        Text(f"{matter.name}  {matter.id}", style="bold"),
        Text(f"{matter.name_en}", style="dim"),
        Text(matter.guide.summary),
        Text(f"{matter.kind} · {matter.service} · {department.name} {department.phone}"),
        Text(f"费用 {matter.fee.amount:g} 元 · {visits_told(matter, 'zh')}"),
        Text(handling_told(matter, department.name, "zh")["text"]),
    ]
    blocks: list[RenderableType] = [
        *lines,
        _clocks(matter),
        _conditions(matter),
        _form(matter),
        _materials(matter),
    ]
    blocks += [_branches(matter)] if any(one.changes for one in matter.situations) else []
    blocks += [_flow(matter)] if matter.flow else []
    blocks += [as_graph(matter, catalogue)] if matter.is_bundle else []
    blocks.append(Text(remedies_told(matter, department, "zh"), style="dim"))
    return Group(*blocks)


def as_graph(matter: Matter, catalogue: Catalogue) -> RenderableType:
    """The parts as a tree, each under what it waits for; a part that waits for several stands under each."""
    tree = Tree(Text(matter.name, style="bold"))
    parts = {part.matter: part for part in matter.parts}

    def grow(branch: Tree, name: str) -> None:
        part, member = parts[name], catalogue.matters[name]
        marks = [period_text(member.clocks.promised), "可选" if part.optional else "", part.why]
        marks += [f"当 {part.when}" if part.when else ""]
        note = " · ".join(one for one in marks if one)
        twig = branch.add(f"{member.name} [dim]{name} · {escape(note)}[/]")
        for following in order(matter.parts):
            if name in parts[following].after:
                grow(twig, following)

    for name in order(matter.parts):
        if not parts[name].after:
            grow(tree, name)
    return tree


def as_picture(matter: Matter, catalogue: Catalogue) -> str:
    """The bundle as SVG."""
    boxes = {}
    for part in matter.parts:
        member = catalogue.matters[part.matter]
        note = said("part_note", "zh", period=period_text(member.clocks.promised))
        boxes[part.matter] = Box(member.short or member.name, note, "planned")
    return draw(matter.parts, boxes, title=matter.name)


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _clocks(matter: Matter) -> Table:
    told = clocks_told(matter, "zh")
    table = _table("时限", "时钟", "多久", "说明")
    for name, label in (
        ("statutory", "法定"),
        ("promised", "承诺"),
        ("acceptance", "受理"),
        ("correction", "补正"),
    ):
        table.add_row(label, told[name], told.get(f"{name}_text", ""))
    for name, label in (("extension", "延长"), ("delivery", "送达")):
        table.add_row(label, told[name], told[f"{name}_text"])
    for one in special_told(matter, "zh"):
        table.add_row(one["kind"], one["period"], one["text"])
    tolerance = tolerance_told(matter, "zh")
    if tolerance:
        table.add_row("容缺", tolerance["period"], tolerance["text"])
    return table


def _conditions(matter: Matter) -> Table:
    table = _table("受理条件", "条件", "不符合时")
    for one in matter.accept_when:
        table.add_row(one.text, one.otherwise)
    return table


def _form(matter: Matter) -> Table:
    table = _table("表单（按顺序）", "字段", "名称", "类型", "从哪里来", "什么时候")
    for field in matter.form:
        origin = field.source or (
            f"默认 {field.default}" if field.default is not None else f"问：{field.ask}"
        )
        table.add_row(field.name, field.label, field.type.value, escape(origin), _when(field.when))
    return table


def _materials(matter: Matter) -> Table:
    table = _table("材料", "材料", "必要性", "电子证照免交", "什么时候", "标准")
    for one in matter.materials:
        table.add_row(one.name, one.necessity, one.licence or "", _when(one.when), one.standard)
    delivery = "、".join(way["text"] for way in delivery_told(matter, "zh"))
    table.caption = f"结果：{matter.result.name}；{delivery}"
    return table


def _branches(matter: Matter) -> Table:
    table = _table("情形", "回答", "承诺", "费用", "结果", "跑几次", "说明")
    for change in (change for one in matter.situations for change in one.changes):
        promised = period_text(change.promised) if change.promised else ""
        cells = (change.fee, change.result, change.visits, change.note)
        table.add_row(_when(change.when), promised, *("" if one is None else str(one) for one in cells))
    return table


def _flow(matter: Matter) -> Table:
    table = _table("流程", "环节", "办理人员", "时限", "审查标准", "结果")
    for step in matter.flow:
        table.add_row(step.name, step.who, step.limit, step.standard, step.outcome)
    return table


def _when(when: dict[str, Any] | None) -> str:
    if not when:
        return ""
    return escape("，".join(f"{name} = {wanted}" for name, wanted in when.items()))
