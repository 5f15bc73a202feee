//! What stands around a sum: qualifiers, units it is for one of, and signs that it is none.

use rust_decimal::Decimal;

use super::amount::Amount;
use super::naming::Named;
use super::phrases::is_cut;
use super::range::is_year;
use super::scan::{Naming, Scanner, is_space, skip_spaces};
use crate::layers::Bound;
use crate::text::{is_letter, is_word};

/// How far a dash that closes another is looked for.
const DASHED_BYTES_MAX: usize = 200;

impl Scanner<'_> {
    /// Whether an amount and a name are a sum: names that are mostly something else need support.
    pub(super) fn is_money(
        &self,
        start: usize,
        end: usize,
        amount: &Amount,
        named: &Named,
    ) -> bool {
        if self.lexicon.never_after.at_end(self.folded[..start].trim_end()).is_some() {
            return false;
        }
        let behind = self.folded[end..].trim_start_matches([' ', '\u{A0}', '-']);
        if named.naming == Naming::Name
            && !amount.has_scale()
            && self.lexicon.never_before.at_start(behind).is_some()
        {
            return false;
        }
        let is_constant = || self.lexicon.before_year.at_end(self.folded[..start].trim_end());
        if named.naming == Naming::Name && self.follows_year(named.start) && is_constant().is_some()
        {
            return false;
        }
        if amount.is_article && !amount.has_scale() {
            let meaning = &named.meaning;
            let is_common = meaning.default.is_some()
                || meaning.parts > 1
                || meaning.codes.iter().any(|code| code == "EUR");
            // "kostete eine Mark"
            let is_old = || meaning.codes.iter().any(|code| self.lexicon.is_home_of(code));
            let is_sum = is_common && !meaning.is_weak
                || is_old() && self.speaks_of_money(start, end, named);
            if !is_sum || !self.ends_phrase(end) {
                return false;
            }
        }
        if named.meaning.times > 1 && !amount.has_scale() && !self.ends_phrase(end) {
            return false;
        }
        if named.meaning.is_letter && !self.letter_is_sign(amount, named) {
            return false;
        }
        if named.meaning.is_weight && self.is_weight(end, amount, named) {
            return false;
        }
        if !named.meaning.is_weak || named.has_country && named.naming == Naming::Name {
            return true;
        }
        // "NIS 2.5 billion" is money and so is "Fr. 340.-", "NIS 2" is not.
        let is_apart = named.naming == Naming::Sign
            && named.start < amount.end
            && self.text[..named.end].ends_with(is_space)
            && !self.text[..amount.end].ends_with(['-', '–', '—']);
        amount.has_scale()
            || amount.looks_like_a_sum && !named.meaning.is_thing && !is_apart
            || named.naming == Naming::Name
                && !named.meaning.is_verb
                && self.speaks_of_money(start, end, named)
    }

    /// Whether a sum is the part of an idiom: "a million-dollar question".
    pub(super) fn is_in_idiom(&self, start: usize, end: usize) -> bool {
        let surface = &self.folded[start..end];
        let stands = |idiom: &str, at: usize| {
            let from = start.checked_sub(at).and_then(|from| self.folded.get(from..));
            from.and_then(|rest| rest.strip_prefix(idiom)).is_some_and(|rest| is_cut(idiom, rest))
        };
        let mut idioms = self.lexicon.idioms.texts();
        idioms.any(|idiom| idiom.match_indices(surface).any(|(at, _)| stands(idiom, at)))
    }

    /// A letter that is a sign: `50F`, `164p`; not `2F` or a picture of `1080p`.
    fn letter_is_sign(&self, amount: &Amount, named: &Named) -> bool {
        if named.start < amount.end {
            return amount.has_scale() || amount.looks_like_a_sum;
        }
        let is_glued = named.start == amount.end;
        let two_digits = amount.value >= Decimal::TEN || amount.value.scale() > 0;
        let lines = [240, 360, 480, 576, 720, 1080, 1440, 2160].map(Decimal::from);
        let is_minor = named.meaning.parts > 1;
        let behind = &self.text[named.end..];
        // "trois F-16"
        let goes_on = behind.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_word))
            || behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_letter));
        let after_dash = named.start > 0 && self.is_part_of_name(amount.end);
        !goes_on
            && !after_dash
            && if is_minor {
                is_glued && !lines.contains(&amount.value)
            } else {
                !is_glued || two_digits
            }
    }

    /// Whether the digits that end at `end` go on a word or another number: `A330-200F`.
    fn is_part_of_name(&self, end: usize) -> bool {
        let digits = self.text[..end].trim_end_matches(|ch: char| ch.is_ascii_digit());
        let before = digits.trim_end_matches('-');
        before.len() < digits.len() && before.ends_with(char::is_alphanumeric)
    }

    /// Whether a pound is the weight: measured, or of something.
    fn is_weight(&self, end: usize, amount: &Amount, named: &Named) -> bool {
        if named.has_country || amount.has_scale() {
            return false;
        }
        let of = self.lexicon.weight_of.at_start(&self.folded[skip_spaces(self.text, end)..]);
        let hyphened = self.text[..named.start].ends_with('-');
        let follower = skip_spaces(self.text, end);
        let money_noun = || self.is_money_word(&self.folded[follower..]);
        of.is_some() || hyphened && !money_noun() || self.whole().speaks_of_weight
    }

    /// Whether the words around a sum speak of money, or there are none.
    fn speaks_of_money(&self, start: usize, end: usize, named: &Named) -> bool {
        let whole = self.whole();
        self.is_alone(start, end)
            || whole.has_sign
            || !named.meaning.is_thing && whole.speaks_of_money
    }

    /// Whether the sentence has no letters but those of `start..end`.
    pub(super) fn is_alone(&self, start: usize, end: usize) -> bool {
        self.whole().letters.is_none_or(|(first, last)| first >= start && last < end)
    }

    /// Whether a word of the sentence speaks of money.
    pub(super) fn has_money_word(&self) -> bool {
        self.whole().speaks_of_money
    }

    fn whole(&self) -> &Whole {
        self.whole.get_or_init(|| Whole::of(self))
    }

    fn is_money_word(&self, rest: &str) -> bool {
        begins_with_one(rest, &self.lexicon.money_stems)
    }

    /// Whether the phrase ends at `end`: "a dollar cheaper" does, "a dollar store" does not.
    fn ends_phrase(&self, end: usize) -> bool {
        let rest = self.folded[end..].trim_start();
        let word = &rest[..rest.find(|ch: char| !is_letter(ch)).unwrap_or(rest.len())];
        // "a dollar 20", not "a Euro 6 diesel"
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        word.is_empty() && !rest.starts_with('-') && digits != 1
            || self.lexicon.followers.contains(word)
    }

    /// A minus right before `start`, as a sign or a word, and not a dash between words.
    pub(super) fn minus_before(&self, start: usize) -> Option<usize> {
        let before = &self.text[..start];
        for minus in ['-', '−'] {
            if let Some(rest) = before.strip_suffix(minus)
                && (rest.is_empty() || rest.ends_with(char::is_whitespace) || rest.ends_with('('))
            {
                return (!self.closes_dash(start)).then_some(rest.len());
            }
        }
        let spaced = self.folded[..start].trim_end();
        let (word, ()) = self.lexicon.minus.at_end(spaced)?;
        if self.lexicon.qualifiers.at_end(spaced).is_some() {
            return None;
        }
        (spaced.len() < start).then_some(spaced.len() - word.len())
    }

    /// Whether a dash further on closes what one before `start` opened: "the price -5 € each-".
    fn closes_dash(&self, start: usize) -> bool {
        let rest = &self.text[start..];
        let rest = &rest[..rest.floor_char_boundary(DASHED_BYTES_MAX)];
        rest.match_indices("- ").any(|(at, _)| rest[..at].ends_with(|ch: char| !ch.is_whitespace()))
    }

    pub(super) fn qualifier(&self, start: usize) -> Option<(usize, usize, Bound)> {
        let qualifiers = &self.lexicon.qualifiers;
        let own = self.folded[..start].trim_end();
        let behind_article = || {
            let (article, ()) = self.lexicon.articles.at_end(own)?;
            let before = own[..own.len() - article.len()].trim_end();
            qualifiers.at_end(before).map(|found| (before, found))
        };
        let found = qualifiers.at_end(own).map(|found| (own, found));
        let (before, (phrase, bound)) = found.or_else(behind_article)?;
        let is_goal = self.lexicon.goals.texts().any(|goal| goal == phrase);
        let is_bound = *bound != Bound::Unbounded && (!is_goal || !self.is_change(start));
        is_bound.then(|| (before.len() - phrase.len(), before.len(), *bound))
    }

    /// The unit that the sum ending at `end` is for one of.
    pub(super) fn per(&self, end: usize) -> Option<String> {
        let rest = self.folded[end..].trim_start().trim_start_matches('-');
        // "3000 euros net a month"
        let (word, behind) = first_word(rest);
        let is_net = self.lexicon.net_words.contains(word);
        let rest = if is_net { behind.trim_start() } else { rest };
        if let Some((word, unit)) = self.lexicon.per_words.at_start(rest) {
            return (!self.is_time(&rest[word.len()..])).then(|| unit.clone());
        }
        let (phrase, certain) = match self.lexicon.per.at_start(rest) {
            Some((phrase, ())) => (phrase, true),
            None => (self.lexicon.per_articles.at_start(rest)?.0, false),
        };
        let rest = from_word(&rest[phrase.len()..]);
        let sign = || self.lexicon.unit_signs.at_start(rest).filter(|_| phrase == "/");
        match sign().or_else(|| self.lexicon.per_units.at_start(rest)) {
            Some((unit, name)) => {
                let is_time = !certain && self.is_time(&rest[unit.len()..]);
                (!is_time).then(|| name.clone())
            }
            None => certain.then(|| self.other_unit(rest)).flatten(),
        }
    }

    /// Whether what stands behind a unit makes it a time: "a year earlier", "im Jahr 2020".
    fn is_time(&self, behind: &str) -> bool {
        let behind = behind.trim_start();
        behind.get(..4).is_some_and(is_year) || self.lexicon.never_per.at_start(behind).is_some()
    }

    /// The unit at the beginning of `rest`, the end of the sentence, that no list names.
    fn other_unit(&self, rest: &str) -> Option<String> {
        let (unit, behind) = first_word(rest);
        let is_capital = self.text[self.text.len() - rest.len()..].starts_with(char::is_uppercase);
        // "une offre de 3 milliards d'euros par Vivendi"
        let is_name = is_capital && !self.lexicon.capital_nouns;
        if unit.is_empty() || is_name || self.lexicon.followers.contains(unit) {
            return None;
        }
        // "per diluted share"
        let next = self.lexicon.per_units.at_start(from_word(behind));
        Some(next.map_or_else(|| unit.to_owned(), |(_, name)| name.clone()))
    }
}

