//! What can be said about one call, beside what it works on.

use crate::failure::Failure;
use crate::input::{Bytes, LONE_SURROGATE, Spoken, Take};
use crate::js::{Env, Value};
use crate::signing::Signing;
use strongroom::{Aad, Context, Error, Item, Version};

const NOT_A_VERSION: Error = Error::invalid_option("version_out_of_range");

/// The options of one call: aad, context, version, and what is said of signatures, in this order.
#[derive(Default)]
pub(crate) struct Said<'s> {
    aad: About<'s>,
    context: Option<Context>,
    version: Option<u32>,
    signing: Signing,
}

#[derive(Default)]
enum About<'s> {
    #[default]
    Nothing,
    Bytes(Bytes<'s>),
    Map(Aad<'static>),
}

impl<'s> Said<'s> {
    #[inline]
    pub(crate) fn read(env: Env<'s>, values: &[Value<'s>], take: Take) -> Result<Self, Failure> {
        let mut said = Self::default();
        for (place, value) in values.iter().enumerate() {
            if env.is_undefined(*value) {
                continue;
            }
            match place {
                0 => said.aad = aad(env.spoken(*value, take, "aad")?)?,
                1 => said.context = Some(context(env.spoken(*value, take, "context")?)?),
                2 => said.version = Some(env.version_number(*value)?),
                _ => said.signing.read(env, place - 3, *value)?,
            }
        }
        Ok(said)
    }

    /// A copy of the options, for another thread.
    pub(crate) fn owned(self) -> Said<'static> {
        let Self { aad, context, version, signing } = self;
        let aad = match aad {
            About::Nothing => About::Nothing,
            About::Bytes(bytes) => About::Bytes(bytes.owned()),
            About::Map(aad) => About::Map(aad),
        };
        Said { aad, context, version, signing }
    }

    /// Refuses what only signatures have, and the library would not see.
    #[inline]
    pub(crate) fn not_of_a_signature(&self) -> Result<(), Failure> {
        self.signing.not_of_a_signature()
    }

    #[inline]
    pub(crate) fn about<'i>(&'i self, item: Item<'i>) -> Item<'i> {
        let mut item = match &self.aad {
            About::Nothing => item,
            About::Bytes(bytes) => item.aad(&**bytes),
            About::Map(aad) => item.aad(aad),
        };
        if let Some(context) = &self.context {
            item = item.context(context);
        }
        if let Some(version) = self.version {
            item = item.version_number(version);
        }
        self.signing.about(item)
    }
}

fn aad(spoken: Spoken<'_>) -> Result<About<'_>, Error> {
    Ok(match spoken {
        Spoken::Bytes(bytes) => About::Bytes(bytes),
        Spoken::Map(pairs) => About::Map(Aad::map(pairs)?),
        Spoken::LoneSurrogate => return Err(Error::InvalidAad { reason: LONE_SURROGATE }),
    })
}

pub(crate) fn context(spoken: Spoken<'_>) -> Result<Context, Error> {
    match spoken {
        Spoken::Bytes(bytes) => Context::bytes(&*bytes),
        Spoken::Map(pairs) => Context::map(pairs),
        Spoken::LoneSurrogate => Err(Error::InvalidContext { reason: LONE_SURROGATE }),
    }
}

impl<'s> Env<'s> {
    pub(crate) fn version(self, value: Value<'s>) -> Result<Version, Failure> {
        Ok(Version::new(self.version_number(value)?).ok_or(NOT_A_VERSION)?)
    }

    /// A number that may be one of a version, for the operation to say.
    pub(crate) fn version_number(self, value: Value<'s>) -> Result<u32, Failure> {
        let number =
            self.number(value).ok_or_else(|| Failure::Type("a version must be a number".to_owned()))?;
        #[allow(
            clippy::cast_possible_truncation,
            reason = "what was cut off does not equal the number below"
        )]
        let whole = u32::try_from(number as i64).ok().filter(|whole| f64::from(*whole) == number);
        whole.ok_or_else(|| Failure::Advised(NOT_A_VERSION, format!("{number} was given")))
    }
}
