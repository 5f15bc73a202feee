//! Lines that many articles of a site share: which articles they make run again, and which not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::support::clean::build;
use crate::support::{House, said};

const FOOTER: &str = "Toute la rédaction de ce journal vous souhaite une très bonne lecture.";
const RULE: &str = "repeated_across_articles";
const WORDS: [&str; 9] =
    ["pont", "port", "théâtre", "marché", "lycée", "stade", "musée", "canal", "tramway"];

/// An article that has no line in common with another but the footer.
fn article(number: usize, footer: &str) -> String {
    let (word, other) = (WORDS[number % 9], WORDS[(number / 9 + 4) % 9]);
    format!(
        "Le conseil de la ville se prononce sur le {word} et le {other}\n\n\
         Le conseil a adopté le budget du {word} le 3 mai 2024, après un long débat sur les dépenses \
         prévues pour le {other}, que le maire a défendues devant une salle très partagée.\n\n\
         Les travaux du {word} commencent en 2025 et dureront deux ans, selon la mairie, qui promet \
         aux riverains du {other} de les tenir informés de leur avancement.\n\n{footer}\n"
    )
}

/// A house with two folders; of one, `footer_count` of `count` articles have the footer.
fn house(count: usize, footer_count: usize) -> House {
    let house = House::new();
    for number in 0..count {
        let footer = if number < footer_count { FOOTER } else { "" };
        house.write(&format!("paper/{number}.txt"), article(number, footer));
        house.write(&format!("other/{number}.txt"), article(number + 20, ""));
    }
    house
}

