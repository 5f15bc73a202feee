//! The rows of a run of articles, table by table.

use arrow::array::ArrayRef;

use crate::column::{Column, Table};
use crate::encode::{Encoded, encode_columns};
use crate::input::{ArticleInput, Item, Placed, Reject};
use crate::list::tables;
use crate::tables::rejects;

/// Encodes the rows of `table` of these articles, in their order: one row group and one CSV chunk.
///
/// The table `rejects` has no rows of articles.
pub fn encode(table: &Table, articles: &[ArticleInput<'_>]) -> Encoded {
    encode_columns(table, (table.columns_of)(articles))
}

/// Encodes the table `rejects`.
pub fn encode_rejects(rows: &[Reject]) -> Encoded {
    let [.., table] = tables();
    encode_columns(&table, columns_of(&rejects(), rows))
}

/// The columns of a table with a row for each of `rows`.
pub(crate) fn columns_of<R>(columns: &[Column<R>], rows: &[R]) -> Vec<ArrayRef> {
    columns.iter().map(|column| column.cells(rows)).collect()
}

/// The columns of a table with a row for each of the `items` of each article.
pub(crate) fn item_columns<'a, T: Placed>(
    columns: &[Column<Item<'a, T>>],
    articles: &'a [ArticleInput<'a>],
    items: fn(&ArticleInput<'a>) -> &'a [T],
) -> Vec<ArrayRef> {
    let mut rows = Vec::with_capacity(articles.iter().map(|article| items(article).len()).sum());
    for article in articles {
        let translator = article.document.map.translator(&article.document.text);
        let items = (0..).zip(items(article));
        rows.extend(items.map(|(index, item)| Item::new(article, &translator, index, item)));
    }
    columns_of(columns, &rows)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use newsloom_stages::layers::{Blocks, Document, Kind, Language, Mentions, Sentences, Tagged};
    use newsloom_stages::{decode, segment, tag};

    use super::*;
    use crate::column::LayerName;
    use crate::{
        PublishedFile, arrow_schema, assemble_parquet, csv_header, csv_of_parquet, datapackage,
    };
    use arrow::datatypes::DataType;

    #[derive(Clone)]
    struct Layers {
        document: Document,
        blocks: Blocks,
        language: Language,
        sentences: Sentences,
        mentions: Mentions,
    }

    impl Layers {
        fn of(text: &str) -> Self {
            let document = decode::from_text(text);
            let blocks = Blocks::all_body(&document.text);
            let language = Language::given("en", &blocks);
            let settings = segment::Settings::default();
            let sentences = segment::segment(&document, &blocks, &language, &settings);
            let settings = tag::Settings::default();
            let mentions = tag::tag(&document, &blocks, &language, &sentences, &settings);
            Self { document, blocks, language, sentences, mentions }
        }

        fn article<'a>(&'a self, article_id: &'a str) -> ArticleInput<'a> {
            ArticleInput {
                article_id,
                source: article_id.split('#').next().unwrap(),
                source_bytes: 70,
                content_sha256: "0",
                duplicate_of: None,
                document: &self.document,
                blocks: &self.blocks,
                language: &self.language,
                sentences: &self.sentences,
                mentions: &self.mentions,
            }
        }

        /// Encodes every table of one article with these layers, and one reject.
        fn encode(&self, article_id: &str) -> [Encoded; 6] {
            let mut encoded = tables().map(|table| encode(&table, &[self.article(article_id)]));
            encoded[5] = encode_rejects(&[Reject {
                article_id: format!("{article_id}, \"quoted\"\nand broken"),
                code: "test".to_owned(),
                detail: String::new(),
            }]);
            encoded
        }

        /// These layers with one taken from `other`.
        fn with(&self, name: LayerName, other: &Self) -> Self {
            let mut layers = self.clone();
            let other = other.clone();
            match name {
                LayerName::Document => layers.document = other.document,
                LayerName::Blocks => layers.blocks = other.blocks,
                LayerName::Language => layers.language = other.language,
                LayerName::Sentences => layers.sentences = other.sentences,
                LayerName::Mentions => layers.mentions = other.mentions,
            }
            layers
        }
    }

    const TEXT: &str = "It cost $5.25 million on 3 May 2024, \"really\".\nÉté, a second line.";

    #[test]
    fn segments_splice_to_the_rows_they_hold() {
        let (first, second) =
            (Layers::of(TEXT).encode("a#1"), Layers::of("Nothing here.").encode("b"));
        for (index, table) in tables().iter().enumerate() {
            let segments = [&first[index], &second[index]];
            let parquet = segments.map(|encoded| Bytes::from(encoded.parquet.clone()));
            let csv =
                [csv_header(table), segments[0].csv.clone(), segments[1].csv.clone()].concat();
            let [one, two] = parquet.clone().map(|segment| vec![segment]);
            for row_groups in [vec![Ok(parquet.to_vec())], vec![Ok(one), Ok(two)]] {
                let parquet = assemble_parquet(table, row_groups, Vec::new()).unwrap();
                assert_eq!(csv_of_parquet(table, parquet).as_ref(), Ok(&csv), "{}", table.name);
            }
        }
        assert!(first[4].row_count == 1 && second[4].row_count == 0);
        assert!(first[0].csv.starts_with(b"a#1,a,"));
    }

    #[test]
    fn a_segment_that_cannot_be_had_is_the_error() {
        let lost = std::io::Error::new(std::io::ErrorKind::NotFound, "lost");
        let error = assemble_parquet(&tables()[0], [Err(lost)], Vec::new()).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (std::io::ErrorKind::NotFound, "lost".into())
        );
        let full: &mut [u8] = &mut [];
        let error = assemble_parquet(&tables()[0], [], full).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::WriteZero);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        assert_eq!(Layers::of(TEXT).encode("a"), Layers::of(TEXT).encode("a"));
    }

    #[test]
    fn the_named_layers_decide_the_rows_and_no_other_does() {
        use LayerName::{Blocks, Document, Language, Mentions, Sentences};
        let text = "It cost $5.25 million on 3 May 2024.\nA second line.";
        let article = Layers::of(text);
        // As long as `text` and as plain, so that the spans of either article lie in both.
        let mut other = Layers::of("Late. It cost EUR 7 on 5 June 2021. It took 2 days.");
        other.document.encoding = "windows-1252".to_owned();
        other.blocks.blocks[0].kind = Kind::SectionHeading;
        other.language.document = Tagged::und();
        let encoded = article.encode("a");
        for (table, encoded) in tables().iter().zip(&encoded) {
            for layer in [Document, Blocks, Language, Sentences, Mentions] {
                let changed = encode(table, &[article.with(layer, &other).article("a")]);
                let is_named = table.layers.contains(&layer);
                let what = (table.name, layer);
                if table.name != "rejects" {
                    assert_eq!(changed.csv != encoded.csv, is_named, "{what:?}");
                    assert_eq!(changed.parquet != encoded.parquet, is_named, "{what:?}");
                }
            }
            let facts = ArticleInput {
                source: "a",
                source_bytes: 7,
                content_sha256: "1",
                duplicate_of: Some("b"),
                ..article.article("a")
            };
            let is_decided = table.name == "articles";
            assert_eq!(
                encode(table, &[facts]) != encode(table, &[article.article("a")]),
                is_decided
            );
        }
    }

    #[test]
    fn a_table_without_rows_is_a_file_with_its_schema() {
        for table in tables() {
            let parquet = assemble_parquet(&table, [], Vec::new()).unwrap();
            assert_eq!(csv_of_parquet(&table, parquet), Ok(csv_header(&table)));
        }
    }

    #[test]
    fn damaged_files_are_errors() {
        let table = &tables()[3];
        let [.., parquet, _, _] = Layers::of(TEXT).encode("a").map(|encoded| encoded.parquet);
        assert!(csv_of_parquet(table, parquet[..parquet.len() - 9].to_vec()).is_err());
        assert!(csv_of_parquet(&tables()[0], parquet).is_err(), "another table's schema");
    }

    #[test]
    fn schemas_hold_types_that_every_reader_takes() {
        for table in tables() {
            for field in arrow_schema(&table).fields() {
                assert!(
                    matches!(
                        field.data_type(),
                        DataType::Utf8
                            | DataType::Int32
                            | DataType::Int64
                            | DataType::Boolean
                            | DataType::Date32
                            | DataType::Float64
                            | DataType::Decimal128(38, 9)
                    ),
                    "{field:?}"
                );
            }
        }
    }

    #[test]
    fn the_data_package_names_the_columns_of_the_csv_header() {
        let file = |table: &Table| PublishedFile {
            name: format!("{}.csv", table.name),
            table: table.name,
            bytes: 0,
            sha256: String::new(),
        };
        let tables = tables();
        let package = datapackage(&tables.iter().map(file).collect::<Vec<_>>());
        let package: serde_json::Value = serde_json::from_str(&package).unwrap();
        for (resource, table) in package["resources"].as_array().unwrap().iter().zip(&tables) {
            let fields = resource["schema"]["fields"].as_array().unwrap().iter();
            let names: Vec<&str> = fields.map(|field| field["name"].as_str().unwrap()).collect();
            let header = String::from_utf8(csv_header(table)).unwrap();
            assert_eq!(names.join(","), header.trim_end());
        }
    }
}
