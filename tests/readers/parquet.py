"""Reads reports back as Parquet, with pyarrow and with DuckDB, which know nothing of us.

    PYTHONPATH=.tools/analysts python3 tests/readers/parquet.py FOLDER

For each NAME.parquet in the folder, NAME.json is the same report, and the figures are compared.
"""

import datetime
import json
import pathlib
import sys

import duckdb
import pyarrow
import pyarrow.parquet

TYPES = {"string": "VARCHAR", "int64": "BIGINT", "date32[day]": "DATE"}


def main(folder):
    files = sorted(pathlib.Path(folder).glob("*.parquet"))
    assert files, f"{folder} holds no Parquet"
    cells = sum(compare(file) for file in files)
    print(f"pyarrow {pyarrow.__version__}, DuckDB {duckdb.__version__}: {cells} cells of "
          f"{len(files)} reports")


def compare(file):
    told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    table = pyarrow.parquet.read_table(file)
    stands_on = {name.decode(): value.decode() for name, value in table.schema.metadata.items()}
    for name in ("definition_sha256", "log_size", "true_on"):
        assert stands_on[f"fugong.{name}"] == told["provenance"][name], (file, name)
    types = {field.name: str(field.type) for field in table.schema}
    assert set(types.values()) <= set(TYPES), types
    ours = [{"level": row["level"], **parts(row, types)} for row in told["rows"]]
    theirs = table.to_pylist()
    assert theirs == ours, f"{file}: pyarrow reads {theirs}, not {ours}"
    query = f"SELECT * FROM read_parquet('{file}')"
    answer = duckdb.sql(query)
    assert [str(it) for it in answer.types] == [TYPES[it] for it in types.values()], file
    rows = [dict(zip(answer.columns, row)) for row in answer.fetchall()]
    assert rows == ours, f"{file}: DuckDB reads {rows}, not {ours}"
    return len(rows) * len(types)


def parts(row, types):
    """The cells of a row as columns: a ratio is its whole numbers."""
    found = dict.fromkeys(name for name in types if name != "level")
    for name, cell in row["cells"].items():
        if isinstance(cell, dict):
            flat = {f"{name}_{part}": value for part, value in cell.items()
                    if part in ("numerator", "base", "excluded", "sum", "count")}
            for when, before in (("now", ""), ("then", "earlier_")):
                flat |= {f"{name}_{before}{part}": value
                         for part, value in cell.get(when, {}).items()}
            found |= {part: value for part, value in flat.items() if part in types}
        elif types[name] == "date32[day]":
            found[name] = day(cell)
        elif types[name] == "int64":
            # The line of all may say its name in a column of numbers.
            found[name] = cell if isinstance(cell, int) else None
        else:
            found[name] = cell
    return found


def day(cell):
    try:
        return datetime.date.fromisoformat(cell) if cell else None
    except ValueError:
        return None


if __name__ == "__main__":
    main(*sys.argv[1:])
