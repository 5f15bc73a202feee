//! The tables, each defined once: Arrow schema, CSV header, `datapackage.json` and the data
//! dictionary all come from here.
//!
//! Invariant: a row is one observation, a column one variable; every row has `article_id`.
//! Invariant: offsets are Unicode scalars of the decoded raw file, half open.

use newsloom_stages::day;
use newsloom_stages::layers::{
    Block, DateMention, Kind as BlockKind, Language, MoneyMention, Sentence, joined,
};

use crate::amount::{decimal_of, float_of};
use crate::column::{Column, Field, Kind, Value};
use crate::input::{ArticleInput, Item, Reject};

const fn column<R>(
    name: &'static str,
    kind: Kind,
    description: &'static str,
    get: fn(&R) -> Value<'_>,
) -> Column<R> {
    Column { field: Field { name, kind, nullable: false, description }, get }
}

const fn nullable<R>(mut column: Column<R>) -> Column<R> {
    column.field.nullable = true;
    column
}

const ARTICLE_ID: &str =
    "Path of the article relative to the raw folder; `#n` appended for record n of a file.";
const START: &str = "First character, counted in Unicode scalars of the decoded raw file from 0.";
const END: &str = "Character after the last, counted like `start`.";
const SPANS: &str = "The stretches `start:end`, joined by `;`: more than one where the body was cut in two and rejoined.";

pub(crate) fn articles<'a>() -> Vec<Column<ArticleInput<'a>>> {
    use Kind::{Date, Float64, Int32, Int64, Text};
    vec![
        column("article_id", Text, ARTICLE_ID, |row: &ArticleInput| row.article_id.into()),
        column(
            "source",
            Text,
            "Path of the file the article came from, relative to the raw folder.",
            |row| row.source.into(),
        ),
        nullable(column(
            "record_id",
            Text,
            "The record's own id, where its container gives one.",
            |row| row.document.stated.record_id.as_deref().into(),
        )),
        nullable(column(
            "url",
            Text,
            "Address of the article, where its container gives one.",
            |row| row.document.stated.url.as_deref().into(),
        )),
        nullable(column(
            "canonical_url",
            Text,
            "The article's own address, as the page states it.",
            |row| row.document.stated.canonical_url.as_deref().into(),
        )),
        column("content_sha256", Text, "SHA-256 of the raw bytes, in hex.", |row| {
            row.content_sha256.into()
        }),
        column("bytes", Int64, "Length of the raw article in bytes.", |row| {
            Value::Int(i64::try_from(row.source_bytes).unwrap_or(i64::MAX))
        }),
        column("encoding", Text, "Encoding of the raw bytes (WHATWG name).", |row| {
            row.document.encoding.as_str().into()
        }),
        column("format", Text, "How the raw article was read: `text` or `html`.", |row| {
            row.document.format.name().into()
        }),
        nullable(column("title", Text, "The article's title.", |row| {
            row.blocks.title.as_deref().into()
        })),
        nullable(column(
            "author",
            Text,
            "The authors, as the byline or the metadata states, joined by `; `.",
            |row| row.blocks.author().into(),
        )),
        nullable(column("site", Text, "The publisher, as the page states.", |row| {
            row.blocks.site.as_deref().into()
        })),
        nullable(column(
            "published",
            Text,
            "Publication date as ISO 8601 text of the precision known (`2024-05`).",
            |row| published(row).map(|found| found.value.as_str()).into(),
        )),
        nullable(column("published_date", Date, "First day of `published`.", |row| {
            published(row).and_then(|found| first_day(&found.value)).map_or(Value::Null, Value::Day)
        })),
        nullable(column(
            "published_precision",
            Text,
            "`year`, `month`, `day` or `minute`.",
            |row| published(row).map(|found| found.precision.name()).into(),
        )),
        nullable(column(
            "published_source",
            Text,
            "Where the date was found: `metadata`, `header`, `dateline`, `body_deictic`, `address`, `file_name`, `stamp`.",
            |row| published(row).map(|found| found.source.name()).into(),
        )),
        nullable(column(
            "modified",
            Text,
            "When the page says it was last changed, as ISO 8601 text of the precision known.",
            |row| row.document.stated.modified.as_deref().into(),
        )),
        column(
            "language",
            Text,
            "BCP 47 tag of the article's language; `und` where nothing can be said.",
            |row| row.language.document.tag.as_str().into(),
        ),
        column("language_confidence", Float64, "From 0 to 1.", |row| {
            row.language.document.confidence.as_f64().into()
        }),
        nullable(column(
            "language_declared",
            Text,
            "The language that the page or its container claims.",
            |row| row.document.stated.language.as_deref().into(),
        )),
        column(
            "languages",
            Text,
            "Languages with a tenth of the letters or more: `fr:0.91;ar:0.09`.",
            |row| languages(row.language),
        ),
        column(
            "chars",
            Int32,
            "Length of the text (of a page, the visible) in Unicode scalars.",
            |row| count(row.document.text.chars().count()),
        ),
        column("blocks", Int32, "Rows of this article in `blocks`.", |row| {
            count(row.blocks.blocks.len())
        }),
        column("blocks_kept", Int32, "Of these, kept.", |row| {
            count(row.blocks.blocks.iter().filter(|block| block.keep).count())
        }),
        column("sentences", Int32, "Rows of this article in `sentences`.", |row| {
            count(row.sentences.sentences.len())
        }),
        column("dates", Int32, "Rows of this article in `dates`.", |row| {
            count(row.mentions.dates.len())
        }),
        column("money", Int32, "Rows of this article in `money`.", |row| {
            count(row.mentions.money.len())
        }),
        column(
            "replacements",
            Int32,
            "Bytes that were no character in the encoding, each read as U+FFFD.",
            |row| row.document.replacement_count.into(),
        ),
        nullable(column(
            "duplicate_of",
            Text,
            "The first article of the very same bytes, if another one.",
            |row| row.duplicate_of.into(),
        )),
        column(
            "status",
            Text,
            "`ok`, `no_article` (nothing is an article's body), `empty` or `binary`.",
            |row| row.blocks.status.name().into(),
        ),
    ]
}

