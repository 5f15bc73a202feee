import pandas as pd

money = pd.read_parquet("outputs/money.parquet", dtype_backend="pyarrow")
sentences = pd.read_parquet("outputs/sentences.parquet", dtype_backend="pyarrow")
sums = money.merge(sentences[["article_id", "sentence", "text"]], on=["article_id", "sentence"])
print(sums[["surface", "amount", "currency", "bound", "text"]])
