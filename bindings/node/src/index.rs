//! Blind indexes: what each form takes, calls and gives.

use crate::batch::Batch;
use crate::failure::Failure;
use crate::handle::KeyHandle;
use crate::input::{Bytes, Take};
use crate::job::Job;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::output::{Output, outputs};
use strongroom::{BlindIndex, Error, Normalize, View};

/// One line for each: its name in JavaScript, what it takes beside the value, its method, and what it gives.
macro_rules! forms {
    ($(
        $form:ident $name:literal $pieces:ident $method:ident $gives:path;
    )*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Form {
            $($form,)*
        }

        impl Form {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$form,)*];

            /// Its names: of the call, and of that with a promise.
            pub(crate) const fn names(self) -> (&'static str, &'static str) {
                match self { $(Self::$form => ($name, concat!($name, "Async")),)* }
            }

            const fn takes(self) -> Pieces {
                match self { $(Self::$form => Pieces::$pieces,)* }
            }

            #[inline]
            fn run(self, view: &View, asked: &Asked<'_>) -> Result<Output, Error> {
                let Asked { value, lengths, index } = asked;
                match self { $(Self::$form => call!($pieces view $method value lengths index).map($gives),)* }
            }
        }
    };
}

macro_rules! call {
    (Nothing $view:ident $method:ident $value:ident $lengths:ident $index:ident) => {
        $view.$method(&**$value, $index)
    };
    (Lengths $view:ident $method:ident $value:ident $lengths:ident $index:ident) => {
        $view.$method(&**$value, $lengths, $index)
    };
    (Length $view:ident $method:ident $value:ident $lengths:ident $index:ident) => {
        $view.$method(&**$value, $lengths.first().copied().unwrap_or_default(), $index)
    };
}

forms! {
    Index "index" Nothing index Output::Text;
    IndexBinary "indexBinary" Nothing index_binary Output::Bytes;
    Indexes "indexes" Nothing indexes Output::Texts;
    IndexesBinary "indexesBinary" Nothing indexes_binary Output::Binaries;
    IndexPrefixes "indexPrefixes" Lengths index_prefixes Output::Texts;
    IndexPrefixesBinary "indexPrefixesBinary" Lengths index_prefixes_binary Output::Binaries;
    IndexNgrams "indexNgrams" Length index_ngrams Output::Texts;
    IndexNgramsBinary "indexNgramsBinary" Length index_ngrams_binary Output::Binaries;
    IndexesPrefix "indexesPrefix" Nothing indexes_prefix Output::Texts;
    IndexesPrefixBinary "indexesPrefixBinary" Nothing indexes_prefix_binary Output::Binaries;
    IndexesNgrams "indexesNgrams" Length indexes_ngrams Output::sets_of_texts;
    IndexesNgramsBinary "indexesNgramsBinary" Length indexes_ngrams_binary Output::sets_of_binaries;
}

/// What a form takes beside the value.
#[derive(Clone, Copy)]
enum Pieces {
    Nothing,
    Length,
    Lengths,
}

/// One call.
struct Asked<'s> {
    value: Bytes<'s>,
    /// In characters. Of forms that take one, one.
    lengths: Vec<u8>,
    index: BlindIndex,
}

/// `form(key, value, pieces, name, normalize, bits, version)`
#[inline]
pub(crate) fn run<'s>(form: Form, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let asked = read(form, env, arguments, Take::copy_if(key.scripted.get()))?;
    form.run(key.view(), &asked)?.quick_value(env)
}

/// `formAsync(…)`, as `form`.
pub(crate) fn prepare<'s>(form: Form, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Job, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let Asked { value, lengths, index } = read(form, env, arguments, Take::Copy)?;
    let (view, asked) = (key.view().clone(), Asked { value: value.owned(), lengths, index });
    let work = move || form.run(&view, &asked);
    Ok(Job::new(key.scripted.clone(), false, work, |env, output| output.value(env)))
}

fn read<'s>(form: Form, env: Env<'s>, arguments: &Arguments<'s>, take: Take) -> Result<Asked<'s>, Failure> {
    let value = env.column_value(arguments.at(1), take)?;
    let lengths = match form.takes() {
        Pieces::Nothing => Vec::new(),
        Pieces::Length => vec![length(env, arguments.at(2), "n")?],
        Pieces::Lengths => {
            if !env.is_array(arguments.at(2)) {
                return Err(Failure::Type("lengths must be an array of numbers".to_owned()));
            }
            let lengths = env.elements(arguments.at(2))?.into_iter();
            lengths.map(|value| length(env, value, "a length")).collect::<Result<_, _>>()?
        }
    };
    Ok(Asked { value, lengths, index: column(env, arguments, 3)? })
}

