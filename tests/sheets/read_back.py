"""Reads a workbook of the daily table back with openpyxl: cells, merges, and how it prints.

    PYTHONPATH=.tools/python python3 tests/sheets/read_back.py daily.xlsx daily.json
"""

import datetime
import json
import sys

import openpyxl


def main(workbook, told):
    with open(told, encoding="utf-8") as file:
        report = json.load(file)
    book = openpyxl.load_workbook(workbook)
    page, whence = book.worksheets
    assert page.title == report["title"] and whence.title == "出处", book.sheetnames
    assert page["A1"].value == report["title"] and page["A1"].font.name == "黑体"
    assert page["A2"].value == report["subtitle"]
    assert all(text in page["A3"].value for text in report["head"]), page["A3"].value
    headings = [cell.value for cell in page[4]]
    assert headings == [column["heading"] for column in report["columns"]], headings
    cells(page, report)
    layout(page, len(headings), report)
    proof = {row[0].value: row[1].value for row in whence.iter_rows()}
    assert proof["定义摘要（SHA-256）"] == report["provenance"]["definition_sha256"], proof
    assert proof["日志长度"] == report["provenance"]["log_size"], proof
    assert proof["数据日期（实际）"] == report["provenance"]["true_on"], proof


def cells(page, report):
    names = [column["name"] for column in report["columns"]]
    above = {}
    for number, line in enumerate(report["rows"]):
        for column, name in enumerate(names):
            there, told = page.cell(5 + number, 1 + column), line["cells"][name]
            if isinstance(there, openpyxl.cell.cell.MergedCell):
                assert told == above[name], f"{there.coordinate} is merged with {above[name]!r}"
                continue
            above[name] = told
            assert same(there, told), f"{there.coordinate}: {there.value!r} is not {told!r}"
            assert there.font.name == "宋体" and there.data_type != "f", there.coordinate


def same(there, told):
    """Figures are figures; a ratio is what is printed of it, cut off and never rounded up."""
    if isinstance(there.value, datetime.datetime):
        return there.is_date and there.value.date().isoformat() == told
    if not isinstance(told, dict):
        return there.value == told or told is None and there.value is None
    if isinstance(there.value, str):
        return there.value == told["printed"]
    if "now" in told:
        assert there.number_format == "+0.00;-0.00;0.00", there.number_format
        return f"{there.value:+.2f}".replace("+0.00", "0.00") == told["printed"]
    assert there.number_format == "[=1]0%;0.00%", there.number_format
    shown = "100%" if there.value == 1 else f"{there.value * 100:.2f}%"
    return shown == told["printed"]


def layout(page, columns, report):
    last = openpyxl.utils.get_column_letter(columns)
    merged = {str(area) for area in page.merged_cells.ranges}
    assert {f"A1:{last}1", f"A2:{last}2", f"A3:{last}3"} <= merged, merged
    assert page.freeze_panes == "A5" and page.print_title_rows == "$4:$4"
    assert page.print_area.startswith(f"'{page.title}'!$A$1:${last}$"), page.print_area
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage and page.page_setup.fitToHeight == 0
    assert report["provenance"]["log_size"] in page.oddFooter.left.text, page.oddFooter.left.text
    signed = [row[0].value for row in page.iter_rows() if row[0].value]
    assert all(text in signed[-1] for text in report["signature"]), signed[-1]


if __name__ == "__main__":
    main(*sys.argv[1:])
