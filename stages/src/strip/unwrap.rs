//! Hard-wrapped text: lines that a fixed width broke are put together to the paragraph they were.
//!
//! Wrapping leaves a trace: each line but a paragraph's last is so full that the first word of the
//! next would not have fitted. One width under which most breaks inside a sentence are of that
//! kind makes the text a wrapped one; a text without such a width stays as it is.
//!
//! Invariant: the paragraphs hold the lines they were made of, whole and in order. An empty line
//! always parts two paragraphs. Nothing here depends on a language.

use super::line::is_closed;
use crate::span::Span;

/// Widths, in columns, that text is wrapped to.
const WIDTH_MIN: usize = 48;
const WIDTH_MAX: usize = 100;
/// No line of fewer or more bytes is looked at; characters have four bytes at the most.
const LINE_BYTES_MIN: usize = WIDTH_MIN / 2;
const LINE_BYTES_MAX: usize = WIDTH_MAX * 4;
/// So many breaks inside a sentence must fit the width …
const CUTS_MIN: usize = 3;
/// … which are this share of all, in hundredths.
const CUT_SHARE_MIN: usize = 65;
/// Inside a sentence a line may fall short of the width by so much: some programs even out lines.
const SLACK: usize = 4;

/// The paragraphs that `lines`, trimmed and in order, are of; without a sign of wrapping, each
/// line is one.
pub fn paragraphs(text: &str, lines: Vec<Span>) -> Vec<Span> {
    let breaks: Vec<Option<Break>> =
        lines.windows(2).map(|pair| Break::between(text, pair[0], pair[1])).collect();
    let Some(width) = Width::of(&breaks) else { return lines };
    let is_long = |line: &&Span| columns(line.slice(text)) > WIDTH_MAX;
    if lines.iter().filter(is_long).count() > width.cut_count {
        return lines;
    }
    let mut paragraphs: Vec<Span> = Vec::with_capacity(lines.len());
    let joins = breaks.iter().scan(false, |goes_on, found| {
        *goes_on =
            found.is_some_and(|found| found.joins(&width) || found.is_short(&width, *goes_on));
        Some(*goes_on)
    });
    for (line, is_joined) in lines.into_iter().zip(std::iter::once(false).chain(joins)) {
        match paragraphs.last_mut() {
            Some(last) if is_joined => last.end = line.end,
            _ => paragraphs.push(line),
        }
    }
    paragraphs
}

/// The end of a line that another follows at once.
#[derive(Debug, Clone, Copy)]
struct Break {
    /// Columns of the line …
    length: usize,
    /// … and with the first word of the next.
    length_with_next: usize,
    /// It stands inside a sentence: no stop before it, no capital after it.
    is_cut: bool,
    /// It ends without a stop.
    is_open: bool,
    /// The line or the next has its stop, or the next goes on in lower case.
    is_prose: bool,
    /// Columns of the next line.
    next_length: usize,
    /// The next line begins an item of a list, or is set further in.
    opens: bool,
}

impl Break {
    fn between(text: &str, line: Span, next: Span) -> Option<Self> {
        let gap = &text[line.end as usize..next.start as usize];
        let is_one_break = gap.bytes().filter(|byte| *byte == b'\n').count() == 1;
        if !is_one_break || !(LINE_BYTES_MIN..=LINE_BYTES_MAX).contains(&line.range().len()) {
            return None;
        }
        let (words, next_words) = (line.slice(text), next.slice(text));
        let (margin, next_margin) = (margin(text, line), margin(text, next));
        let length = margin + columns(words);
        let mark = mark_length(words);
        let hangs = margin + if is_item(words) { mark } else { 0 };
        let follows = next_words.starts_with(|ch: char| ch.is_alphabetic() && !ch.is_uppercase());
        let is_open = words.ends_with(|ch: char| ch.is_alphanumeric() || matches!(ch, ',' | '-'));
        let begins_item = is_item(next_words) && (is_bullet(next_words) || !is_open);
        Some(Self {
            length,
            length_with_next: length + 1 + first_word_columns(next_words),
            is_cut: is_open && follows,
            is_open,
            is_prose: follows || is_closed(words) || is_closed(next_words),
            next_length: next_margin + columns(next_words),
            opens: begins_item || next_margin > hangs,
        })
    }

    /// Whether a paragraph goes on over this break in a text wrapped to `width`.
    fn joins(self, width: &Width) -> bool {
        let slack = if self.is_cut { SLACK } else { 0 };
        let is_full = self.length <= width.most && width.least < self.length_with_next + slack;
        let is_next_full = self.next_length * 4 >= width.least * 3;
        !self.opens && is_full && (self.is_prose || is_next_full)
    }