fn summary(house: &House) -> Value {
    let output = house.command(&["run", "--log", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The reason why `strip` is due, by article.
fn strip_reasons(house: &House) -> BTreeMap<String, String> {
    let output = house.command(&["plan", "--json"]).output().unwrap();
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut reasons = BTreeMap::new();
    for article in plan["articles"].as_array().unwrap() {
        let due = article["due"].as_array().unwrap();
        for due in due.iter().filter(|due| due["stage"] == "strip") {
            let id = article["article_id"].as_str().unwrap().to_owned();
            reasons.insert(id, due["reason"].as_str().unwrap().to_owned());
        }
    }
    reasons
}

/// The articles of which a line was dropped by the rule.
fn affected(house: &House) -> BTreeSet<String> {
    let blocks = fs::read(house.path("outputs/blocks.csv")).unwrap();
    let mut blocks = csv::Reader::from_reader(&blocks[..]);
    let rows = blocks.deserialize().map(Result::unwrap);
    let rows = rows.filter(|row: &BTreeMap<String, String>| row["rule"] == RULE);
    rows.map(|row| row["article_id"].clone()).collect()
}

fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn assert_as_clean(house: &House) {
    assert_eq!(house.outputs().difference(&build(house).files), [""; 0]);
}

#[test]
fn a_fifth_article_changes_those_that_share_a_line_and_no_other() {
    let house = house(4, 2);
    assert_eq!(summary(&house)["stage_runs"], 40);
    assert_eq!(affected(&house), ids(&[]));
    let before = house.outputs();
    house.write("paper/4.txt", article(4, FOOTER));
    let expected = [
        ("paper/0.txt", "repeated_lines_changed"),
        ("paper/1.txt", "repeated_lines_changed"),
        ("paper/4.txt", "new"),
    ];
    let expected = expected.map(|(id, reason)| (id.to_owned(), reason.to_owned()));
    assert_eq!(strip_reasons(&house), BTreeMap::from(expected));
    // All five stages of the new one, and those after `decode` of the two.
    assert_eq!(summary(&house)["stage_runs"], 5 + 2 * 4);
    assert_eq!(affected(&house), ids(&["paper/0.txt", "paper/1.txt", "paper/4.txt"]));
    assert_as_clean(&house);
    assert_eq!(summary(&house)["stage_runs"], 0);

    // An article more that shares nothing leaves the lines of the site as they are.
    house.write("paper/5.txt", article(5, ""));
    assert_eq!(strip_reasons(&house).into_keys().collect::<BTreeSet<_>>(), ids(&["paper/5.txt"]));
    assert_eq!(summary(&house)["stage_runs"], 5);
    fs::remove_file(house.path("raw/paper/5.txt")).unwrap();
    assert_eq!(summary(&house)["stage_runs"], 0);

    fs::remove_file(house.path("raw/paper/4.txt")).unwrap();
    assert_eq!(strip_reasons(&house), BTreeMap::new(), "the cache has it from before");
    assert_eq!(summary(&house)["stage_runs"], 0);
    assert_eq!(house.outputs(), before);
}

#[test]
fn an_article_that_moves_to_another_site_is_judged_by_that() {
    let house = house(6, 5);
    summary(&house);
    assert_eq!(affected(&house).len(), 5);
    fs::rename(house.path("raw/paper/0.txt"), house.path("raw/other/9.txt")).unwrap();
    summary(&house);
    assert_eq!(affected(&house).len(), 4);
    assert!(!affected(&house).contains("other/9.txt"));
    assert_as_clean(&house);
    // A copy is no other article.
    house.write("paper/copy.txt", article(1, FOOTER));
    summary(&house);
    assert!(affected(&house).contains("paper/copy.txt"));
    assert_as_clean(&house);
}

#[test]
fn settings_decide_and_touch_no_article_that_shares_nothing() {
    let house = house(4, 3);
    summary(&house);
    assert_eq!(affected(&house), ids(&[]));
    house.configure("[repeat]\narticles_min = 4\n");
    let reasons = strip_reasons(&house);
    assert_eq!(reasons.len(), 3);
    assert!(reasons.values().all(|reason| reason == "configuration_changed"), "{reasons:?}");
    assert_eq!(summary(&house)["stage_runs"], 3 * 4);
    assert_eq!(affected(&house).len(), 3);
    assert_as_clean(&house);
    house.configure("[repeat]\narticles_min = 4\nenabled = false\n");
    assert_eq!(summary(&house)["stage_runs"], 0);
    assert_eq!(affected(&house), ids(&[]));
    assert_as_clean(&house);
}

#[test]
fn records_are_counted_by_the_host_of_their_url_or_by_their_container() {
    let record = |number: usize, url: Option<String>| {
        let text = article(number, FOOTER);
        json!({"text": text, "url": url}).to_string() + "\n"
    };
    let lines = |numbers: std::ops::Range<usize>, host: Option<&str>| -> String {
        let url = |number| host.map(|host| format!("https://{host}/{number}"));
        numbers.map(|number| record(number, url(number))).collect()
    };
    let house = House::new();
    house.write("a.jsonl", lines(0..3, Some("www.paper.example")));
    house.write("b/c.jsonl", lines(3..5, Some("Paper.example:443")));
    house.write("b/d.jsonl", lines(10..14, None) + &record(14, Some("https://x.example".into())));
    house.write("e.jsonl", lines(20..25, None));
    summary(&house);
    let of_host = (1..=3).map(|number| format!("a.jsonl#{number}"));
    let of_host = of_host.chain((1..=2).map(|number| format!("b/c.jsonl#{number}")));
    let of_container = (1..=5).map(|number| format!("e.jsonl#{number}"));
    assert_eq!(affected(&house), of_host.chain(of_container).collect());
    assert_as_clean(&house);
}

#[test]
fn what_the_cache_lost_of_a_site_is_read_again() {
    let house = house(6, 6);
    let record = |number| json!({"text": article(number, FOOTER)}).to_string() + "\n";
    house.write("lines.jsonl", (40..46).map(record).collect::<String>());
    summary(&house);
    assert_eq!(affected(&house).len(), 12);
    fs::remove_dir_all(house.path(".newsloom/store")).unwrap();
    house.write("paper/6.txt", article(6, ""));
    summary(&house);
    assert_as_clean(&house);
    // What is counted of the sites lasts when what is not in use is forgotten.
    assert!(house.command(&["gc"]).status().unwrap().success());
    house.write("paper/7.txt", article(7, FOOTER));
    assert_eq!(summary(&house)["stage_runs"], 5);
    assert_as_clean(&house);
}

#[test]
fn show_and_verify_know_the_lines() {
    let house = house(6, 6);
    summary(&house);
    let shown = |path: &str| said(&house.command(&["show", path]).output().unwrap());
    for path in ["paper/3.txt", "raw/paper/3.txt"] {
        assert!(shown(path).contains(RULE), "{}", shown(path));
    }
    assert!(!shown("other/3.txt").contains(RULE));
    let output = house.command(&["verify", "--rebuild"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    fs::remove_dir_all(house.path(".newsloom")).unwrap();
    assert!(!shown("paper/3.txt").contains(RULE));
}
