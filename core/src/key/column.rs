//! Many values as one buffer: what is given for a whole column, and what comes back.

mod made;
mod offsets;
mod parts;
mod values;
mod writer;

pub use made::{ColumnError, NewColumn};
pub use offsets::{OffsetBuffer, Offsets};
pub(crate) use parts::{in_new_memory, in_parts};
pub use values::Values;
pub(crate) use writer::{Extent, Writer};

use crate::Error;
use crate::context::{Aad, Context, IntoContext, NULL};
use crate::error::invalid;
use crate::key::item::{Input, Item};
use crate::verb::{Of, Verb};
use crate::version::Version;
use std::hint::black_box;
use std::ops::Range;

/// A column of a table to work on in one call, with everything that can be said about it.
///
/// What is worked on are values of a key's [`Item`]s, all in one buffer: to encrypt, plaintexts; to decrypt
/// or rewrap, ciphertexts as text. A value that is null stays null and is not worked on. What comes out is
/// what the single calls would give, value by value.
///
/// ```
/// use strongroom::{Column, KeyType, Keyring, Values};
/// let key = Keyring::in_memory().create_key("cards", KeyType::Aes256Gcm96)?;
/// let numbers = Values::new(b"41114242", &[0i32, 4, 4, 8]).validity(&[0b101], 0);
/// let orders = Values::new(b"order-17order-18order-19", &[0i32, 8, 16, 24]);
/// let encrypted = key.encrypt_column(&Column::new(numbers).aads(orders))?;
/// assert_eq!(encrypted.validity, Some(vec![0b101]));
/// let texts = encrypted.as_values();
/// assert_eq!(texts.get(1), None);
/// let decrypted = key.decrypt_column(&Column::new(texts).aads(orders))?;
/// assert_eq!(decrypted.values.expose(), b"41114242");
/// # Ok::<(), strongroom::Error>(())
/// ```
#[must_use]
#[derive(Clone)]
pub struct Column<'a> {
    values: Values<'a>,
    aad: For<'a, Aad<'a>>,
    context: For<'a, Option<Result<Context, Error>>>,
    version: Option<u32>,
    refused_as_null: bool,
    threads: usize,
}

/// One for all values, or one for each.
#[derive(Clone)]
enum For<'a, T> {
    All(T),
    Each(Values<'a>),
}

impl std::fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Column({} values)", self.len())
    }
}

impl<'a> Column<'a> {
    /// Of values.
    pub fn new(values: Values<'a>) -> Self {
        let (aad, context) = (For::All(Aad::NONE), For::All(None));
        Self { values, aad, context, version: None, refused_as_null: false, threads: 1 }
    }

    /// One aad for all values, in the place of what was said before.
    pub fn aad(mut self, aad: impl Into<Aad<'a>>) -> Self {
        self.aad = For::All(aad.into());
        self
    }

    /// A column of aads, of the length of the values. A value whose aad is null or empty is refused; a null
    /// value needs none.
    pub fn aads(mut self, aads: Values<'a>) -> Self {
        self.aad = For::Each(aads);
        self
    }

    /// One context of a derived key for all values. One that is none is reported by the operation.
    pub fn context(mut self, context: impl IntoContext) -> Self {
        self.context = For::All(Some(context.into_context()));
        self
    }

    /// A column of contexts of a derived key, of the length of the values. A value whose context is null or
    /// empty is refused; a null value needs none.
    pub fn contexts(mut self, contexts: Values<'a>) -> Self {
        self.context = For::Each(contexts);
        self
    }

    /// The version to encrypt with, instead of the latest.
    pub fn version(mut self, version: Version) -> Self {
        self.version = Some(version.get());
        self
    }

    /// The version by its number, as [`Item::version_number`] has it.
    pub fn version_number(mut self, number: u32) -> Self {
        self.version = Some(number);
        self
    }

    /// Lets each value that is refused become null, and lists it in [`NewColumn::refused`]. Without this the
    /// first one ends the call.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let texts = Values::new(b"nothing", &[0i32, 7]);
    /// assert_eq!(key.decrypt_column(&Column::new(texts)).unwrap_err().index, Some(0));
    /// let decrypted = key.decrypt_column(&Column::new(texts).refused_as_null())?;
    /// assert_eq!(decrypted.refused, [(0, Error::Malformed)]);
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn refused_as_null(mut self) -> Self {
        self.refused_as_null = true;
        self
    }

