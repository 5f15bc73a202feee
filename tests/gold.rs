//! Holds the output for the five articles in `raw/` to their hand-made annotation in `tests/gold`.
//!
//! Invariant: every miss is printed, not only the first; `RULES.md` there says what is right and
//! why. Lines marked disputable and expressions marked optional count neither way.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, thread};

use serde_json::{Value, json};

struct Article {
    name: String,
    /// The raw text as scalars, which all offsets count.
    text: Vec<char>,
    answer: Value,
}

#[derive(Default)]
struct Score {
    checked_count: usize,
    misses: Vec<String>,
}

impl Score {
    fn check(&mut self, right: bool, miss: impl FnOnce() -> String) {
        self.checked_count += 1;
        if !right {
            self.misses.push(miss());
        }
    }

    fn finish(self, what: &str, at_least_count: usize) {
        let Self { checked_count, misses } = self;
        println!("{what}: {} of {checked_count} right", checked_count - misses.len());
        assert!(checked_count >= at_least_count, "{what}: only {checked_count} were checked");
        assert!(misses.is_empty(), "{what}: {} misses\n{}", misses.len(), misses.join("\n"));
    }
}

#[test]
fn lines_are_kept_or_dropped_and_of_their_kind() {
    let mut score = Score::default();
    for article in articles() {
        let blocks = items(&article.answer, "blocks");
        for line in gold("lines", &article.name).iter().filter(|line| line["disputable"] != true) {
            let prefix = line["strip_prefix_chars"].as_u64().unwrap_or(0) as usize;
            let wanted = article.ink(&[(offset(line, "start") + prefix, offset(line, "end"))]);
            let touching: Vec<&Value> = blocks
                .iter()
                .filter(|block| !article.ink(&[range(block)]).is_disjoint(&wanted))
                .collect();
            let kept = touching.iter().filter(|block| block["keep"] == true);
            let kept: BTreeSet<usize> =
                kept.flat_map(|block| article.ink(&[range(block)])).collect();
            let right = if line["keep"] == true {
                wanted.is_subset(&kept)
            } else {
                wanted.is_disjoint(&kept)
            };
            let kinds: Vec<&Value> = touching.iter().map(|block| &block["kind"]).collect();
            let miss = || format!("{} {} is {:?}", article.name, line["text"], touching);
            score.check(right && kinds.iter().all(|kind| **kind == line["label"]), miss);
        }
    }
    score.finish("lines", 121);
}

#[test]
fn sentences_have_both_ends_right() {
    let mut score = Score::default();
    for article in articles() {
        let disputed = article.disputed();
        let undisputed = |ink: &BTreeSet<usize>| ink.is_disjoint(&disputed);
        let found: BTreeSet<_> = items(&article.answer, "sentences")
            .iter()
            .map(|sentence| article.ink(&pairs(sentence)))
            .filter(undisputed)
            .collect();
        let mut wanted = BTreeSet::new();
        for sentence in gold("sentences", &article.name) {
            let spans = sentence["spans"].as_array().unwrap();
            let spans: Vec<_> = spans.iter().flat_map(pairs).collect();
            let ink = article.ink(&spans);
            if undisputed(&ink) {
                let miss = || format!("{} missing: {}", article.name, sentence["text"]);
                score.check(found.contains(&ink), miss);
                wanted.insert(ink);
            }
        }
        for extra in found.difference(&wanted) {
            let (first, last) = (*extra.first().unwrap(), *extra.last().unwrap());
            let words = article.slice(first, last + 1);
            score.misses.push(format!("{} not in the gold: {words}", article.name));
        }
    }
    score.finish("sentences", 88);
}

