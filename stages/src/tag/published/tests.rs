//! The day of writing, from lines, datelines and words of the body.

use serde::Deserialize;

use super::*;
use crate::decode::from_text;
use crate::layers::{Evidence, Sentence, Tagged};

fn published(text: &str) -> Option<Published> {
    let document = from_text(text);
    let blocks = Blocks::all_body(text);
    let language = Language::given("fr", &blocks);
    let sentence = |(block, index): (&Block, u32)| Sentence {
        spans: vec![block.span],
        block: index,
        language: Tagged { tag: "fr".to_owned(), ..Tagged::und() },
        language_basis: crate::layers::LanguageBasis::Document,
    };
    let sentences = blocks.blocks.iter().zip(0..).map(sentence).collect();
    candidates(&document, &blocks, &language, &Sentences { sentences }).into_iter().next()
}

#[test]
fn a_full_date_that_is_today_dates_the_article() {
    let today = "AUJOURD’HUI, Ce 2 octobre 2020.";
    // Small, the first letter is longer.
    for text in [today, &format!("İİİİİ {today}"), "Ce 2 octobre 2020.\nIl pleut aujourd'hui."]
    {
        let found = published(text).expect(text);
        assert_eq!((found.value.as_str(), found.source), ("2020-10-02", PublishedSource::Deictic));
        assert!(found.span.is_some_and(|span| span.slice(text).ends_with("octobre 2020")));
    }
    for text in [
        "Ce 2 octobre 2020.",
        "Le 2 octobre 2020, aujourd'hui.",
        "Ce 2 octobre 2020.\nX\nAujourd'hui",
    ] {
        assert_eq!(published(text), None, "{text}");
    }
}

#[test]
fn a_date_line_that_is_seen_wins_where_the_page_contradicts_it() {
    let told = |value: &str, evidence| Published {
        value: value.to_owned(),
        precision: Precision::Day,
        source: PublishedSource::Metadata,
        evidence,
        span: None,
    };
    let text = "Le pont ferme\n3 mai 2024";
    let mut blocks = Blocks::all_body(text);
    blocks.blocks[0].kind = Kind::Title;
    blocks.blocks[1].kind = Kind::DateHeader;
    let language = Language::given("fr", &blocks);
    let record = Some(Evidence::JsonLd);
    for (own, evidence, modified, expected) in [
        ("2024-05-03", record, None, ["2024-05-03", "2024-05-03"]),
        ("2024-05-02", record, None, ["2024-05-02", "2024-05-03"]),
        ("2019-01-01", record, None, ["2024-05-03", "2019-01-01"]),
        ("2019-01-01", record, Some("2024-05-03T10:00"), ["2019-01-01", "2024-05-03"]),
        ("2019-01-01", None, None, ["2019-01-01", "2024-05-03"]),
    ] {
        let mut document = from_text(text);
        document.stated.published.push(told(own, evidence));
        document.stated.modified = modified.map(str::to_owned);
        let found = candidates(&document, &blocks, &language, &Sentences::default());
        let found: Vec<&str> = found.iter().map(|date| date.value.as_str()).collect();
        assert_eq!(found, expected, "{own} {evidence:?} {modified:?}");
    }
}

/// Lines between title and body, or what opens the body, and the day they tell.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    #[serde(default)]
    lines: Vec<String>,
    #[serde(default)]
    dateline: String,
    published: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Examples {
    example: Vec<Example>,
}

#[test]
fn every_example_tells_its_day() {
    let mut misses = Vec::new();
    let mut count = 0;
    for folder in newsloom_languages::folders() {
        let written: Examples = crate::lexicon::read(folder, "published.toml");
        for example in &written.example {
            count += 1;
            let body = "Body ".repeat(40);
            let lines = example.lines.join("\n");
            let text = format!("Title\n{lines}\n{}{body}", example.dateline);
            let document = from_text(&text);
            let mut blocks = Blocks::all_body(&text);
            let last = blocks.blocks.len() - 1;
            blocks.blocks[..last].iter_mut().for_each(|block| block.kind = Kind::OtherBoilerplate);
            let language = Language::given(folder.tag, &blocks);
            let found = candidates(&document, &blocks, &language, &Sentences::default());
            let first = found.first().map(|date| date.value.as_str());
            if !first.is_some_and(|value| value.starts_with(&example.published)) {
                misses.push(format!("{}: {example:?}: {first:?}", folder.tag));
            }
        }
    }
    assert!(count > 0);
    assert!(misses.is_empty(), "{} of {count}\n{}", misses.len(), misses.join("\n"));
}

