//! What a run would do, and why, without doing it.

use std::collections::BTreeMap;
use std::io;

use newsloom_stages::STAGES;
use serde::Serialize;

use super::chain::{Chain, settings_of_stages};
use super::hash::Hash;
use super::publish::hashes;
use super::scan::{read, scan};
use super::state::State;
use super::store::Store;
use crate::config::Config;

/// Why a stage of an article must run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    New,
    ContentChanged,
    /// The settings of the stage before and now, as JSON.
    ConfigurationChanged {
        before: String,
        now: String,
    },
    CodeOrRulesChanged,
    UpstreamOutputChanged,
    /// The cache has lost what the stage gave.
    CacheMissing,
    /// An earlier stage runs; whether this one must is known when that is done.
    UpstreamRuns,
}

impl Reason {
    /// The reason in words.
    pub fn words(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::ContentChanged => "content changed".to_owned(),
            Self::ConfigurationChanged { before, now } => {
                format!("configuration changed: {before} → {now}")
            }
            Self::CodeOrRulesChanged => "stage code or rules changed".to_owned(),
            Self::UpstreamOutputChanged => "upstream output changed".to_owned(),
            Self::CacheMissing => "cached result missing".to_owned(),
            Self::UpstreamRuns => "upstream runs".to_owned(),
        }
    }
}

/// The stages of one article that would run.
#[derive(Debug, Serialize)]
pub struct ArticlePlan {
    pub article_id: String,
    pub due: Vec<Due>,
}

#[derive(Debug, Serialize)]
pub struct Due {
    pub stage: &'static str,
    #[serde(flatten)]
    pub reason: Reason,
}

/// What a run would do.
#[derive(Debug, Default, Serialize)]
pub struct Plan {
    pub article_count: usize,
    pub articles: Vec<ArticlePlan>,
    pub removed: Vec<String>,
    pub rejects: Vec<String>,
    /// Published files that are missing or not as they were published.
    pub spoiled: Vec<String>,
    /// Whether nothing was published yet.
    pub first_run: bool,
}

impl Plan {
    /// Whether a run would change anything.
    pub fn is_due(&self) -> bool {
        let parts = [self.articles.is_empty(), self.removed.is_empty(), self.spoiled.is_empty()];
        self.first_run || parts.contains(&false)
    }

    /// How often each stage is due for each reason.
    pub fn counts(&self) -> BTreeMap<(usize, Reason), usize> {
        let mut counts = BTreeMap::new();
        for due in self.articles.iter().flat_map(|article| &article.due) {
            let position = STAGES.iter().position(|stage| stage.name == due.stage);
            *counts.entry((position.unwrap_or_default(), due.reason.clone())).or_insert(0) += 1;
        }
        counts
    }
}

/// Finds out what a run with `config` would do.
///
/// # Errors
/// Where the raw folder cannot be listed or the cache cannot be opened.
pub fn plan(config: &Config) -> io::Result<Plan> {
    let found = scan(&config.paths.raw)?;
    let cache = &config.paths.cache;
    let store = if cache.exists() { Some(Store::open(cache)?) } else { None };
    let last = State::load(cache);
    let chain = Chain::new(config.stages());
    let mut plan = Plan {
        article_count: found.sources.len(),
        rejects: found.rejects.into_iter().map(|reject| reject.article_id).collect(),
        first_run: last.digest.is_none(),
        ..Plan::default()
    };
    let mut seen = Vec::new();
    for source in &found.sources {
        let id = source.article_id.clone();
        let Ok(raw) = read(source, config.limits.article_bytes_max) else {
            plan.rejects.push(id);
            continue;
        };
        let content = Hash::of(&raw);
        let known = store.as_ref().map(|store| chain.known(content, store)).unwrap_or_default();
        let reasons = Reasons { config, last: &last, id: &id, content };
        let due: Vec<Due> = reasons.due(&known);
        seen.push(id.clone());
        if !due.is_empty() {
            plan.articles.push(ArticlePlan { article_id: id, due });
        }
    }
    plan.removed =
        last.articles.keys().filter(|id| seen.binary_search(id).is_err()).cloned().collect();
    let files = hashes(&config.paths.out, last.files.keys().map(String::as_str));
    let spoiled = last.files.iter().filter(|(name, hash)| files.get(*name) != Some(hash));
    plan.spoiled = spoiled.map(|(name, _)| name.clone()).collect();
    Ok(plan)
}

struct Reasons<'a> {
    config: &'a Config,
    last: &'a State,
    id: &'a str,
    content: Hash,
}

impl Reasons<'_> {
    fn due(&self, known: &[Hash]) -> Vec<Due> {
        let first = known.len();
        let reason = |index: usize| {
            if index == first { self.first_reason(index, known) } else { Reason::UpstreamRuns }
        };
        let stages = STAGES.iter().enumerate().skip(first);
        stages.map(|(index, stage)| Due { stage: stage.name, reason: reason(index) }).collect()
    }

    fn first_reason(&self, index: usize, known: &[Hash]) -> Reason {
        let Some(before) = self.last.articles.get(self.id) else { return Reason::New };
        if before.content != self.content {
            return Reason::ContentChanged;
        }
        if before.layers[..index] != *known {
            return Reason::UpstreamOutputChanged;
        }
        let now = &settings_of_stages(&self.config.stages())[index];
        match self.last.stages.get(index) {
            Some(stage) if stage.settings != *now => {
                Reason::ConfigurationChanged { before: stage.settings.clone(), now: now.clone() }
            }
            Some(stage) if stage.fingerprint != STAGES[index].fingerprint => {
                Reason::CodeOrRulesChanged
            }
            _ => Reason::CacheMissing,
        }
    }
}
