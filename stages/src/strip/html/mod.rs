//! Which lines of a page of HTML are the article: a model over the lines' words and the page's
//! structure, trained by `benches/strip_model/html.py`.
//!
//! Invariant: the model asks for features by name; one that asks for a feature that is not there
//! is a fault of the build, found by the tests.

mod blocks;
pub mod structure;

use std::sync::LazyLock;

use super::features::Page;
use super::line::Line;
use super::roles::{self, Part, Parts};
use super::second::likelihood;
use super::trees::Trees;
use crate::layers::{Document, Kind};
use crate::page::{Cue, Mark, Role};
use crate::span::Score;
use structure::Structure;

/// The model, and where its features stand among those of a line.
struct Model {
    trees: Trees,
    /// For each feature of a line, in order, its place in the model's row.
    places: Vec<Option<u32>>,
    names: Vec<&'static str>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let trees = Trees::parse(include_str!("../model/html.trees")).expect("the tests read it");
    let names = names();
    let wanted = trees.features();
    let place = |name: &&str| wanted.iter().position(|wanted| wanted == name);
    let places: Vec<Option<usize>> = names.iter().map(place).collect();
    assert_eq!(places.iter().flatten().count(), wanted.len(), "the model asks for what there is");
    let places = places.into_iter().map(|place| place.map(|place| place as u32)).collect();
    Model { trees, places, names }
});

/// The names of the features of a line.
pub fn names() -> Vec<&'static str> {
    let document = crate::decode::from_html("x");
    let lines = super::lines(&document.text, 0);
    let page = Page::of(&document.text, &lines, roles::judge(&lines));
    let structure = Structure::of(&page, &document.marks, &document.containers);
    let mut names = Vec::new();
    page.each(0, &mut |name, _| names.push(name));
    structure.each(0, &mut |name, _| names.push(name));
    names
}

/// Gives each line of a page its part.
pub fn assign(document: &Document, lines: &[Line]) -> Parts {
    let mut parts = roles::assign(lines);
    let page = Page::of(&document.text, lines, roles::judge(lines));
    let structure = Structure::of(&page, &document.marks, &document.containers);
    let model = &*MODEL;
    let mut row = vec![0; model.trees.features().len()];
    for (index, (line, part)) in lines.iter().zip(&mut parts.lines).enumerate() {
        let mark = &document.marks[index];
        let by_words = if part.kind.is_kept() { None } else { Some(part.kind) };
        let is_title = structure.title().is_some_and(|title| lines[title].folded == line.folded);
        *part = if structure.is_apart(index, line.word_count) {
            let kind = dropped_kind(mark, structure.cues(index), by_words);
            Part { kind, rule: "apart", score: Score::ONE }
        } else if is_title {
            Part { kind: Kind::Title, rule: "heading_of_page", score: Score::ONE }
        } else {
            model.fill(&page, &structure, index, &mut row);
            let score = model.trees.score(&row);
            let why = model.trees.why(&row).map_or("bias", |feature| model.name(feature));
            let kind = match mark.role {
                _ if score <= 0 => dropped_kind(mark, structure.cues(index), by_words),
                Role::Heading(_) => Kind::SectionHeading,
                _ => Kind::Body,
            };
            let sure = likelihood(score.saturating_abs());
            Part { kind, rule: why, score: Score(u16::try_from(sure).unwrap_or_default()) }
        };
    }
    parts
}

impl Model {
    /// Writes the features of line `index` that the model asks for.
    fn fill(&self, page: &Page, structure: &Structure, index: usize, row: &mut [i32]) {
        let mut places = self.places.iter();
        let mut put = |_: &'static str, value: i32| {
            if let Some(Some(place)) = places.next() {
                row[*place as usize] = value;
            }
        };
        page.each(index, &mut put);
        structure.each(index, &mut put);
    }

    /// The name of the model's feature number `feature`.
    fn name(&self, feature: usize) -> &'static str {
        let is_it = |place: &Option<u32>| place.is_some_and(|place| place as usize == feature);
        let found = self.places.iter().position(is_it);
        found.map_or("bias", |index| self.names[index])
    }
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
    own.or(by_words).or(around).unwrap_or(Kind::OtherBoilerplate)
}
