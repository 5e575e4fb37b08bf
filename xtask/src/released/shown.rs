//! Types and signatures as Rust writes them, from the JSON of rustdoc.

use serde_json::Value;

/// `fn NAME<GENERICS>(ARGUMENTS) -> RESULT where …`, without the names of arguments, which nobody writes.
pub(super) fn signature(name: &str, function: &Value) -> String {
    let sig = &function["sig"];
    let mut arguments = list(&sig["inputs"], |input| match (input[0].as_str(), type_of(&input[1])) {
        (Some("self"), of) => format!("self: {of}"),
        (_, of) => of,
    });
    if sig["is_c_variadic"] == true {
        arguments.push("...".to_owned());
    }
    let result =
        if sig["output"].is_null() { String::new() } else { format!(" -> {}", type_of(&sig["output"])) };
    let header = &function["header"];
    let words = [("is_const", "const "), ("is_async", "async "), ("is_unsafe", "unsafe ")];
    let words: String = words.iter().filter(|(key, _)| header[*key] == true).map(|(_, word)| *word).collect();
    let (declared, further) = split(&function["generics"]);
    format!("{words}fn {name}{declared}({}){result}{further}", arguments.join(", "))
}

/// What is declared of the parameters of a type.
pub(super) fn generics(of: &Value) -> String {
    let (declared, further) = split(of);
    declared + &further
}

fn split(of: &Value) -> (String, String) {
    let parameters = list(&of["params"], |parameter| {
        let name = text(&parameter["name"]);
        let kind = &parameter["kind"];
        if kind["const"].is_object() {
            return format!("const {name}: {}", type_of(&kind["const"]["type"]));
        }
        let default = &kind["type"]["default"];
        let default = if default.is_object() { format!(" = {}", type_of(default)) } else { String::new() };
        match kind["type"]["is_synthetic"] == true {
            // Written as `impl Trait` where it is used.
            true => String::new(),
            false => format!("{name}{}{default}", bounds(&kind["type"]["bounds"])),
        }
    });
    let parameters: Vec<String> = parameters.into_iter().filter(|one| !one.is_empty()).collect();
    let further = list(&of["where_predicates"], |one| match &one["bound_predicate"] {
        Value::Null => one.to_string(),
        bound => format!("{}{}", type_of(&bound["type"]), bounds(&bound["bounds"])),
    });
    let declared = if parameters.is_empty() { String::new() } else { format!("<{}>", parameters.join(", ")) };
    let further = if further.is_empty() { String::new() } else { format!(" where {}", further.join(", ")) };
    (declared, further)
}

/// `: A + B`, or nothing.
pub(super) fn bounds(of: &Value) -> String {
    let shown = list(of, bound);
    if shown.is_empty() { String::new() } else { format!(": {}", shown.join(" + ")) }
}

fn bound(of: &Value) -> String {
    if let Some(lifetime) = of["outlives"].as_str() {
        return lifetime.to_owned();
    }
    match &of["trait_bound"] {
        // What `impl Trait` captures.
        Value::Null => of.to_string(),
        bound => {
            let maybe = if bound["modifier"] == "maybe" { "?" } else { "" };
            format!("{maybe}{}", named(&bound["trait"]))
        }
    }
}

/// A type or trait by its last name, with what it is given.
pub(super) fn named(of: &Value) -> String {
    let path = of["path"].as_str().or(of["name"].as_str()).unwrap_or_default();
    let name = path.rsplit("::").next().unwrap_or_default();
    let args = &of["args"];
    if let Some(called) = args["parenthesized"].as_object() {
        let inputs = list(&called["inputs"], type_of).join(", ");
        let output = &called["output"];
        let result = if output.is_null() { String::new() } else { format!(" -> {}", type_of(output)) };
        return format!("{name}({inputs}){result}");
    }
    let args = &args["angle_bracketed"];
    let mut given = list(&args["args"], |one| match one {
        Value::String(word) => word.clone(),
        one if one["lifetime"].is_string() => text(&one["lifetime"]).to_owned(),
        one if one["const"].is_object() => text(&one["const"]["expr"]).to_owned(),
        one => type_of(&one["type"]),
    });
    given.extend(list(&args["constraints"], |one| {
        let binding = &one["binding"];
        let of = match &binding["equality"]["type"] {
            Value::Null => bounds(&binding["constraint"]),
            of => format!(" = {}", type_of(of)),
        };
        format!("{}{of}", text(&one["name"]))
    }));
    if given.is_empty() { name.to_owned() } else { format!("{name}<{}>", given.join(", ")) }
}

/// A type. One of a kind that is not known here is shown as rustdoc gave it, so that it is compared at least.
pub(super) fn type_of(of: &Value) -> String {
    let Some((kind, inner)) = of.as_object().and_then(|of| of.iter().next()) else { return of.to_string() };
    match kind.as_str() {
        "generic" | "primitive" => text(inner).to_owned(),
        "resolved_path" => named(inner),
        "tuple" => format!("({})", list(inner, type_of).join(", ")),
        "slice" => format!("[{}]", type_of(inner)),
        "array" => format!("[{}; {}]", type_of(&inner["type"]), text(&inner["len"])),
        "impl_trait" => format!("impl {}", list(inner, bound).join(" + ")),
        "dyn_trait" => format!("dyn {}", list(&inner["traits"], |one| named(&one["trait"])).join(" + ")),
        "borrowed_ref" => {
            let lifetime = inner["lifetime"].as_str().map_or_else(String::new, |name| format!("{name} "));
            let mutable = if inner["is_mutable"] == true { "mut " } else { "" };
            format!("&{lifetime}{mutable}{}", type_of(&inner["type"]))
        }
        "qualified_path" => format!("{}::{}", type_of(&inner["self_type"]), text(&inner["name"])),
        "function_pointer" => signature("", &serde_json::json!({ "sig": inner["sig"] })),
        _ => of.to_string(),
    }
}

fn list(of: &Value, each: impl Fn(&Value) -> String) -> Vec<String> {
    of.as_array().into_iter().flatten().map(each).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_are_written_as_in_rust() {
        let key = json!({"resolved_path": {"path": "crate::Key", "id": 1, "args": null}});
        let given = json!({"angle_bracketed": {"args": [{"type": key}], "constraints": []}});
        let vec = json!({"resolved_path": {"path": "Vec", "id": 2, "args": given}});
        let slice = json!({"borrowed_ref": {"lifetime": "'a", "is_mutable": true, "type": {"slice": vec}}});
        assert_eq!(type_of(&slice), "&'a mut [Vec<Key>]");
        let function = json!({
            "sig": {"inputs": [["self", {"generic": "Self"}], ["of", slice]], "output": {"primitive": "u8"}},
            "header": {"is_const": true},
            "generics": {"params": [{"name": "T", "kind": {"type": {"bounds": [{"trait_bound": {"trait": {"path": "Copy"}}}]}}}]},
        });
        assert_eq!(signature("f", &function), "const fn f<T: Copy>(self: Self, &'a mut [Vec<Key>]) -> u8");
    }
}