    /// Whether a short line goes on in the next, as one broken by hand does: inside a sentence, or
    /// without a stop in a paragraph that goes on over the break before.
    fn is_short(self, width: &Width, goes_on: bool) -> bool {
        let is_inside = self.is_cut || goes_on && self.is_open;
        !self.opens && is_inside && self.length <= width.most && self.length * 2 >= width.least
    }
}

/// The width that a text was wrapped to, as far as its lines tell.
#[derive(Debug, Clone, Copy)]
struct Width {
    least: usize,
    most: usize,
    /// Breaks inside a sentence that it explains.
    cut_count: usize,
}

impl Width {
    /// The width that explains most breaks inside a sentence, if they are enough.
    fn of(breaks: &[Option<Break>]) -> Option<Self> {
        let within = |found: &&Break| {
            found.is_cut && !found.opens && (WIDTH_MIN..=WIDTH_MAX).contains(&found.length)
        };
        let mut all_count = 0;
        // How many more breaks fit each width than the one below it.
        let mut steps = [0_isize; WIDTH_MAX + SLACK + 2];
        for found in breaks.iter().flatten().filter(within) {
            all_count += 1;
            steps[found.length] += 1;
            steps[(found.length_with_next + SLACK).min(WIDTH_MAX + SLACK + 1)] -= 1;
        }
        let (mut fitting, mut best, mut least, mut most) = (0, 0, 0, 0);
        for (width, step) in steps.iter().enumerate() {
            if fitting == best && *step != 0 && least > most {
                most = width - 1;
            }
            fitting += step;
            if fitting > best {
                (best, least, most) = (fitting, width, 0);
            }
        }
        let cut_count = best.unsigned_abs();
        let is_enough = cut_count >= CUTS_MIN && cut_count * 100 >= all_count * CUT_SHARE_MIN;
        let most = most.saturating_sub(SLACK).max(least);
        is_enough.then_some(Self { least, most, cut_count })
    }
}

/// Columns of white space before `line`.
fn margin(text: &str, line: Span) -> usize {
    let before = &text[..line.start as usize];
    before.chars().rev().take(WIDTH_MAX).take_while(|ch| *ch != '\n' && ch.is_whitespace()).count()
}

fn columns(words: &str) -> usize {
    words.chars().map(|ch| if is_wide(ch) { 2 } else { 1 }).sum()
}

/// Columns of what cannot be parted at the start of `words`.
fn first_word_columns(words: &str) -> usize {
    match words.chars().next() {
        Some(ch) if is_wide(ch) => 2,
        _ => columns(words.split_whitespace().next().unwrap_or("")),
    }
}

/// Characters of Chinese, Japanese and Korean that take two columns.
fn is_wide(ch: char) -> bool {
    matches!(ch, '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FF60}')
}

fn is_bullet(words: &str) -> bool {
    words.starts_with(['-', '*', '+', '•', '·', '▪', '●', '◦', '>', '#', '|'])
}

/// Whether `words` open with the mark of a list's item: a bullet, a dash, a number.
fn is_item(words: &str) -> bool {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbered = (1..=3).contains(&digits)
        && words[digits..].starts_with(['.', ')'])
        && words[digits + 1..].starts_with(' ');
    is_bullet(words) || words.starts_with(['–', '—']) || is_numbered
}

