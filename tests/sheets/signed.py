"""Opens a workbook as an office would, writes names in, and saves it under another name."""

import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
page = book.worksheets[0]
for row in page.iter_rows():
    for cell in row:
        if isinstance(cell.value, str) and "填报人：" in cell.value:
            cell.value = cell.value.replace("填报人：", "填报人：张三")
book.save(sys.argv[2])
