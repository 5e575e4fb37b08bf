//! What real servers of Vault's and OpenBao's Transit answered (`tests/vectors/transit/`), through the
//! drivers.
//!
//! `tests/transit_answers.rs` holds the same against the Rust library, and explains what is left out of the
//! comparison.

#[path = "transit/answers.rs"]
mod answers;
#[path = "transit/moved.rs"]
mod moved;
#[path = "transit/told.rs"]
mod told;

use crate::driver::Driver;
use crate::toolchain::read;
use serde_json::{Value, json};
use strongroom::KeyType;

/// The drivers.
const DRIVERS: [&str; 2] = ["driver.c", "driver.cpp"];

/// The products, with their numbers in `strongroom_dialect`.
const PRODUCTS: [(&str, u32); 2] = [("vault", 1), ("openbao", 2)];

/// Every key of a product, with its backups and answers, but for those of types that need a feature which
/// this build does not have.
fn fixtures(product: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(&read(&format!("tests/vectors/transit/{product}.json"))).unwrap();
    let is_here = |key: &&Value| text(&key["key"]["type"]).parse::<KeyType>().unwrap().is_supported();
    file["keys"].as_array().unwrap().iter().filter(is_here).cloned().collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Bytes that a file holds as base64.
fn bytes(value: &Value) -> Vec<u8> {
    base64_simd::STANDARD.decode_to_vec(text(value)).expect("base64")
}

/// Bytes that a file holds as base64, as the drivers write them.
fn digits(value: &Value) -> String {
    hex::encode(bytes(value))
}

fn restore(driver: &mut Driver, name: &str, backup: &Value, dialect: u32) -> Result<Value, String> {
    driver.call(&json!({"op": "restore_transit", "key": name, "backup": backup, "dialect": dialect}))
}
