//! A key that is opened and ready: its record, and what was prepared from it so far.

use crate::Error;
use crate::alg::hash::HashAlgorithm;
use crate::alg::mac::{HmacKey, MacKey};
use crate::context::Context;
use crate::derive::{Kdf, Purpose, Rules, Source, column_key, plain, stream_key, token_source};
use crate::entropy::Nonces;
use crate::key::purse::Purse;
use crate::key::record::Record;
use crate::key::subkeys::{Subkeys, Tag, Work};
use crate::key::trim::Delay;
use crate::key::uses::{Taken, Uses};
use crate::manner::Manner;
use crate::material::Scheme;
use crate::secret::SecretArray;
use crate::stack::{DEEP, scrubbed};
use crate::subkey::Subkey;
use crate::verb::Verb;
use crate::version::Version;
use crate::wire::text::{Prefix, Template};
use once_cell::race::OnceBox;
use std::sync::Arc;

/// Immutable but for what is prepared when it is first needed. Two threads may prepare the same; one of them
/// wins, nobody waits.
pub(crate) struct KeyState {
    pub(crate) record: Record,
    pub(crate) nonces: Nonces,
    /// One pointer each until something is prepared: most of many versions are never worked with.
    prepared: Vec<OnceBox<PreparedVersion>>,
}

#[derive(Default)]
struct PreparedVersion {
    messages: Subkeys,
    tokens: Subkeys,
    mac: OnceBox<MacKey>,
    /// What is leased of a version that encrypts under random 96-bit nonces, once something was.
    uses: OnceBox<Arc<Uses>>,
}

/// What a key needs, while it works, of the keyring that holds it.
pub(crate) trait Host {
    /// Calls with the subkey of a context that was seen before; `false` if there is none.
    fn find(&self, tag: &Tag, context: &Context, call: &mut dyn FnMut(&Subkey)) -> bool;
    /// Remembers a subkey for the next time.
    fn keep(&self, tag: &Tag, context: &Context, subkey: &Subkey);
    /// Calls with the key of a column that was indexed before; `false` if there is none.
    fn find_column(
        &self,
        tag: &Tag,
        context: Option<&Context>,
        purpose: &Purpose<'_>,
        call: &mut dyn FnMut(&HmacKey),
    ) -> bool;
    /// Remembers the key of a column for the next time.
    fn keep_column(&self, tag: &Tag, context: Option<&Context>, purpose: &Purpose<'_>, key: &Arc<HmacKey>);
    /// Nanoseconds since 1970.
    fn now(&self) -> u64;
    /// The time, and for how long somebody may have gone on without having seen the store.
    fn delay(&self) -> (u64, Delay);
    /// Leases more uses of a version: those of before are gone, or with `early` nearly so.
    fn lease(&self, version: Version, uses: &Arc<Uses>, early: bool) -> Result<(), Error>;
}

impl KeyState {
    /// `before` is what the same key was: its leases go on.
    pub(crate) fn new(record: Record, nonces: Nonces, before: Option<&Self>) -> Self {
        let prepare = |index: usize| {
            let prepared = OnceBox::new();
            let known = before.and_then(|before| Some((before, before.prepared.get(index)?.get()?)));
            if let Some((before, PreparedVersion { uses, messages, tokens, mac: _ })) = known {
                let uses = uses
                    .get()
                    .map_or_else(OnceBox::new, |leased| OnceBox::with_value(Box::new(leased.clone())));
                let same = record.derives_as(&before.record, index);
                let (messages, tokens) = (messages.later(same), tokens.later(same));
                let _ =
                    prepared.set(Box::new(PreparedVersion { uses, messages, tokens, mac: OnceBox::new() }));
            }
            prepared
        };
        let prepared = (0..record.versions.len()).map(prepare).collect();
        Self { record, nonces, prepared }
    }

    /// The leased uses of a version, if it has any.
    pub(crate) fn uses(&self, version: Version) -> Option<&Arc<Uses>> {
        self.prepared.get(version.index())?.get()?.uses.get()
    }

    fn prepared(&self, version: Version) -> Result<&PreparedVersion, Error> {
        Ok(self.prepared.get(version.index()).ok_or_else(|| Error::NoSuchVersion)?.get_or_init(Box::default))
    }

    /// Spends one encryption of a version, where those are counted.
    #[inline]
    pub(crate) fn spend(
        &self,
        version: Version,
        host: &dyn Host,
        purse: Option<&Purse>,
    ) -> Result<(), Error> {
        if purse.is_some_and(|purse| purse.pay(version)) || !self.record.counts_uses(version) {
            return Ok(());
        }
        let uses = self.prepared(version)?.uses.get_or_init(Box::default);
        loop {
            match purse.map_or_else(|| uses.take(), |purse| purse.fill(version, uses)) {
                Taken::One => return Ok(()),
                Taken::OneOfFew => {
                    // Early, so that few have to wait: if it fails now, whoever finds none left is told.
                    purse.inspect(|purse| purse.has_waited());
                    let _ = host.lease(version, uses, true);
                    return Ok(());
                }
                Taken::None => {
                    purse.inspect(|purse| purse.has_waited());
                    host.lease(version, uses, false)?;
                }
            }
        }
    }

