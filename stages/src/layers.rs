//! The layers: what each stage writes about one article, and no more.
//!
//! Invariant: `Document::text` is fixed by `decode`; every other layer points into it with spans.
//! Invariant: a layer holds no hash map and no float, so that its serialised bytes are stable.

use serde::{Deserialize, Serialize};

use crate::page::{Container, Mark, Nature};
use crate::span::{OffsetMap, Score, Span};

/// Declares an enumeration whose variants have fixed names in tables and JSON.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$inner])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every value, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in tables, JSON and language files.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

named! {
    /// How a raw file was read.
    Format { Text = "text", Html = "html", }
}

named! {
    /// What `decode` could make of the raw bytes.
    Readability {
        Readable = "readable",
        /// No character but white space.
        Empty = "empty",
        /// Bytes that are no text in any encoding known here.
        Binary = "binary",
    }
}

named! {
    /// How much of a date is known.
    Precision { Year = "year", Month = "month", Day = "day", Minute = "minute", }
}

named! {
    /// Where the publication date was found, the most trusted first.
    PublishedSource {
        /// Told by the caller, as a reference date.
        Given = "given",
        Metadata = "metadata",
        /// A line that is a date, beside the title or the byline.
        Header = "header",
        /// The place-and-date opening of the first body paragraph.
        Dateline = "dateline",
        /// A date of the body that says it is today ("ce vendredi 2 octobre 2020").
        Deictic = "body_deictic",
        Address = "address",
        /// The name of the article's file (`2024-05-21_harbour.txt`).
        FileName = "file_name",
        /// The mark a scraper left at the head of the text (` date 2024-05 `).
        Stamp = "stamp",
    }
}

named! {
    /// The part of a page that says something of the article.
    Evidence {
        /// A record of schema.org in a script.
        JsonLd = "json_ld",
        /// A `<meta>` of Open Graph.
        OpenGraph = "open_graph",
        /// A `<meta>` for the cards of a social network.
        Twitter = "twitter",
        Meta = "meta",
        /// `itemprop` of an element.
        Microdata = "microdata",
        Time = "time",
        /// The heading that readers see.
        Heading = "heading",
        /// The byline that readers see.
        Byline = "byline",
        TitleElement = "title_element",
    }
}

/// What a part of a page says the article is called, or by whom it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub value: String,
    pub evidence: Evidence,
}

/// A publication date as found: ISO text of its precision (`2024-05`, `2024-05-21T10:48`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub value: String,
    pub precision: Precision,
    pub source: PublishedSource,
    /// The part of the page that says so, where the date is metadata of a page.
    pub evidence: Option<Evidence>,
    /// The words in the text that say so, where there are any.
    pub span: Option<Span>,
}

/// Metadata that the raw file, or the container it came in, states apart from its prose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stated {
    /// The id that the article has in its container.
    pub record_id: Option<String>,
    pub url: Option<String>,
    /// The article's own address, as the page states it.
    pub canonical_url: Option<String>,
    pub title: Option<String>,
    /// All that the page calls the article, the chosen first; nothing but for pages.
    pub titles: Vec<Claim>,
    pub authors: Vec<String>,
    /// Each part's names of authors, joined, the chosen first; nothing but for pages.
    pub bylines: Vec<Claim>,
    pub site: Option<String>,
    pub language: Option<String>,
    /// Candidates for the publication date: what the container told, then in order of the text.
    pub published: Vec<Published>,
    /// When the page was last changed: ISO text of the precision known.
    pub modified: Option<String>,
    /// Text of the file that only states metadata (a scraper's stamp): never body.
    pub stamp: Option<Span>,
    /// What the page says that it is.
    pub nature: Nature,
}

/// Written by `decode`: the text and the way back to the raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Lines end in `\n`; there is no byte order mark; otherwise the text as it came, or the
    /// visible text of a page of HTML.
    pub text: String,
    pub map: OffsetMap,
    pub readability: Readability,
    pub format: Format,
    /// WHATWG name of the encoding, lower case (`utf-8`, `windows-1252`).
    pub encoding: String,
    /// Bytes that were no character in that encoding, each replaced by U+FFFD.
    pub replacement_count: u32,
    pub stated: Stated,
    /// Of a page of HTML: what its structure says of each line of the text that is not blank.
    pub marks: Vec<Mark>,
    /// Of a page of HTML: the blocks that its lines are in.
    pub containers: Vec<Container>,
}

named! {
    /// What a block of the page is.
    Kind {
        Title = "title",
        SectionHeading = "section_heading",
        Body = "body",
        DateHeader = "date_header",
        Byline = "byline",
        Nav = "nav",
        Related = "related",
        CommentForm = "comment_form",
        Comment = "comment",
        Newsletter = "newsletter",
        Social = "social",
        ReadingTime = "reading_time",
        Legal = "legal",
        ViewCount = "view_count",
        Ad = "ad",
        Caption = "caption",
        OtherBoilerplate = "other_boilerplate",
    }
}

