//! Processor time, which says what work cost whatever else the machine does meanwhile.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Adds up the processor time of what it runs on its thread.
#[derive(Debug, Default)]
pub struct Watch {
    pub total: Duration,
}

impl Watch {
    pub fn time<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let begun = now(ClockId::ThreadCPUTime);
        let result = run();
        self.total += now(ClockId::ThreadCPUTime).saturating_sub(begun);
        result
    }
}

/// The processor time of this process so far, all threads together.
pub fn process_time() -> Duration {
    now(ClockId::ProcessCPUTime)
}

fn now(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
