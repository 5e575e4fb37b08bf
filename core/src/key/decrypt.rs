//! Decrypting.

use crate::context::Context;
use crate::held::Held;
use crate::key::call::Call;
use crate::key::item::{Input, WRONG_ITEM};
use crate::key::state::KeyState;
use crate::key::terms::Terms;
use crate::manner::Manner;
use crate::subkey::Subkey;
use crate::verb::Verb;
use crate::version::Version;
use crate::wire::base64::Alphabet;
use crate::wire::text::{Block, Decoded};
use crate::wire::{binary, go_text, text};
use crate::{Error, SecretBytes};

/// The plaintext, in memory that is wiped.
#[inline]
pub(crate) fn decrypt(call: &Call<'_>) -> Result<SecretBytes, Error> {
    with(call, |mut opened| opened.plaintext())
}

/// The plaintext, in a buffer of the caller's. Gives the length. After a failure the buffer holds nothing of
/// it.
pub(crate) fn decrypt_into(call: &Call<'_>, out: &mut [u8]) -> Result<usize, Error> {
    decrypt_onto(call, |needed| out.get_mut(..needed).ok_or_else(|| Error::BufferTooSmall { needed }))
}

/// The plaintext, in memory that is asked for when its length is known. Gives the length. After a failure the
/// memory holds nothing of it.
pub(crate) fn decrypt_onto<'o>(
    call: &Call<'_>,
    room: impl FnOnce(usize) -> Result<&'o mut [u8], Error>,
) -> Result<usize, Error> {
    with(call, |opened| {
        if !opened.subkey.takes_aad() {
            let plaintext = opened.subkey.decrypt_block(opened.payload())?;
            room(plaintext.len())?.copy_from_slice(plaintext.expose());
            return Ok(plaintext.len());
        }
        let out = room(opened.subkey.plaintext_len(opened.payload())?)?;
        opened.open(out)?;
        Ok(out.len())
    })
}

/// A ciphertext whose version may be decrypted, with the subkey for it.
pub(crate) struct Openable<'a> {
    state: &'a KeyState,
    pub(crate) version: Version,
    pub(crate) subkey: &'a Subkey,
    pub(crate) aad: &'a [u8],
    pub(crate) payload: Payload<'a>,
    pub(crate) context: Option<&'a Context>,
    /// Whether the text is in the form that a new one of its version would have.
    pub(crate) canonical: bool,
    pub(crate) manner: Manner,
    /// The version to rewrap to, if one was asked for.
    pub(crate) asked: Option<Version>,
}

/// What stands behind the version, and with it the message.
pub(crate) enum Payload<'a> {
    /// A few bytes of ours, or any number of a caller's, which are then read once.
    There(&'a [u8]),
    /// Many bytes of ours. They are opened where they are, for which they are taken out.
    Ours(Block),
}

impl Openable<'_> {
    /// The plaintext. A second time there may be nothing to make it of.
    pub(crate) fn plaintext(&mut self) -> Result<SecretBytes, Error> {
        if !self.subkey.takes_aad() {
            return self.subkey.decrypt_block(self.payload());
        }
        if let Payload::Ours(block) = &mut self.payload
            // What failed may be tried again with another subkey.
            && !self.manner.is_transit()
        {
            let (from, memory) = (block.at, std::mem::take(&mut block.memory));
            let range = from..memory.len();
            let mut ours = SecretBytes::new(memory).narrowed(range);
            let range = self.subkey.decrypt_in_place(self.aad, ours.expose_mut(), self.manner)?;
            return Ok(ours.narrowed(range));
        }
        let mut out = SecretBytes::zeroed(self.subkey.plaintext_len(self.payload())?);
        self.open(out.expose_mut())?;
        Ok(out)
    }

    /// Whether it opens.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        let mut place = None;
        let payload = match &mut self.payload {
            Payload::There(bytes) => Held::copy(&mut place, bytes),
            Payload::Ours(block) => block.payload_mut(),
        };
        self.subkey.check(self.aad, payload, self.manner)
    }

    pub(crate) fn payload(&self) -> &[u8] {
        match &self.payload {
            Payload::There(bytes) => bytes,
            Payload::Ours(block) => block.payload(),
        }
    }

    /// `out` has exactly the length of the plaintext, and is all zero after a failure.
    fn open(&self, out: &mut [u8]) -> Result<(), Error> {
        let opened = self.subkey.decrypt(self.aad, self.payload(), out, self.manner);
        match self
            .context
            .filter(|_| opened.is_err() && self.manner.is_transit())
            .and_then(|context| self.state.switched_subkey(self.version, context))
        {
            Some(other) => other.decrypt(self.aad, self.payload(), out, self.manner),
            None => opened,
        }
    }
}

