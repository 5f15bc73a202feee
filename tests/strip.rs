//! Hard cases of `strip`: pages whose every line is marked kept or dropped, theme by theme.
//!
//! `tests/strip/cases/THEME.txt` holds the cases. A case opens with
//! `# ID LANG STYLE[,STYLE…] SITE [STATUS]` and `> why`; then each line is a mark, a kind or
//! nothing, a space and the text:
//! `+` must be kept, `-` dropped, `?` is free; `+>` is kept and goes on with the kept line before.
//! A text that ends in `@STORY.FROM-TO` stands for these lines of `stories.txt` (0 is the title).
//! Around the lines stand those of the SITE (`sites.txt`, `---` between top and foot; `-` is no
//! site), all to be dropped. A STYLE says how the lines are put together: an empty line between
//! them (`plain`), none (`dense`), or kept lines broken at 72 columns (`wrap`, `wrap_dense`).
//!
//! Invariant: every wrong line is printed (`--nocapture`), and a theme never falls below its floor.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use newsloom_stages::decode::{self, Told};
use newsloom_stages::layers::{Block, Blocks, Format};
use newsloom_stages::lines::LineSet;
use newsloom_stages::strip;

/// Lines of each theme that must be right, in thousandths; raised whenever more are.
const FLOORS: [(&str, usize); 18] = [
    ("authors", 868),
    ("captions", 783),
    ("comments", 970),
    ("embeds", 808),
    ("furniture", 998),
    ("interviews", 861),
    ("lists", 854),
    ("live", 830),
    ("no_article", 896),
    ("one_paragraph", 1000),
    ("pitches", 909),
    ("pull_quotes", 842),
    ("quizzes", 311),
    ("rejoin", 944),
    ("related", 957),
    ("short_paragraphs", 766),
    ("teasers", 817),
    ("wrapped", 964),
];
/// Cases and languages of each theme at the least.
const CASES_MIN: usize = 6;
const LANGUAGES_MIN: usize = 4;
const WRAP_COLUMNS: usize = 72;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Kept,
    /// Kept, and the end of a sentence that the kept line before broke off.
    Continues,
    Dropped,
    Free,
}

#[derive(Debug, Clone)]
struct Line {
    mark: Mark,
    kind: Option<String>,
    text: String,
    /// It is of the site, not of the case.
    is_furniture: bool,
}

#[derive(Debug)]
struct Case {
    theme: String,
    id: String,
    language: String,
    styles: Vec<String>,
    status: String,
    lines: Vec<Line>,
}

/// A case's text in one style, and where in it each line is, in bytes.
struct Page<'a> {
    case: &'a Case,
    style: &'a str,
    text: String,
    places: Vec<Range<usize>>,
}

#[derive(Debug, Default)]
struct Tally {
    checked_count: usize,
    wrong: Vec<String>,
}

#[test]
fn hard_cases_are_kept_and_dropped_as_marked() {
    let cases = cases();
    let pages: Vec<Page> = cases.iter().flat_map(Case::pages).collect();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for page in &pages {
        page.check(&mut tallies);
    }
    let themes: Vec<&str> = FLOORS.iter().map(|(theme, _)| *theme).collect();
    assert_eq!(tallies.keys().copied().collect::<Vec<_>>(), themes, "each theme has a floor");
    let mut fallen = Vec::new();
    for (theme, floor) in FLOORS {
        let Tally { checked_count, wrong } = &tallies[theme];
        let right_count = checked_count - wrong.len();
        let reached = right_count * 1000 / checked_count;
        println!(
            "{theme}: {right_count} of {checked_count} lines right ({reached}‰, floor {floor}‰)"
        );
        wrong.iter().for_each(|line| println!("    {line}"));
        if reached < floor {
            fallen.push(format!("{theme}: {reached}‰ are right, {floor}‰ must be"));
        }
    }
    println!("{} cases, {} pages", cases.len(), pages.len());
    assert!(fallen.is_empty(), "{}", fallen.join("\n"));
}

