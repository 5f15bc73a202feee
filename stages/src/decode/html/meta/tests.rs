//! The cases of `tests/html/meta.jsonl`: pages, and what they state.

use serde_json::{Value, json};

use crate::decode::html::parse;
use crate::layers::{Claim, Published, Stated};
use crate::page::Nature;

const CASES: &str = include_str!("../../../../../tests/html/meta.jsonl");

fn stated(html: &str) -> Stated {
    let page = parse(html);
    let mut stated = Stated::default();
    super::add(&page, &mut stated);
    stated
}

fn claims(claims: &[Claim]) -> Value {
    let words = claims.iter().map(|claim| format!("{} {}", claim.value, claim.evidence.name()));
    words.collect()
}

fn dates(dates: &[Published]) -> Value {
    let words = dates.iter().map(|date| {
        let place = date.evidence.map_or(date.source.name(), |evidence| evidence.name());
        format!("{} {place}", date.value)
    });
    words.collect()
}

#[test]
fn pages_state_what_the_cases_say() {
    let mut misses = Vec::new();
    let mut count = 0;
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).expect(line);
        let html = case["html"].as_str().expect("a case has a page");
        let stated = stated(html);
        for (member, expected) in case.as_object().expect("a case is an object") {
            let found = match member.as_str() {
                "name" | "html" => continue,
                "title" => json!(stated.title),
                "titles" => claims(&stated.titles),
                "authors" => json!(stated.authors),
                "bylines" => claims(&stated.bylines),
                "published" => dates(&stated.published),
                "modified" => json!(stated.modified),
                "site" => json!(stated.site),
                "canonical_url" => json!(stated.canonical_url),
                "language" => json!(stated.language),
                other => panic!("no case has a member {other:?}"),
            };
            count += 1;
            if found != *expected {
                let name = &case["name"];
                misses.push(format!("{name}: {member} is {found}, should be {expected}"));
            }
        }
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
    assert!(count >= 50, "{count} statements");
}

#[test]
fn what_the_container_told_stays() {
    let page = parse("<title>Other</title><meta name=author content='Bob Ray'><html lang=fr>");
    let told = || Stated {
        title: Some("Told".to_owned()),
        authors: vec!["Ann Lee".to_owned()],
        ..Stated::default()
    };
    let mut stated = told();
    super::add(&page, &mut stated);
    assert_eq!((&stated.title, &stated.authors), (&told().title, &told().authors));
    assert_eq!(claims(&stated.titles), json!(["Other title_element"]));
}

#[test]
fn a_hostile_page_costs_no_more_than_a_long_one() {
    let many = |part: &str| part.repeat(20_000);
    for html in [
        many("<meta property=og:title content='a | b'>"),
        many("<h1>a b c</h1>"),
        many("<span class=author>Ann Lee</span>"),
        format!("<title>{}</title>", many("a | ")),
        format!(
            "<script type=application/ld+json>[{}1]</script>",
            many("{\"@type\":\"Article\"},")
        ),
        format!("<meta name=author content='{}'>", many("Ann Lee, ")),
    ] {
        let stated = stated(&html);
        assert!(stated.titles.len() < 10 && stated.authors.len() <= 100);
    }
}

#[test]
fn a_page_says_what_it_is() {
    let record = |kind: &str, rest: &str| {
        format!("<script type=\"application/ld+json\">{{\"@type\": \"{kind}\"{rest}}}</script>")
    };
    let date = "<h1>A bridge</h1><time datetime=2024-05-21>21 May 2024</time>";
    let og = |property: &str, content: &str| {
        format!("<meta property=\"{property}\" content=\"{content}\">")
    };
    let article = og("og:type", "article");
    for (page, expected) in [
        (record("NewsArticle", ""), Nature::Article),
        (record("Product", "") + &record("BlogPosting", ""), Nature::Article),
        (article.clone() + &og("article:published_time", "2024-05-21"), Nature::Article),
        (article, Nature::Undated),
        (record("WebPage", ", \"datePublished\": \"2024-05-21\""), Nature::Undated),
        (record("WebPage", ", \"mainEntity\": {\"@type\": \"Product\"}"), Nature::Offer),
        (record("WebPage", ", \"about\": {\"@type\": \"Product\"}"), Nature::Undated),
        (record("Product", "") + date, Nature::Offer),
        (record("FAQPage", ""), Nature::Offer),
        (record("FAQPage", "") + date, Nature::Dated),
        (record("QAPage", ""), Nature::Dated),
        (date.to_owned(), Nature::Dated),
        (String::new(), Nature::Undated),
    ] {
        assert_eq!(stated(&page).nature, expected, "{page}");
    }
}
