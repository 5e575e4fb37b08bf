//! Where the fields of a struct lie.

/// A struct: its name in C, its size, and the offsets of its fields by their names in C.
pub type Layout = (&'static str, usize, Vec<(&'static str, usize)>);

macro_rules! layouts {
    ($($path:ty = $name:literal: $($field:ident)*;)*) => {
        vec![$((
            $name,
            std::mem::size_of::<$path>(),
            vec![$((stringify!($field).trim_start_matches("r#"), std::mem::offset_of!($path, $field))),*],
        )),*]
    };
}
pub(crate) use layouts;