#[test]
fn each_theme_has_enough_cases_and_languages() {
    let mut themes: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in cases() {
        themes.entry(case.theme.clone()).or_default().push(case);
    }
    assert_eq!(themes.len(), FLOORS.len() - 1, "furniture is no theme of its own");
    for (theme, cases) in themes {
        let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        let languages: BTreeSet<&str> = cases.iter().map(|case| case.language.as_str()).collect();
        assert_eq!(ids.len(), cases.len(), "{theme}: each case has an id of its own");
        assert!(ids.len() >= CASES_MIN, "{theme}: only {} cases", ids.len());
        assert!(languages.len() >= LANGUAGES_MIN, "{theme}: only {languages:?}");
    }
}

impl Case {
    fn pages(&self) -> Vec<Page<'_>> {
        self.styles.iter().map(|style| self.page(style)).collect()
    }

    fn page<'a>(&'a self, style: &'a str) -> Page<'a> {
        let (between, is_wrapped) = match style {
            "plain" => ("\n\n", false),
            "dense" => ("\n", false),
            "wrap" => ("\n\n", true),
            "wrap_dense" => ("\n", true),
            _ => panic!("{}: no such style: {style}", self.id),
        };
        let mut page = Page { case: self, style, text: String::new(), places: Vec::new() };
        for line in &self.lines {
            let is_kept = matches!(line.mark, Mark::Kept | Mark::Continues);
            let text = if is_wrapped && is_kept { wrapped(&line.text) } else { line.text.clone() };
            let start = page.text.len();
            page.places.push(start..start + text.len());
            page.text.push_str(&text);
            page.text.push_str(between);
        }
        page
    }
}

impl Page<'_> {
    fn check<'a>(&'a self, tallies: &mut BTreeMap<&'a str, Tally>) {
        let Blocks { blocks, status, .. } = strip(&self.text);
        let case = self.case;
        let place = format!("{} {}", case.id, self.style);
        let mut last_kept = 0..0;
        for (line, place_of_line) in case.lines.iter().zip(&self.places) {
            let theme = if line.is_furniture { "furniture" } else { case.theme.as_str() };
            let tally = tallies.entry(theme).or_default();
            let touching: Vec<&Block> =
                blocks.iter().filter(|block| overlap(&range(block), place_of_line)).collect();
            let is_right = self.is_right(line, &touching)
                && (line.mark != Mark::Continues || continues(&touching, &blocks, &last_kept));
            if matches!(line.mark, Mark::Kept | Mark::Continues) {
                last_kept = place_of_line.clone();
            }
            if line.mark != Mark::Free {
                tally.checked_count += 1;
            }
            if !is_right {
                let kinds: Vec<&str> = touching.iter().map(|block| block.kind.name()).collect();
                let head: String = line.text.trim().chars().take(72).collect();
                let wanted = line.kind.as_deref().unwrap_or_default();
                tally.wrong.push(format!("{place}: {:?} {wanted} is {kinds:?}: {head}", line.mark));
            }
        }
        let tally = tallies.entry(case.theme.as_str()).or_default();
        tally.checked_count += 1;
        if status.name() != case.status {
            tally.wrong.push(format!("{place}: status is {}", status.name()));
        }
    }

    /// Whether `touching`, the blocks that hold the line, are kept, dropped and named as marked.
    /// A line that was wrapped must be one block.
    fn is_right(&self, line: &Line, touching: &[&Block]) -> bool {
        let keep = match line.mark {
            Mark::Kept | Mark::Continues => true,
            Mark::Dropped => false,
            Mark::Free => return true,
        };
        let is_whole = !self.style.starts_with("wrap") || touching.len() == 1;
        let is_kind =
            |block: &&Block| line.kind.as_deref().is_none_or(|kind| block.kind.name() == kind);
        !touching.is_empty()
            && is_whole
            && touching.iter().all(|block| block.keep == keep)
            && touching.iter().all(is_kind)
    }
}

/// Whether the first of `touching` goes on with the block at `earlier`.
fn continues(touching: &[&Block], blocks: &[Block], earlier: &Range<usize>) -> bool {
    let index = touching.first().and_then(|block| block.continues);
    index.is_some_and(|index| overlap(&range(&blocks[index as usize]), earlier))
}

/// `text` in lines of at most 72 columns.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > WRAP_COLUMNS {
            out.push('\n');
            length = 0;
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word_length;
    }
    out
}

