//! The columns of C and C++ in `bindings/operations.json`.

use crate::header::declared;
use crate::toolchain::read;
use serde_json::Value;

fn operations() -> Vec<Value> {
    serde_json::from_str::<Value>(&read("bindings/operations.json")).unwrap().as_array().unwrap().clone()
}

#[test]
fn every_operation_is_declared_in_c() {
    let declared = declared();
    for operation in operations() {
        let name = operation["c"].as_str().unwrap();
        assert!(declared.contains_key(name), "strongroom.h has no {name}");
    }
    assert!(operations().len() >= 68);
}

#[test]
fn every_operation_is_a_method_in_cpp() {
    let header = read("include/strongroom.hpp");
    for operation in operations() {
        let name = operation["cpp"].as_str().unwrap();
        let (class, method) = name.split_once("::").unwrap();
        let (_, rest) =
            header.split_once(&format!("\nclass {class} {{")).unwrap_or_else(|| panic!("no class {class}"));
        let body = rest.split("\n};").next().unwrap();
        assert!(body.contains(&format!(" {method}(")), "{class} has no {method}");
        let silent = method.ends_with("_batch") || body.contains(&format!(" try_{method}("));
        assert!(silent, "{class} has no try_{method}");
    }
}