/// Takes the item apart, checks all that is public about it, and calls with what is needed to open it.
#[inline]
pub(crate) fn with<T>(
    call: &Call<'_>,
    work: impl FnOnce(Openable<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let &Call { state, host, terms, item, .. } = call;
    let (mut place, mut kept) = (None, None);
    let aad: &[u8] = Held::copy(&mut place, terms.aad(item)?);
    let context = call.context()?;
    let Terms { manner, .. } = terms;
    let asked = item.asked(manner)?;
    match item.input {
        Input::Ciphertext(ciphertext) => {
            let parsed = parse_text(state, ciphertext, manner, Zero::IsOne)?;
            let canonical = parsed.prefix.is_none() == state.template().is_some();
            let mut decoded = Decoded::nothing();
            if manner.is_transit() {
                decode(&mut decoded, parsed.base64, Alphabet::Standard, manner)?;
            } else {
                // The text that may be given back has the length of this one.
                let again = call.verb == Verb::Rewrap && canonical && parsed.version == state.record.latest();
                let room = if again { ciphertext.len() } else { 0 };
                decoded.read_into(parsed.base64, Alphabet::Standard, room).map_err(|_| Error::Malformed)?;
            }
            let block = decoded.take_block();
            let payload = block.map_or_else(|| Payload::There(decoded.bytes()), Payload::Ours);
            state.with_subkey(parsed.version, context, host, |subkey| {
                check_aad(subkey, aad)?;
                work(Openable {
                    state,
                    version: parsed.version,
                    subkey,
                    aad,
                    payload,
                    context,
                    canonical,
                    manner,
                    asked,
                })
            })
        }
        Input::Binary(ciphertext) => {
            let (version, payload) = binary::parse(ciphertext).map_err(|_| Error::Malformed)?;
            state.record.window().for_decryption(version)?;
            // A rewrap may give it back, and then it has to be what was authenticated.
            let payload = if call.verb != Verb::Rewrap {
                Payload::There(payload)
            } else if payload.len() <= text::SMALL {
                Payload::There(Held::copy(&mut kept, payload))
            } else {
                let mut memory = binary::head(version).to_vec();
                memory.reserve_exact(payload.len());
                memory.extend_from_slice(payload);
                Payload::Ours(Block { memory: std::hint::black_box(memory), at: binary::HEAD_LEN })
            };
            state.with_subkey(version, context, host, |subkey| {
                check_aad(subkey, aad)?;
                work(Openable {
                    state,
                    version,
                    subkey,
                    aad,
                    payload,
                    context,
                    canonical: true,
                    manner,
                    asked,
                })
            })
        }
        _ => Err(WRONG_ITEM),
    }
}

/// Refuses associated data where nothing authenticates it.
#[inline]
pub(crate) fn check_aad(subkey: &Subkey, aad: &[u8]) -> Result<(), Error> {
    if aad.is_empty() || subkey.takes_aad() { Ok(()) } else { Err(Error::AadNotAllowed) }
}

/// What a text of version 0 is in Transit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zero {
    /// A ciphertext of version 1, from before there were more.
    IsOne,
    /// Nothing that there ever was.
    IsTooOld,
}

/// The outside of a ciphertext or signature: its version may be read, and its prefix is the one of that
/// version's type.
pub(crate) fn parse_text<'a>(
    state: &KeyState,
    text: &'a str,
    manner: Manner,
    zero: Zero,
) -> Result<text::Parsed<'a>, Error> {
    parse_with(state, text, state.template(), manner, zero)
}

/// Reads a ciphertext in the form of `template`, if there is one, else in that of the library.
pub(crate) fn parse_with<'a>(
    state: &KeyState,
    text: &'a str,
    template: Option<&text::Template>,
    manner: Manner,
    zero: Zero,
) -> Result<text::Parsed<'a>, Error> {
    let parsed = match manner {
        Manner::Strict => text::parse(text, template).map_err(|_| Error::Malformed)?,
        Manner::Transit => as_go(text, template, zero)?,
    };
    state.record.window().for_decryption(parsed.version)?;
    if parsed.prefix.is_some_and(|prefix| prefix != state.prefix(parsed.version)) {
        return Err(Error::Malformed);
    }
    Ok(parsed)
}

fn as_go<'a>(
    text: &'a str,
    template: Option<&text::Template>,
    zero: Zero,
) -> Result<text::Parsed<'a>, Error> {
    let parsed = go_text::parse(text, template).map_err(|_| Error::Malformed)?;
    let number = if parsed.number == 0 && zero == Zero::IsOne { 1 } else { parsed.number };
    if number < 1 {
        return Err(Error::VersionTooOld);
    }
    let version = u32::try_from(number).ok().and_then(Version::new).ok_or_else(|| Error::VersionTooNew)?;
    Ok(text::Parsed { prefix: parsed.prefix, version, base64: parsed.base64 })
}

/// The payload of a text.
pub(crate) fn decode<'a>(
    decoded: &'a mut Decoded,
    base64: &str,
    alphabet: Alphabet,
    manner: Manner,
) -> Result<&'a [u8], Error> {
    let payload = match manner {
        Manner::Strict => decoded.read(base64, alphabet),
        Manner::Transit => decoded.read_as_go(base64, alphabet),
    };
    payload.map_err(|_| Error::Malformed)
}
