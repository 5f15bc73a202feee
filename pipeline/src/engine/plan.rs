//! What a run would do, and why, without doing it.
//!
//! Invariant: nothing is computed but the text of new files and the lines that sites repeat, and
//! nothing is written; a file is read only where its stat cannot be believed.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use newsloom_stages::layers::Readability;
use newsloom_stages::{STAGES, decode};
use serde::Serialize;
use serde_json::Value;

use super::census::census;
use super::chain::{Chain, STRIP};
use super::foresight::Foresight;
use super::gather::{Content, Gather, Item};
use super::hash::Hash;
use super::item::{ArticleState, Outcome, article_id};
use super::pass::trust;
use super::publish::intact;
use super::read::read;
use super::run::STORE;
use super::scan::Tree;
use super::state::{Head, History, Program, StageState};
use super::store::Store;
use super::survey::input_of;
use crate::config::Config;
use crate::containers::RawArticle;

/// Why a stage of an article must run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    New,
    ContentChanged,
    ConfigurationChanged {
        keys: Vec<ChangedKey>,
    },
    CodeOrRulesChanged,
    /// Other articles of the site have other lines in common with it.
    RepeatedLinesChanged,
    /// An earlier stage runs or has other output now; where that turns out equal, this one is
    /// not run.
    UpstreamOutputChanged,
    /// The cache has lost what the stage gave.
    OutputMissing,
}

/// A key of the configuration, dotted, and its values as JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ChangedKey {
    pub key: String,
    pub before: String,
    pub now: String,
}

impl Reason {
    /// The reason in words.
    pub fn words(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::ContentChanged => "content changed".to_owned(),
            Self::ConfigurationChanged { keys } => {
                let keys = keys.iter().map(|ChangedKey { key, before, now }| {
                    format!("configuration {key} {before} → {now}")
                });
                keys.collect::<Vec<_>>().join(", ")
            }
            Self::CodeOrRulesChanged => "stage code or rules changed".to_owned(),
            Self::RepeatedLinesChanged => {
                "lines it shares with other articles of its site changed".to_owned()
            }
            Self::UpstreamOutputChanged => {
                "upstream output changed (unless it comes out equal)".to_owned()
            }
            Self::OutputMissing => "output missing or spoiled".to_owned(),
        }
    }
}

/// The stages of one article that would run; the others have nothing to do.
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
    pub article_count: u64,
    /// Articles with stages due.
    pub articles: Vec<ArticlePlan>,
    /// Articles that are there no more.
    pub removed_count: u64,
    pub rejects: Vec<String>,
    /// Files that are read again although their stats are the same, because they were as new as
    /// the last look at them (racy).
    pub not_trusted: Vec<String>,
    /// Published files that are missing or not as they were published.
    pub spoiled: Vec<String>,
    /// Whether nothing was published yet.
    pub is_first_run: bool,
    /// Whether the program or its configuration changed, which the manifest states at the least.
    pub is_program_changed: bool,
    /// Whether the engine or the limits changed, so that every file is read again.
    pub is_all_read: bool,
    /// Whether `tabulate` changed, so that all tables are encoded anew.
    pub is_tabulate_changed: bool,
    /// Whether `rejects` would hold other rows.
    pub are_rejects_changed: bool,
}