impl Kind {
    /// Whether blocks of this kind are the article's own words.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Title | Self::SectionHeading | Self::Body)
    }
}

/// One line of the text, part of one, or all lines of a hard-wrapped paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Without the white space around it; never empty.
    pub span: Span,
    pub kind: Kind,
    pub keep: bool,
    /// The rule that decided, named as in the code or the language's file.
    pub rule: String,
    /// How sure the rule is of its kind.
    pub score: Score,
    /// This block goes on with the sentence that an earlier kept block broke off: its index.
    pub continues: Option<u32>,
}

named! {
    /// Whether a text holds an article.
    ArticleStatus {
        Ok = "ok",
        /// Readable, but nothing in it is an article's body (a menu, an index page).
        NoArticle = "no_article",
        Empty = "empty",
        Binary = "binary",
    }
}

/// Written by `strip`: every block of the text, in order, kept or dropped.
///
/// Invariant: blocks do not overlap and hold every character of the text but white space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocks {
    pub blocks: Vec<Block>,
    pub status: ArticleStatus,
    /// The title's words, where the text or its metadata has one.
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub site: Option<String>,
}

impl Blocks {
    /// The authors' names as one text.
    pub fn author(&self) -> Option<String> {
        (!self.authors.is_empty()).then(|| self.authors.join("; "))
    }

    /// A text taken as clean: each line is a body block.
    pub fn all_body(text: &str) -> Self {
        let mut start = 0;
        let lines = text.split('\n').map(|line| {
            let span = Span::new(start, start + line.len()).trimmed(text);
            start += line.len() + 1;
            span
        });
        Self::body_of(lines.filter(|span| !span.is_empty()))
    }

    /// A text taken as clean: each of `spans` is a body block.
    pub fn body_of(spans: impl Iterator<Item = Span>) -> Self {
        let block = |span| Block {
            span,
            kind: Kind::Body,
            keep: true,
            rule: "taken_as_clean".to_owned(),
            score: Score::ONE,
            continues: None,
        };
        let blocks: Vec<Block> = spans.map(block).collect();
        let status = if blocks.is_empty() { ArticleStatus::Empty } else { ArticleStatus::Ok };
        Self { blocks, status, title: None, authors: Vec::new(), site: None }
    }
}

/// A language and how sure we are of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged {
    /// BCP 47 primary tag (`fr`), or `und` where nothing can be said.
    pub tag: String,
    pub confidence: Score,
}

impl Tagged {
    pub fn und() -> Self {
        Self { tag: "und".to_owned(), confidence: Score(0) }
    }
}

named! {
    /// What a span's language was decided by.
    LanguageBasis { Own = "own", Document = "document", Script = "script", Nothing = "none", }
}

/// A stretch of kept text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageRun {
    pub span: Span,
    pub language: Tagged,
    pub basis: LanguageBasis,
}

/// Written by `detect`: the document's language and that of each stretch of its kept text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    pub document: Tagged,
    /// Languages with a tenth of the letters or more and their shares, the largest first.
    pub shares: Vec<(String, Score)>,
    /// In order of the text; together they hold every kept block.
    pub runs: Vec<LanguageRun>,
}

impl Language {
    /// A text whose language the caller told.
    pub fn given(tag: &str, blocks: &Blocks) -> Self {
        let language = Tagged { tag: tag.to_owned(), confidence: Score::ONE };
        let kept = blocks.blocks.iter().filter(|block| block.keep);
        let run = |block: &Block| LanguageRun {
            span: block.span,
            language: language.clone(),
            basis: LanguageBasis::Document,
        };
        Self {
            runs: kept.map(run).collect(),
            shares: vec![(tag.to_owned(), Score::ONE)],
            document: language,
        }
    }

    /// The run that holds byte `offset`, if it is kept text.
    pub fn run_at(&self, offset: u32) -> Option<&LanguageRun> {
        let after = self.runs.partition_point(|run| run.span.start <= offset);
        let run = self.runs.get(after.checked_sub(1)?)?;
        (offset < run.span.end).then_some(run)
    }
}

/// A sentence, a title or a heading. Two spans where a body cut in two was rejoined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// In order of the text, without white space at the edges; at least one.
    pub spans: Vec<Span>,
    /// Index of the block the sentence begins in.
    pub block: u32,
    pub language: Tagged,
    pub language_basis: LanguageBasis,
}

impl Sentence {
    /// The sentence as one text; the spans of a rejoined one are parted by one space.
    pub fn text<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        joined(&self.spans, text)
    }
}

