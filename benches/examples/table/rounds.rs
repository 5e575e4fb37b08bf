//! Many calls, timed in turns: each round takes each of them for a moment, so that what else the machine does
//! meets all of them, and the least of the rounds counts.

use std::time::{Duration, Instant};

/// How long one call is repeated in one round.
const MOMENT: Duration = Duration::from_micros(200);
/// A call that takes so long, in nanoseconds, is not made once more before it is timed.
const LONG: f64 = 2e6;
/// Of one call in one round, however short it is.
const MOST: u32 = 20_000;

/// What one line of the table says.
pub(crate) struct Measure {
    pub(crate) work: &'static str,
    pub(crate) size: usize,
    pub(crate) who: String,
    /// How many messages one call works on.
    messages: u32,
    calls: u32,
    /// Nanoseconds of one call.
    least: f64,
    timed: Timed,
}

/// Makes so many calls, and says how long they took.
type Timed = Box<dyn FnMut(u32) -> Duration>;

impl Measure {
    /// One message a call.
    pub(crate) fn of(
        work: &'static str,
        size: usize,
        who: impl Into<String>,
        call: impl FnMut() + 'static,
    ) -> Self {
        Self::of_many(work, size, who, 1, call)
    }

    pub(crate) fn of_many(
        work: &'static str,
        size: usize,
        who: impl Into<String>,
        messages: u32,
        mut call: impl FnMut() + 'static,
    ) -> Self {
        let timed = move |calls| {
            let start = Instant::now();
            for _ in 0..calls {
                call();
            }
            start.elapsed()
        };
        Self::timed(work, size, who, messages, timed)
    }

    /// For what has to time itself.
    pub(crate) fn timed(
        work: &'static str,
        size: usize,
        who: impl Into<String>,
        messages: u32,
        timed: impl FnMut(u32) -> Duration + 'static,
    ) -> Self {
        let (who, timed) = (who.into(), Box::new(timed));
        Self { work, size, who, messages, calls: 0, least: f64::INFINITY, timed }
    }

    /// The first two calls are not counted: they fill pools and caches.
    fn calibrate(&mut self) {
        (self.timed)(1);
        let one = (self.timed)(1).max(Duration::from_nanos(1));
        let calls = u32::try_from(MOMENT.as_nanos() / one.as_nanos()).unwrap_or(MOST);
        self.calls = calls.clamp(1, MOST);
        self.least = one.as_secs_f64() * 1e9;
    }

    fn round(&mut self) {
        if self.least < LONG {
            // What the processor has learnt about this call was forgotten over the others.
            (self.timed)(self.calls.div_ceil(10));
        }
        let taken = (self.timed)(self.calls).as_secs_f64() * 1e9 / f64::from(self.calls);
        self.least = self.least.min(taken);
    }

    /// Nanoseconds for one message.
    fn ns(&self) -> f64 {
        self.least / f64::from(self.messages)
    }

    pub(crate) fn line(&self) -> String {
        let Self { work, size, who, .. } = self;
        format!(r#"{{"work":"{work}","size":{size},"who":"{who}","ns":{:.2}}}"#, self.ns())
    }
}

pub(crate) fn run(measures: &mut [Measure], rounds: u32) {
    measures.iter_mut().for_each(Measure::calibrate);
    for _ in 0..rounds {
        measures.iter_mut().for_each(Measure::round);
    }
}
