"""Says of a PDF how many pages it has and that everything stands on it: `paper.py PDF JSON PAGES`.

The PDF was made of a workbook by LibreOffice, or of a page by Chromium; JSON is the same report.
What stands in its cells is looked for in the text of the PDF, where a cell may be broken into lines.
"""

import json
import subprocess
import sys


def main(pdf, told, pages):
    with open(told, encoding="utf-8") as file:
        report = json.load(file)
    info = subprocess.run(["pdfinfo", pdf], capture_output=True, check=True, text=True).stdout
    there = next(line.split()[-1] for line in info.splitlines() if line.startswith("Pages:"))
    assert there == pages, f"{pdf} has {there} pages, not {pages}"
    layout = ["pdftotext", "-layout", pdf, "-"]
    seen = squeezed(subprocess.run(layout, capture_output=True, check=True, text=True).stdout)
    assert "###" not in seen, f"{pdf}: a column is too narrow for its figures"
    for text in [report["title"], report["subtitle"], *report["head"], *report["signature"]]:
        assert squeezed(text) in seen, f"{pdf} lacks {text}"
    # A heading or a name may go on in the next line: its beginning stands there in one piece.
    wanted = [column["heading"] for column in report["columns"]]
    wanted += [cell for row in report["rows"] for cell in row["cells"].values()]
    letters = set(seen)
    for text in wanted:
        shown = text["printed"] if isinstance(text, dict) else "" if text is None else str(text)
        # A workbook prints the whole as 100.00%.
        shown = squeezed(shown).replace("100%", "100")
        assert set(shown) <= letters and shown[:4] in seen, (pdf, shown)
    print(f"{pdf}: {there} pages, {len(wanted)} cells")


def squeezed(text):
    return "".join(text.split())


if __name__ == "__main__":
    main(*sys.argv[1:])
