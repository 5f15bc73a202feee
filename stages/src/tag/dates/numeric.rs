//! Dates and ranges written in digits alone, in one token.

use super::matching::Captured;
use super::tokens::Token;
use super::value::Partial;

/// The year that two digits stand for: of the last sixty years or the next to come.
pub fn full_year(year: i64) -> i64 {
    if year >= 100 {
        year
    } else if year <= 40 {
        2000 + year
    } else {
        1900 + year
    }
}

/// `2020-2030`, `2023-24`, `2022/2023`.
pub fn year_range(token: &Token) -> Option<Captured> {
    let (from, to) = token.folded.split_once(['-', '/'])?;
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if from.len() != 4 || !matches!(to.len(), 2 | 4) || !is_plain(from) || !is_plain(to) {
        return None;
    }
    let first: i64 = from.parse().ok().filter(|year| (1000..=2199).contains(year))?;
    let last: i64 = to.parse().ok()?;
    let last = if to.len() == 2 { first - first % 100 + last } else { last };
    // `2024-05` is a month; `2020-1525` a number.
    let is_month = to.len() == 2
        && token.folded.contains('-')
        && (1..=12).contains(&(last % 100))
        && last % 100 != first % 100 + 1;
    let fits = first < last && last - first <= 150 && !is_month;
    fits.then(|| Captured::Name(format!("{first:04}/{last:04}").into()))
}

/// `3-5` before or after a month.
pub fn day_range(token: &Token) -> Option<Captured> {
    let (from, to) = token.folded.split_once('-')?;
    let day = |part: &str| {
        part.parse::<i64>().ok().filter(|day| part.len() <= 2 && (1..=31).contains(day))
    };
    let (first, last) = (day(from)?, day(to)?);
    (first < last).then(|| Captured::Name(format!("{first}/{last}").into()))
}

/// The readings of a numeric date: ISO text, and the other one where day and month could change
/// places.
pub fn numeric_date(text: &str, day_first: bool) -> Option<(String, Option<String>)> {
    let iso =
        text.get(..10).filter(|_| text.len() == 10 || text[10..].starts_with('t')).unwrap_or(text);
    let parts: Vec<&str> = iso.split(['/', '-', '.']).collect();
    let separators = iso.chars().filter(|ch| !ch.is_ascii_digit()).collect::<Vec<_>>();
    let is_plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(is_plain) || separators.windows(2).any(|pair| pair[0] != pair[1]) {
        return compact_date(text).map(|date| (date, None));
    }
    let numbers: Vec<i64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let date = |year: i64, month: i64, day: i64| {
        let valid =
            (1..=12).contains(&month) && (1..=31).contains(&day) && (1000..=2199).contains(&year);
        valid.then(|| format!("{year:04}-{month:02}-{day:02}"))
    };
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    match (lengths.as_slice(), numbers.as_slice()) {
        ([4, 1..=2, 1..=2], [year, month, day]) => Some((date(*year, *month, *day)?, None)),
        ([1..=2, 1..=2, year_length @ (2 | 4)], [a, b, year]) => {
            // `1.2.12` is a version; `3.05.12` hardly one.
            if *year_length == 2 && (separators[0] == '.' && lengths[1] < 2) {
                return None;
            }
            let year = full_year(*year);
            let (european, american) = (date(year, *b, *a), date(year, *a, *b));
            let (first, other) =
                if day_first { (european, american) } else { (american, european) };
            match (first, other) {
                (Some(first), other) => {
                    Some((first.clone(), other.filter(|other| *other != first)))
                }
                (None, other) => other.map(|date| (date, None)),
            }
        }
        ([4, 2], [year, month])
            if separators[0] == '-' && (1..=12).contains(month) && (1900..=2199).contains(year) =>
        {
            Some((format!("{year:04}-{month:02}"), None))
        }
        ([2, 4], [month, year])
            if separators[0] == '/' && (1..=12).contains(month) && (1900..=2199).contains(year) =>
        {
            Some((format!("{year:04}-{month:02}"), None))
        }
        _ => compact_date(text).map(|date| (date, None)),
    }
}