    /// Works on up to so many parts of the column at the same time, each in a thread of its own but for one,
    /// which is the caller's. At most 64 are begun, and none for a part of fewer than 1024 values. What comes
    /// out is the same; but it is chance which values a limit of uses refuses, or come before a rotation.
    ///
    /// ```
    /// # use strongroom::*;
    /// # let key = Keyring::in_memory().create_key("cards", KeySpec::default())?;
    /// let (numbers, ends) = ("4111".repeat(5000), (0..=5000).map(|n| 4 * n).collect::<Vec<i32>>());
    /// let column = Column::new(Values::new(&numbers, &ends)).threads(2);
    /// let encrypted = key.encrypt_column(&column)?;
    /// let texts = Column::new(encrypted.as_values()).threads(2);
    /// assert_eq!(key.decrypt_column(&texts)?.values.expose(), numbers.as_bytes());
    /// # Ok::<(), strongroom::Error>(())
    /// ```
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// How many values there are, the null ones too.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses what is no column, before anything is done.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.values.check()?;
        let aads = if let For::Each(aads) = &self.aad { Some(aads) } else { None };
        let contexts = if let For::Each(contexts) = &self.context { Some(contexts) } else { None };
        for others in aads.into_iter().chain(contexts) {
            others.check()?;
            if others.len() != self.len() {
                return Err(Error::InvalidOption { reason: invalid::COLUMNS_DIFFER });
            }
        }
        Ok(())
    }

    pub(crate) fn values(&self) -> &Values<'a> {
        &self.values
    }

    pub(crate) fn turns_refused_into_null(&self) -> bool {
        self.refused_as_null
    }

    /// The single call about one of the values, which is not null. Inlined, since an item is large to hand
    /// back.
    #[inline(always)]
    pub(crate) fn item<'i>(
        &'i self,
        verb: Verb,
        index: usize,
        scratch: &'i mut Scratch,
    ) -> Result<Item<'i>, Error> {
        let value = self.values.at(index)?;
        let Scratch { text, last } = scratch;
        let input = match verb.of() {
            Of::Plaintext => Input::Plaintext(value),
            _ => Input::Ciphertext(copied(value, text)?),
        };
        let aad = match &self.aad {
            For::All(aad) => Aad::from(aad),
            // A table that lacks one must not lose the binding without a word.
            For::Each(aads) if aads.is_null(index) => return Err(Error::InvalidAad { reason: NULL }),
            For::Each(aads) => Aad::from(aads.at(index)?),
        };
        let context = match &self.context {
            For::All(None) => None,
            For::All(Some(context)) => Some(context.clone()),
            For::Each(contexts) if contexts.is_null(index) => None,
            For::Each(contexts) => Some(context(contexts.at(index)?, last)),
        };
        Ok(Item { aad, context, version: self.version, ..Item::of(input) })
    }

    /// Some of the values, with what is said of each of them.
    fn part(&self, values: Range<usize>) -> Self {
        let Self { values: all, aad, context, version, refused_as_null, threads: _ } = self;
        let each = |column: &Values<'a>| column.part(values.clone());
        Self {
            values: each(all),
            aad: match aad {
                For::All(aad) => For::All(aad.clone()),
                For::Each(aads) => For::Each(each(aads)),
            },
            context: match context {
                For::All(context) => For::All(context.clone()),
                For::Each(contexts) => For::Each(each(contexts)),
            },
            version: *version,
            refused_as_null: *refused_as_null,
            threads: 1,
        }
    }

    /// An item that says of an operation what the column says.
    pub(crate) fn sample(&self, verb: Verb) -> Item<'static> {
        let mut item = if verb.of() == Of::Plaintext { Item::plaintext(b"") } else { Item::nothing() };
        item.version = self.version;
        item
    }
}

/// What is kept from one value to the next.
#[derive(Default)]
pub(crate) struct Scratch {
    text: Vec<u8>,
    /// The context of the last value: tables are often sorted by what a context is made of.
    last: Option<Context>,
}

/// A text of the caller's. What is taken apart is a copy: what was found to be UTF-8 has to stay so.
fn copied<'t>(theirs: &[u8], ours: &'t mut Vec<u8>) -> Result<&'t str, Error> {
    ours.clear();
    ours.extend_from_slice(theirs);
    std::str::from_utf8(black_box(ours.as_slice())).map_err(|_| Error::Malformed)
}

/// The context of these bytes, if it is one, which may be the last one.
fn context(bytes: &[u8], last: &mut Option<Context>) -> Result<Context, Error> {
    if let Some(last) = last.as_ref().filter(|last| last.encoded() == bytes) {
        return Ok(last.clone());
    }
    Context::bytes(bytes).inspect(|new| *last = Some(new.clone()))
}
