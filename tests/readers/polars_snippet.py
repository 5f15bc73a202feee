import polars as pl

dates = pl.read_parquet("outputs/dates.parquet")
articles = pl.read_parquet("outputs/articles.parquet")
chronology = (
    dates.filter(pl.col("start_date").is_not_null())
    .join(articles.select("article_id", "title", "published"), on="article_id")
    .sort("start_date", "article_id", "date")
    .select("start_date", "surface", "value", "title")
)
print(chronology)
