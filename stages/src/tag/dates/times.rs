//! Times of day and the days that they are of: "4 p.m. yesterday", "the morning of 3 May".
//!
//! Invariants: a time that stands beside a day becomes one mention with it; what is joined has
//! nothing but joining words between.

use super::clocks::Half;
use super::compose::Gap;
use super::lexicon::Means;
use super::meaning::Meant;
use super::source::Source;
use super::tokens::{Token, TokenKind};
use super::value::Value;
use super::{Anchors, Found};
use crate::day::date_of;
use crate::layers::{Granularity, TimexType};

/// `found`, in order, with each time of day one with the day beside it. Another is of the day that a
/// time joined to it has ("between 4 and 5 p.m. on Monday"), or of the last day named before it in
/// its clause or not far from the document's; without any it stays as it was found, where its rule
/// lets it stand alone, or is dropped.
pub fn place(source: &Source, found: Vec<Found>, anchors: &Anchors) -> Vec<Found> {
    if found.iter().all(|mention| mention.time.is_none()) {
        return found;
    }
    let mut placed: Vec<Found> = Vec::with_capacity(found.len());
    for next in found {
        match placed.last().and_then(|last| beside(source, last, &next)) {
            Some(meant) => placed.last_mut().expect("there is one").absorb(&next, meant),
            None => placed.push(next),
        }
    }
    for at in 0..placed.len() {
        if let Some(meant) = second_of_two(source, &placed[..at], &placed[at]) {
            (placed[at].meant, placed[at].is_joined) = (meant, true);
            continue;
        }
        let Some(time) = alone(&placed[at]) else { continue };
        let joined = placed.get(at + 1).filter(|next| is_joined(source, &placed[at], next));
        let is_its_day = |day: &&Found| {
            let is_known = || is_near(day, anchors) || shares_clause(source, day, &placed[at]);
            day.is_day() && is_known()
        };
        let day = joined.or_else(|| placed[..at].iter().rev().find(is_its_day));
        if let Some(meant) = day.and_then(|day| on_day_of(day, time)) {
            placed[at].meant = meant;
        }
    }
    placed.retain(is_kept);
    placed
}

/// Whether a mention has a day, or is a time that may stand without one.
fn is_kept(mention: &Found) -> bool {
    alone(mention).is_none() || mention.rule.shift.is_some()
}

/// The meaning of a time that a time before it is joined to ("from 9 a.m. to 5 p.m."), one that looks
/// like a length among them ("de 16 a 18 horas").
fn second_of_two(source: &Source, before: &[Found], second: &Found) -> Option<Meant> {
    let first = before.last().filter(|first| is_kept(first) && joins(source, first, second))?;
    let is_clock = first.meant.value.granularity == Granularity::Minute;
    if let Some(time) = alone(second).filter(|_| is_clock) {
        return on_day_of(first, time);
    }
    let is_hour = |(number, unit): &&(i64, String)| unit == "hour" && (0..=24).contains(number);
    let (hour, _) = second.length.as_ref().filter(is_hour)?;
    let is_length = second.rule.means == Means::Duration;
    let is_pair = alone(first).is_some() && first.time.is_some() && is_clock && is_length;
    if is_pair { on_day_of(first, &format!("T{hour:02}:00")) } else { None }
}

/// Whether nothing but a word that joins the ends of a range stands between two mentions.
fn joins(source: &Source, first: &Found, second: &Found) -> bool {
    let words = &source.lexicon.joins;
    let gap = Gap::between(source, first, second);
    [&words.to, &words.through, &words.and].into_iter().any(|list| gap.is_one_of(list))
}

/// Days farther from the document's are no day that it tells the hours of.
const NEAR_DAYS: i32 = 31;

/// Whether `day` is one about the document's, or that is not known.
fn is_near(day: &Found, anchors: &Anchors) -> bool {
    let published = anchors.published.as_ref().and_then(|(partial, _)| partial.value().days);
    let apart = |(first, _): (i32, i32), (own, last): (i32, i32)| (own - first).max(first - last);
    let days = day.meant.value.days.zip(published);
    days.is_none_or(|(day, published)| apart(day, published) <= NEAR_DAYS)
}

