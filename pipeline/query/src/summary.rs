//! The published tables summed up: languages, months, currencies, and the chronology of dates.

use std::fmt::Write as _;

use crate::frames::Tables;

/// The parts of the summary: a heading and the question behind it.
const PARTS: [(&str, &str); 5] = [
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
    (
        "Chronology",
        "SELECT d.start_date, d.end_date, d.value, d.surface, d.article_id, s.text AS sentence_text \
         FROM dates d JOIN sentences s \
         ON d.article_id = s.article_id AND d.sentence = s.sentence \
         WHERE d.start_date IS NOT NULL \
         ORDER BY d.start_date, d.end_date, d.article_id, d.date",
    ),
];

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
    Ok(text)
}
