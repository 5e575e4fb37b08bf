//! The work on a table: how its format is opened, what is done, and what is said of it.

use super::arguments::{Asked, Empty, TableArguments};
use super::done::Done;
use super::file::{Input, STREAM, TableFile, goes_to_standard_output};
use super::plan::Plan;
use super::report::{self, Report, with_report};
use crate::destination::about_other_names;
use crate::failure::Failure;
use crate::message::Said;
use crate::session::Session;
use crate::stopped::{Left, Stopped};
use std::path::Path;
use std::time::Instant;
use strongroom::{Error, View};
use strongroom_bulk::csv::{Csv, KeepEmpty};
use strongroom_bulk::ndjson::Ndjson;
use strongroom_bulk::{self as bulk, Beginnings, Change, Format, Table, Verb};

impl TableArguments {
    pub(crate) fn run(&self, session: &Session, asked: &Asked<'_>) -> Result<(), Failure> {
        self.check(asked)?;
        if let Some(path) = &self.ndjson {
            let open = |input| Ndjson::open(input, self.keep_empty.is_some());
            return self.work(session, asked, || TableFile::open(path), open);
        }
        let path = self.csv.as_deref().unwrap_or(Path::new(""));
        let open = |input| Csv::open(input, self.delimiter, keep_empty(self.keep_empty));
        self.work(session, asked, || TableFile::open(path), open)
    }

    /// The work on the table in a file, which is of the format that is opened.
    fn work<'p, F: Format>(
        &self,
        session: &Session,
        asked: &Asked<'_>,
        file: impl FnOnce() -> Result<TableFile<'p>, Failure>,
        open: impl Fn(Input) -> Result<F, bulk::Error>,
    ) -> Result<(), Failure> {
        let Asked { verb, key, view, output, .. } = *asked;
        let key = session.key(key)?;
        let info = key.info()?;
        let columns = self.columns()?;
        let beginnings = Beginnings::new(info.version_template.as_deref(), view.transit);
        let table = |input| Table::open(open(input)?, &columns);
        let stopped = |error, left| Stopped { error, left, transit: view.transit };
        if self.dry_run {
            let file = file()?;
            let path = file.path();
            let mut listed = self.begin_report(&[path], view.transit)?;
            let mut count = |input| {
                let table = table(input)?;
                with_report(&mut listed, |refused| table.survey(verb, self.mixed(), &beginnings, refused))
            };
            let mut survey =
                file.read(|input| Ok(count(input).map_err(|error| stopped(error, Left::Nothing))?))?;
            listed.map_or(Ok(()), Report::finish)?;
            // Transit makes a new ciphertext each time.
            let anew = view.transit || self.rebind;
            let plan = Plan::new(path, verb, &survey, &info, anew, self.report().is_some());
            session.printer.print(&plan.text(), &plan)?;
            report::ended(survey.refused_rows, self.report(), "would be refused")?;
            return survey.first.take().map_or(Ok(()), |first| Err(stopped(first, Left::Plan).into()));
        }
        match (info.derived, view.context.is_given() || self.context_column.is_some()) {
            (true, false) => return Err(Error::ContextRequired.into()),
            (false, true) if !view.transit => return Err(Error::ContextNotAllowed.into()),
            _ => {}
        }
        let began = Instant::now();
        let key: View = if view.transit { key.transit() } else { (*key).clone() };
        // Transit does not look at a context that it has no use for.
        let context = if info.derived { view.context.said()? } else { Said::Nothing };
        let aad = asked.aad.said()?;
        let change = Change {
            verb,
            key: &key,
            version: asked.version,
            // Convergent keys take no aad.
            convergent: info.convergent,
            bind: self.is_bound(asked),
            rebind: self.rebind,
            aad: aad.given(),
            context: context.given(),
            mixed: self.mixed(),
            beginnings,
        };
        let file = file()?;
        let (path, out) = (file.path(), output.given());
        let streamed = goes_to_standard_output(path, out);
        let place = if streamed { Path::new(STREAM) } else { out.unwrap_or(path) };
        let listed = self.begin_report(&[path, place], view.transit)?;
        let changed = file.change(out, listed, &change, table, stopped)?;
        let out = place;
        let bound = change.bind || change.rebind;
        let done = Done {
            table: path.display().to_string(),
            out: out.display().to_string(),
            rows: changed.tally.rows,
            changed: changed.tally.changed,
            skipped: changed.tally.skipped,
            up_to_date: changed.tally.current,
            empty: changed.tally.empty,
            refused_rows: changed.tally.refused_rows,
            written: changed.written,
            columns_bound: bound,
            seconds: began.elapsed().as_secs_f64(),
        };
        // Whoever said so knows it.
        let unbound = verb == Verb::Encrypt && !bound && self.bind_column.is_none();
        let text = done.text(verb, unbound);
        // Standard output has the table, if that went there.
        if streamed { session.printer.note(&text, &done) } else { session.printer.print(&text, &done) }?;
        session.printer.warn_all(about_other_names(out, changed.other_names))?;
        report::ended(done.refused_rows, self.report(), "refused and left as before")
    }

    fn begin_report(&self, tables: &[&Path], transit: bool) -> Result<Option<Report>, Failure> {
        self.report().map(|path| Report::begin(path, tables, transit)).transpose()
    }
}

/// As CSV takes it.
pub(super) fn keep_empty(given: Option<Empty>) -> KeepEmpty {
    match given {
        None => KeepEmpty::No,
        Some(Empty::All) => KeepEmpty::All,
        Some(Empty::Unquoted) => KeepEmpty::Unquoted,
    }
}