#[test]
fn dates_have_their_value_type_days_and_anchor() {
    let mut score = Score::default();
    for article in articles() {
        let wanted = gold("dates", &article.name);
        let mut matched = BTreeSet::new();
        for found in items(&article.answer, "dates") {
            let hit = wanted.iter().enumerate().find(|(index, date)| {
                !matched.contains(index) && overlap(article.trimmed(found), article.trimmed(date))
            });
            let Some((index, date)) = hit else {
                score.misses.push(format!("{} is no date: {found}", article.name));
                continue;
            };
            matched.insert(index);
            if date["in_boilerplate"] == true {
                score.misses.push(format!("{} leaks from boilerplate: {found}", article.name));
            } else if date["optional"] != true {
                score.check(article.same_date(found, date), || {
                    format!("{}: {found}\n    should be {date}", article.name)
                });
            }
        }
        for (index, date) in wanted.iter().enumerate() {
            let required = date["optional"] != true && date["in_boilerplate"] != true;
            if required && !matched.contains(&index) {
                score.check(false, || format!("{} missing: {date}", article.name));
            }
        }
    }
    score.finish("dates", 29);
}

#[test]
fn money_has_its_amount_currency_and_qualifier() {
    let mut score = Score::default();
    for article in articles() {
        let found = items(&article.answer, "money");
        let wanted = gold("money", &article.name);
        for sum in &wanted {
            let hit = found.iter().find(|found| overlap(range(found), range(sum)));
            score.check(hit.is_some_and(|found| same_sum(found, sum)), || {
                format!("{}: {hit:?}\n    should be {sum}", article.name)
            });
        }
        for extra in
            found.iter().filter(|found| wanted.iter().all(|sum| !overlap(range(found), range(sum))))
        {
            score.misses.push(format!("{} is no money: {extra}", article.name));
        }
    }
    score.finish("money", 2);
}

#[test]
fn no_decoy_is_tagged() {
    let mut score = Score::default();
    for article in articles() {
        for decoy in gold("decoys", &article.name) {
            let layer = if decoy["kind"] == "not_date" { "dates" } else { "money" };
            let taken = items(&article.answer, layer)
                .iter()
                .any(|mention| overlap(range(mention), range(&decoy)));
            score.check(!taken, || format!("{} tagged in {layer}: {decoy}", article.name));
        }
    }
    score.finish("decoys", 23);
}

#[test]
fn title_author_site_language_and_publication_date_are_stated() {
    let mut score = Score::default();
    for article in articles() {
        let answer = &article.answer;
        let [wanted] = &gold("articles", &article.name)[..] else { panic!("one row an article") };
        for (key, found, wanted) in [
            ("title", &answer["title"], &wanted["title"]),
            ("author", &answer["author"], &wanted["author"]),
            ("site", &answer["site"], &wanted["source"]),
            ("language", &answer["language"]["tag"], &wanted["lang"]),
            ("published", &answer["published"], &wanted["doc_date"]),
        ] {
            score.check(found == wanted, || {
                format!("{} {key}: {found} should be {wanted}", article.name)
            });
        }
    }
    score.finish("articles", 25);
}

impl Article {
    /// The characters of `spans` but white space.
    fn ink(&self, spans: &[(usize, usize)]) -> BTreeSet<usize> {
        let offsets = spans.iter().flat_map(|&(start, end)| start..end);
        offsets.filter(|&offset| !self.text[offset].is_whitespace()).collect()
    }

    fn slice(&self, start: usize, end: usize) -> String {
        self.text[start..end].iter().collect()
    }

    fn disputed(&self) -> BTreeSet<usize> {
        let lines = gold("lines", &self.name);
        let disputed = lines.iter().filter(|line| line["disputable"] == true);
        disputed.flat_map(|line| self.ink(&[range(line)])).collect()
    }

