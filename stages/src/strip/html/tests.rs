//! Pages and which of their lines are kept.

use proptest::prelude::*;

use crate::decode::from_html;
use crate::layers::{ArticleStatus, Blocks, Kind};
use crate::lines::LineSet;
use crate::span::Span;
use crate::strip::{Settings, strip};

const PAGE: &str = "<!doctype html><html><body>\
    <header class=site-header><a href=/>The Evening Post</a><nav><ul><li><a href=/p>Politics</a>\
    <li><a href=/s>Sport</a><li><a href=/c>Culture and books</a></ul></nav></header>\
    <main><article><h1>Council closes the bridge over the river</h1>\
    <p class=byline>By <a rel=author href=/ann>Ann Lee</a></p>\
    <div class=article-body>\
    <p>The council voted on Tuesday to close the bridge for repairs, after engineers found cracks \
    in two of its piers, the mayor said in a statement on Wednesday morning.</p>\
    <p>Traffic will be led over the ring road, which the city widened last year, and buses will \
    run every ten minutes until the end of the works in the spring.</p>\
    <h2>Who pays for the works</h2>\
    <p>The state will pay two thirds of the costs, and the rest will come from the budget of the \
    county, which had put money aside for a new town hall, according to the treasurer.</p>\
    <div class=related-links><h3>Read more</h3><a href=/1>Ten bridges that fell</a>\
    <a href=/2>The ring road, one year on</a></div>\
    <p>Shopkeepers fear for their trade. They had asked for a longer delay, but the engineers \
    said that the bridge could not bear another winter, and the council followed them.</p>\
    </div></article>\
    <section id=comments class=comments><h2>Comments</h2>\
    <div class=comment><p>I have said for years that this bridge would not last, and nobody in \
    the town hall ever listened to those of us who cross it every day.</p></div></section></main>\
    <aside class=sidebar><h2>Most read</h2><ul><li><a href=/3>A dog at the museum</a></ul></aside>\
    <footer>© The Evening Post 2024. All rights reserved.</footer></body></html>";

fn stripped(page: &str) -> (String, Blocks) {
    let document = from_html(page);
    let blocks = strip(&document, &LineSet::default(), &Settings::default());
    (document.text, blocks)
}

#[test]
fn the_article_is_kept_and_what_surrounds_it_is_not() {
    let (text, found) = stripped(PAGE);
    assert_eq!(found.status, ArticleStatus::Ok);
    let kept: Vec<(Kind, &str)> = found
        .blocks
        .iter()
        .filter(|block| block.keep)
        .map(|block| (block.kind, block.span.slice(&text).split(' ').next().unwrap()))
        .collect();
    let expected = [
        (Kind::Body, "The"),
        (Kind::Body, "Traffic"),
        (Kind::SectionHeading, "Who"),
        (Kind::Body, "The"),
        (Kind::Body, "Shopkeepers"),
    ];
    assert_eq!(kept, expected);
    let kind_of = |words: &str| {
        let block = found.blocks.iter().find(|block| block.span.slice(&text).contains(words));
        block.map(|block| (block.kind, block.keep))
    };
    assert_eq!(kind_of("Council closes"), Some((Kind::Title, false)));
    assert_eq!(kind_of("By Ann Lee"), Some((Kind::Byline, false)));
    assert_eq!(kind_of("for years"), Some((Kind::Comment, false)));
    assert_eq!(kind_of("Ten bridges"), Some((Kind::Related, false)));
    assert_eq!(kind_of("Politics"), Some((Kind::Nav, false)));
}

/// The kept lines of a page by their first word.
fn kept(page: &str) -> Vec<String> {
    let (text, found) = stripped(page);
    let kept = found.blocks.iter().filter(|block| block.keep);
    kept.map(|block| block.span.slice(&text).split([' ', '\t']).next().unwrap().to_owned())
        .collect()
}

const PROSE: [&str; 3] = [
    "The brush must be rinsed under warm water after each use, because the wax that stays between \
     the hairs hardens overnight and cannot be washed out in the morning.",
    "Nothing of this is new, and the makers of brushes have said it for a hundred years, but few \
     of those who buy a brush have ever read what is printed on the box.",
    "When the hairs have dried they are combed with a card, laid flat on a cloth and left there \
     for a week, after which the brush is as soft as it was when it was bought.",
];

#[test]
fn parts_of_the_article_that_are_no_prose_are_kept() {
    let [first, second, third] = PROSE;
    let page = |parts: &str, around: &str| {
        format!(
            "<html><body><nav><a href=/>Home</a></nav><main><h1>How to wash a brush</h1>\
             <div class=post-content><p>{first}</p><{around}>{parts}</{around}><p>{second}</p>\
             <p>{third}</p></div></main></body></html>"
        )
    };
    for (parts, words) in [
        ("<table><tr><td>Wax<td>Warm water<tr><td>Oil<td>Soap</table>", vec!["Wax", "Oil"]),
        ("<ul><li>A bowl<li>Two cloths</ul>", vec!["A", "Two"]),
        ("<dl><dt>Card<dd>comb of wire</dl>", vec!["Card", "comb"]),
        ("<pre>$ brush --wash\nclean</pre>", vec!["$", "clean"]),
        ("<h2>Drying it</h2>", vec!["Drying"]),
    ] {
        let expected = [vec!["The"], words.clone(), vec!["Nothing", "When"]].concat();
        assert_eq!(kept(&page(parts, "div")), expected, "{parts}");
        let without = kept(&page(parts, "aside"));
        assert!(words.iter().all(|word| !without.iter().any(|kept| kept == word)), "{without:?}");
    }
}

