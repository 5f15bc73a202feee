import duckdb

print(duckdb.sql("""
    SELECT kind, keep, count(*) AS blocks
    FROM 'outputs/blocks.parquet'
    GROUP BY ALL ORDER BY blocks DESC
"""))