/// A number of characters. One that is too large is as wrong as none.
fn length<'s>(env: Env<'s>, value: Value<'s>, what: &str) -> Result<u8, Failure> {
    Ok(u8::try_from(env.whole(value, what)?).unwrap_or(0))
}

/// How a column is indexed, from the four arguments that begin at a place.
fn column<'s>(env: Env<'s>, arguments: &Arguments<'s>, first: usize) -> Result<BlindIndex, Failure> {
    let [name, normalize, bits, version] = [0, 1, 2, 3].map(|place| arguments.at(first + place));
    let mut index = BlindIndex::new(env.any_string(name, "name")?);
    if env.is_array(normalize) {
        for name in env.elements(normalize)? {
            index = step(env, index, name)?;
        }
    } else if !env.is_undefined(normalize) {
        index = step(env, index, normalize)?;
    }
    if !env.is_undefined(bits) {
        // What is too large for an index is as wrong as what is larger.
        index = index.bits(u16::try_from(env.whole(bits, "bits")?).unwrap_or(u16::MAX));
    }
    if !env.is_undefined(version) {
        index = index.version(env.version(version)?);
    }
    Ok(index)
}

fn step<'s>(env: Env<'s>, index: BlindIndex, name: Value<'s>) -> Result<BlindIndex, Failure> {
    let name = env
        .text(name)
        .ok_or_else(|| Failure::Type("normalize must be a string or an array of strings".to_owned()))?;
    Ok(match name.as_str() {
        "none" => index,
        name => index.normalize(name.parse::<Normalize>().map_err(|error| no_step(name, error))?),
    })
}

/// A step that there is not, with what was perhaps meant.
fn no_step(name: &str, error: Error) -> Failure {
    // What is longer than a few names may be something else in the wrong place.
    let said = (name.len() <= 24).then(|| format!("{name:?} was given"));
    let all: Vec<String> = said.into_iter().chain(Normalize::meant_by(name)).collect();
    if all.is_empty() { error.into() } else { Failure::Advised(error, all.join("; ")) }
}

/// The forms that have a batch.
#[derive(Clone, Copy)]
pub(crate) enum Many {
    Index,
    IndexBinary,
    Indexes,
    IndexesBinary,
}

/// `formBatch(key, returnErrors, values, results, name, normalize, bits, version)`
pub(crate) fn many<'s>(many: Many, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let take = Take::copy_if(key.scripted.get());
    let index = &column(env, arguments, 4)?;
    let batch = Batch::new(env, arguments, arguments.at(3))?;
    let work = |values: Vec<&Bytes<'s>>| {
        let (view, values) = (key.view(), values.into_iter().map(|value| &**value));
        match many {
            Many::Index => outputs(view.index_batch(values, index), Output::Text),
            Many::IndexBinary => outputs(view.index_binary_batch(values, index), Output::Bytes),
            Many::Indexes => outputs(view.indexes_batch(values, index), Output::Texts),
            Many::IndexesBinary => outputs(view.indexes_binary_batch(values, index), Output::Binaries),
        }
    };
    batch.run(|_, value| env.column_value(value, take), work, |_, error| error.into())
}

/// `needsReindex(key, index)`
pub(crate) fn needed<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let text = env.string(arguments.at(1), AN_INDEX)?;
    Ok(env.new_boolean(key.view().needs_reindex(&text).map_err(|error| no_index(&text, error))?)?)
}

/// `needsReindexBatch(key, returnErrors, indexes, results)`
pub(crate) fn needed_of_many<'s>(env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
    let key: &KeyHandle = env.held(arguments.at(0))?;
    let _turn = key.scripted.turn(false)?;
    let work = |texts: Vec<&String>| outputs(key.view().needs_reindex_batch(texts), Output::Flag);
    let batch = Batch::new(env, arguments, arguments.at(3))?;
    batch.run(|_, text| env.string(text, AN_INDEX), work, |text, error| no_index(text, error))
}

fn no_index(text: &str, error: Error) -> Failure {
    Failure::of_malformed(error, || View::why_malformed_index(text))
}

const AN_INDEX: &str = "an index";
