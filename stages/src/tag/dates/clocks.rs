//! Times of the clock: what they look like.

use std::collections::{BTreeMap, BTreeSet};

use super::classes::{Reading, digits};
use super::matching::Captured;
use super::source::Source;
use super::tokens::TokenKind;
use super::vocabulary::Phrase;

const NOON: u32 = 12;
const LAST_HOUR: u32 = 24;

/// `10:48`, `18h30`, `20 heures`, `10:48 a.m.`: as `T10:48`; `is_dotted`, also `10.48`.
pub fn clock(source: &Source, at: usize, is_dotted: bool) -> Option<Reading> {
    let token = source.token(at).filter(|token| token.kind == TokenKind::Number)?;
    let lexicon = source.lexicon;
    let (hour, mut minute, mut length) = match token.folded.split_once([':', '.']) {
        Some((hour, minute)) => {
            let minute = minute.split(':').next()?;
            (
                hour.parse::<u32>().ok()?,
                minute.parse::<u32>().ok().filter(|_| minute.len() == 2)?,
                1,
            )
        }
        None => (digits(token)?.parse().ok()?, 0, 1),
    };
    let timed = token.folded.contains(':') || is_dotted && token.folded.contains('.');
    let phrase = |list: &[Phrase], length: usize| phrase_at(source, at + length, list);
    let named = phrase(&lexicon.clock_hours, length);
    if let Some(words) = named {
        let is_apart = source.token(at + length).is_some_and(|next| next.is_spaced);
        length += words;
        let minutes = source.token(at + length).filter(|next| is_apart || !next.is_spaced);
        let minutes = minutes.and_then(digits).filter(|digits| digits.len() == 2);
        if let Some(minutes) = minutes {
            minute = minutes.parse().ok()?;
            length += 1;
        }
    }
    let half = half_told(source, at + length);
    if !timed && named.is_none() && half.is_none() {
        return None;
    }
    let hour = half.map_or(hour, |(_, half)| half.hour(hour));
    if hour > LAST_HOUR || minute > 59 {
        return None;
    }
    length += half.map_or(0, |(words, _)| words);
    length += phrase(&lexicon.clock_zones, length).unwrap_or(0);
    Some((length, Captured::Name(format!("T{hour:02}:{minute:02}").into())))
}

/// How many tokens the phrase of `list` at token `at` has, if there is one.
fn phrase_at(source: &Source, at: usize, list: &[Phrase]) -> Option<usize> {
    list.iter().find(|words| source.has_phrase(at, words)).map(|words| words.len())
}

/// What words beside an hour from one to twelve tell of it.
#[derive(Debug, Clone, Copy)]
pub enum Half {
    Morning,
    Afternoon,
    /// The evening, and from midnight on the morning.
    Night,
}

impl Half {
    /// The hour of the day.
    pub fn hour(self, hour: u32) -> u32 {
        match self {
            Self::Morning | Self::Night if hour == NOON => 0,
            Self::Afternoon if hour < NOON => hour + NOON,
            Self::Night if (NOON / 2..NOON).contains(&hour) => hour + NOON,
            _ => hour,
        }
    }
}

/// The half of the day that words at token `at` tell, and how many tokens they are.
fn half_told(source: &Source, at: usize) -> Option<(usize, Half)> {
    let lexicon = source.lexicon;
    let lists = [
        (&lexicon.morning, Half::Morning),
        (&lexicon.afternoon, Half::Afternoon),
        (&lexicon.night, Half::Night),
    ];
    lists.into_iter().find_map(|(list, half)| Some((phrase_at(source, at, list)?, half)))
}

/// A time in words with the half of the day behind it, if there is one or there must be ("half acht
/// 's avonds").
pub fn named_hour(source: &Source, at: usize, needs_half: bool) -> Option<Reading> {
    let (length, time) = source.name(at, &source.lexicon.hours)?;
    let told = half_told(source, at + length);
    if needs_half && told.is_none() {
        return None;
    }
    let before = || is_late_before(source, at).then_some((0, Half::Afternoon));
    let (hour, minute) = time.strip_prefix('T')?.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let (words, hour) = match told.or_else(before) {
        Some((words, half)) => (words, half.hour(hour)),
        None => (0, hour),
    };
    Some((length + words, Captured::Name(format!("T{hour:02}:{minute}").into())))
}

