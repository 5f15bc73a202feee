//! Which lines of a page of HTML are the article: a model over the lines' words and the page's
//! structure, trained by `benches/strip_model/train_html.py`.
//!
//! Invariant: the model asks for features by name; one that asks for a feature that is not there
//! is a fault of the build, found by the tests.

mod blocks;
mod fill;
mod sections;
pub mod structure;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use super::features::Page;
use super::fold::fold;
use super::line::Line;
use super::roles::{Part, Parts};
use super::trees::{Rows, Trees};
use super::{rules, title};
use crate::layers::{Document, Kind};
use crate::page::{Container, Cue, Mark, Region, Role, Within};
use crate::span::Score;
use fill::Filling;
use structure::Structure;

/// The model, and where its features stand among those of a line.
struct Model {
    trees: Trees,
    /// For each feature of a line, in order, its place in the model's row.
    places: Vec<Option<u8>>,
    names: Vec<&'static str>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let trees = Trees::parse(include_str!("../model/html.trees")).expect("the tests read it");
    let names = names();
    let wanted = trees.features();
    let place = |name: &&str| wanted.iter().position(|wanted| wanted == name);
    let places: Vec<Option<usize>> = names.iter().map(place).collect();
    assert_eq!(places.iter().flatten().count(), wanted.len(), "the model asks for what there is");
    let places = places.into_iter().map(|place| place.map(|place| place as u8)).collect();
    Model { trees, places, names }
});

/// The names of the features of a line.
pub fn names() -> Vec<&'static str> {
    let text = "x";
    let mark = Mark {
        role: Role::Other,
        region: Region::None,
        within: 0,
        own_cues: 0,
        cues: 0,
        depth: 0,
        container: 0,
        link_chars: 0,
        in_record: false,
    };
    let (marks, containers) = ([mark], [Container { parent: 0, cues: 0, likeness: 0 }]);
    let lines = super::page_lines(text);
    let judged = rules::judge(&lines, title::guess);
    let page = Page::of(text, &lines, &judged);
    let structure = Structure::of(&page, &marks, &containers, None);
    let mut names = Vec::new();
    page.each(0, &mut |name, _| names.push(name));
    structure.each(0, &mut |name, _| names.push(name));
    names
}

/// The line of the title: of the headings of level 1, one that the title that the page states has,
/// else the first; those of menus and the like only where there is no other.
pub fn stated_title(document: &Document, lines: &[Line]) -> Option<usize> {
    let stated = document.stated.title.as_deref().map(fold).unwrap_or_default();
    let apart = Within::Nav.bit() | Within::Footer.bit() | Within::Aside.bit();
    let headings = document.marks.iter().zip(lines).enumerate();
    let rank = |(mark, line): (&Mark, &Line)| {
        let is_apart = mark.within & apart != 0 || mark.link_chars > 0;
        let is_stated = line.word_count > 1 && stated.contains(line.folded.trim());
        (!is_stated, is_apart)
    };
    let headings = headings.filter(|(_, (mark, _))| mark.role == Role::Heading(1));
    headings.map(|(index, found)| (rank(found), index)).min().map(|(_, index)| index)
}

/// Where even the best line is not that sure, what comes near it is kept …
const SURE: i32 = 1500;
/// … unless there is hardly any hope: a page without an article.
const HOPE: i32 = -1500;

/// Gives each line of a page its part.
pub fn assign(document: &Document, lines: &[Line], page: &Page) -> Parts {
    let title = stated_title(document, lines);
    let structure = Structure::of(page, &document.marks, &document.containers, title);
    let scores = scores(page, &structure, lines);
    let best = scores.iter().flatten().map(|(score, _)| *score).max().unwrap_or(i32::MIN);
    let bar = if best > HOPE { (best - SURE).min(0) } else { i32::MAX };
    let is_title = |line: &Line| title.is_some_and(|title| lines[title].folded == line.folded);
    let of_model = |index: usize| scores[index].is_some_and(|(score, _)| score > bar);
    let is_kept = |index: usize| of_model(index) && !is_title(&lines[index]);
    let mut kept: Vec<bool> = (0..lines.len()).map(is_kept).collect();
    let marks = &document.marks;
    let (scores, structure) = (&scores, &structure);
    let filling = Filling { lines, marks, page, structure, scores, title };
    filling.fill(&mut kept);
    filling.fill_sections(document.stated.nature, &mut kept);
    let mut parts = Parts::default();
    for (index, (line, mark)) in lines.iter().zip(marks).enumerate() {
        let dropped = || dropped_kind(mark, structure.cues(index), by_words(line));
        let kind_kept = match mark.role {
            Role::Heading(_) => Kind::SectionHeading,
            _ => Kind::Body,
        };
        parts.lines.push(match scores[index] {
            _ if line.is_repeated_across => {
                let kind = dropped();
                Part { kind, rule: "repeated_across_articles", score: Score::ONE }
            }
            _ if is_title(line) => {
                Part { kind: Kind::Title, rule: "heading_of_page", score: Score::ONE }
            }
            None if kept[index] => {
                Part { kind: kind_kept, rule: "inside_article", score: Score(500) }
            }
            None => Part { kind: dropped(), rule: "apart", score: Score::ONE },
            Some((score, _)) if kept[index] && !of_model(index) => {
                let score = Score(Score::ONE.0 - sureness(score).0);
                Part { kind: kind_kept, rule: "inside_article", score }
            }
            Some((score, rule)) => {
                let kind = if kept[index] { kind_kept } else { dropped() };
                Part { kind, rule, score: sureness(score) }
            }
        });
    }
    parts
}

