"""Reads the published tables with polars, pandas and DuckDB and compares what each sees.

Run by `make test-readers` in a virtual environment, in the folder of the project, after a run.
Fails on the first difference; prints how much was compared.
"""

import csv
import pathlib
import runpy

import duckdb
import pandas as pd
import polars as pl

OUT = pathlib.Path("outputs")
TABLES = ["articles", "blocks", "sentences", "dates", "money", "rejects"]


def check_rows(table):
    """Every reader sees the rows of the CSV file."""
    with open(OUT / f"{table}.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    path = OUT / f"{table}.parquet"
    in_polars = pl.read_parquet(path)
    in_pandas = pd.read_parquet(path, dtype_backend="pyarrow")
    in_duckdb = duckdb.sql(f"SELECT * FROM '{path}'").fetchall()
    assert len(rows) == in_polars.height == len(in_pandas) == len(in_duckdb), table
    names = list(rows[0]) if rows else in_polars.columns
    assert names == in_polars.columns == list(in_pandas.columns), table
    polars_rows = in_polars.rows()
    pandas_rows = in_pandas.astype(object).where(in_pandas.notna(), None).values.tolist()
    for index, row in enumerate(rows):
        for column, name in enumerate(names):
            seen = [polars_rows[index][column], pandas_rows[index][column], in_duckdb[index][column]]
            for value in seen:
                assert same(row[name], value), (table, index, name, row[name], value)
    return len(rows) * len(names)


def same(text, value):
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, float):
        return float(text) == value
    if type(value).__name__ == "Decimal":
        return type(value)(text) == value
    return text == str(value)


def check_spans():
    """Offsets slice each sentence, date and sum out of its raw file."""
    articles = {row["article_id"]: row for row in pl.read_parquet(OUT / "articles.parquet").to_dicts()}
    texts = {
        name: pathlib.Path("raw", row["source"]).read_bytes().decode(row["encoding"])
        for name, row in articles.items()
    }
    count = 0
    for table, words in [("sentences", "text"), ("dates", "surface"), ("money", "surface")]:
        for row in pl.read_parquet(OUT / f"{table}.parquet").to_dicts():
            pairs = [map(int, span.split(":")) for span in row["spans"].split(";")]
            parts = [texts[row["article_id"]][start:end] for start, end in pairs]
            assert " ".join(parts) == row[words], (table, row)
            count += 1
    return count


def main():
    cells = sum(check_rows(table) for table in TABLES)
    spans = check_spans()
    assert cells > 0 and spans > 0
    snippets = sorted(pathlib.Path("tests/readers").glob("*_snippet.py"))
    readme = pathlib.Path("README.md").read_text(encoding="utf-8")
    for snippet in snippets:
        text = snippet.read_text(encoding="utf-8")
        assert text in readme, f"{snippet} is not in the README as it stands"
        runpy.run_path(str(snippet))
    assert len(snippets) == 3
    print(f"{cells} cells equal in polars, pandas and DuckDB; {spans} spans; 3 snippets run")
    print("3 passed, 0 failed")


main()