pub(crate) fn blocks<'a>() -> Vec<Column<Item<'a, Block>>> {
    use Kind::{Boolean, Float64, Int32, Text};
    vec![
        column("article_id", Text, ARTICLE_ID, |row: &Item<Block>| row.article.article_id.into()),
        column("block", Int32, "Number of the block in the article, from 0.", |row| {
            row.index.into()
        }),
        column("start", Int32, START, Item::start),
        column("end", Int32, END, Item::end),
        column(
            "kind",
            Text,
            "What the block is: title, section_heading, body, date_header, byline, nav, related, comment_form, comment, newsletter, social, reading_time, legal, view_count, ad, caption, other_boilerplate.",
            |row| row.item.kind.name().into(),
        ),
        column("keep", Boolean, "Whether the block is the article's own words.", |row| {
            row.item.keep.into()
        }),
        column("rule", Text, "The rule that decided.", |row| row.item.rule.as_str().into()),
        column("score", Float64, "How sure the rule is, from 0 to 1.", |row| {
            row.item.score.as_f64().into()
        }),
        nullable(column(
            "continues",
            Int32,
            "The earlier block whose broken-off sentence this one goes on with.",
            |row| row.item.continues.into(),
        )),
        column("text", Text, "The block's words.", |row| row.item.span.slice(row.text()).into()),
    ]
}

pub(crate) fn sentences<'a>() -> Vec<Column<Item<'a, Sentence>>> {
    use Kind::{Float64, Int32, Text};
    vec![
        column("article_id", Text, ARTICLE_ID, |row: &Item<Sentence>| {
            row.article.article_id.into()
        }),
        column("sentence", Int32, "Number of the sentence in the article, from 0.", |row| {
            row.index.into()
        }),
        column("block", Int32, "The block it begins in.", |row| row.item.block.into()),
        column("kind", Text, "`title`, `section_heading` or `body`.", |row| {
            sentence_kind(row).into()
        }),
        column("start", Int32, START, Item::start),
        column("end", Int32, END, Item::end),
        column("spans", Text, SPANS, Item::spans),
        column("language", Text, "BCP 47 tag; `und` where nothing can be said.", |row| {
            row.item.language.tag.as_str().into()
        }),
        column("language_confidence", Float64, "From 0 to 1.", |row| {
            row.item.language.confidence.as_f64().into()
        }),
        column(
            "language_basis",
            Text,
            "What the language was decided by: `own`, `document`, `script`, `none`.",
            |row| row.item.language_basis.name().into(),
        ),
        column("text", Text, "The sentence; two stretches are joined by one space.", |row| {
            row.item.text(row.text()).into()
        }),
    ]
}