impl Plan {
    /// Whether a run has work to do.
    pub fn is_due(&self) -> bool {
        !self.articles.is_empty()
            || self.removed_count > 0
            || !self.spoiled.is_empty()
            || self.is_first_run
            || self.is_program_changed
            || self.are_rejects_changed
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
/// Where the raw folder cannot be listed or the cache cannot be read.
pub fn plan(config: &Config) -> io::Result<Plan> {
    let (cache, out) = (&config.paths.cache, &config.paths.out);
    let tree = Tree::scan(&config.paths.raw)?;
    let last = Head::load(cache);
    let now = Program::of(config);
    let mut plan = Plan {
        is_first_run: !last.is_published(),
        is_program_changed: last.is_published() && last.program != now,
        is_all_read: last.is_published() && !trust(&last, &now, false, false).stats,
        is_tabulate_changed: last.is_published() && last.program.stages.last() != now.stages.last(),
        ..Plan::default()
    };
    let intact = intact(out, &last.files, false);
    plan.spoiled = last.files.keys().filter(|name| !intact.contains_key(*name)).cloned().collect();
    if last.program == now && last.census == Some(census(&tree)) {
        plan.article_count = last.counts.articles;
        return Ok(plan);
    }
    let store =
        if cache.join(STORE).is_dir() { Some(Store::open(&cache.join(STORE))?) } else { None };
    let chain = Chain::new(config.stages());
    let planner = Planner {
        config,
        tree: &tree,
        last: &last,
        now: &now,
        is_store_empty: store.as_ref().is_none_or(Store::is_empty),
    };
    let mut foresight = Foresight::new(&chain, store.as_ref());
    if !plan.is_first_run && config.repeat.enabled {
        planner.look_ahead(&mut foresight);
    }
    planner.all_items(&foresight, &mut plan);
    Ok(plan)
}

struct Planner<'a> {
    config: &'a Config,
    tree: &'a Tree,
    last: &'a Head,
    now: &'a Program,
    is_store_empty: bool,
}

impl Planner<'_> {
    /// The items, each with what the last run knew of it.
    fn gather<'b>(&'b self, past: &'b mut History) -> Gather<'b> {
        let trust = trust(self.last, self.now, self.is_store_empty, false);
        let bytes_max = self.config.limits.article_bytes_max;
        Gather::new(self.tree, &self.config.paths.raw, past, trust, bytes_max)
    }

    /// Finds out which lines the sites would repeat.
    fn look_ahead(&self, foresight: &mut Foresight) {
        let mut past = History::open(&self.config.paths.cache, self.last);
        let is_same = self.last.program == *self.now;
        for item in self.gather(&mut past) {
            let path = self.tree.get(item.source).path;
            let before = item.before.as_ref().and_then(|before| before.article());
            let raw = match item.content {
                Content::Fault(_) => continue,
                Content::Known => None,
                Content::Raw(raw) => Some(raw),
                Content::Unread { .. } => {
                    let bytes_max = self.config.limits.article_bytes_max;
                    let raw = read(&self.config.paths.raw.join(path), bytes_max);
                    let Ok((raw, _)) = raw else { continue };
                    Some(Box::new(raw))
                }
            };
            let Some(input) = raw.as_deref().map_or_else(
                || before.map(|article| article.input),
                |raw| self.input_of(raw, false),
            ) else {
                continue;
            };
            match before.filter(|article| is_same && article.input == input) {
                Some(article) => foresight.add_known(path, item.number, article),
                None => foresight.add(path, item.number, input, raw.as_deref()),
            }
        }
        foresight.count();
    }

    fn all_items(&self, foresight: &Foresight, plan: &mut Plan) {
        let paths = &self.config.paths;
        let mut past = History::open(&paths.cache, self.last);
        let mut kept_count = 0;
        let mut reject_count = 0;
        for item in self.gather(&mut past) {
            let path = self.tree.get(item.source).path;
            let id = article_id(path, item.number);
            if matches!(item.content, Content::Unread { is_racy: true }) {
                plan.not_trusted.push(id.clone());
            }
            let fault_before = match item.before.as_ref().map(|before| &before.outcome) {
                Some(Outcome::Rejected(fault)) => Some(fault.clone()),
                _ => None,
            };
            let is_same_fault = match &item.content {
                Content::Fault(fault) => fault_before.as_ref() == Some(fault),
                _ => fault_before.is_some(),
            };
            let was_article = item.before.as_ref().is_some_and(|before| before.article().is_some());
            if let Some(due) = self.due(foresight, path, item) {
                plan.article_count += 1;
                kept_count += u64::from(was_article);
                if !due.is_empty() {
                    plan.articles.push(ArticlePlan { article_id: id, due });
                }
            } else {
                reject_count += 1;
                plan.are_rejects_changed |= !is_same_fault;
                plan.rejects.push(id);
            }
        }
        plan.are_rejects_changed |= reject_count != self.last.counts.rejects;
        plan.removed_count = self.last.counts.articles.saturating_sub(kept_count);
    }