/// Whether days stand before months in the dates with strokes of `text`, where one tells
/// (`25/12/2013`); none where none does.
pub fn order_told(text: &str) -> Option<bool> {
    let is_inside = |ch: char| ch.is_ascii_digit() || ch == '/';
    text.split(|ch| !is_inside(ch)).find_map(|date| {
        let mut parts = date.split('/');
        let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
        let number =
            |part: &str| part.parse::<u8>().ok().filter(|number| (1..=31).contains(number));
        let (first, second) = (number(first)?, number(second)?);
        let is_date = year.len() == 4 && parts.next().is_none();
        (is_date && (first > 12) != (second > 12)).then_some(first > 12)
    })
}

/// The ends of `10-15`.
pub fn number_range(token: &Token) -> Option<(i64, i64)> {
    let (first, last) = token.folded.split_once('-')?;
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| text.parse().ok().filter(|_| is_plain(text));
    Some((number(first)?, number(last)?))
}

/// `14/05`, and with a stop behind it `14.5`, as `05-14`.
pub fn numeric_day_month(token: &Token, day_first: bool, has_stop: bool) -> Option<String> {
    let (first, second) = token.folded.split_once(if has_stop { '.' } else { '/' })?;
    let is_whole = |text: &str| text.len() == 2 || has_stop && text.len() == 1;
    let part = |text: &str| text.parse::<i64>().ok().filter(|_| is_whole(text));
    let (first, second) = (part(first)?, part(second)?);
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    let valid = (1..=31).contains(&day) && (1..=12).contains(&month);
    valid.then(|| format!("{month:02}-{day:02}"))
}

/// `23-2020` behind a month (`Sep-23-2020`).
pub fn day_and_year(text: &str) -> Option<Captured> {
    let (day, year) = text.split_once('-').filter(|(_, year)| year.len() == 4)?;
    let fits = |part: &str, end: u16| part.parse::<u16>().is_ok_and(|part| part < end);
    (fits(day, 32) && fits(year, 2200)).then(|| Captured::Name(text.to_owned().into()))
}

/// The ends of `10/1-11/7` and of `5/1-5/7/2020`, without a year or with one.
pub fn numeric_range(text: &str, day_first: bool) -> Option<[Partial; 2]> {
    let (from, to) = text.split_once('-')?;
    Some([numeric_day(from, day_first)?, numeric_day(to, day_first)?])
}

/// `5/1` and `5/1/2020`.
fn numeric_day(text: &str, day_first: bool) -> Option<Partial> {
    let parts: Vec<&str> = text.split('/').collect();
    let (first, second, year) = match parts[..] {
        [first, second] => (first, second, None),
        [first, second, year] if year.len() == 4 => (first, second, Some(year.parse().ok()?)),
        _ => return None,
    };
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    let is_day = (1..=31).contains(&day) && (1..=12).contains(&month);
    is_day.then_some(Partial { year, month: Some(month), day: Some(day) })
}

/// `20240521`.
fn compact_date(text: &str) -> Option<String> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (&text[..4], &text[4..6], &text[6..]);
    let within = |part: &str, min: u32, max: u32| {
        part.parse::<u32>().is_ok_and(|part| (min..=max).contains(&part))
    };
    let valid = within(year, 1990, 2060) && within(month, 1, 12) && within(day, 1, 31);
    valid.then(|| format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_can_be_read_one_way_tells_the_order() {
        for (text, told) in [
            ("on 25/12/2013, not 3/4/2013", Some(true)),
            ("on 12/25/2013", Some(false)),
            ("3/4/2013", None),
            ("25/26/2013", None),
            ("1/25/12/2013 and 25/12/13 and 25/12", None),
        ] {
            assert_eq!(order_told(text), told, "{text}");
        }
    }
}
