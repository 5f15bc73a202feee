//! The published tables summed up: languages, months, currencies, and the chronology of dates.

use std::fmt::Write as _;

use crate::frames::Tables;

/// The parts of the summary: a heading and the question behind it.
const PARTS: [(&str, &str); 4] = [
    (
        "Articles by language",
        "SELECT language, COUNT(*) AS articles, SUM(sentences) AS sentences, SUM(dates) AS dates, \
         SUM(money) AS money FROM articles GROUP BY language ORDER BY articles DESC, language",
    ),
    (
        "Articles by month of publication",
        "SELECT SUBSTR(published, 1, 7) AS month, COUNT(*) AS articles FROM articles \
         GROUP BY month ORDER BY month",
    ),
    (
        "Money by currency",
        "SELECT currency, COUNT(*) AS sums, MIN(amount_f64) AS smallest, \
         MAX(amount_f64) AS largest FROM money GROUP BY currency ORDER BY sums DESC, currency",
    ),
    ("Rejected", "SELECT code, COUNT(*) AS inputs FROM rejects GROUP BY code ORDER BY code"),
];

const CHRONOLOGY: &str = "SELECT d.start_date, d.value, d.surface, d.article_id, s.text AS sentence_text \
    FROM dates d JOIN sentences s ON d.article_id = s.article_id AND d.sentence = s.sentence \
    WHERE d.start_date IS NOT NULL ORDER BY d.start_date, d.end_date, d.article_id, d.date";

/// The summary as text.
///
/// # Errors
/// Where a published table lacks a column.
pub fn summary(tables: &Tables) -> anyhow::Result<String> {
    let mut text = String::new();
    for (heading, sql) in PARTS {
        let answer = tables.ask(sql)?;
        if answer.height() > 0 {
            writeln!(text, "{heading}\n{answer}\n")?;
        }
    }
    let dates = tables.ask(CHRONOLOGY)?;
    writeln!(text, "Chronology: {} dates with days", dates.height())?;
    for row in 0..dates.height() {
        let cells: Result<Vec<String>, _> = dates
            .columns()
            .iter()
            .map(|column| column.get(row).map(|cell| printable(&cell.str_value())))
            .collect();
        if let [day, value, surface, article, sentence] = &cells?[..] {
            writeln!(text, "{day}  {surface} = {value}  ({article})\n            {sentence}")?;
        }
    }
    Ok(text)
}

/// Nothing of an article reaches the terminal as a control character.
fn printable(text: &str) -> String {
    text.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect()
}
