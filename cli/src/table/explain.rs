//! Why a cell does not open, where that can be found out: it opens as one of another column, or without the
//! column's name. Nothing that is opened here is used.

use super::batch::Worker;
use super::binding::{Binding, Names, Says};
use super::columns::Named;
use crate::message::Said;
use strongroom::Item;

/// What to tell the user, if anything is known.
pub(super) fn explained(worker: &Worker<'_>, column: &Named, says: &Says<'_>, cell: &str) -> Option<String> {
    let given = &worker.change.binding;
    let opens = |names: Names, name: &str| {
        let other = Binding { names, aad: given.aad.clone(), context: given.context.clone() };
        let item = other.on(Item::ciphertext(cell), says, name);
        item.is_ok_and(|item| worker.change.key.decrypt_item(&item).is_ok())
    };
    let named = |name: &str| opens(worker.change.could_be, name);
    let own = &column.name;
    if given.names == Names::Nowhere {
        if named(own) {
            return Some(format!("the cell is bound to the name of its column; {}", worker.change.say_bound));
        }
    } else if opens(Names::Nowhere, "") {
        return Some(
            "the cell is not bound to the name of its column: --bind-column no opens it, and 'strongroom rewrap --bind-column no --rebind' binds it".to_owned(),
        );
    }
    let others = worker.header.contents().filter_map(|name| String::from_utf8(name.into_owned()).ok());
    if let Some(other) = others.filter(|name| *name != column.bound).find(|name| named(name)) {
        let renamed = format!("{own}={other}");
        return Some(format!(
            "the cell belongs into column {other:?} of this row: was it exchanged for another? If it is the columns that changed their names, say --column-name {renamed:?}"
        ));
    }
    let row = match (&worker.positions.aad, &given.aad) {
        (None, Said::Nothing) => "was the table encrypted with --aad-column or --aad? Or ",
        _ => "",
    };
    let renamed = format!(
        "{row}did the column have another name when it was encrypted? --column-name \"{own}=NAME\" says which"
    );
    (given.names != Names::Nowhere).then_some(renamed)
}
