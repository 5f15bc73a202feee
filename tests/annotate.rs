//! `newsloom annotate` from outside: its form, offsets, faults and streaming.
//!
//! Each line of `tests/annotate/*.jsonl` is a case: `case` (its name), `arguments`, `in` (the
//! object sent, or a text sent as it is), `out` (what the answer must hold: of an object these
//! members, of an array every element), `members` (the answer's members, all and in order) and
//! `status` (0 where it is left out).
#![allow(clippy::unwrap_used, reason = "a test ends where its helpers do")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    #[serde(default)]
    arguments: Vec<String>,
    r#in: Value,
    out: Value,
    members: Option<Vec<String>>,
    #[serde(default)]
    status: i32,
}

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newsloom"));
    // The project's own newsloom.toml has no part in this.
    command.arg("annotate").args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn annotate(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = start(arguments);
    let mut stdin = child.stdin.take().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    })
}

fn answers(output: &Output) -> Vec<Value> {
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// Whether `found` holds all that `wanted` says.
fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| found.get(key).is_some_and(|own| holds(own, value)))
        }
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| holds(a, b))
        }
        _ => found == wanted,
    }
}

/// Whether `answer` has the members `names` and no other, in this order. No inner member has the
/// name of an outer one.
fn is_of_members(answer: &str, names: &[String]) -> bool {
    let value: Map<String, Value> = serde_json::from_str(answer).unwrap();
    let places: Vec<Option<usize>> =
        names.iter().map(|name| answer.find(&format!("\"{name}\":"))).collect();
    places.iter().all(Option::is_some) && places.is_sorted() && value.len() == names.len()
}

fn fault(case: &Case) -> Option<String> {
    let line = match &case.r#in {
        Value::String(line) => line.clone(),
        object => object.to_string(),
    };
    let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
    let output = annotate(&arguments, line.as_bytes());
    let found = answers(&output);
    let [answer] = &found[..] else { return Some(format!("{} answers", found.len())) };
    if !holds(answer, &case.out) {
        return Some(format!("\n  wanted {}\n  found  {answer}", case.out));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    if case.members.as_ref().is_some_and(|names| !is_of_members(&text, names)) {
        return Some(format!("\n  other members: {text}"));
    }
    (output.status.code() != Some(case.status)).then(|| format!("{}", output.status))
}

#[test]
fn cases_of_the_data_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/annotate");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 4);
    let mut count = 0;
    let mut faults = Vec::new();
    for file in files {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let case: Case = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{}: {error}: {line}", file.display()));
            count += 1;
            faults.extend(fault(&case).map(|fault| format!("{}: {fault}", case.case)));
        }
    }
    println!("{} of {count} cases right", count - faults.len());
    assert!(count >= 30, "only {count} cases ran");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Texts as they come: several scripts, line ends of all kinds, dates, sums, marks.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Le 3 mai 2024, la société a payé 5,2 millions d’euros. ".to_owned()),
        Just("She paid $5m on 21 May 2019 and left. ".to_owned()),
        Just("Été 1998 : l’œuvre coûtait 10 € à 12 € pièce".to_owned()),
        Just("中国政府周二宣布了新的措施。".to_owned()),
        Just("\r\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("\r".to_owned()),
        "[😀é\u{301}\u{a0}\u{200b}\u{0}\t« »“”a-zA-Z0-9.,;:!?€$%()-]{0,12}",
    ];
    ("\u{FEFF}?", prop::collection::vec(piece, 0..14))
        .prop_map(|(mark, pieces)| mark + &pieces.concat())
}

/// What stands in `text` at the offsets of `pair`, in scalars or in bytes.
fn slice(text: &str, pair: &[Value], in_bytes: bool) -> String {
    let [start, end] = [0, 1].map(|index| pair[index].as_u64().unwrap() as usize);
    assert!(start < end, "an empty or turned span: {start}..{end}");
    if in_bytes {
        text[start..end].to_owned()
    } else {
        text.chars().skip(start).take(end - start).collect()
    }
}

/// Checks an answer against the text that was given; returns what its spans slice to.
fn sliced(text: &str, answer: &Value, in_bytes: bool) -> Result<Vec<String>, TestCaseError> {
    let mut all = Vec::new();
    let mut last_end = 0;
    for block in answer.get("blocks").into_iter().flat_map(|blocks| blocks.as_array().unwrap()) {
        let (start, end) = (block["start"].as_u64().unwrap(), block["end"].as_u64().unwrap());
        prop_assert!(last_end <= start, "blocks overlap in {:?}", text);
        last_end = end;
        all.push(slice(text, &[block["start"].clone(), block["end"].clone()], in_bytes));
    }
    for sentence in answer["sentences"].as_array().unwrap() {
        let pairs = sentence.as_array().unwrap().chunks(2);
        all.extend(pairs.map(|pair| slice(text, pair, in_bytes)));
    }
    for mention in ["dates", "money"].iter().flat_map(|key| answer[key].as_array().unwrap()) {
        let spans = mention["spans"].as_array().unwrap();
        let parts = spans.iter().map(|pair| slice(text, pair.as_array().unwrap(), in_bytes));
        let parts: Vec<String> = parts.collect();
        prop_assert_eq!(&json!(parts.join(" ")), &mention["surface"]);
        prop_assert_eq!(&mention["start"], &spans[0][0]);
        prop_assert_eq!(&mention["end"], &spans[spans.len() - 1][1]);
        all.extend(parts);
    }
    Ok(all)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() })]

    #[test]
    fn offsets_slice_back_to_the_given_text(texts in prop::collection::vec(text(), 40)) {
        let rows = texts.iter().zip(0..).map(|(text, id)| json!({"id": id, "text": text}).to_string() + "\n");
        let input: String = rows.collect();
        for stages in ["strip,detect,segment,tag", "detect,segment,tag"] {
            let by = |unit| annotate(&["--offsets", unit, "--stages", stages], input.as_bytes());
            let (by_char, by_byte) = (answers(&by("char")), answers(&by("byte")));
            prop_assert_eq!(by_char.len(), texts.len());
            for ((text, by_char), by_byte) in texts.iter().zip(by_char).zip(by_byte) {
                prop_assert_eq!(sliced(text, &by_char, false)?, sliced(text, &by_byte, true)?);
            }
        }
    }
}