    /// A mention's range without leading function words and closing punctuation, which the
    /// annotation rules leave to the tagger.
    fn trimmed(&self, mention: &Value) -> (usize, usize) {
        const FUNCTION_WORDS: [&str; 14] = [
            "le ", "la ", "les ", "l'", "l’", "du ", "de ", "des ", "d'", "d’", "au ", "en ",
            "dans ", "depuis ",
        ];
        let (mut start, mut end) = range(mention);
        while end > start && " .,;:\n".contains(self.text[end - 1]) {
            end -= 1;
        }
        let words = self.slice(start, end).to_lowercase();
        let mut rest = words.as_str();
        while let Some(word) = FUNCTION_WORDS.iter().find(|word| rest.starts_with(**word)) {
            rest = &rest[word.len()..];
            start += word.chars().count();
        }
        (start, end)
    }

    fn same_date(&self, found: &Value, wanted: &Value) -> bool {
        let mut values = vec![&wanted["value"], &wanted["timex3"]];
        values.extend(wanted["alt_values"].as_array().unwrap());
        let days = json!([found["start_date"], found["end_date"]]);
        let days = if days == json!([null, null]) { Value::Null } else { days };
        self.trimmed(found) == self.trimmed(wanted)
            && values.contains(&&found["value"])
            && found["type"] == wanted["type"]
            && found["modifier"] == wanted["mod"]
            && days == wanted["interval"]
            && (wanted["explicit"] == true) == (found["resolution"] == "explicit")
            && (wanted["explicit"] == true || found["anchor"] == wanted["anchor"])
    }
}

fn same_sum(found: &Value, wanted: &Value) -> bool {
    let bounds = BTreeMap::from([("MORE_THAN", "more_than"), ("APPROX", "about")]);
    let qualifier = json!([found["qualifier_start"], found["qualifier_end"]]);
    range(found) == range(wanted)
        && found["amount"] == wanted["amount"]
        && found["amount_max"] == wanted["amount_max"]
        && found["currency"] == wanted["currency"]
        && found["per"] == wanted["per"]
        && found["bound"].as_str() == bounds.get(wanted["mod"].as_str().unwrap()).copied()
        && qualifier == wanted["qualifier_span"]
}

fn articles() -> Vec<Article> {
    let mut names: Vec<String> = gold_rows("articles").iter().map(file).collect();
    names.sort();
    let texts: Vec<String> = names
        .iter()
        .map(|name| fs::read_to_string(root().join("raw").join(name)).unwrap())
        .collect();
    let rows = names.iter().zip(&texts).map(|(name, text)| json!({"id": name, "text": text}));
    let input: String = rows.map(|row| format!("{row}\n")).collect();
    let answers = annotate(input);
    assert_eq!(answers.len(), names.len());
    let text = |text: &String| text.chars().collect();
    names
        .into_iter()
        .zip(texts.iter().map(text))
        .zip(answers)
        .map(|((name, text), answer)| Article { name, text, answer })
        .collect()
}

fn annotate(input: String) -> Vec<Value> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_newsloom"))
        .arg("annotate")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = program.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = program.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn gold_rows(layer: &str) -> Vec<Value> {
    let path = root().join("tests/gold").join(layer).with_extension("jsonl");
    let rows = fs::read_to_string(path).unwrap();
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn gold(layer: &str, name: &str) -> Vec<Value> {
    gold_rows(layer).into_iter().filter(|row| file(row) == name).collect()
}

fn file(row: &Value) -> String {
    row["file"].as_str().unwrap().to_owned()
}

fn items<'a>(answer: &'a Value, layer: &str) -> &'a [Value] {
    answer[layer].as_array().unwrap()
}

fn offset(row: &Value, key: &str) -> usize {
    row[key].as_u64().unwrap() as usize
}

fn range(row: &Value) -> (usize, usize) {
    (offset(row, "start"), offset(row, "end"))
}

fn pairs(flat: &Value) -> Vec<(usize, usize)> {
    let flat: Vec<usize> =
        flat.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect();
    flat.chunks(2).map(|pair| (pair[0], pair[1])).collect()
}

fn overlap(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0.max(b.0) < a.1.min(b.1)
}
