//! Ranges: two amounts of which one may lend the other its scale and currency.
//!
//! Invariant: the lower end is below the upper one; a change "from A to B" is two sums.

use rust_decimal::Decimal;

use super::amount::Amount;
use super::naming::Named;
use super::scan::{Naming, Scanner, Sum, skip_spaces};
use crate::text::is_letter;

const TEN: Decimal = Decimal::TEN;
const THOUSAND: Decimal = Decimal::ONE_THOUSAND;

/// What joins the ends of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joiner {
    /// `-`, `–`.
    Dash,
    /// "to", "à".
    To,
    /// "para", "à" behind "passe de": the amounts are two sums.
    Change,
    /// "contre": so they are.
    Against,
    /// "and" behind "between".
    And,
    /// "or".
    Or,
}

impl Joiner {
    fn parts_two_sums(self) -> bool {
        matches!(self, Self::Change | Self::Against)
    }
}

/// Two amounts with a joiner between them.
#[derive(Debug)]
pub struct Pair {
    joiner: Joiner,
    /// Behind "between".
    between: bool,
    /// The first amount, in the scale of the second where it has none.
    pub first: Amount,
    second: Amount,
    /// The currency that names the second, if one does.
    named: Option<Named>,
    /// Where the second ends, its currency included.
    end: usize,
}

impl Pair {
    /// The currency of the second amount as that of the first, where they are two sums.
    pub fn lent(&self) -> Option<Named> {
        let named = self.named.clone().filter(|_| self.joiner.parts_two_sums())?;
        Some(Named { start: self.first.end, end: self.first.end, ..named })
    }
}