/// `hours` with those that `minutes` behind a whole one, in words or digits, makes: "dos y media";
/// behind digits one of `units` may stand: "7 heures et demie".
pub fn with_minutes(
    mut hours: BTreeMap<String, Vec<String>>,
    minutes: &BTreeMap<String, i64>,
    units: &[String],
) -> BTreeMap<String, Vec<String>> {
    for hour in 1..=i64::from(NOON) {
        let whole = hours.get(&format!("T{hour:02}:00")).cloned().unwrap_or_default();
        let in_digits = units.iter().map(|unit| format!("{hour} {unit}"));
        let names: BTreeSet<String> =
            whole.into_iter().chain([hour.to_string()]).chain(in_digits).collect();
        for (words, minute) in minutes {
            let told = hour * 60 + minute;
            // A quarter to one is of the hour of twelve.
            let told = if told < 60 { told + i64::from(NOON) * 60 } else { told };
            let time = format!("T{:02}:{:02}", told / 60, told % 60);
            let phrases = names.iter().map(|name| format!("{name} {words}"));
            hours.entry(time).or_default().extend(phrases);
        }
    }
    hours
}

/// Words before a time in words within which the afternoon or evening may be told.
const HALF_TOLD_WORDS: usize = 5;

/// Whether words shortly before token `at` tell that it is afternoon or evening ("am Abend, als um
/// halb acht …").
fn is_late_before(source: &Source, at: usize) -> bool {
    let is_late = |at: usize| {
        let part = source.name(at, &source.lexicon.day_parts);
        part.is_some_and(|(_, part)| matches!(part.as_str(), "TAF" | "TEV"))
            || phrase_at(source, at, &source.lexicon.afternoon).is_some()
    };
    (at.saturating_sub(HALF_TOLD_WORDS)..at).any(is_late)
}

/// A plain number that can be an hour, where the words around make it one (`alle 18`).
pub fn hour(source: &Source, at: usize) -> Option<Reading> {
    let digits = source.token(at).and_then(digits).filter(|digits| digits.len() <= 2)?;
    let hour: u32 = digits.parse().ok().filter(|hour| *hour <= LAST_HOUR)?;
    Some((1, Captured::Name(format!("T{hour:02}:00").into())))
}

/// The first of two times of which only the last says that it is one ("4 to 8 p.m."): in the same
/// half of the day, where it comes before the last there.
pub fn first_clock(source: &Source, at: usize) -> Option<Reading> {
    let token = source.token(at).filter(|token| token.kind == TokenKind::Number)?;
    let (hour, minute) = token.folded.split_once([':', '.']).unwrap_or((&token.folded, "00"));
    let own = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2);
    let hour = own(hour).filter(|hour| *hour <= LAST_HOUR)?;
    let minute = own(minute).filter(|minute| *minute < 60)?;
    let joins = &source.lexicon.joins;
    let last_at =
        [&joins.to, &joins.through, &joins.and].into_iter().flatten().find_map(|words| {
            let behind = at + 1 + words.len();
            let article = joins.articles.iter().find(|article| source.has_phrase(behind, article));
            let last_at = behind + article.map_or(0, |article| article.len());
            source.has_phrase(at + 1, words).then_some(last_at)
        })?;
    let (_, last) = clock(source, last_at, true)?;
    let Captured::Name(last) = last else { return None };
    let last_hour: u32 = last.get(1..3)?.parse().ok()?;
    // "8 p.m." says 20 without writing it.
    let is_written =
        source.token(last_at)?.folded.split([':', '.']).next().and_then(own)? == last_hour;
    let later = hour + NOON;
    let is_later = !is_written && hour < NOON && later <= last_hour;
    let hour = if is_later { later } else { hour };
    Some((1, Captured::Name(format!("T{hour:02}:{minute:02}").into())))
}
