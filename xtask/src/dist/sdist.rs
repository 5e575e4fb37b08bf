//! The source distribution for Python: the binding, the crates that it needs, and the lock file.

use anyhow::Result;

use super::ledger::Ledger;
use super::{Order, VERSION};
use crate::python::Beside;
use crate::step::run;

pub(super) fn make(order: &Order, ledger: &mut Ledger) -> Result<()> {
    Beside::clear();
    run(order.tools.maturin("sdist").arg("--out").arg(&order.out))?;
    ledger.made(&order.out.join(format!("strongroom-{VERSION}.tar.gz")), None)
}
