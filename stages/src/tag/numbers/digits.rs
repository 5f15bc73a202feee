//! Numbers in digits: groups, decimal marks, vulgar fractions.
//!
//! Invariant: a mark is read as a decimal mark or a group mark, never dropped.

use rust_decimal::Decimal;

use super::grammar::Numbers;

impl Numbers {
    /// The number in digits that `text` begins with, and its length in bytes; none where no decimal
    /// holds it exactly.
    pub fn digits(&self, text: &str) -> Option<(Decimal, usize)> {
        let (digits, mut at) = self.digit_text(text)?;
        let mut value = Decimal::from_str_exact(&digits).ok()?;
        if let Some(fraction) = text[at..].chars().next().and_then(vulgar_fraction) {
            value = value.checked_add(fraction)?;
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
        Some((value, at))
    }

    /// The digits that `text` begins with, without grouping and with a point as decimal mark, and
    /// their length in bytes.
    pub fn digit_text(&self, text: &str) -> Option<(String, usize)> {
        let mut digits = String::new();
        let mut at = digit_run(text, &mut digits);
        let mut grouped = false;
        let mut mark = None;
        let is_grouped = is_grouped(&text[at..]);
        // Groups: `1 250 000`, `1.250.000`; Indian ones (`12,34,567`) have two digits.
        while ((1..=3).contains(&digits.len()) || grouped) && digits.len() < GROUPED_DIGITS_MAX {
            let Some(sign) = text[at..].chars().next() else { break };
            let fits = is_grouped && matches!(sign, '.' | ',')
                || self.group_marks.contains(&sign)
                || is_group_mark_anywhere(sign);
            if !fits || mark.is_some_and(|mark| mark != sign && !(is_space(mark) && is_space(sign)))
            {
                break;
            }
            let rest = &text[at + sign.len_utf8()..];
            let mut group = String::new();
            let length = digit_run(rest, &mut group);
            let indian = sign == ',' && group.len() == 2 && is_indian_tail(&rest[length..]);
            if group.len() != 3 && !indian {
                break;
            }
            digits.push_str(&group);
            at += sign.len_utf8() + length;
            grouped = true;
            mark = Some(sign);
        }
        let rest = &text[at..];
        let sign = rest.chars().next();
        let other_mark = if self.decimal_mark == ',' { '.' } else { ',' };
        let is_decimal = |sign: char| {
            (sign == self.decimal_mark || sign == '٫' || sign == other_mark) && mark != Some(sign)
        };
        if let Some(sign) = sign.filter(|sign| is_decimal(*sign)) {
            let mut fraction = String::new();
            let length = digit_run(&rest[sign.len_utf8()..], &mut fraction);
            let fits = match fraction.len() {
                0 => false,
                // The other mark before three digits would be a group.
                3 => sign != other_mark || grouped,
                _ => true,
            };
            if fits {
                digits.push('.');
                digits.push_str(&fraction);
                at += sign.len_utf8() + length;
            }
        }
        (!digits.is_empty()).then_some((digits, at))
    }
}

pub fn is_digit(ch: char) -> bool {
    ch.is_ascii_digit() || ('\u{660}'..='\u{669}').contains(&ch)
}

pub fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

/// White space between the words of one number, a line's end included.
pub fn is_gap(ch: char) -> bool {
    is_space(ch) || ch == '\n'
}

/// Whether `text`, behind its first digits, goes on with groups of three digits whatever the
/// language: two or more behind the same point or comma, or one with decimals behind the other mark
/// (`3,600.00`).
fn is_grouped(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mark = |at: usize| bytes.get(at).filter(|byte| matches!(byte, b'.' | b','));
    let (first, second) = (mark(0), mark(4));
    let is_tail = if first == second { digits(5) == 3 } else { (1..=2).contains(&digits(5)) };
    first.is_some() && second.is_some() && digits(1) == 3 && is_tail
}

/// Marks that group digits in every language.
fn is_group_mark_anywhere(ch: char) -> bool {
    matches!(ch, '\u{A0}' | '\u{202F}' | '\u{2009}' | '\'' | '’' | '٬')
}

/// Appends the digits that `text` begins with as ASCII; returns their length in bytes.
fn digit_run(text: &str, digits: &mut String) -> usize {
    let mut length = 0;
    for ch in text.chars() {
        let digit = match ch {
            '0'..='9' => ch,
            '\u{660}'..='\u{669}' => {
                char::from_digit(ch as u32 - 0x660, 10).expect("one of ten digits")
            }
            _ => break,
        };
        digits.push(digit);
        length += ch.len_utf8();
    }
    length
}

/// After a group of two digits, Indian grouping ends in a group of three.
fn is_indian_tail(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    // No decimal holds more groups.
    for at in (0..3 * INDIAN_GROUPS_MAX).step_by(3) {
        let group = |length: usize| {
            let digits = bytes.get(at + 1..at + 1 + length);
            bytes.get(at) == Some(&b',')
                && digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
        };
        if group(3) && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit) {
            return true;
        }
        if !group(2) {
            return false;
        }
    }
    false
}

const INDIAN_GROUPS_MAX: usize = 14;
/// What goes on longer in groups of digits is a table, and no number.
const GROUPED_DIGITS_MAX: usize = 100;

fn vulgar_fraction(ch: char) -> Option<Decimal> {
    match ch {
        '½' => Some(Decimal::new(5, 1)),
        '¼' => Some(Decimal::new(25, 2)),
        '¾' => Some(Decimal::new(75, 2)),
        _ => None,
    }
}