pub(crate) fn dates<'a>() -> Vec<Column<Item<'a, DateMention>>> {
    use Kind::{Boolean, Date, Int32, Text};
    vec![
        column("article_id", Text, ARTICLE_ID, |row: &Item<DateMention>| {
            row.article.article_id.into()
        }),
        column("date", Int32, "Number of the date in the article, from 0.", |row| row.index.into()),
        column("sentence", Int32, "The sentence it stands in.", |row| row.item.sentence.into()),
        column("surface", Text, "Its words.", |row| joined(&row.item.spans, row.text()).into()),
        column("start", Int32, START, Item::start),
        column("end", Int32, END, Item::end),
        column("spans", Text, SPANS, Item::spans),
        column("type", Text, "TIMEX3 type: DATE, TIME, DURATION, SET.", |row| {
            row.item.timex.name().into()
        }),
        column(
            "value",
            Text,
            "TIMEX3 value (`2024-05-21`, `195` the 1950s, `2020/2030`, `XXXX-10-02`, `PAST_REF`, `P10Y`).",
            |row| row.item.value.as_str().into(),
        ),
        nullable(column("start_date", Date, "First day; null where not to be known.", |row| {
            row.item.start_day.map_or(Value::Null, Value::Day)
        })),
        nullable(column("end_date", Date, "Last day, inclusive.", |row| {
            row.item.end_day.map_or(Value::Null, Value::Day)
        })),
        column("granularity", Text, "Unit the date is precise to.", |row| {
            row.item.granularity.name().into()
        }),
        column(
            "resolution",
            Text,
            "How the value came about: `explicit`, `document` (against the publication date), `text`, `unresolved`.",
            |row| row.item.resolution.name().into(),
        ),
        nullable(column("anchor", Text, "The date it was resolved against.", |row| {
            row.item.anchor.as_deref().into()
        })),
        nullable(column(
            "modifier",
            Text,
            "TIMEX3 modifier (START, MID, END, BEFORE, AFTER, APPROX, …).",
            |row| row.item.modifier.map(newsloom_stages::layers::Modifier::name).into(),
        )),
        column(
            "ambiguous",
            Boolean,
            "Whether day and month could be the other way round.",
            |row| row.item.alternative_value.is_some().into(),
        ),
        nullable(column("alternative_value", Text, "The value of the other reading.", |row| {
            row.item.alternative_value.as_deref().into()
        })),
        column("rule", Text, "Language folder and name of the rule that found it.", |row| {
            row.item.rule.as_str().into()
        }),
    ]
}

