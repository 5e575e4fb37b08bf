//! Why a cell does not open, where that can be found out: it opens as one of another column, or without the
//! column's name. Nothing that is opened here is used.

use crate::asked::Asked;
use crate::binding::{Binding, Given, Names};
use crate::change::Change;
use crate::columns::Found;
use crate::error::Hint;
use crate::source::Source;
use strongroom::Item;

/// What to tell the user, if anything is known.
pub(crate) fn explained<S: Source>(
    change: &Change<'_>,
    columns: &Found,
    cell: &Asked<'_, S>,
    all_names: impl FnOnce() -> Vec<String>,
) -> Option<Hint> {
    let given = change.binding();
    let opens = |names: Names, name: &str| {
        let other = Binding { names, ..given };
        let item = other.on(Item::ciphertext(&cell.content), &cell.says, name);
        item.is_ok_and(|item| change.key.decrypt_item(&item).is_ok())
    };
    let named = |name: &str| opens(change.could_be(), name);
    let own = &cell.column.name;
    if given.names == Names::Nowhere {
        if named(own) {
            return Some(Hint::Bound);
        }
    } else if opens(Names::Nowhere, "") {
        return Some(Hint::NotBound);
    }
    let mut others = all_names().into_iter().filter(|name| *name != cell.column.bound);
    if let Some(there) = others.find(|name| named(name)) {
        return Some(Hint::Belongs { here: own.clone(), there });
    }
    let row_unsaid = columns.aad.is_none() && matches!(given.aad, Given::Nothing);
    (given.names != Names::Nowhere).then(|| Hint::Renamed { column: own.clone(), row_unsaid })
}
