//! The paths that one file of Rust holds: imports, and names with `::` in them.

use super::tokens;
use proc_macro2::TokenStream;
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, ImplItem, Item, ItemExternCrate, ItemMod, ItemUse, Meta, UseTree, Visibility};

/// The paths of one file. What is there for tests only, and what comments and texts name, is not among them.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Into this crate, from its root.
    pub(crate) modules: Vec<Vec<String>>,
    /// What a name that is imported here stands for, as in `modules`.
    pub(crate) names: BTreeMap<String, Vec<String>>,
    /// All other paths, each as it is written: into a crate, a module of this one, or whatever is in scope.
    pub(crate) others: Vec<Vec<String>>,
    /// What others are imported as.
    pub(crate) aliases: BTreeMap<String, Vec<String>>,
    /// The modules that are declared here.
    pub(crate) declared: BTreeSet<String>,
}

impl Source {
    /// Of the module `file`, the names of its place in the crate.
    pub(crate) fn of(file: &[&str], text: &str) -> syn::Result<Self> {
        let here = file.iter().map(|&segment| segment.to_owned()).collect();
        let mut reader = Reader { here, source: Self::default() };
        reader.visit_file(&syn::parse_file(text)?);
        Ok(reader.source)
    }
}

struct Reader {
    /// The module that is being read, with those inside the file.
    here: Vec<String>,
    source: Source,
}

impl Reader {
    fn add(&mut self, path: Vec<String>, name: Option<String>) {
        let mut module = match path.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.here.clone(),
            _ => {
                self.source.aliases.extend(name.map(|name| (name, path.clone())));
                self.source.others.push(path);
                return;
            }
        };
        for segment in path {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(module.pop()),
                _ => module.push(segment),
            }
        }
        self.source.names.extend(name.map(|name| (name, module.clone())));
        self.source.modules.push(module);
    }

    fn tokens(&mut self, tokens: TokenStream) {
        tokens::paths(tokens).into_iter().for_each(|path| self.add(path, None));
    }

    fn tree(&mut self, tree: &UseTree, path: &[String]) {
        let and = |name: &Ident| [path, &[written(name)]].concat();
        match tree {
            UseTree::Path(inner) => self.tree(&inner.tree, &and(&inner.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, path)),
            UseTree::Glob(_) => self.add([path, &["*".to_owned()]].concat(), None),
            UseTree::Name(name) => {
                let path = and(&name.ident);
                let name = path.iter().rfind(|&segment| segment != "self").cloned();
                self.add(path, name);
            }
            UseTree::Rename(named) => self.add(and(&named.ident), Some(written(&named.rename))),
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let for_tests = match item {
            ImplItem::Const(item) => is_for_tests(&item.attrs),
            ImplItem::Fn(item) => is_for_tests(&item.attrs),
            ImplItem::Type(item) => is_for_tests(&item.attrs),
            ImplItem::Macro(item) => is_for_tests(&item.attrs),
            _ => false,
        };
        if !for_tests {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let name = written(&item.ident);
        self.source.declared.insert(name.clone());
        self.here.push(name);
        visit::visit_item_mod(self, item);
        self.here.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast ItemExternCrate) {
        self.add(vec![written(&item.ident)], None);
    }

    /// Says who may use this file, not what it uses.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.add(path.segments.iter().map(|segment| written(&segment.ident)).collect(), None);
        }
        visit::visit_path(self, path);
    }
}

/// A name without the `r#` of one that is also a word of the language.
fn written(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let only_tests = |list: &syn::MetaList| {
        list.path.is_ident("cfg") && list.parse_args::<Ident>().is_ok_and(|name| name == "test")
    };
    attributes.iter().any(|attribute| matches!(&attribute.meta, Meta::List(list) if only_tests(list)))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