    /// Refuses a disabled key, and a type that does not do this.
    #[inline]
    pub(crate) fn admit(&self, verb: Verb) -> Result<(), Error> {
        let key_type = self.record.key_type();
        if !key_type.does(verb) {
            return Err(self.cannot(verb));
        }
        self.record.check_enabled()
    }

    #[cold]
    fn cannot(&self, verb: Verb) -> Error {
        let key_type = self.record.key_type();
        if key_type.is_supported() {
            Error::OperationNotSupported { operation: verb.told(), key_type: key_type.name() }
        } else {
            Error::TypeNotSupported { key_type: key_type.name() }
        }
    }

    /// The version to make something new with.
    pub(crate) fn to_make(
        &self,
        host: &dyn Host,
        asked: Option<Version>,
        manner: Manner,
    ) -> Result<Version, Error> {
        self.check_lent(host)?;
        self.record.window().for_encryption(asked, manner)
    }

    /// Refuses a key that was lent until a time that has come.
    #[inline]
    pub(crate) fn check_lent(&self, host: &dyn Host) -> Result<(), Error> {
        let is_over = |until| host.now() >= until;
        if self.record.lent.as_ref().is_some_and(|lent| is_over(lent.until)) {
            Err(Error::Stale)
        } else {
            Ok(())
        }
    }

    /// How new ciphertexts and signatures of a version start, and those of it that are read.
    pub(crate) fn prefix(&self, version: Version) -> Prefix {
        self.record.version(version).map_or(Prefix::Vault, |v| v.key_type.profile().prefix)
    }

    pub(crate) fn template(&self) -> Option<&Template> {
        self.record.template.as_ref()
    }