#[test]
fn dates_of_other_articles_do_not_count() {
    let body = "Body ".repeat(40);
    let blocks_of = |text: &str, kinds: &[Kind]| {
        let mut blocks = Blocks::all_body(text);
        blocks.blocks.iter_mut().zip(kinds).for_each(|(block, kind)| block.kind = *kind);
        blocks
    };
    let (date, other) = (Kind::DateHeader, Kind::Related);
    for (below, kinds, expected) in [
        ("3 mai 2024", vec![date], Some("2024-05-03")),
        ("Voir aussi\n3 mai 2024", vec![other, date], None),
        ("3 mai 2024\nUn titre\n4 mai 2024", vec![date, other, date], Some("2024-05-03")),
        ("Un titre\nAnne Roy\n3 mai 2024", vec![other, Kind::Byline, date], Some("2024-05-03")),
        ("3 mai 2024\n4 mai 2024", vec![date, date], None),
        ("Publié le 3 mai 2024\n4 mai 2024", vec![date, date], Some("2024-05-03")),
    ] {
        let text = format!("Titre\n{body}\n{below}");
        let kinds = [vec![Kind::Title, Kind::Body], kinds].concat();
        let blocks = blocks_of(&text, &kinds);
        let language = Language::given("fr", &blocks);
        let found = candidates(&from_text(&text), &blocks, &language, &Sentences::default());
        assert_eq!(found.first().map(|date| date.value.as_str()), expected, "{below}");
    }
}

#[test]
fn the_date_below_the_title_goes_before_that_of_the_masthead() {
    let text = format!("22 mai 2024\nTitre\n3 mai 2024\n{}", "Corps ".repeat(40));
    let mut blocks = Blocks::all_body(&text);
    let kinds = [Kind::DateHeader, Kind::Title, Kind::DateHeader];
    blocks.blocks.iter_mut().zip(kinds).for_each(|(block, kind)| block.kind = kind);
    let language = Language::given("fr", &blocks);
    let found = candidates(&from_text(&text), &blocks, &language, &Sentences::default());
    let values: Vec<&str> = found.iter().map(|date| date.value.as_str()).collect();
    assert_eq!(values, ["2024-05-03", "2024-05-22"]);
}

#[test]
fn a_dateline_without_a_year_takes_it_from_another_candidate() {
    for (stamp, expected) in [
        ("date 2024-05 ", "2024-05-03"),
        ("date 2024 ", "2024-05-03"),
        ("date 2024-06 ", "2024-06"),
    ] {
        let text = format!("{stamp}\nPARIS, 3 mai (Reuters) - {}", "Corps ".repeat(40));
        let blocks = Blocks::all_body(&text);
        let language = Language::given("fr", &blocks);
        let found = candidates(&from_text(&text), &blocks, &language, &Sentences::default());
        assert_eq!(found.first().map(|date| date.value.as_str()), Some(expected), "{stamp}");
    }
}

#[test]
fn a_day_of_an_issue_s_month_says_more_than_the_month() {
    let body = "Le pont a fermé, a dit la mairie, et nul ne sait quand il sera rouvert. ".repeat(3);
    for (day, expected) in [("1er décembre 2023", "2023-12-01"), ("1er novembre 2023", "2023-12")]
    {
        let text = format!("Le pont ferme\nN° de décembre 2023\n{body}\n{day}\n{body}");
        let mut blocks = Blocks::all_body(&text);
        for (index, kind) in [(0, Kind::Title), (1, Kind::DateHeader), (3, Kind::DateHeader)] {
            blocks.blocks[index].kind = kind;
        }
        let language = Language::given("fr", &blocks);
        let sentences = Sentences::default();
        let found = candidates(&from_text(&text), &blocks, &language, &sentences);
        let first = found.first().map(|found| found.value.as_str());
        assert_eq!(first, Some(expected), "{day}");
    }
}

#[test]
fn days_of_several_lines_below_the_body_are_of_other_articles() {
    let body = "La mairie a fermé le pont. ".repeat(8);
    let first = |below: &[&str]| {
        let lines = [&["Le pont ferme", "3 mai 2024", body.trim_end()], below].concat();
        let text = lines.join("\n");
        let mut blocks = Blocks::all_body(&text);
        for (block, line) in blocks.blocks.iter_mut().zip(&lines) {
            block.kind = match *line {
                "Le pont ferme" => Kind::Title,
                line if line.ends_with("2024") => Kind::DateHeader,
                line if line.len() > 100 => Kind::Body,
                _ => Kind::Nav,
            };
        }
        let document = from_text(&text);
        let sentences = Sentences { sentences: Vec::new() };
        let found = candidates(&document, &blocks, &Language::given("fr", &blocks), &sentences);
        found.into_iter().next().map(|found| found.value)
    };
    let others = ["Une grue tombe", "Publié le 2 mai 2024", "Il neige", "Publié le 1er mai 2024"];
    assert_eq!(first(&others).as_deref(), Some("2024-05-03"));
    assert_eq!(first(&["Une grue tombe", "Publié le 2 mai 2024"]).as_deref(), Some("2024-05-03"));
}