/// Whether no mark parts a time from the day before it, but for a comma right before the time, and the
/// one behind a day that the sentence opens with ("On 3 May 1980, police stormed the hall at 8 p.m.").
fn shares_clause(source: &Source, day: &Found, time: &Found) -> bool {
    let is_small = |token: &Token| source.lexicon.function_words.contains(token.folded.as_ref());
    let opens = source.tokens[..day.tokens.0].iter().all(is_small);
    let gap = &source.tokens[day.tokens.1..time.tokens.0];
    let is_comma = |token: Option<&Token>| token.is_some_and(|token| token.folded == ",");
    let behind_comma = usize::from(opens && is_comma(gap.first()));
    let gap = &gap[behind_comma..];
    let before_comma = gap.len() - usize::from(is_comma(gap.last()));
    gap[..before_comma].iter().all(|token| token.kind != TokenKind::Mark || token.folded == "'")
}

/// The token at which the mention at token `first` opens: that of a time before it, if there is one.
pub fn opening(before: Option<&Found>, first: usize) -> usize {
    let time = before.filter(|time| alone(time).is_some() && first <= time.tokens.1 + 1);
    time.map_or(first, |time| time.tokens.0)
}

/// The time of a mention that has no day of its own.
fn alone(mention: &Found) -> Option<&str> {
    mention.time.as_deref().filter(|_| !mention.is_joined)
}

/// The meaning of a time and a day that stand side by side.
fn beside(source: &Source, first: &Found, second: &Found) -> Option<Meant> {
    let words = &source.lexicon.joins;
    let (time, day, between) = match (alone(first), alone(second)) {
        (Some(time), None) => (time, second, &words.on),
        (None, Some(time)) => (time, first, &words.at),
        _ => return None,
    };
    let gap = Gap::between(source, first, second);
    let is_beside = gap.is_empty() || gap.is_one_of(between);
    let value = at_time(&day.meant.value, time).filter(|_| is_beside)?;
    let modifier = first.meant.modifier.or(second.meant.modifier);
    Some(Meant { value, modifier, alternative_value: None, ..day.meant.clone() })
}

/// Whether `next` is a time on a day, to which a time alone is joined ("from 9 to 10 a.m. today").
fn is_joined(source: &Source, time: &Found, next: &Found) -> bool {
    next.meant.value.granularity == Granularity::Minute
        && alone(next).is_none()
        && joins(source, time, next)
}

/// `time` on the day of another mention.
fn on_day_of(mention: &Found, time: &str) -> Option<Meant> {
    let (first, last) = mention.meant.value.days?;
    let value = Value::of_date(date_of(first).filter(|_| first == last)?).at(time);
    Some(Meant { value, modifier: None, alternative_value: None, ..mention.meant.clone() })
}

/// `value` at a time of its day; of a range of two days, the night between them.
fn at_time(value: &Value, time: &str) -> Option<Value> {
    let is_range = value.text.contains('/');
    match value.granularity {
        _ if value.timex == TimexType::Duration => None,
        Granularity::Day if !is_range => {
            let is_set = value.timex == TimexType::Set;
            let timed = value.clone().at(time);
            Some(if is_set { Value { timex: value.timex, ..timed } } else { timed })
        }
        Granularity::Day if time == "TNI" => {
            let (first, last) = value.days.filter(|(first, last)| first + 1 == *last)?;
            let night = Value::of_date(date_of(first)?).at(time);
            Some(Value { days: Some((first, last)), ..night })
        }
        Granularity::DayPart => {
            let (_, part) = value.text.split_once('T')?;
            let hour = in_part(time, part)?;
            let (first, last) = value.days?;
            let is_after_midnight = part == "NI" && *hour < *"T06";
            Some(Value::of_date(date_of(if is_after_midnight { last } else { first })?).at(&hour))
        }
        _ => None,
    }
}

/// A time of the clock as it is in a part of the day: nine o'clock in the evening is `T21:00`.
fn in_part(time: &str, part: &str) -> Option<String> {
    let (hour, minutes) = time.strip_prefix('T')?.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let hour = match part {
        "AF" | "EV" => Half::Afternoon.hour(hour),
        "NI" => Half::Night.hour(hour),
        _ => hour,
    };
    Some(format!("T{hour:02}:{minutes}"))
}