/// What a sentence says as a whole, looked at once.
#[derive(Debug)]
pub struct Whole {
    speaks_of_money: bool,
    speaks_of_weight: bool,
    has_sign: bool,
    /// The places of the first and the last letter.
    letters: Option<(usize, usize)>,
}

impl Whole {
    fn of(scanner: &Scanner) -> Self {
        let Scanner { text, folded, lexicon, .. } = scanner;
        let has_stem = |stems: &[String]| {
            let words = folded.split(|ch: char| !is_letter(ch));
            words.filter(|word| !word.is_empty()).any(|word| begins_with_one(word, stems))
        };
        Self {
            speaks_of_money: has_stem(&lexicon.money_stems) || text.contains('%'),
            speaks_of_weight: has_stem(&lexicon.weight_stems),
            has_sign: text.contains(['€', '$', '£']),
            letters: text.find(is_letter).zip(text.rfind(is_letter)),
        }
    }
}

/// `text` without the spaces and hyphens that it begins with.
fn from_word(text: &str) -> &str {
    text.trim_start_matches([' ', '\u{A0}', '-'])
}

/// The first word of `text`, behind spaces and a hyphen, and what stands behind it.
fn first_word(text: &str) -> (&str, &str) {
    let text = from_word(text);
    text.split_at(text.find(|ch: char| !ch.is_alphabetic()).unwrap_or(text.len()))
}

fn begins_with_one(word: &str, stems: &[String]) -> bool {
    stems.iter().any(|stem| word.starts_with(stem.as_str()))
}
