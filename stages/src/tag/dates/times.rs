//! Times of day and the days that they are of: "4 p.m. yesterday", "the morning of 3 May".
//!
//! Invariants: a time that stands beside a day becomes one mention with it; what is joined has
//! nothing but joining words between.

use super::Found;
use super::compose::Gap;
use super::meaning::Meant;
use super::source::Source;
use super::value::Value;
use crate::day::date_of;
use crate::layers::{Granularity, TimexType};

/// `found`, in order, with each time of day one with the day beside it. Another is of the day that a
/// time joined to it has ("between 4 and 5 p.m. on Monday"), or of the last day named before it;
/// without any it stays as it was found, where its rule lets it stand alone, or is dropped.
pub fn place(source: &Source, found: Vec<Found>) -> Vec<Found> {
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
        let Some(time) = alone(&placed[at]) else { continue };
        let joined = placed.get(at + 1).filter(|next| is_joined(source, &placed[at], next));
        let day = joined.or_else(|| placed[..at].iter().rev().find(|day| day.is_day()));
        if let Some(meant) = day.and_then(|day| on_day_of(day, time)) {
            placed[at].meant = meant;
        }
    }
    placed.retain(|mention| alone(mention).is_none() || mention.rule.shift.is_some());
    placed
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
    Some(Meant { value, alternative_value: None, ..day.meant.clone() })
}

/// Whether `next` is a time on a day, to which a time alone is joined ("from 9 to 10 a.m. today").
fn is_joined(source: &Source, time: &Found, next: &Found) -> bool {
    let words = &source.lexicon.joins;
    let gap = Gap::between(source, time, next);
    next.meant.value.granularity == Granularity::Minute
        && alone(next).is_none()
        && [&words.to, &words.through, &words.and].into_iter().any(|list| gap.is_one_of(list))
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
    const NOON: u32 = 12;
    let (hour, minutes) = time.strip_prefix('T')?.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let is_later = match part {
        "AF" | "EV" => hour < NOON,
        "NI" => (NOON / 2..NOON).contains(&hour),
        _ => false,
    };
    Some(format!("T{:02}:{minutes}", hour + if is_later { NOON } else { 0 }))
}