#[test]
fn posts_made_like_the_article_are_kept_and_other_comments_are_not() {
    let post = "<div class=comment><div class=article-body><p>";
    let thread = PAGE.replace("<div class=comment><p>", post);
    let first_of_comment = "I".to_owned();
    assert!(kept(&thread).contains(&first_of_comment));
    assert!(!kept(PAGE).contains(&first_of_comment));
}

const RECORD: &str = "<script type=\"application/ld+json\">{\"@type\": \"NewsArticle\"}</script>";

#[test]
fn boxes_of_a_page_that_is_no_article_are_kept() {
    let boxes: String = ["Knees and feet", "Backs and necks", "Arms and hands"]
        .map(|part| {
            format!(
                "<section class=widget><div class=tab><h3>{part}</h3></div>\
                 <p>We treat what hurts, and then we look for why it does.</p><a href=/more>Learn more</a></section>"
            )
        })
        .concat();
    let page = format!(
        "<html><body><nav><a href=/>Home</a></nav><main><h1>Our practice</h1><p>{}</p>{boxes}\
         <section class=newsletter><p>We write to you four times a year.</p></section></main>\
         <footer><p>Write to us, or come to the house by the sea.</p></footer></body></html>",
        PROSE[0]
    );
    let expected = ["The", "Knees", "We", "Backs", "We", "Arms", "We"];
    assert_eq!(kept(&page), expected);
    assert_eq!(kept(&page.replace("<body>", &format!("<body>{RECORD}"))), ["The"]);
}

#[test]
fn what_members_write_is_kept_where_it_is_most_of_a_page_that_is_no_article() {
    let start = PAGE.find("<div class=comment>").unwrap();
    let comment = &PAGE[start..start + PAGE[start..].find("</div>").unwrap() + "</div>".len()];
    let comments: String =
        (2..12).map(|years| comment.replace("years", &format!("{years} years"))).collect();
    let count = |page: &str| kept(page).iter().filter(|word| *word == "I").count();
    let thread = PAGE.replace(comment, &comments);
    assert_eq!(count(&thread), 10);
    assert_eq!(count(&thread.replace("<body>", &format!("<body>{RECORD}"))), 0);
}

#[test]
fn the_entries_of_a_list_are_kept_and_the_teasers_beside_an_article_are_not() {
    let entry = |name: &str| {
        format!(
            "<li><h3><a href=/x>{name} of boar and badger</a></h3><span>{} pounds</span>\
             <a href=/buy>Add to basket</a></li>",
            name.len()
        )
    };
    let entries = ["Brush", "Comb", "Old brooms", "Dusters"].map(entry).concat();
    let list = format!(
        "<html><body><main><h1>Brushes</h1><p>{}</p><ul>{entries}</ul></main></body></html>",
        PROSE[0]
    );
    let expected = ["The", "Brush", "5", "Comb", "4", "Old", "10", "Dusters", "7"];
    assert_eq!(kept(&list), expected);
    // The title of a menu is none of a list, and a date may be that of news.
    assert_eq!(kept(&list.replace("<h1>Brushes</h1>", "<h1><a href=/>Brushes</a></h1>")), ["The"]);
    let dated = list.replace("<h1>Brushes</h1>", "<h1>Brushes</h1><time>3 May 2024</time>");
    assert_eq!(kept(&dated), ["The"]);
}

#[test]
fn a_page_of_links_has_no_article() {
    let entry = "<li><a href=/x>A headline of some other page</a></li>";
    let page = format!("<html><body><nav>{0}</nav><ul>{0}</ul></body></html>", entry.repeat(30));
    let (_, found) = stripped(&page);
    assert_eq!(found.status, ArticleStatus::NoArticle);
    assert!(found.blocks.iter().all(|block| !block.keep));
    assert_eq!(stripped("<html><script>x</script>").1.status, ArticleStatus::Empty);
}

proptest! {
    #[test]
    fn every_character_is_in_one_block(
        page in "([a-zé .,\n]{0,9}|&nbsp;|&amp;|<(p|div class=comment|ul|li|td|h1|h2|a|b|pre|nav|br)>|</(p|div|ul|a)>){0,40}",
    ) {
        let (text, found) = stripped(&page);
        let spans: Vec<Span> = found.blocks.iter().map(|block| block.span).collect();
        prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let ink = |text: &str| text.chars().filter(|ch| !ch.is_whitespace()).collect::<String>();
        let all: String = spans.iter().map(|span| ink(span.slice(&text))).collect();
        prop_assert_eq!(all, ink(&text));
    }
}

#[test]
fn lines_that_a_page_breaks_at_a_width_stay_lines_with_their_marks() {
    let line = "the council of the town had voted for the works on the old bridge\n";
    let page = format!("<main><h1>Council closes the bridge</h1><pre>{}</pre>", line.repeat(12));
    for page in [page.replace('\n', "<br>"), page] {
        let (text, found) = stripped(&page);
        assert_eq!(found.blocks.len(), text.lines().filter(|line| !line.is_empty()).count());
    }
}
