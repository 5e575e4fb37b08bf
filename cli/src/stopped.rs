//! Why the work on a table ended early, in the words of the command line.

use crate::numbers::counted;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use strongroom::Verb;
use strongroom_bulk::{CellFault, Column, CsvFault, Error, Fault, Hint, Place, Request};

/// A table that could not be worked on.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) error: Error,
    pub(crate) left: Left,
    /// With `--transit` names are not bound unless that is asked for.
    pub(crate) transit: bool,
}

/// What there is of an output after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    /// The output is a pipe or a device, where nothing can be taken back.
    Some,
    /// Nothing was to be written: it was asked what would be done.
    Plan,
}

impl Stopped {
    /// What may help.
    pub(crate) fn hint(&self) -> Option<Cow<'static, str>> {
        hint(&self.error, self.transit)
    }

    /// Where, for programs.
    pub(crate) fn place(&self) -> Option<ShownPlace<'_>> {
        self.error.place().map(ShownPlace::of)
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.error.place() {
            write!(f, "{place}: ")?;
        }
        f.write_str(&in_words(self.error.fault()))?;
        let left = match self.left {
            Left::Nothing => "nothing was written",
            Left::Some => "what came out before it is no whole table",
            Left::Plan => return Ok(()),
        };
        match self.error.place().map(|place| place.row.saturating_sub(1)) {
            Some(0) => write!(f, "; {left}"),
            Some(rows) => write!(f, "; stopped after {}, {left}", counted(rows, "row")),
            None if self.left == Left::Some => write!(f, "; {left}"),
            None => Ok(()),
        }
    }
}

/// What may help with a table.
pub(crate) fn hint(error: &Error, transit: bool) -> Option<Cow<'static, str>> {
    Some(match error.hint()? {
        Hint::Bound if transit => "the cell is bound to the name of its column; say --bind-column yes".into(),
        Hint::Bound => "the cell is bound to the name of its column; leave out --bind-column no".into(),
        Hint::NotBound => "the cell is not bound to the name of its column: --bind-column no opens it, and \
                           'strongroom rewrap --bind-column no --rebind' binds it"
            .into(),
        Hint::Belongs { here, there } => {
            let renamed = format!("{here}={there}");
            format!(
                "the cell belongs into column {there:?} of this row: was it exchanged for another? If it \
                 is the columns that changed their names, say --column-name {renamed:?}"
            )
            .into()
        }
        Hint::Renamed { column, row_unsaid } => {
            let row =
                if *row_unsaid { "was the table encrypted with --aad-column or --aad? Or " } else { "" };
            format!(
                "{row}did the column have another name when it was encrypted? --column-name \
                 \"{column}=NAME\" says which"
            )
            .into()
        }
        _ => return None,
    })
}

/// What is wrong, with the options that help.
pub(crate) fn in_words(fault: &Fault) -> String {
    match fault {
        Fault::Request(Request::NoColumn) => format!("{fault}; say which with --column"),
        Fault::Request(Request::Itself(name, part)) => format!(
            "column {name:?} is given to both --column and --{part}-column; a ciphertext cannot be its own \
             {part}"
        ),
        Fault::Request(Request::NotUtf8(part)) => format!(
            "--{part}-base64 has to be UTF-8 where the name of the column is bound too; or give \
             --bind-column no"
        ),
        Fault::Request(Request::NamesColumn(part)) => format!(
            "--{part}-map has a pair \"column\", where the name of the column is bound; leave it out, or \
             give --bind-column no"
        ),
        Fault::Csv(CsvFault::NoColumn { .. }) => {
            format!("{fault}, and cells are separated as --delimiter says")
        }
        Fault::Cell(CellFault::CiphertextAlready) => {
            format!("{fault}; --skip-encrypted leaves such cells as they are")
        }
        Fault::Cell(CellFault::NotCiphertext) => {
            format!("{fault}; --allow-plaintext leaves such cells as they are")
        }
        Fault::Cell(CellFault::Empty) => format!("{fault}; with --keep-empty such cells stay empty"),
        Fault::Cell(CellFault::Ambiguous) => {
            "an empty cell without quotes could not be told from \"\" again, since ciphertexts need quotes \
             with this --delimiter; give --keep-empty"
                .to_owned()
        }
        Fault::Library(error) => error.told(flag),
        Fault::DoesNotOpen(error) => fault.to_string().replace(&error.to_string(), &error.told(flag)),
        fault => fault.to_string(),
    }
}

/// The option, or the command, that a message is about.
pub(crate) fn flag(option: &str) -> String {
    let name = option.replace('_', "-");
    match Verb::ALL.iter().any(|verb| verb.name() == option) {
        true if name == "data-key" => "datakey".to_owned(),
        true if name == "add-seal" => "'seal add'".to_owned(),
        true => name,
        false => format!("--{name}"),
    }
}

/// A place, for programs.
#[derive(Serialize)]
pub(crate) struct ShownPlace<'a> {
    row: u64,
    line: u64,
    #[serde(serialize_with = "column")]
    column: &'a Column,
}

impl<'a> ShownPlace<'a> {
    pub(crate) fn of(place: &'a Place) -> Self {
        Self { row: place.row, line: place.line, column: &place.column }
    }
}

/// A name, or the number of a cell, or nothing.
fn column<S: Serializer>(column: &Column, serializer: S) -> Result<S::Ok, S::Error> {
    match column {
        Column::Whole => serializer.serialize_none(),
        Column::Number(number) => serializer.serialize_u64(*number as u64),
        Column::Name(name) => serializer.serialize_str(name),
    }
}