    /// Calls with the subkey of a version and, if the key is derived, a context. Whatever goes on after the
    /// call, such as a stream, takes a share of it.
    pub(crate) fn with_subkey<T>(
        &self,
        version: Version,
        context: Option<&Context>,
        host: &dyn Host,
        call: impl FnOnce(&Subkey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.with(Work::Messages, &self.prepared(version)?.messages, version, context, host, call)
    }

    /// Calls with what seals and opens tokens under a version and, if the key is derived, a context.
    pub(crate) fn with_token_key<T>(
        &self,
        version: Version,
        context: Option<&Context>,
        host: &dyn Host,
        call: impl FnOnce(&Subkey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.with(Work::Tokens, &self.prepared(version)?.tokens, version, context, host, call)
    }

    #[inline]
    fn with<T>(
        &self,
        work: Work,
        subkeys: &Subkeys,
        version: Version,
        context: Option<&Context>,
        host: &dyn Host,
        call: impl FnOnce(&Subkey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(context) = context else {
            return if self.record.derived {
                Err(Error::ContextRequired)
            } else {
                call(subkeys.plain(|| self.prepare_plain(work, version))?)
            };
        };
        self.record.check_whole()?;
        if !self.record.derived {
            return Err(Error::ContextNotAllowed);
        }
        let tag = subkeys.tag(|| self.nonces.draw().map(Box::new))?;
        let (mut call, mut result) = (Some(call), None);
        if host.find(tag, context, &mut |subkey| result = call.take().map(|call| call(subkey)))
            && let Some(result) = result
        {
            return result;
        }
        let Some(call) = call else { return Err(Error::DecryptFailed) };
        let source = subkeys.source(|| self.prepare_source(work, version))?;
        let subkey = source.scrubbed_subkey(version, context)?;
        host.keep(tag, context, &subkey);
        call(&subkey)
    }

    /// The input key of streams under a version and, if the key is derived, a context. It is made anew for
    /// each: that takes less time than the first chunk.
    pub(crate) fn stream_key(
        &self,
        version: Version,
        context: Option<&Context>,
    ) -> Result<SecretArray<32>, Error> {
        self.check_context(context)?;
        stream_key(self.material(version)?, version, context)
    }

    /// Refuses a context where there is no place for one, and none where there has to be one.
    #[inline]
    pub(crate) fn check_context(&self, context: Option<&Context>) -> Result<(), Error> {
        if context.is_some() {
            self.record.check_whole()?;
        }
        match (context, self.record.derived) {
            (None, true) => Err(Error::ContextRequired),
            (Some(_), false) => Err(Error::ContextNotAllowed),
            (Some(_), true) | (None, false) => Ok(()),
        }
    }

    /// Calls with the key of a column under a version and, if the key is derived, a context.
    #[inline]
    pub(crate) fn with_column<T>(
        &self,
        version: Version,
        context: Option<&Context>,
        purpose: &Purpose<'_>,
        host: &dyn Host,
        call: impl FnOnce(&HmacKey) -> T,
    ) -> Result<T, Error> {
        self.check_context(context)?;
        let prepared = self.prepared(version)?;
        let tag = prepared.messages.tag(|| self.nonces.draw().map(Box::new))?;
        let (mut call, mut result) = (Some(call), None);
        if host.find_column(tag, context, purpose, &mut |key| result = call.take().map(|call| call(key)))
            && let Some(result) = result
        {
            return Ok(result);
        }
        let Some(call) = call else { return Err(Error::NoSuchVersion) };
        let record = self.record.version(version).ok_or_else(|| Error::NoSuchVersion)?;
        let secret = record.index_secret().ok_or_else(|| Error::NoSuchVersion)?;
        let key = column_key(secret, version, context, purpose)?;
        host.keep_column(tag, context, purpose, &key);
        Ok(call(&key))
    }

    #[cold]
    fn prepare_plain(&self, work: Work, version: Version) -> Result<Box<Subkey>, Error> {
        scrubbed::<DEEP, _>(|| match work {
            Work::Messages => self.plain_subkey(version).map(Box::new),
            Work::Tokens => token_source(self.material(version)?).plain(version).map(Box::new),
        })
    }

    fn plain_subkey(&self, version: Version) -> Result<Subkey, Error> {
        let record = self.record.version(version).ok_or_else(|| Error::NoSuchVersion)?;
        match (&record.material, &record.public) {
            (Some(material), _) => plain(record.key_type, material.expose(), version),
            (None, Some(public)) => {
                let algorithm = record.key_type.signature().ok_or_else(|| Error::NoSuchVersion)?;
                Subkey::verifying(algorithm, public)
            }
            (None, None) => Err(Error::NoSuchVersion),
        }
    }

    #[cold]
    fn prepare_source(&self, work: Work, version: Version) -> Result<Box<Source>, Error> {
        let material = self.material(version)?;
        let record = self.record.version(version).ok_or_else(|| Error::NoSuchVersion)?;
        scrubbed::<DEEP, _>(|| match work {
            Work::Messages => Source::new(record.key_type, material, self.record.rules(record)).map(Box::new),
            Work::Tokens => Ok(Box::new(token_source(material))),
        })
    }

    fn material(&self, version: Version) -> Result<&[u8], Error> {
        let record = self.record.version(version).ok_or_else(|| Error::NoSuchVersion)?;
        Ok(record.material.as_ref().ok_or_else(|| Error::NoSuchVersion)?.expose())
    }

    /// The subkey by the KDF that the record does not name, of a version that was imported or may have been:
    /// Vault imported derived keys under KDF 0 and later switched them to KDF 1 as it loaded them, so there
    /// are ciphertexts of both.
    pub(crate) fn switched_subkey(&self, version: Version, context: &Context) -> Option<Subkey> {
        // A key that Vault rotated after the switch does not say any more that it was imported.
        let may_be = self.record.imported || self.record.transit.is_some();
        let record = self.record.version(version).filter(|record| may_be || record.imported)?;
        let rules = self.record.rules(record);
        if rules.convergent.is_some() || !matches!(record.key_type.profile().scheme, Scheme::Transit(_)) {
            return None;
        }
        let kdf = match rules.kdf {
            Kdf::HmacCounter => Kdf::HkdfSha256,
            Kdf::HkdfSha256 => Kdf::HmacCounter,
        };
        let material = record.material.as_ref()?;
        let source =
            scrubbed::<DEEP, _>(|| Source::new(record.key_type, material.expose(), Rules { kdf, ..rules }))
                .ok()?;
        source.scrubbed_subkey(version, context).ok()
    }

    /// Calls with the MAC key of a version. The state for SHA-256 is kept, and that of CMAC, which has no
    /// hash.
    pub(crate) fn with_mac<T>(
        &self,
        version: Version,
        hash: HashAlgorithm,
        call: impl FnOnce(&MacKey) -> T,
    ) -> Result<T, Error> {
        let prepared = self.prepared(version)?;
        if hash == HashAlgorithm::Sha256 {
            let key = prepared
                .mac
                .get_or_try_init(|| scrubbed::<DEEP, _>(|| self.mac_key(version, hash).map(Box::new)))?;
            return Ok(call(key));
        }
        Ok(call(&self.mac_key(version, hash)?))
    }

    fn mac_key(&self, version: Version, hash: HashAlgorithm) -> Result<MacKey, Error> {
        let record = self.record.version(version).ok_or_else(|| Error::NoSuchVersion)?;
        if record.key_type.has_cmac() {
            let material = record.material.as_ref().ok_or_else(|| Error::NoSuchVersion)?;
            return MacKey::cmac(material.expose()).map_err(|_| Error::NoSuchVersion);
        }
        Ok(MacKey::hmac(hash, record.hmac_key().ok_or_else(|| Error::NoSuchVersion)?))
    }
}