#[test]
fn answers_keep_the_order_of_the_lines_whatever_the_threads() {
    let text = "Le ministre a reçu la délégation le 3 mai 2024 à Paris. ".repeat(30);
    let row = |id: usize| {
        json!({"id": id, "text": &text[..text.len() - (id % 7) * 56]}).to_string() + "\n"
    };
    let input: String = (0..300).map(row).collect();
    let [one, four] = ["1", "4"].map(|jobs| annotate(&["--jobs", jobs], input.as_bytes()));
    let ids: Vec<Value> = answers(&one).iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, (0..300).map(Value::from).collect::<Vec<_>>());
    assert!(one.stdout == four.stdout, "the number of threads shows in the output");
}

/// What `work` gives; a failure where it takes a minute, so that a hang is a failed test.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, result) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    result.recv_timeout(Duration::from_secs(60)).expect("it fails or waits for what never comes")
}

#[test]
fn an_answer_does_not_wait_for_the_next_line() {
    in_time(|| {
        let mut child = start(&[]);
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        for id in 0..3 {
            writeln!(stdin, "{}", json!({"id": id, "text": "Il est parti."})).unwrap();
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            let answer: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(answer["id"], id);
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
    });
}

#[test]
fn a_reader_who_goes_away_is_no_fault() {
    let mut child = start(&[]);
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // The input stays open: that nobody reads is enough to end.
    writeln!(stdin, "{}", json!({"id": 1, "text": "Il est parti."})).unwrap();
    let output = in_time(|| child.wait_with_output().unwrap());
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_line_that_is_no_article_does_not_harm_its_neighbours() {
    let good = |id: usize| json!({"id": id, "text": "Il est parti le 3 mai 2024."}).to_string();
    let input = [good(1).as_bytes(), b"{\"id\": 2, \"text\": \"a\xFFb\"}", b"", good(4).as_bytes()]
        .join(&b'\n');
    let output = annotate(&[], &input);
    let found = answers(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        found.iter().map(|answer| &answer["id"]).collect::<Vec<_>>(),
        [&json!(1), &Value::Null, &json!(4)]
    );
    assert!(found[1]["error"].as_str().unwrap().starts_with("line 2: "));
    assert_eq!(found[0]["dates"], found[2]["dates"]);
}

#[test]
fn a_line_above_the_limit_is_refused_and_the_next_one_answered() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("small.toml");
    fs::write(&config, "[limits]\narticle_bytes_max = 1000\n").unwrap();
    let row = |id: usize, length| json!({"id": id, "text": "a ".repeat(length)}).to_string();
    let input = [row(1, 100), row(2, 3_000_000), row(3, 100)].join("\n");
    let output = annotate(&["--config", config.to_str().unwrap()], input.as_bytes());
    let found = answers(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((&found[0]["id"], &found[2]["id"]), (&json!(1), &json!(3)));
    let wanted =
        json!({"id": null, "error": "line 2: longer than 1000 bytes (limits.article_bytes_max)"});
    assert_eq!(found[1], wanted);
}

#[test]
fn lines_of_a_site_are_dropped_where_articles_are_grouped() {
    let footer = "The editors of this paper wish all of their readers a good morning.";
    let article = |id: usize, site: &Value| {
        let word = ["bridge", "port", "theatre", "market", "school", "stadium"][id % 6];
        let text = format!(
            "The council voted on Tuesday to close the {word} for repairs, after engineers found \
             cracks in its walls, the mayor said in a statement read at the {word}.\n\n{footer}\n"
        );
        json!({"id": id, "text": text, "site": site}).to_string() + "\n"
    };
    let sites = [json!("a.example"), json!(7), json!("7"), Value::Null];
    let mut input: String = (0..5).map(|id| article(id, &sites[0])).collect();
    input.extend((10..15).map(|id| article(id, &sites[1])));
    input += "no article\n\n";
    // Four of a site are too few, and five of no site are none.
    input.extend((20..24).map(|id| article(id, &sites[2])));
    input.extend((30..35).map(|id| article(id, &sites[3])));
    let dropped = |arguments: &[&str]| -> Vec<u64> {
        let output = annotate(arguments, input.as_bytes());
        assert_eq!(output.status.code(), Some(1));
        let found = answers(&output);
        assert_eq!(found.len(), 20);
        let is_dropped = |answer: &&Value| {
            let blocks = answer["blocks"].as_array();
            let mut blocks = blocks.into_iter().flatten();
            blocks
                .any(|block| block["rule"] == "repeated_across_articles" && block["keep"] == false)
        };
        found.iter().filter(is_dropped).map(|answer| answer["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(dropped(&[]), [0; 0]);
    let grouped = [0, 1, 2, 3, 4, 10, 11, 12, 13, 14];
    assert_eq!(dropped(&["--group"]), grouped);
    assert_eq!(dropped(&["--group", "--jobs", "1"]), grouped);
}