pub(crate) fn money<'a>() -> Vec<Column<Item<'a, MoneyMention>>> {
    use Kind::{Boolean, Decimal, Float64, Int32, Text};
    vec![
        column("article_id", Text, ARTICLE_ID, |row: &Item<MoneyMention>| {
            row.article.article_id.into()
        }),
        column("money", Int32, "Number of the sum in the article, from 0.", |row| row.index.into()),
        column("sentence", Int32, "The sentence it stands in.", |row| row.item.sentence.into()),
        column("surface", Text, "Its words.", |row| joined(&row.item.spans, row.text()).into()),
        column("start", Int32, START, Item::start),
        column("end", Int32, END, Item::end),
        column("spans", Text, SPANS, Item::spans),
        nullable(column(
            "amount",
            Decimal,
            "Exact amount in the major unit, lower end of a range; null for vague sums and where 38 digits with 9 decimals do not hold it.",
            |row| decimal(row.item.amount.as_deref()),
        )),
        nullable(column("amount_max", Decimal, "Upper end of a range.", |row| {
            decimal(row.item.amount_max.as_deref())
        })),
        nullable(column("amount_f64", Float64, "`amount` as the nearest double.", |row| {
            row.item.amount.as_deref().and_then(float_of).into()
        })),
        nullable(column("amount_max_f64", Float64, "`amount_max` as the nearest double.", |row| {
            row.item.amount_max.as_deref().and_then(float_of).into()
        })),
        nullable(column(
            "amount_text",
            Text,
            "`amount` as exact decimal text, whatever its size.",
            |row| row.item.amount.as_deref().into(),
        )),
        nullable(column("amount_max_text", Text, "`amount_max` as exact decimal text.", |row| {
            row.item.amount_max.as_deref().into()
        })),
        column(
            "out_of_range",
            Boolean,
            "Whether an amount is too large or too finely divided for the decimal columns.",
            |row| out_of_range(row.item).into(),
        ),
        nullable(column("currency", Text, "ISO 4217 code; null where it is open.", |row| {
            row.item.currency.as_deref().into()
        })),
        column(
            "currency_evidence",
            Text,
            "What the currency was decided by: `explicit`, `symbol`, `document`, `country`, `default`, `none`.",
            |row| row.item.currency_evidence.name().into(),
        ),
        nullable(column(
            "currency_candidates",
            Text,
            "Codes it could be, joined by `;`, where there is doubt.",
            |row| candidates(row.item),
        )),
        nullable(column("qualifier", Text, "Words that qualify the amount.", |row| {
            row.item.qualifier.map(|span| span.slice(row.text())).into()
        })),
        column(
            "bound",
            Text,
            "What they say: `about`, `more_than`, `at_least`, `less_than`, `up_to`, `none`.",
            |row| row.item.bound.name().into(),
        ),
        nullable(column(
            "per",
            Text,
            "The unit the sum is for one of, in English where the language's file knows it.",
            |row| row.item.per.as_deref().into(),
        )),
        nullable(column(
            "equivalent_of",
            Int32,
            "The sum of the same article that this one converts.",
            |row| row.item.equivalent_of.into(),
        )),
        column("rule", Text, "The rule that found it.", |row| row.item.rule.as_str().into()),
    ]
}

pub(crate) fn rejects() -> Vec<Column<Reject>> {
    vec![
        column(
            "article_id",
            Kind::Text,
            "Path of the input relative to the raw folder; bytes that are no UTF-8 are written `\\xHH`.",
            |row: &Reject| row.article_id.as_str().into(),
        ),
        column("code", Kind::Text, "Why it could not be read, short and stable.", |row| {
            row.code.as_str().into()
        }),
        column("detail", Kind::Text, "What happened, and what to do.", |row| {
            row.detail.as_str().into()
        }),
    ]
}

fn published<'a>(row: &ArticleInput<'a>) -> Option<&'a newsloom_stages::layers::Published> {
    row.mentions.published.as_ref()
}

/// The first day of an ISO date of any precision (`2024`, `2024-05`, `2024-05-21T10:48`).
fn first_day(value: &str) -> Option<i32> {
    let date = format!("{value}-01-01");
    date.get(..10)?.parse().ok().map(day::number)
}

fn languages(language: &Language) -> Value<'_> {
    let share = |(tag, share): &(String, newsloom_stages::Score)| {
        format!("{tag}:{:.2}", f64::from(share.0) / 1000.0)
    };
    language.shares.iter().map(share).collect::<Vec<_>>().join(";").into()
}

fn count(number: usize) -> Value<'static> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn sentence_kind(row: &Item<Sentence>) -> &'static str {
    let block = row.article.blocks.blocks.get(row.item.block as usize);
    block.map_or(BlockKind::Body, |block| block.kind).name()
}

fn decimal(amount: Option<&str>) -> Value<'static> {
    amount.and_then(decimal_of).map_or(Value::Null, Value::Decimal)
}

fn out_of_range(sum: &MoneyMention) -> bool {
    let amounts = [&sum.amount, &sum.amount_max];
    amounts.into_iter().flatten().any(|amount| decimal_of(amount).is_none())
}

fn candidates(sum: &MoneyMention) -> Value<'_> {
    let codes = &sum.currency_candidates;
    (!codes.is_empty()).then(|| codes.join(";")).into()
}
