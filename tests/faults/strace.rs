//! Runs under strace, which writes down their calls, and makes them fail or kills at them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Output};

use tempfile::NamedTempFile;

use crate::support::{House, PROGRAM, said};

/// A call of a run, as strace wrote it down.
#[derive(Debug, Clone)]
pub struct Call {
    pub thread: String,
    pub name: String,
    /// The line from the name on.
    pub line: String,
}

impl Call {
    fn parse(line: &str) -> Option<Self> {
        let (thread, line) = line.split_once(' ')?;
        let line = line.trim_start();
        let (name, _) = line.split_once('(')?;
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name.then(|| Self { thread: thread.into(), name: name.into(), line: line.into() })
    }

    /// The path that the call names first, as it is written.
    pub fn path(&self) -> Option<&str> {
        self.line.split('"').nth(1)
    }
}

/// A run that was traced.
#[derive(Debug)]
pub struct Traced {
    pub output: Output,
    pub calls: Vec<Call>,
}

impl Traced {
    /// Whether strace did what it was told to.
    pub fn is_injected(&self) -> bool {
        self.calls.iter().any(|call| call.line.contains("(INJECTED)"))
            || std::os::unix::process::ExitStatusExt::signal(&self.output.status).is_some()
    }

    /// How often each call was made, by the thread that made it most.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut by_thread: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for call in &self.calls {
            *by_thread.entry((&call.name, &call.thread)).or_default() += 1;
        }
        let mut counts = BTreeMap::new();
        for ((name, _), count) in by_thread {
            let most = counts.entry(name.to_owned()).or_insert(0);
            *most = count.max(*most);
        }
        counts
    }

    /// The paths that were opened, as they were written.
    pub fn opened(&self) -> BTreeSet<&str> {
        let opens = self.calls.iter().filter(|call| call.name.starts_with("open"));
        opens.filter_map(Call::path).collect()
    }
}

/// Runs in a house under strace, which looks at `calls`; an injection is written as strace takes
/// it, and strikes only at calls on `paths`, where any are given.
pub fn run(house: &House, calls: &[&str], injection: Option<&str>, paths: &[String]) -> Traced {
    let log = NamedTempFile::new().unwrap();
    let mut command = Command::new("strace");
    command
        .current_dir(house.path(""))
        .args(["--quiet=attach,path-resolution", "-f", "-o"])
        .arg(log.path());
    // A machine without one of the calls has others of the list.
    let calls: Vec<String> = calls.iter().map(|call| format!("?{call}")).collect();
    command.arg("-e").arg(format!("trace={}", calls.join(",")));
    if let Some(injection) = injection {
        command.arg("-e").arg(format!("inject={injection}"));
    }
    for path in paths {
        command.arg("-P").arg(path);
    }
    let output = command.args([PROGRAM, "run", "--jobs", "1"]).output();
    let output = output.expect("these tests need strace: install the package of that name");
    let refusal = said(&output);
    assert!(!refusal.contains("strace:"), "strace may not trace, or does not know: {refusal}");
    let text = String::from_utf8_lossy(&fs::read(log.path()).unwrap()).into_owned();
    Traced { output, calls: text.lines().filter_map(Call::parse).collect() }
}