    /// The stages due for an item; none where it is no article.
    fn due(&self, foresight: &Foresight, path: &str, item: Item) -> Option<Vec<Due>> {
        let before = item.before.as_ref();
        let before_article = before.and_then(|before| before.article());
        let input = match item.content {
            Content::Fault(_) => return None,
            Content::Known => match before_article {
                Some(article) => article.input,
                None => return None,
            },
            Content::Raw(raw) => self.input_of(&raw, before_article.is_none())?,
            Content::Unread { .. } => {
                let path = self.config.paths.raw.join(path);
                let (raw, _) = read(&path, self.config.limits.article_bytes_max).ok()?;
                self.input_of(&raw, before_article.is_none())?
            }
        };
        let all = |reason: &Reason| {
            let due =
                |stage: &newsloom_stages::Stage| Due { stage: stage.name, reason: reason.clone() };
            STAGES.iter().map(due).collect()
        };
        match before_article {
            None => Some(all(&Reason::New)),
            Some(article) if article.input != input => Some(all(&Reason::ContentChanged)),
            Some(_) if self.last.program == *self.now && self.is_store_empty => {
                Some(all(&Reason::OutputMissing))
            }
            Some(article) => {
                let shared = foresight.shared(path, item.number, article);
                let is_same = self.last.program == *self.now && shared == article.shared();
                let known = || foresight.known(article.input, shared);
                Some(if is_same { Vec::new() } else { self.changed(article, shared, &known()) })
            }
        }
    }

    /// The hash of what `decode` reads; none for what is no article, as far as that is not known
    /// from an earlier run.
    fn input_of(&self, raw: &RawArticle, is_new: bool) -> Option<Hash> {
        let is_binary = || {
            let decode = || decode::decode(&raw.bytes, raw.format, &raw.told, &self.config.decode);
            let document = catch_unwind(AssertUnwindSafe(decode));
            document.is_ok_and(|document| document.readability == Readability::Binary)
        };
        let is_article = !(is_new && is_binary());
        is_article.then(|| input_of(raw).1)
    }

    /// What is due for an article with the same content under a changed program, or among others.
    fn changed(&self, article: &ArticleState, shared: Option<Hash>, known: &[Hash]) -> Vec<Due> {
        let before = &article.layers;
        let first = known.len();
        let due = STAGES.iter().enumerate().skip(first).map(|(index, stage)| {
            let reason = match changes(
                &self.last.program.stages[index],
                &self.now.stages[index],
                stage.name,
            ) {
                Some(reason) => reason,
                None if index == STRIP && first == STRIP && shared != article.shared() => {
                    let changes = changes(&self.last.program.repeat, &self.now.repeat, "repeat");
                    changes.unwrap_or(Reason::RepeatedLinesChanged)
                }
                None if index == first && before[..index] == *known => Reason::OutputMissing,
                None => Reason::UpstreamOutputChanged,
            };
            Due { stage: stage.name, reason }
        });
        due.collect()
    }
}

/// What of a stage itself changed.
fn changes(before: &StageState, now: &StageState, stage: &str) -> Option<Reason> {
    if before.settings != now.settings {
        return Some(Reason::ConfigurationChanged { keys: changed_keys(before, now, stage) });
    }
    (before.fingerprint != now.fingerprint).then_some(Reason::CodeOrRulesChanged)
}

fn changed_keys(before: &StageState, now: &StageState, stage: &str) -> Vec<ChangedKey> {
    let parse = |state: &StageState| -> BTreeMap<String, Value> {
        serde_json::from_str(&state.settings).unwrap_or_default()
    };
    let (before, now) = (parse(before), parse(now));
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let text = |value: Option<&Value>| value.map_or_else(|| "unset".to_owned(), Value::to_string);
    let keys = keys.into_iter().filter(|key| before.get(*key) != now.get(*key));
    keys.map(|key| ChangedKey {
        key: format!("{stage}.{key}"),
        before: text(before.get(key)),
        now: text(now.get(key)),
    })
    .collect()
}