/// For each line the model's score, and the feature that moved it most; none for a line that is
/// surely none of the article.
fn scores(page: &Page, structure: &Structure, lines: &[Line]) -> Vec<Option<(i32, &'static str)>> {
    let model = &*MODEL;
    let mut scores = vec![None; lines.len()];
    let is_asked = |index: &usize| !structure.is_apart(*index, lines[*index].word_count);
    let asked: Vec<usize> = (0..lines.len()).filter(is_asked).collect();
    let mut rows = Rows::new();
    for asked in asked.chunks(Rows::COUNT) {
        for (place, index) in asked.iter().enumerate() {
            model.fill(page, structure, *index, &mut rows, place);
        }
        let fallen = model.trees.fall(&rows);
        for (place, index) in asked.iter().enumerate() {
            let why = fallen.why(place).map_or("bias", |feature| model.name(feature));
            scores[*index] = Some((fallen.score(place), why));
        }
    }
    scores
}

/// How sure a score, in thousandths of log odds, is of its sign: the logistic curve by pieces.
fn sureness(score: i32) -> Score {
    const CURVE: [u16; 9] = [500, 622, 731, 818, 881, 924, 953, 971, 982];
    let size = score.unsigned_abs().min(3999);
    let (step, rest) = ((size / 500) as usize, (size % 500) as u16);
    Score(CURVE[step] + (CURVE[step + 1] - CURVE[step]) / 10 * (rest / 50))
}

impl Model {
    /// Writes the features of line `index` that the model asks for to row `row`.
    fn fill(&self, page: &Page, structure: &Structure, index: usize, rows: &mut Rows, row: usize) {
        let mut places = self.places.iter();
        let mut put = |_: &'static str, value: i32| {
            if let Some(Some(place)) = places.next() {
                rows.set(row, *place, value);
            }
        };
        page.each(index, &mut put);
        structure.each(index, &mut put);
    }

    /// The name of the model's feature number `feature`.
    fn name(&self, feature: usize) -> &'static str {
        let is_it = |place: &Option<u8>| place.is_some_and(|place| usize::from(place) == feature);
        let found = self.places.iter().position(is_it);
        found.map_or("bias", |index| self.names[index])
    }
}

/// What a line's words say that it is.
fn by_words(line: &Line) -> Option<Kind> {
    let kind = line.cue.map(|cue| cue.kind).filter(|kind| !kind.is_kept());
    kind.or(line.is_date.then_some(Kind::DateHeader))
}

/// What a dropped line is: by the names around it, else by its words.
fn dropped_kind(mark: &Mark, cues: u32, by_words: Option<Kind>) -> Kind {
    const KINDS: [(Cue, Kind); 17] = [
        (Cue::Cookie, Kind::Legal),
        (Cue::Caption, Kind::Caption),
        (Cue::Share, Kind::Social),
        (Cue::Newsletter, Kind::Newsletter),
        (Cue::Comment, Kind::Comment),
        (Cue::Ad, Kind::Ad),
        (Cue::Related, Kind::Related),
        (Cue::Bio, Kind::Byline),
        (Cue::Byline, Kind::Byline),
        (Cue::Date, Kind::DateHeader),
        (Cue::Nav, Kind::Nav),
        (Cue::Tags, Kind::Nav),
        (Cue::Sidebar, Kind::Related),
        (Cue::Footer, Kind::Legal),
        (Cue::Form, Kind::OtherBoilerplate),
        (Cue::Modal, Kind::OtherBoilerplate),
        (Cue::Media, Kind::Caption),
    ];
    match mark.role {
        Role::Caption => return Kind::Caption,
        Role::Control => return Kind::Nav,
        _ => {}
    }
    let own = KINDS.iter().find(|(cue, _)| cue.is_in(mark.own_cues)).map(|(_, kind)| *kind);
    let around = KINDS.iter().find(|(cue, _)| cue.is_in(cues)).map(|(_, kind)| *kind);
    let by_region = match mark.region {
        Region::Nav => Some(Kind::Nav),
        Region::Aside => Some(Kind::Related),
        Region::Footer => Some(Kind::Legal),
        _ => None,
    };
    own.or(by_words).or(around).or(by_region).unwrap_or(Kind::OtherBoilerplate)
}
