//! What is counted from a date that the text named: "two years later", "the following January".
//!
//! Invariant: as in `meaning`, what neither text nor anchor can tell stays open.

use jiff::ToSpan;
use jiff::civil::Date;

use super::meaning::{Context, Meant, Parts, UNITS_END};
use super::parts_of_units::span;
use super::periods::length;
use super::value::{HALF_WEEK, Partial, Value, nearest_weekday, reference};
use crate::layers::Resolution;

/// The `value` of a rule whose words are counted from the document where the text names no date.
const ELSE_DOCUMENT: &str = "document";

impl Parts<'_> {
    pub fn text_offset(&self) -> Option<Meant> {
        Some(self.date_from_text()?.at(self.found.name("day_part")))
    }

    fn date_from_text(&self) -> Option<Meant> {
        let shift = self.rule.shift?;
        if let Some(month) = self.number("month") {
            if shift == 0 {
                return self.in_named_year(month);
            }
            let value = self.context.text_date.and_then(|named| month_beside(named, month, shift));
            return value
                .map(|(value, named)| from_text(value, named))
                .or_else(|| self.month(month));
        }
        if let Some(weekday) = self.weekday() {
            let value = self.context.text_day.map(|day| {
                let moved = nearest_weekday(day, weekday, shift > 0, false);
                from_text(Value::of_date(moved), Value::of_date(day))
            });
            return value.or_else(|| Some(self.bare_weekday(weekday)));
        }
        if let Some((number, unit)) = length(self.found) {
            return self.units_from_text(number, shift, unit);
        }
        let value = self.context.text_day.and_then(|day| {
            let moved = day.checked_add(shift.days()).ok()?;
            Some(from_text(Value::of_date(moved), Value::of_date(day)))
        });
        let from_document = || {
            let value = if self.is_of_document() { self.shifted("day", shift) } else { None };
            self.context.resolved_or(value, || reference(shift))
        };
        Some(value.unwrap_or_else(from_document))
    }

    /// "24 December of that year": in the year of the last date named in the text.
    fn in_named_year(&self, month: i8) -> Option<Meant> {
        let named = self.context.text_date.filter(|named| named.year.is_some());
        let year = named.and_then(|named| named.year);
        let value = Partial { year, month: Some(month), day: self.number("day") }.value();
        match named {
            Some(named) => value.days.is_some().then(|| from_text(value, named.value())),
            None => Some(Context::unresolved(value)),
        }
    }

    fn is_else_document(&self) -> bool {
        self.rule.value.as_deref() == Some(ELSE_DOCUMENT)
    }

    /// Whether the words are counted from the document, where the text names no date that fits: not
    /// beside one of another year ("In June 1815 … two days earlier").
    fn is_of_document(&self) -> bool {
        let near = self.context.text_date.filter(|_| self.context.is_text_near);
        let year = self.context.anchor.and_then(|anchor| anchor.year);
        self.is_else_document() && near.is_none_or(|named| named.year == year)
    }

    /// "two years later": so many units from the last date named in the text; backwards, only from
    /// one named just before.
    fn units_from_text(&self, number: i64, sign: i64, unit: &str) -> Option<Meant> {
        if matches!(unit, "hour" | "minute" | "second") {
            // "Three hours later": of no time that is known, so a length.
            return match sign {
                0 => None,
                _ if self.is_else_document() => Some(Context::unresolved(reference(sign))),
                _ => self.duration(),
            };
        }
        let number = number.checked_mul(sign).filter(|number| number.abs() < UNITS_END)?;
        let from_anchor = || {
            let value = match unit {
                "decade" => self.shifted("year", number * 10),
                "century" => self.shifted("year", number * 100),
                unit => self.shifted(unit, number),
            };
            self.context.resolved_or(value, || reference(sign))
        };
        let may_count = sign >= 0 || self.context.is_text_near;
        let named = self.context.text_date.filter(|_| may_count);
        // "That day" is one, whatever was named after it.
        let day = || self.context.text_day.filter(|_| unit == "day" && sign == 0);
        let is_told = |named: &Partial| unit != "day" || named.day.is_some();
        let named = named.filter(is_told).or_else(|| day().map(Partial::of_date)).or(named);
        let moved =
            named.and_then(|named| Some(from_text(moved(named, number, unit)?, named.value())));
        // What was told of no date is of the past.
        match (moved, named) {
            (Some(meant), _) => Some(meant),
            (None, _) if self.is_of_document() => Some(from_anchor()),
            (None, Some(_)) => Some(Context::unresolved(reference(-1))),
            (None, None) if sign == 0 => None,
            (None, None) if self.context.is_future() => Some(from_anchor()),
            (None, None) => Some(Context::unresolved(reference(-1))),
        }
    }
}

fn from_text(value: Value, named: Value) -> Meant {
    let (resolution, anchor) = (Resolution::Text, Some(named.text));
    Meant { resolution, anchor, ..Context::explicit(value) }
}

/// `number` units from the date `named`, where that is as fine as the unit.
fn moved(named: Partial, number: i64, unit: &str) -> Option<Value> {
    let is_fine = match unit {
        "day" | "week" | HALF_WEEK => named.day.is_some(),
        "month" => named.month.is_some(),
        _ => true,
    };
    let first = Partial { month: named.month.or(Some(1)), day: named.day.or(Some(1)), ..named };
    let day = first.date().filter(|_| is_fine)?.checked_add(span(number, unit)?).ok()?;
    Some(match unit {
        "year" | "decade" | "century" => Value::of_year(day.year()),
        "month" => Value::of_month(day),
        "week" | HALF_WEEK => Value::of_week(day),
        _ => Value::of_date(day),
    })
}

/// The next month of this name behind the date `named`, or with a negative `shift` the last before.
fn month_beside(named: Partial, month: i8, shift: i64) -> Option<(Value, Value)> {
    let year = named.year?;
    let own = named.month.unwrap_or(if shift > 0 { 12 } else { 1 });
    let year = match shift {
        ..0 => year - i16::from(month >= own),
        _ => year + i16::from(month <= own),
    };
    let first = Date::new(year, month, 1).ok()?;
    Some((Value::of_month(first), named.value()))
}
