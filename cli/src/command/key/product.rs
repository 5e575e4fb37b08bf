//! The products that keys come from in the clear, and go back to.

use clap::ValueEnum;
use strongroom::Dialect;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::command) enum Product {
    /// HashiCorp Vault.
    Vault,
    /// OpenBao.
    Openbao,
}

impl From<Product> for Dialect {
    fn from(product: Product) -> Self {
        match product {
            Product::Vault => Self::Vault,
            Product::Openbao => Self::OpenBao,
        }
    }
}
