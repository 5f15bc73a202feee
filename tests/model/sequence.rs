//! Random sequences of steps, after each of which a run gives what a clean build gives.
//!
//! Invariant: a sequence is made from its seed alone; only when a kill strikes is left to chance.
//! `NEWSLOOM_MODEL_SEQUENCES` is the number of sequences, `NEWSLOOM_MODEL_SEED` the first seed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::steps::{KINDS, Kind, World};
use crate::support::clean::CleanBuilds;
use crate::support::number_from_environment;
use crate::support::random::Random;

const SEQUENCES: u64 = 200;
/// From so many sequences on, each kind of step must have come about.
const SEQUENCES_ENOUGH: u64 = 100;

#[test]
fn after_any_steps_outputs_equal_a_clean_build() {
    let count = number_from_environment("NEWSLOOM_MODEL_SEQUENCES", SEQUENCES);
    let first = number_from_environment("NEWSLOOM_MODEL_SEED", 1);
    let cleans = CleanBuilds::default();
    let tally = Mutex::new(Tally::default());
    let failures = Mutex::new(Vec::new());
    let failed = AtomicBool::new(false);
    let next = AtomicU64::new(first);
    let work = || {
        while !failed.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            match Sequence::new(seed, &cleans).run() {
                Ok(tried) => tally.lock().unwrap().add(tried),
                Err(failure) => {
                    failed.store(true, Ordering::Relaxed);
                    failures.lock().unwrap().push(failure);
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let tally = tally.into_inner().unwrap();
    println!("{} clean builds, {tally:?}", cleans.count());
    assert!(count > 0 && tally.sequence_count == count);
    if count >= SEQUENCES_ENOUGH {
        assert!(KINDS.iter().all(|kind| tally.kinds.contains_key(kind)), "{tally:?}");
        assert!(tally.struck_count > 0, "no kill came before the end of its run");
        assert!(tally.came_count > 0 && tally.went_count > 0, "{tally:?}");
    }
}

/// What was tried.
#[derive(Debug, Default)]
struct Tally {
    sequence_count: u64,
    run_count: u64,
    /// Kills that came before the end of their run.
    struck_count: u64,
    kinds: BTreeMap<Kind, u64>,
    /// Articles as they were before, of which a line was dropped because others have it, but not by
    /// the run before; and the other way round.
    came_count: u64,
    went_count: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.sequence_count += other.sequence_count;
        self.run_count += other.run_count;
        self.struck_count += other.struck_count;
        self.came_count += other.came_count;
        self.went_count += other.went_count;
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
    }
}

/// One world and what happens to it.
struct Sequence<'a> {
    seed: u64,
    random: Random,
    world: World,
    cleans: &'a CleanBuilds,
    /// How long the first run took, which had all to do.
    first_run: Duration,
    story: String,
    tally: Tally,
    /// Id and content of each article, and whether a line was dropped because others have it.
    affected: BTreeMap<(String, String), bool>,
}

impl<'a> Sequence<'a> {
    fn new(seed: u64, cleans: &'a CleanBuilds) -> Self {
        let mut random = Random::new(seed);
        // A disk gives inodes and times away differently than memory does.
        let world = World::new(&mut random, seed.is_multiple_of(8));
        let (first_run, story) = (Duration::ZERO, world.start());
        let (tally, affected) = (Tally::default(), BTreeMap::new());
        Self { seed, random, world, cleans, first_run, story, tally, affected }
    }

    /// Tries the sequence; the error tells how it failed and how to see it again.
    fn run(mut self) -> Result<Tally, String> {
        let step_count = 4 + self.random.below(5);
        let result = self.check().and_then(|()| (0..step_count).try_for_each(|_| self.step()));
        self.tally.sequence_count = 1;
        result.map(|()| self.tally).map_err(|failure| {
            format!("NEWSLOOM_MODEL_SEED={}\n{}\n  => {failure}", self.seed, self.story)
        })
    }

    /// One change, at times two at once, and a run.
    fn step(&mut self) -> Result<(), String> {
        for _ in 0..1 + self.random.below(4) / 3 {
            let kind = self.random.pick(&KINDS);
            if kind == Kind::Kill {
                // So that the run has something to do when it is killed.
                let kind = self.random.pick(&[Kind::Add, Kind::Configure, Kind::DamageOutputs]);
                self.change(kind);
                self.change(Kind::Kill);
                self.kill()?;
            } else {
                self.change(kind);
            }
        }
        self.check()
    }

    fn change(&mut self, kind: Kind) {
        *self.tally.kinds.entry(kind).or_default() += 1;
        let told = self.world.step(kind, &mut self.random);
        write!(self.story, "\n  {kind:?}: {told}").unwrap();
    }

    /// Starts a run and kills it: the outputs are as before, or those of a clean build.
    fn kill(&mut self) -> Result<(), String> {
        let house = &self.world.house;
        let clean = self.cleans.of(house);
        let before = house.outputs();
        let micros = usize::try_from(self.first_run.as_micros()).unwrap();
        let delay = Duration::from_micros(self.random.below(micros + 1) as u64);
        let mut command = house.run_command(self.random.pick(&[1, 2]));
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(delay);
        child.kill().unwrap();
        let status = child.wait().unwrap();
        self.tally.struck_count += u64::from(status.signal().is_some());
        let after = house.outputs();
        write!(self.story, ", after {delay:?}: {status}").unwrap();
        if after == before || after == clean.files {
            return Ok(());
        }
        let (old, new) = (after.difference(&before), after.difference(&clean.files));
        Err(format!("outputs are mixed: not as before: {old:?}, not as a clean build: {new:?}"))
    }

    /// Runs, and compares with a clean build.
    fn check(&mut self) -> Result<(), String> {
        let clean = self.cleans.of(&self.world.house);
        let jobs = self.random.pick(&[1, 1, 2, 8]);
        let start = Instant::now();
        self.world.house.check_run(jobs, &clean)?;
        if self.tally.run_count == 0 {
            self.first_run = start.elapsed();
        }
        self.tally.run_count += 1;
        let affected = self.world.affected();
        for (article, is_affected) in &affected {
            let was_affected = self.affected.get(article).unwrap_or(is_affected);
            self.tally.came_count += u64::from(*is_affected && !was_affected);
            self.tally.went_count += u64::from(*was_affected && !is_affected);
        }
        self.affected = affected;
        Ok(())
    }
}
