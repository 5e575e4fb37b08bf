//! The public items of a crate, each on a line, from the JSON of rustdoc.

use serde_json::Value;

use super::shown::{bounds, generics, named, signature, type_of};

/// Every item that a user of the crate can name, and the traits that their types have.
pub(super) fn lines(documentation: &Value) -> Vec<String> {
    let mut listing = Listing { index: &documentation["index"], lines: Vec::new() };
    let root = listing.item(&documentation["root"]);
    let name = text(&root["name"]);
    listing.members(&root["inner"]["module"]["items"], name);
    listing.lines
}

struct Listing<'a> {
    index: &'a Value,
    lines: Vec<String>,
}

impl<'a> Listing<'a> {
    fn item(&self, id: &Value) -> &'a Value {
        &self.index[id.to_string().trim_matches('"')]
    }

    fn members(&mut self, ids: &Value, inside: &str) {
        for id in ids.as_array().into_iter().flatten() {
            let item = self.item(id);
            self.add(item, &format!("{inside}::{}", text(&item["name"])), inside);
        }
    }

    /// Adds an item by the name that it has for users.
    fn add(&mut self, item: &'a Value, name: &str, inside: &str) {
        let Some((kind, inner)) = item["inner"].as_object().and_then(|inner| inner.iter().next()) else {
            return;
        };
        let is_open = item["attrs"].to_string().contains("non_exhaustive");
        let open = if is_open { "#[non_exhaustive] " } else { "" };
        match kind.as_str() {
            "use" => self.reexport(inner, inside),
            "module" => self.members(&inner["items"], name),
            "struct" | "enum" | "union" => {
                self.lines.push(format!("{open}{kind} {name}{}", generics(&inner["generics"])));
                self.parts(&inner["kind"], name);
                self.members(&inner["variants"], name);
                self.implementations(&inner["impls"], name);
            }
            "variant" => {
                // Whoever matches it writes its form.
                let form = match &inner["kind"] {
                    Value::Object(form) if form.contains_key("struct") => " { .. }",
                    Value::Object(_) => "(..)",
                    _ => "",
                };
                self.lines.push(format!("{open}variant {name}{form}"));
                self.parts(&inner["kind"], name);
            }
            "struct_field" => self.lines.push(format!("field {name}: {}", type_of(inner))),
            "trait" => {
                let above = bounds(&inner["bounds"]);
                self.lines.push(format!("trait {name}{}{above}", generics(&inner["generics"])));
                self.members(&inner["items"], name);
            }
            "function" => {
                // What an implementation of a trait has to have.
                let owed = if inner["has_body"] == false { " (to be written)" } else { "" };
                self.lines.push(format!("{}{owed}", signature(name, inner)));
            }
            "constant" | "assoc_const" => {
                self.lines.push(format!("const {name}: {}", type_of(&inner["type"])))
            }
            "type_alias" => self.lines.push(format!("type {name} = {}", type_of(&inner["type"]))),
            "assoc_type" => self.lines.push(format!("type {name}{}", bounds(&inner["bounds"]))),
            "macro" => self.lines.push(format!("macro {name}")),
            _ => {}
        }
    }

    /// What is exported under a name is there under that name, wherever it was made.
    fn reexport(&mut self, inner: &Value, inside: &str) {
        let item = self.item(&inner["id"]);
        if inner["is_glob"] == true {
            self.members(&item["inner"]["module"]["items"], inside);
        } else {
            self.add(item, &format!("{inside}::{}", text(&inner["name"])), inside);
        }
    }

    /// Public fields, of which those of tuples are `null` where they are not.
    fn parts(&mut self, kind: &Value, inside: &str) {
        let fields = ["plain", "struct"].iter().find_map(|form| kind[form]["fields"].as_array());
        for id in fields.or_else(|| kind["tuple"].as_array()).into_iter().flatten().filter(|id| !id.is_null())
        {
            let item = self.item(id);
            self.add(item, &format!("{inside}::{}", text(&item["name"])), inside);
        }
    }

    /// Methods, and which traits there are: those that were written, and of those that the compiler finds the
    /// two on which it depends whether threads may share a value.
    fn implementations(&mut self, ids: &Value, name: &str) {
        for id in ids.as_array().into_iter().flatten() {
            let inner = &self.item(id)["inner"]["impl"];
            let of = &inner["trait"];
            if of.is_null() {
                self.members(&inner["items"], name);
                continue;
            }
            let of = named(of);
            let found = inner["is_synthetic"] == true;
            let counts = inner["blanket_impl"].is_null() && inner["is_negative"] == false;
            if counts && (!found || ["Send", "Sync"].contains(&of.as_str())) {
                self.lines.push(format!("impl {of} for {name} as {}", type_of(&inner["for"])));
            }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