/// The words of `spans` as one text, a space between two spans.
pub fn joined<'a>(spans: &[Span], text: &'a str) -> std::borrow::Cow<'a, str> {
    match spans {
        [span] => span.slice(text).into(),
        _ => {
            let parts: Vec<&str> = spans.iter().map(|span| span.slice(text)).collect();
            parts.join(" ").into()
        }
    }
}

/// Written by `segment`: the sentences of the kept text, in order.
///
/// Invariant: every character of a kept block but white space is in exactly one sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sentences {
    pub sentences: Vec<Sentence>,
}

named! {
    /// TIMEX3 types (TimeML 1.2.1).
    TimexType { Date = "DATE", Time = "TIME", Duration = "DURATION", Set = "SET", }
}

named! {
    /// The unit a date is precise to.
    Granularity {
        Century = "century",
        Decade = "decade",
        Year = "year",
        HalfYear = "half_year",
        Quarter = "quarter",
        Season = "season",
        Month = "month",
        Week = "week",
        Weekend = "weekend",
        Day = "day",
        DayPart = "day_part",
        Hour = "hour",
        Minute = "minute",
        Second = "second",
        /// PAST_REF, PRESENT_REF, FUTURE_REF and vague durations.
        Vague = "vague",
    }
}

named! {
    /// How a date's value came about.
    Resolution {
        /// The words alone say it.
        Explicit = "explicit",
        /// Against the publication date.
        Document = "document",
        /// Against another date of the text.
        Text = "text",
        /// Not to be known: the value keeps its unknown parts.
        Unresolved = "unresolved",
    }
}

named! {
    /// TIMEX3 modifiers, kept apart from the value.
    Modifier {
        Start = "START",
        Mid = "MID",
        End = "END",
        Before = "BEFORE",
        After = "AFTER",
        OnOrBefore = "ON_OR_BEFORE",
        OnOrAfter = "ON_OR_AFTER",
        LessThan = "LESS_THAN",
        MoreThan = "MORE_THAN",
        EqualOrLess = "EQUAL_OR_LESS",
        EqualOrMore = "EQUAL_OR_MORE",
        Approx = "APPROX",
    }
}

/// A date, time, duration or set named in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateMention {
    pub sentence: u32,
    pub spans: Vec<Span>,
    pub timex: TimexType,
    /// TIMEX3 value (`2024-05-21`, `195`, `2020/2030`, `XXXX-WXX-5`, `PAST_REF`, `P10Y`).
    pub value: String,
    /// First and last day, both inclusive, in days since 1970-01-01; none where not to be known.
    pub start_day: Option<i32>,
    pub end_day: Option<i32>,
    pub granularity: Granularity,
    pub resolution: Resolution,
    /// The date it was resolved against, as ISO text.
    pub anchor: Option<String>,
    pub modifier: Option<Modifier>,
    /// The other reading of an ambiguous numeric date (`03/04/2024`).
    pub alternative_value: Option<String>,
    /// The language folder and the rule's name in it (`fr/day_month_year`).
    pub rule: String,
}

named! {
    /// What an amount's qualifier says of it.
    Bound {
        About = "about",
        MoreThan = "more_than",
        AtLeast = "at_least",
        LessThan = "less_than",
        UpTo = "up_to",
        Unbounded = "none",
    }
}

named! {
    /// What a currency was decided by.
    CurrencyEvidence {
        /// A code, a qualified name or a name of one currency alone.
        Explicit = "explicit",
        Symbol = "symbol",
        /// A full mention elsewhere in the article.
        Document = "document",
        Country = "country",
        Default = "default",
        Unknown = "none",
    }
}

/// A sum of money named in a sentence. Amounts are decimal texts without exponent, in the major
/// unit (`8500000000`, `0.5`); their range is not limited here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyMention {
    pub sentence: u32,
    pub spans: Vec<Span>,
    /// None for vague sums ("plusieurs millions d'euros").
    pub amount: Option<String>,
    /// The upper end of a range.
    pub amount_max: Option<String>,
    /// ISO 4217 code.
    pub currency: Option<String>,
    pub currency_evidence: CurrencyEvidence,
    /// Codes it could be, in order of likelihood; empty where there is no doubt.
    pub currency_candidates: Vec<String>,
    pub qualifier: Option<Span>,
    pub bound: Bound,
    /// What the sum is for one of, as written ("baril") or `year`, `month`, `week`, `day`, `hour`.
    pub per: Option<String>,
    /// Index, among the article's sums, of the one this converts.
    pub equivalent_of: Option<u32>,
    pub rule: String,
}

/// Written by `tag`: when the article was published, and the dates and sums its sentences name.
///
/// Invariant: dates and money are each in order of the text and do not overlap among themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mentions {
    pub published: Option<Published>,
    /// Other candidates for the publication date, the best first.
    pub published_runners_up: Vec<Published>,
    pub dates: Vec<DateMention>,
    pub money: Vec<MoneyMention>,
}
