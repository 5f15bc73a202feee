//! Pages of HTML of many kinds (blogs, handbooks, forums, shops, offices): what `strip` keeps.
//!
//! `tests/html/pages/LANG.NAME.html` is a page with a mark before each line of its source: the
//! text of a line with `+` is the main content, that of `?` is free, that of the others is to be
//! dropped. The marks are no part of the page.
//!
//! Invariant: every wrong block is printed (`--nocapture`), and no page falls below its floor.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use newsloom_stages::decode;
use newsloom_stages::layers::ArticleStatus;
use newsloom_stages::lines::LineSet;
use newsloom_stages::strip;

/// F1 of the letters and digits kept, in thousandths; raised whenever it is higher.
const FLOORS: [(&str, u64); 59] = [
    ("de.confluence", 983),
    ("de.cookie_overlay", 1000),
    ("de.drupal", 1000),
    ("de.magento_produkt", 971),
    ("de.phpbb", 930),
    ("de.shopify", 1000),
    ("de.typo3_amt", 1000),
    ("en.blog_archive", 1000),
    ("en.discourse", 1000),
    ("en.divi_clinic", 1000),
    ("en.docusaurus", 990),
    ("en.event_page", 1000),
    ("en.ghost", 1000),
    ("en.gitbook", 964),
    ("en.github_readme", 1000),
    ("en.hashed_news", 974),
    ("en.help_faq", 954),
    ("en.hugo_tutorial", 1000),
    ("en.invision_forum", 868),
    ("en.job_listing", 1000),
    ("en.learn_reference", 990),
    ("en.live_blog", 994),
    ("en.medium_like", 971),
    ("en.mkdocs_material", 986),
    ("en.nineties_table", 1000),
    ("en.podcast_transcript", 476),
    ("en.press_release", 985),
    ("en.qanda", 1000),
    ("en.reddit_old", 1000),
    ("en.service_page", 1000),
    ("en.shopify_collection", 1000),
    ("en.shopify_product", 988),
    ("en.sphinx", 947),
    ("en.squarespace_firm", 1000),
    ("en.substack_like", 994),
    ("en.table_thread", 1000),
    ("en.tabloid", 943),
    ("en.tailwind_landing", 975),
    ("en.undated_blog", 1000),
    ("en.vbulletin", 997),
    ("en.webflow_product_page", 992),
    ("en.woocommerce", 986),
    ("en.wordpress_classic", 1000),
    ("en.xenforo", 1000),
    ("es.blogger", 1000),
    ("es.elementor_reformas", 1000),
    ("es.local_paper", 954),
    ("es.oferta_empleo", 991),
    ("fr.amp", 1000),
    ("fr.government", 898),
    ("fr.mediawiki", 1000),
    ("fr.presse_rubrique", 1000),
    ("fr.woo_categorie", 1000),
    ("fr.wordpress_blocks", 998),
    ("it.mobile_duplicate", 1000),
    ("it.recipe", 945),
    ("it.wix_restauro", 1000),
    ("nl.sections_no_p", 1000),
    ("pt.imovel", 941),
];
const LANGUAGES_MIN: usize = 6;

/// A page without its marks, and the mark of each line of its source.
struct Page {
    html: String,
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Kept,
    Free,
    Dropped,
}

#[test]
fn main_content_of_pages_of_many_kinds_is_kept() {
    let mut fallen = Vec::new();
    for (name, floor) in FLOORS {
        let (f1, wrong) = score(&read(&pages().join(format!("{name}.html"))));
        println!("{name}: {f1}‰ (floor {floor}‰)");
        wrong.iter().for_each(|line| println!("    {line}"));
        if f1 < floor {
            fallen.push(format!("{name}: {f1}‰, {floor}‰ must be"));
        }
    }
    assert!(fallen.is_empty(), "{}", fallen.join("\n"));
}

#[test]
fn every_page_has_a_floor() {
    let files: BTreeSet<String> = fs::read_dir(pages())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let floors: BTreeSet<String> = FLOORS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, floors);
    let languages: BTreeSet<&str> = FLOORS.iter().map(|(name, _)| &name[..2]).collect();
    assert!(languages.len() >= LANGUAGES_MIN, "only {languages:?}");
}

/// F1 of the letters and digits that are kept, in thousandths, and what is wrong.
fn score(page: &Page) -> (u64, Vec<String>) {
    let document = decode::from_html(&page.html);
    let found = strip::strip(&document, &LineSet::default(), &strip::Settings::default());
    assert_eq!(found.status, ArticleStatus::Ok);
    let translator = document.map.translator(&document.text);
    // The number of the line of the source that each character is in.
    let lines: Vec<usize> = page
        .html
        .chars()
        .scan(0, |line, ch| {
            let here = *line;
            *line += usize::from(ch == '\n');
            Some(here)
        })
        .collect();
    let (mut right, mut kept, mut wanted, mut wrong) = (0, 0, 0, Vec::new());
    for block in &found.blocks {
        let text = block.span.slice(&document.text);
        let (start, _) = translator.raw(block.span);
        let mark = page.marks[lines[start as usize]];
        if mark == Mark::Free {
            continue;
        }
        let is_wanted = mark == Mark::Kept;
        let ink = text.chars().filter(|ch| ch.is_alphanumeric()).count() as u64;
        right += if is_wanted && block.keep { ink } else { 0 };
        kept += if block.keep { ink } else { 0 };
        wanted += if is_wanted { ink } else { 0 };
        if is_wanted != block.keep {
            let kind = block.kind.name();
            wrong.push(format!("{mark:?} is {kind}, {}: {text:.72}", block.rule));
        }
    }
    (2000 * right / (kept + wanted).max(1), wrong)
}

fn read(path: &Path) -> Page {
    let mut page = Page { html: String::new(), marks: Vec::new() };
    for line in fs::read_to_string(path).unwrap().lines() {
        let (mark, line) = match line.as_bytes().first() {
            Some(b'+') => (Mark::Kept, &line[1..]),
            Some(b'?') => (Mark::Free, &line[1..]),
            _ => (Mark::Dropped, line),
        };
        page.html.push_str(line);
        page.html.push('\n');
        page.marks.push(mark);
    }
    page
}

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("tests/html/pages")
}