impl Scanner<'_> {
    /// The pair that `first` begins, its currency, if it `has_own`, ending at `first_end`.
    pub(super) fn pair(
        &self,
        span_start: usize,
        first: Amount,
        first_end: usize,
        has_own: bool,
    ) -> Option<Pair> {
        if first.is_fraction {
            return None;
        }
        let between = self.is_between(span_start);
        let (mut joiner, second_start) = self.joiner(span_start, first_end, between)?;
        let sign = self.lexicon.signs.at_start(&self.text[second_start..]);
        let amount_start = match sign {
            Some((sign, _)) => skip_spaces(self.text, second_start + sign.len()),
            None => second_start,
        };
        let is_large = first.has_scale() || first.looks_like_a_sum;
        if joiner == Joiner::Against && !is_large {
            return None;
        }
        let second = self.amount(amount_start, sign.is_some())?;
        let after = self.named_after(second.end);
        let end = after.as_ref().map_or(second.end, |named| named.end.max(second.end));
        let named = after.or_else(|| {
            let (sign, meaning) = sign?;
            let (start, end) = (second_start, second_start + sign.len());
            let (meaning, naming) = (meaning.clone(), Naming::Sign);
            Some(Named { meaning, naming, start, end, has_country: false })
        });
        let mut first = first;
        let base = second.value.checked_div(second.scale)?;
        // "de 320 à 280 millions d'euros", "de 3.500 a 2.900 millones de euros"
        let is_small = first.value < THOUSAND && !first.looks_like_a_sum;
        let is_like = is_small || base >= THOUSAND && first.value < base.checked_mul(TEN)?;
        let is_bare = !first.has_scale() && second.has_scale() && is_like;
        let falls = is_bare && !has_own && first.value > base;
        // "de 3 milliards à 2 milliards d'euros"
        let is_more = first.has_scale() && second.has_scale() && first.value > second.value;
        if (falls || is_more && !has_own) && joiner == Joiner::To {
            joiner = Joiner::Change;
        }
        if joiner.parts_two_sums() && (first_end > first.end || named.is_none()) {
            return None;
        }
        let lends = second.has_scale() && !first.has_scale() && first.value <= base
            || falls && joiner == Joiner::Change;
        if lends {
            first.value = first.value.checked_mul(second.scale)?;
            first.scale = second.scale;
        }
        Some(Pair { joiner, between, first, second, named, end })
    }

    /// The range that a pair is, between its currencies if it has any.
    pub(super) fn range(
        &self,
        start: usize,
        pair: &Pair,
        before: Option<&Named>,
        after_first: Option<&Named>,
    ) -> Option<Sum> {
        let Pair { joiner, first, second, .. } = pair;
        if joiner.parts_two_sums() {
            return None;
        }
        let span_start = before.map_or(start, |named| named.start);
        let own = before.or(after_first);
        let has_two = own.is_some() && pair.named.is_some();
        let (mut low, mut high) = (first.value, second.value);
        let is_wide = high > low.checked_mul(Decimal::from(20))?;
        let is_change = *joiner == Joiner::To && (is_wide || self.is_change(span_start));
        let is_choice = *joiner == Joiner::Or && high > low.checked_mul(Decimal::TWO)?;
        if has_two && (is_change || *joiner == Joiner::Or) || is_choice {
            return None;
        }
        let named = match (own, &pair.named) {
            (Some(own), Some(end)) if !overlaps(own, end) => return None,
            (_, Some(end)) if before.is_none() => end,
            (Some(own), _) if before.is_some() || pair.between => own,
            _ => return None,
        };
        (low, high) = (named.meaning.in_major(low)?, named.meaning.in_major(high)?);
        let is_year = is_year(&self.text[start..first.end])
            && own.is_none()
            && matches!(joiner, Joiner::To | Joiner::Or);
        let fits = low < high && !is_year && self.is_money(span_start, pair.end, second, named);
        fits.then(|| self.finish(span_start, pair.end, Some(low), Some(high), named.clone()))
    }

    pub(super) fn is_between(&self, start: usize) -> bool {
        let mut before = self.folded[..start].trim_end();
        if let Some((qualifier, _)) = self.lexicon.qualifiers.at_end(before) {
            before = before[..before.len() - qualifier.len()].trim_end();
        }
        self.lexicon.between.at_end(before).is_some()
    }

    /// What joins the amount between `start` and `at` to another, and where that begins.
    fn joiner(&self, start: usize, at: usize, between: bool) -> Option<(Joiner, usize)> {
        let spaced = skip_spaces(self.text, at);
        let rest = &self.folded[spaced..];
        let found = if between {
            let and = &self.lexicon.between_and;
            let is_prefix = |word: &str| self.lexicon.prefixes.iter().any(|one| one == word);
            let prefix = || and.prefixes(rest).find(|(word, ())| is_prefix(word));
            and.at_start(rest).or_else(prefix).map(|(word, ())| (Joiner::And, word))
        } else {
            None
        };
        let is_old = || self.lexicon.change_from.at_end(self.folded[..start].trim_end()).is_some();
        let range_to = || self.lexicon.range_to.at_start(rest);
        let to = || {
            range_to().map(|(word, ())| (if is_old() { Joiner::Change } else { Joiner::To }, word))
        };
        let change =
            || self.lexicon.change_to.at_start(rest).map(|(word, ())| (Joiner::Change, word));
        let or = || self.lexicon.range_or.at_start(rest).map(|(word, ())| (Joiner::Or, word));
        let dash = || {
            let dash = ["-", "–", "—"].into_iter().find(|dash| rest.starts_with(dash))?;
            Some((Joiner::Dash, dash))
        };
        let found = found.or_else(to).or_else(change).or_else(or).or_else(dash);
        let behind = |word: &str| skip_spaces(self.text, spaced + word.len());
        found
            .map(|(joiner, word)| (joiner, behind(word)))
            .or_else(|| Some((Joiner::Against, self.compared(spaced)?)))
    }

    /// Where the amount begins that the one before `at` is compared with: ", contre environ".
    fn compared(&self, at: usize) -> Option<usize> {
        let comma = usize::from(self.text[at..].starts_with([',', '(']));
        let start = skip_spaces(self.text, at + comma);
        let (word, ()) = self.lexicon.against.at_start(&self.folded[start..])?;
        let end = skip_spaces(self.text, start + word.len());
        let qualifier = self.lexicon.qualifiers.at_start(&self.folded[end..]);
        Some(qualifier.map_or(end, |(word, _)| skip_spaces(self.text, end + word.len())))
    }

    /// Whether the words before speak of a change: "rose from $2 to $3", "by $2 to $3".
    pub(super) fn is_change(&self, start: usize) -> bool {
        let from = self.text[..start].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
        let words = self.folded[from..start].split(|ch: char| !is_letter(ch));
        let stems = &self.lexicon.change_stems;
        words
            .filter(|word| !word.is_empty())
            .any(|word| stems.iter().any(|stem| word.starts_with(stem.as_str())))
    }
}

/// Whether an amount looks like a year of our time: "2000 to 3000 euros" may be of the year 2000.
pub(super) fn is_year(surface: &str) -> bool {
    surface.len() == 4 && surface.parse().is_ok_and(|year| (1900..2100).contains(&year))
}

/// Whether two names can mean the same currency.
fn overlaps(one: &Named, other: &Named) -> bool {
    let codes = &other.meaning.codes;
    one.meaning.parts == other.meaning.parts
        && one.meaning.codes.iter().any(|code| codes.contains(code))
}
