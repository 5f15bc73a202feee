//! A currency named before or after an amount: by its name, a sign or a code.

use std::collections::BTreeSet;

use super::meaning::{Meaning, Side};
use super::scan::{Naming, Scanner, is_space, skip_spaces};

/// A currency as named at some place.
#[derive(Debug, Clone)]
pub struct Named {
    pub meaning: Meaning,
    pub naming: Naming,
    pub start: usize,
    pub end: usize,
    pub has_country: bool,
}

impl Scanner<'_> {
    /// A sign or code that ends right before `at`, or one space before; not before `floor`.
    pub(super) fn named_before(&self, at: usize, floor: usize) -> Option<Named> {
        let before = self.text.get(floor..at)?;
        let trimmed = before.strip_suffix(is_space).unwrap_or(before);
        let end = floor + trimmed.len();
        let named = |start, meaning: Meaning, naming, has_country| Named {
            meaning,
            naming,
            start,
            end: at,
            has_country,
        };
        if let Some((sign, meaning)) = self.lexicon.signs.at_end(trimmed) {
            let start = end - sign.len();
            if let Some((code_start, code)) = self.code_before_sign(start, floor, meaning) {
                return Some(named(code_start, explicit(&code), Naming::Sign, true));
            }
            let fits = meaning.side != Some(Side::After);
            return fits.then(|| named(start, meaning.clone(), Naming::Sign, false));
        }
        let start = trimmed.len().checked_sub(3)?;
        let code = trimmed.get(start..)?;
        let apart = !trimmed[..start].ends_with(|ch: char| ch.is_alphanumeric() || ch == '/');
        let known = apart && self.lexicon.codes.contains(code);
        known.then(|| {
            let meaning = Meaning { is_weak: self.lexicon.is_word(code), ..explicit(code) };
            named(floor + start, meaning, Naming::Code, true)
        })
    }

    /// `MXN$`, `cad$`: a code before the sign that can mean it.
    fn code_before_sign(&self, at: usize, floor: usize, sign: &Meaning) -> Option<(usize, String)> {
        let start = at.checked_sub(3).filter(|start| *start >= floor)?;
        let code = self.text.get(start..at)?.to_ascii_uppercase();
        let apart = !self.text[..start].ends_with(char::is_alphanumeric);
        (apart && sign.codes.contains(&code)).then_some((start, code))
    }

    /// A name right before an amount that looks like a sum: "euro 1.500", "Rupees 500 crore".
    pub(super) fn name_before(&self, at: usize, floor: usize) -> Option<Named> {
        let before = self.folded.get(floor..at)?;
        let trimmed = before.strip_suffix(is_space)?;
        let (name, meaning) = self.lexicon.names.at_end(trimmed)?;
        let start = trimmed.len() - name.len();
        let adjective = trimmed[..start].trim_end_matches([' ', '-']);
        let adjective = self.lexicon.adjectives.at_end(adjective);
        let country =
            adjective.and_then(|(word, country)| Some((word, narrowed(meaning, country)?)));
        let (start, meaning, has_country) = match country {
            Some((word, meaning)) => {
                (trimmed[..start].trim_end_matches([' ', '-']).len() - word.len(), meaning, true)
            }
            None => (start, meaning.clone(), false),
        };
        let start = floor + start;
        // "they won 5 million"
        (meaning.parts == 1 && !meaning.is_verb).then_some(Named {
            meaning,
            naming: Naming::Name,
            start,
            end: at,
            has_country,
        })
    }

    /// The currency named behind an amount that ends at `at`.
    pub(super) fn named_after(&self, at: usize) -> Option<Named> {
        let gap = |from: usize| {
            let rest = &self.text[from..];
            from + rest.len() - rest.trim_start_matches(|ch: char| is_space(ch) || ch == '-').len()
        };
        let mut start = gap(at);
        if start - at > 4 {
            return None;
        }
        if let Some((of, ())) = self.lexicon.of.at_start(&self.folded[start..]) {
            let after = skip_spaces(self.text, start + of.len());
            if let Some(name) = self.name(after).or_else(|| self.sign_or_code(after)) {
                return Some(name);
            }
        }
        if let Some(name) = self.name(start) {
            return Some(name);
        }
        // A line may end between a number and its name, not before a sign.
        start = skip_spaces(self.text, at);
        self.sign_or_code(start).filter(|named| !self.belongs_to_next(at, named))
    }

    /// Whether a sign behind the number that ends at `at` stands before another one:
    /// "in 1999 $200 million".
    fn belongs_to_next(&self, at: usize, named: &Named) -> bool {
        let rest = &self.text[named.end..];
        let touches = rest.starts_with(|ch: char| ch.is_ascii_digit());
        let is_next = skip_spaces(self.text, named.end) > named.end
            && rest.trim_start_matches(is_space).starts_with(|ch: char| ch.is_ascii_digit());
        touches && named.start > at || (touches || is_next) && self.follows_year(named.start)
    }

    fn sign_or_code(&self, start: usize) -> Option<Named> {
        let rest = &self.text[start..];
        let found = |meaning, naming, length, has_country| Named {
            meaning,
            naming,
            start,
            end: start + length,
            has_country,
        };
        if let Some((sign, meaning)) = self.lexicon.signs.at_start(rest) {
            if meaning.side == Some(Side::Before) {
                return None;
            }
            let after = rest[sign.len()..].trim_start_matches(is_space);
            let code = after.get(..3).map(str::to_ascii_uppercase);
            if let Some(code) = code.filter(|code| meaning.codes.contains(code))
                && !after[3..].starts_with(char::is_alphanumeric)
            {
                let length = rest.len() - after.len() + 3;
                return Some(found(explicit(&code), Naming::Sign, length, true));
            }
            let country =
                self.lexicon.adjectives.at_start(&self.folded[self.text.len() - after.len()..]);
            if let Some((word, country)) = country
                && let Some(meaning) = narrowed(meaning, country)
            {
                let length = rest.len() - after.len() + word.len();
                return Some(found(meaning, Naming::Sign, length, true));
            }
            return Some(found(meaning.clone(), Naming::Sign, sign.len(), false));
        }
        let code = rest.get(..3).filter(|code| self.lexicon.codes.contains(*code))?;
        let behind = &rest[3..];
        let other = behind.strip_prefix('/').unwrap_or_default();
        let is_pair = other.starts_with(char::is_uppercase);
        let apart = !behind.starts_with(char::is_alphanumeric) && !is_pair;
        let meaning = Meaning { is_weak: self.lexicon.is_word(code), ..explicit(code) };
        apart.then(|| found(meaning, Naming::Code, 3, true))
    }

    /// The codes of the names in the sentence that can mean one currency or two.
    pub(super) fn plain_names(&self) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        let mut at = 0;
        while let Some(start) = self.next_start(at) {
            at = self.after_token(start);
            let meaning = self.name(start).map(|named| named.meaning);
            codes.extend(
                meaning
                    .filter(|meaning| meaning.codes.len() <= 2)
                    .into_iter()
                    .flat_map(|meaning| meaning.codes),
            );
        }
        codes
    }

    /// A currency's name with a country's adjective before or after it.
    fn name(&self, start: usize) -> Option<Named> {
        let adjectives = &self.lexicon.adjectives;
        let before = adjectives.at_start(&self.folded[start..]);
        let after_adjective = |adjective: &str| {
            let end = start + adjective.len();
            let rest = &self.text[end..];
            end + rest.len() - rest.trim_start_matches(|ch: char| is_space(ch) || ch == '-').len()
        };
        let own = self.lexicon.names.at_start(&self.folded[start..]);
        let qualified = before.and_then(|(adjective, country)| {
            let at = after_adjective(adjective);
            let (name, meaning) = self.lexicon.names.at_start(&self.folded[at..])?;
            Some((at + name.len(), narrowed(meaning, country)?, at))
        });
        if let Some((end, meaning, at)) = qualified
            && own.is_none_or(|(name, _)| start + name.len() < end)
        {
            self.is_common_noun(at, end, &meaning)?;
            return Some(self.as_name(start, end, meaning, true));
        }
        let (name, meaning) = own?;
        let end = start + name.len();
        self.is_common_noun(start, end, meaning)?;
        let spaced = skip_spaces(self.text, end);
        if let Some((adjective, country)) = adjectives.at_start(&self.folded[spaced..])
            && let Some(meaning) = narrowed(meaning, country)
        {
            return Some(self.as_name(start, spaced + adjective.len(), meaning, true));
        }
        if meaning.parts > 1
            && let Some((of, ())) = self.lexicon.of.at_start(&self.folded[spaced..])
        {
            // "50 centimes d'euro"
            let major_start = skip_spaces(self.text, spaced + of.len());
            if let Some(major) = self.name(major_start).filter(|major| major.meaning.parts == 1) {
                let meaning = Meaning { parts: meaning.parts, ..major.meaning };
                return Some(self.as_name(start, major.end, meaning, true));
            }
        }
        Some(self.as_name(start, end, meaning.clone(), meaning.is_full))
    }

    fn as_name(&self, start: usize, end: usize, meaning: Meaning, has_country: bool) -> Named {
        Named { meaning, naming: Naming::Name, start, end, has_country }
    }

    /// None where a name that is mostly something else is written as a person's ("50 Cent").
    fn is_common_noun(&self, start: usize, end: usize, meaning: &Meaning) -> Option<()> {
        let surface = &self.text[start..end];
        let goes_on = self.text[end..]
            .strip_prefix(' ')
            .is_some_and(|rest| rest.starts_with(char::is_uppercase));
        let doubtful = meaning.is_weak || meaning.parts > 1 || goes_on || self.follows_year(start);
        let is_proper = doubtful
            && !meaning.has_capital
            && surface.starts_with(char::is_uppercase)
            && surface.chars().skip(1).any(char::is_lowercase)
            && !surface.ends_with('s');
        (!is_proper).then_some(())
    }
}

impl Scanner<'_> {
    /// Whether a year stands before `at`: "the 2020 Euro".
    pub(super) fn follows_year(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end();
        let digits = before.len() - before.trim_end_matches(|ch: char| ch.is_ascii_digit()).len();
        digits == 4 && matches!(before.get(before.len() - 4..before.len() - 2), Some("19" | "20"))
    }
}

pub fn explicit(code: &str) -> Meaning {
    Meaning { codes: vec![code.to_owned()], ..Meaning::default() }
}

/// The meaning of a name beside the adjective of `country`: ISO 4217 codes begin with the
/// country's.
fn narrowed(meaning: &Meaning, country: &str) -> Option<Meaning> {
    let code = meaning.codes.iter().find(|code| code.starts_with(country))?;
    Some(Meaning { parts: meaning.parts, has_capital: meaning.has_capital, ..explicit(code) })
}