/// All cases, in order of their theme.
fn cases() -> Vec<Case> {
    let stories = sections("stories.txt");
    let sites = sections("sites.txt");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let theme = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for (header, lines) in read_sections(&path) {
            cases.push(case(&theme, &header, &lines, &stories, &sites));
        }
    }
    cases
}

fn case(
    theme: &str,
    header: &str,
    lines: &[String],
    stories: &HashMap<String, Vec<String>>,
    sites: &HashMap<String, Vec<String>>,
) -> Case {
    let fields: Vec<&str> = header.split(' ').collect();
    let [id, language, styles, site, status @ ..] = &fields[..] else {
        panic!("{theme}: {header}: a header is `# ID LANG STYLES SITE [STATUS]`");
    };
    assert!(lines[0].starts_with("> "), "{theme} {id} does not say why");
    let own: Vec<Line> = lines[1..].iter().flat_map(|line| own_lines(line, stories)).collect();
    let title = own.iter().find(|line| line.kind.as_deref() == Some("title"));
    let title = title.map_or("", |line| line.text.trim()).to_owned();
    let furniture = |text: &String| Line {
        mark: Mark::Dropped,
        kind: None,
        text: text.replace("{title}", &title),
        is_furniture: true,
    };
    let site: &[String] = if *site == "-" { &[] } else { &sites[*site] };
    let top = site.iter().take_while(|text| *text != "---");
    let foot = site.iter().skip_while(|text| *text != "---").skip(1);
    let mut lines: Vec<Line> = top.map(furniture).filter(|line| !line.text.is_empty()).collect();
    lines.extend(own);
    lines.extend(foot.map(furniture));
    Case {
        theme: theme.to_owned(),
        id: (*id).to_owned(),
        language: (*language).to_owned(),
        styles: styles.split(',').map(str::to_owned).collect(),
        status: status.first().unwrap_or(&"ok").to_string(),
        lines,
    }
}

/// The lines that one line of a case's file stands for.
fn own_lines(line: &str, stories: &HashMap<String, Vec<String>>) -> Vec<Line> {
    let (mark, text) = line.split_once(' ').unwrap();
    let (mark, kind) = if let Some(kind) = mark.strip_prefix("+>") {
        (Mark::Continues, kind)
    } else if let Some(kind) = mark.strip_prefix('+') {
        (Mark::Kept, kind)
    } else if let Some(kind) = mark.strip_prefix('-') {
        (Mark::Dropped, kind)
    } else {
        (Mark::Free, mark.strip_prefix('?').unwrap_or_else(|| panic!("no mark: {line}")))
    };
    let kind = (!kind.is_empty()).then(|| kind.to_owned());
    let new = |text: String| Line { mark, kind: kind.clone(), text, is_furniture: false };
    match story_lines(text, stories) {
        Some(texts) => texts.into_iter().map(new).collect(),
        None => vec![new(text.to_owned())],
    }
}

/// The lines of a story that `text` names at its end, each with what stands before the name.
fn story_lines(text: &str, stories: &HashMap<String, Vec<String>>) -> Option<Vec<String>> {
    let at = text.rfind('@')?;
    let (name, numbers) = text[at + 1..].rsplit_once('.')?;
    let story = stories.get(name)?;
    let (from, to) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let numbers = from.parse::<usize>().unwrap()..=to.parse::<usize>().unwrap();
    Some(story[numbers].iter().map(|line| format!("{}{line}", &text[..at])).collect())
}

fn sections(name: &str) -> HashMap<String, Vec<String>> {
    read_sections(&root().join(name)).into_iter().collect()
}

/// The parts of a file that a line `# HEADER` opens.
fn read_sections(path: &Path) -> Vec<(String, Vec<String>)> {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        match line.strip_prefix("# ") {
            Some(header) => sections.push((header.to_owned(), Vec::new())),
            None => sections.last_mut().unwrap().1.push(line.to_owned()),
        }
    }
    sections
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("tests/strip")
}

fn strip(text: &str) -> Blocks {
    let document = decode::decode(
        text.as_bytes(),
        Format::Text,
        &Told::default(),
        &decode::Settings::default(),
    );
    assert_eq!(document.text, text, "a case's text is as decoding leaves it");
    strip::strip(&document, &LineSet::default(), &strip::Settings::default())
}

fn range(block: &Block) -> Range<usize> {
    block.span.range()
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start.max(b.start) < a.end.min(b.end)
}
