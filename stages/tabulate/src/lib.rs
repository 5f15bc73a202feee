//! `tabulate`: the barrier stage, from the rows of all articles to Parquet and CSV bytes.
