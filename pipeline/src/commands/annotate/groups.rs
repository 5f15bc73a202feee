//! `--group`: which lines the articles of one call share that name the same site.
//!
//! Invariant: articles without a site, and lines that are no article, change nothing.

use std::collections::HashMap;

use newsloom_stages::decode;
use newsloom_stages::lines::LineSet;
use newsloom_stages::repeat::{self, Lines};
use rayon::prelude::*;
use serde_json::Value;

use super::Request;
use super::lines::BYTE_ORDER_MARK;
use crate::article::StageSettings;
use crate::engine::chain::Chain;
use crate::engine::hash::Hash;
use crate::engine::repetition::{Samples, Site};

/// The lines that each site repeats.
#[derive(Default)]
pub struct Groups {
    sets: HashMap<Site, LineSet>,
    none: LineSet,
}

impl Groups {
    /// Counts the articles of `input`, one a line, on all threads of the pool it is called in;
    /// lines of more than `line_bytes_max` bytes are left out.
    pub fn of(input: &[u8], settings: &StageSettings, line_bytes_max: usize) -> Self {
        let input = input.strip_prefix(BYTE_ORDER_MARK).unwrap_or(input);
        let rows: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
        let rows = rows.into_par_iter().filter(|row| row.len() <= line_bytes_max);
        let articles: Vec<(Site, Hash, Lines)> = rows.filter_map(article).collect();
        let mut samples = Samples::default();
        let mut fresh = HashMap::new();
        for (site, hash, lines) in articles {
            samples.add(site, hash, hash);
            fresh.insert(hash, lines);
        }
        let sets = samples.foresee(&Chain::new(settings.clone()), None, &fresh);
        Self { sets, none: LineSet::default() }
    }

    /// The lines that the site of an article repeats.
    pub fn repeated(&self, site: Option<&Value>) -> &LineSet {
        site.and_then(|site| self.sets.get(&site_named(site))).unwrap_or(&self.none)
    }
}

/// The site and the lines of an article that names a site.
fn article(row: &[u8]) -> Option<(Site, Hash, Lines)> {
    let request = Request::parse(row).ok()?;
    let site = site_named(request.site.as_ref()?);
    let document = match (&request.text, &request.html) {
        (Some(text), _) => decode::from_text(text),
        (None, html) => decode::from_html(html.as_deref()?),
    };
    let lines = repeat::lines(&document);
    let hash = Hash::of(&postcard::to_stdvec(&lines).expect("layers are plain data"));
    Some((site, hash, lines))
}

fn site_named(site: &Value) -> Site {
    Hash::of(site.to_string().as_bytes()).half()
}
