//! The rows of a run of articles, column by column, until they are encoded.

use newsloom_stages::Span;

use crate::column::{Cells, Column};
use crate::encode::{Encoded, encode};
use crate::list::tables;
use crate::tables::{
    ArticleInput, Item, Reject, articles, blocks, dates, money, rejects, sentences,
};

/// The rows of some articles, in the order they were pushed.
#[derive(Debug)]
pub struct Rows {
    /// The columns of each table, in the order of `tables()`.
    cells: [Vec<Cells>; 6],
}

impl Default for Rows {
    fn default() -> Self {
        let columns = |table: crate::column::Table| {
            table.fields.iter().map(|field| Cells::new(field.kind)).collect()
        };
        Self { cells: tables().map(columns) }
    }
}

impl Rows {
    /// Adds the rows of one article to every table but `rejects`.
    pub fn push(&mut self, article: &ArticleInput) {
        let document = article.document;
        let translator = document.map.translator(&document.text);
        let raw = |span: Span| translator.raw(span);
        let [article_cells, block_cells, sentence_cells, date_cells, money_cells, _] =
            &mut self.cells;
        push_row(article_cells, &articles(), article);
        let layers = (&article.blocks.blocks, &article.sentences.sentences, article.mentions);
        push_items(block_cells, &blocks(), article, &raw, layers.0);
        push_items(sentence_cells, &sentences(), article, &raw, layers.1);
        push_items(date_cells, &dates(), article, &raw, &layers.2.dates);
        push_items(money_cells, &money(), article, &raw, &layers.2.money);
    }

    /// Adds a row to `rejects`.
    pub fn push_reject(&mut self, reject: &Reject) {
        push_row(&mut self.cells[5], &rejects(), reject);
    }

    /// Encodes what was pushed: one row group and one CSV chunk a table, in the order of
    /// `tables()`.
    pub fn encode(self) -> Vec<Encoded> {
        let tables = tables();
        tables.iter().zip(self.cells).map(|(table, cells)| encode(table, cells)).collect()
    }
}

fn push_row<R>(cells: &mut [Cells], columns: &[Column<R>], row: &R) {
    for (cells, column) in cells.iter_mut().zip(columns) {
        cells.push((column.get)(row));
    }
}

fn push_items<'a, T>(
    cells: &mut [Cells],
    columns: &[Column<Item<'a, T>>],
    article: &'a ArticleInput<'a>,
    raw: &'a dyn Fn(Span) -> (u32, u32),
    items: &'a [T],
) {
    for (index, item) in (0..).zip(items) {
        push_row(cells, columns, &Item { article, raw, index, item });
    }
}

#[cfg(test)]
mod tests {
    use newsloom_stages::layers::{Blocks, Language, Mentions, Sentences};
    use newsloom_stages::{decode, segment, tag};

    use super::*;
    use crate::{arrow_schema, assemble_parquet, csv_header, csv_of_parquet, datapackage};
    use arrow::datatypes::DataType;

    /// The rows of one article of this text under this id.
    fn rows_of(id: &str, text: &str) -> Rows {
        let document = decode::from_text(text);
        let blocks = Blocks::all_body(&document.text);
        let language = Language::given("en", &blocks);
        let settings = segment::Settings::default();
        let sentences: Sentences = segment::segment(&document, &blocks, &language, &settings);
        let settings = tag::Settings::default();
        let mentions: Mentions = tag::tag(&document, &blocks, &language, &sentences, &settings);
        let mut rows = Rows::default();
        rows.push(&ArticleInput {
            article_id: id,
            source_bytes: text.len() as u64,
            content_sha256: "0",
            duplicate_of: None,
            document: &document,
            blocks: &blocks,
            language: &language,
            sentences: &sentences,
            mentions: &mentions,
        });
        rows.push_reject(&Reject {
            article_id: format!("{id}, \"quoted\"\nand broken"),
            code: "test".to_owned(),
            detail: String::new(),
        });
        rows
    }

    const TEXT: &str = "It cost $5.25 million on 3 May 2024, \"really\".\nÉté, a second line.";

    #[test]
    fn segments_splice_to_the_rows_they_hold() {
        let (first, second) =
            (rows_of("a#1", TEXT).encode(), rows_of("b", "Nothing here.").encode());
        for (index, table) in tables().iter().enumerate() {
            let segments = [&first[index], &second[index]];
            let row_groups = segments.map(|encoded| encoded.parquet.clone());
            let parquet = assemble_parquet(table, row_groups, Vec::new()).unwrap();
            let csv =
                [csv_header(table), segments[0].csv.clone(), segments[1].csv.clone()].concat();
            assert_eq!(csv_of_parquet(table, parquet), Ok(csv), "{}", table.name);
        }
        assert!(first[4].row_count == 1 && second[4].row_count == 0);
        assert!(first[0].csv.starts_with(b"a#1,a,"));
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        assert_eq!(rows_of("a", TEXT).encode(), rows_of("a", TEXT).encode());
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
        let parquet = rows_of("a", TEXT).encode().swap_remove(3).parquet;
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
        let file = |table: &crate::Table| crate::PublishedFile {
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