/// Columns from the start of an item's mark to its words.
fn mark_length(words: &str) -> usize {
    let mark = words.split_whitespace().next().unwrap_or("");
    let rest = &words[mark.len()..];
    columns(mark) + rest.len() - rest.trim_start().len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The paragraphs of `text`, each on one line.
    fn unwrapped(text: &str) -> Vec<String> {
        let mut at = 0;
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let span = Span::new(at, at + line.len()).trimmed(text);
            if !span.is_empty() {
                lines.push(span);
            }
            at += line.len() + 1;
        }
        let words = |span: Span| span.slice(text).split_whitespace().collect::<Vec<_>>().join(" ");
        paragraphs(text, lines).into_iter().map(words).collect()
    }

    /// `paragraph` broken at `width`, each line after `margin`.
    fn wrapped(paragraph: &str, width: usize, margin: &str) -> String {
        let mut lines = vec![margin.to_owned()];
        for word in paragraph.split(' ') {
            let last = lines.last_mut().unwrap();
            if last.len() > margin.len() && columns(last) + 1 + columns(word) > width {
                lines.push(format!("{margin}{word}"));
            } else {
                last.push_str(if last.len() > margin.len() { " " } else { "" });
                last.push_str(word);
            }
        }
        lines.join("\n")
    }

    const PARAGRAPHS: [&str; 4] = [
        "The harbour board said on Friday that the old ferry would stay in service for another \
         winter, although two of its four engines have been out of order since the end of June.",
        "\"We looked at every offer on the table, and none of them would have brought us a boat \
         before the ice comes,\" said the chairwoman. Fares go up by a tenth from Monday on, and \
         the last crossing of the day will be an hour earlier than now.",
        "Islanders have asked for a bridge for forty years, and for forty years they have been \
         told that the strait is too deep, the wind too strong and the money needed elsewhere, \
         which is what the minister said again when she came to open the new school in May.",
        "She left by helicopter.",
    ];

    #[test]
    fn a_wrapped_text_comes_back_as_its_paragraphs() {
        for width in [50, 60, 65, 72, 80, 98] {
            for margin in ["", "   "] {
                let broken = PARAGRAPHS.map(|paragraph| wrapped(paragraph, width, margin));
                assert_eq!(unwrapped(&broken.join("\n\n")), PARAGRAPHS, "{width} {margin:?}");
            }
        }
    }

    #[test]
    fn heads_and_lists_beside_wrapped_paragraphs_stay_apart() {
        let broken = PARAGRAPHS.map(|paragraph| wrapped(paragraph, 72, ""));
        let head = "Ferry to stay another winter";
        let items = [
            "engines: two of the four are to be taken out, sent to the yard at Holm and be back \
             before May",
            "a new cook",
        ];
        let items = items.map(|words| (format!("* {words}"), wrapped(words, 72, "  ")));
        let list = items.clone().map(|(_, lines)| lines.replacen("  ", "* ", 1)).join("\n");
        let text = format!("{head}\n{}\n{}\n{list}", broken[0], broken[1]);
        assert_eq!(
            unwrapped(&text),
            [head, PARAGRAPHS[0], PARAGRAPHS[1], &items[0].0, &items[1].0]
        );
    }

    #[test]
    fn a_line_broken_short_goes_on() {
        let short = [
            "The ferry is old, says Ann Lee, who has been its",
            "captain for thirty years and whose father was its",
            "cook before. Nobody here has seen the Harbour of",
            "Holm.",
        ];
        let broken = PARAGRAPHS.map(|paragraph| wrapped(paragraph, 72, ""));
        let text = format!("{}\n\n{}\n\n{}", broken[0], broken[1], short.join("\n"));
        assert_eq!(unwrapped(&text), [PARAGRAPHS[0], PARAGRAPHS[1], &short.join(" ")]);
    }

    #[test]
    fn scripts_without_capitals_are_unwrapped() {
        let arabic = "قال رئيس بلدية المدينة الساحلية إن العبارة القديمة ستبقى في الخدمة شتاء آخر على \
            الرغم من أن اثنين من محركاتها الأربعة معطلان منذ نهاية شهر حزيران الماضي وإن الأسعار \
            سترتفع بمقدار العشر ابتداء من يوم الاثنين المقبل على أن تنطلق آخر رحلة في اليوم قبل \
            موعدها الحالي بساعة كاملة.";
        assert_eq!(unwrapped(&wrapped(arabic, 64, "")), [arabic]);
    }

    #[test]
    fn lines_that_no_width_broke_stay() {
        let verse = "we counted all the lanterns on the quay\nand gave the smallest one \
            your brother's name,\nthe tide came in, it would not wait or stay\n\
            for anyone, and still the herring came\nthrough sleet and fog to where the pilots \
            lay\nwith nothing left to bargain but the flame";
        assert_eq!(unwrapped(verse).len(), 6);
        let menu = "home\nsport\nweather and traffic\nletters to the editor\njobs\nproperty";
        assert_eq!(unwrapped(menu).len(), 6);
        let one_a_line = PARAGRAPHS.join("\n");
        assert_eq!(unwrapped(&one_a_line), PARAGRAPHS);
    }

    /// A paragraph in which capitals begin every fourth word or so.
    fn paragraph() -> impl Strategy<Value = String> {
        let words = prop::collection::vec(
            "[a-zéß]{1,12}|[a-z]{2,9}|[a-z]{2,7}[,;]?|[A-ZÄ][a-z]{2,11}",
            60..90,
        );
        words.prop_map(|words| format!("{}.", words.join(" ")))
    }

    proptest! {
        #[test]
        fn every_width_is_found(
            paragraphs in prop::collection::vec(paragraph(), 6),
            width in 55..=WIDTH_MAX,
        ) {
            let broken: Vec<String> =
                paragraphs.iter().map(|paragraph| wrapped(paragraph, width, "")).collect();
            prop_assert_eq!(unwrapped(&broken.join("\n\n")), paragraphs);
        }

        #[test]
        fn no_line_is_lost_or_altered(text in "([a-zA-Zé字ع ,.-]{0,90}\n{1,2}){0,20}") {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(unwrapped(&text).join(" "), words(&text));
        }

        #[test]
        fn any_text_will_do(text: String) {
            unwrapped(&text);
        }
    }
}
