//! Every function of the library, by name. The operations on messages have theirs from the list of them.

use crate::failure::{self, Failure};
use crate::index::{Form, Many};
use crate::job::Job;
use crate::js::call::Arguments;
use crate::js::{Env, Value};
use crate::verb::{Names, Verb};
use crate::{
    asked, batch, certificates, change, data, index, info, into, key, keyring, lengths, moving, open, seal,
    spec, start, stream, token,
};

/// One function of the library.
pub(crate) struct Export {
    pub(crate) name: &'static str,
    run: Run,
}

type Plain = for<'s> fn(Env<'s>, &Arguments<'s>) -> Result<Value<'s>, Failure>;
type Prepared = for<'s> fn(Env<'s>, &Arguments<'s>) -> Result<Job, Failure>;

enum Run {
    Plain(Plain),
    One(Verb),
    Batch(Verb),
    Start(Verb),
    Index(Form),
    IndexBatch(Many),
    IndexLater(Form),
    Now(Prepared),
    Soon(Prepared),
}

impl Export {
    #[inline]
    pub(crate) fn run<'s>(&self, env: Env<'s>, arguments: &Arguments<'s>) -> Result<Value<'s>, Failure> {
        match self.run {
            Run::One(verb) => data::run(verb, env, arguments),
            Run::Plain(run) => run(env, arguments),
            Run::Batch(verb) => batch::run(verb, env, arguments),
            Run::Start(verb) => start::run(verb, env, arguments),
            Run::Index(form) => index::run(form, env, arguments),
            Run::IndexBatch(many) => index::many(many, env, arguments),
            Run::IndexLater(form) => Job::start(env, index::prepare(form, env, arguments)),
            Run::Now(prepare) => prepare(env, arguments)?.run(env),
            Run::Soon(prepare) => Job::start(env, prepare(env, arguments)),
        }
    }
}

/// Each of them, in the order in which they are attached.
pub(crate) fn exports() -> impl Iterator<Item = &'static Export> {
    NAMED.iter().chain(OF_VERBS.iter().flatten()).chain(OF_FORMS.iter().flatten()).chain(OF_MANY)
}

/// The three forms of each operation on messages.
static OF_VERBS: [[Export; 3]; Verb::ALL.len()] = {
    let mut forms = [const { of_verb(Verb::ALL[0]) }; Verb::ALL.len()];
    let mut at = 0;
    while at < forms.len() {
        forms[at] = of_verb(Verb::ALL[at]);
        at += 1;
    }
    forms
};

const fn of_verb(verb: Verb) -> [Export; 3] {
    let Names { one, many, later } = verb.names();
    [
        Export { name: one, run: Run::One(verb) },
        Export { name: many, run: Run::Batch(verb) },
        Export { name: later, run: Run::Start(verb) },
    ]
}

/// The two ways of calling each form of an index.
static OF_FORMS: [[Export; 2]; Form::ALL.len()] = {
    let mut ways = [const { of_form(Form::ALL[0]) }; Form::ALL.len()];
    let mut at = 0;
    while at < ways.len() {
        ways[at] = of_form(Form::ALL[at]);
        at += 1;
    }
    ways
};

const fn of_form(form: Form) -> [Export; 2] {
    let (now, later) = form.names();
    [Export { name: now, run: Run::Index(form) }, Export { name: later, run: Run::IndexLater(form) }]
}

static OF_MANY: &[Export] = &[
    Export { name: "indexBatch", run: Run::IndexBatch(Many::Index) },
    Export { name: "indexBinaryBatch", run: Run::IndexBatch(Many::IndexBinary) },
    Export { name: "indexesBatch", run: Run::IndexBatch(Many::Indexes) },
    Export { name: "indexesBinaryBatch", run: Run::IndexBatch(Many::IndexesBinary) },
];

macro_rules! exports {
    (
        plain { $($plain:literal $plain_run:expr;)* }
        jobs { $($job:literal $job_run:expr;)* }
        slow { $($now:literal $soon:literal $prepare:expr;)* }
        promised { $($promise:literal $promise_prepare:expr;)* }
    ) => {
        static NAMED: &[Export] = &[
            $(Export { name: $plain, run: Run::Plain($plain_run) },)*
            $(Export { name: $job, run: Run::Now($job_run) },)*
            $(
                Export { name: $now, run: Run::Now($prepare) },
                Export { name: $soon, run: Run::Soon($prepare) },
            )*
            $(Export { name: $promise, run: Run::Soon($promise_prepare) },)*
        ];
    };
}

exports! {
    plain {
        "setIntrinsics" |env, arguments| failure::set_intrinsics(env, arguments.at(0), arguments.at(1));
        "errorTable" info::error_table;
        "version" info::version;
        "near" spec::near;
        "generateRootKey" seal::generate_root_key;
        "sealRootKey" seal::root_key;
        "sealRootKeyText" seal::root_key_text;
        "sealRootKeyEnv" seal::root_key_env;
        "sealRootKeyFile" seal::root_key_file;
        "sealPassphrase" seal::passphrase;
        "sealPassphraseFile" seal::passphrase_file;
        "sealUrl" seal::url;
        "sealAny" seal::any;
        "sealAllowCostly" seal::allow_costly;
        "sealInsecureModeOk" seal::insecure_mode_ok;
        "sealLabelled" seal::labelled;
        "sealId" seal::id_of;
        "sealProvider" seal::provider;
        "sealAnswered" asked::answered;
        "sealFailed" asked::failed;
        "inMemory" open::in_memory;
        "keyringId" keyring::id;
        "close" keyring::close;
        "context" key::context;
        "transit" key::transit;
        "keyName" key::name;
        "publicKey" key::public_key;
        "encryptInto" into::encrypt;
        "decryptInto" into::decrypt;
        "encryptedLen" lengths::encrypted;
        "encryptedBinaryLen" lengths::encrypted_binary;
        "decryptedBinaryLen" lengths::decrypted_binary;
        "needsReindex" index::needed;
        "needsReindexBatch" index::needed_of_many;
        "redeem" token::redeem;
        "apiKeyGenerate" token::generate;
        "apiKeyCheck" token::check;
        "encrypter" stream::encrypter;
        "encrypterTake" stream::encrypter_take;
        "encrypterFinish" stream::encrypter_finish;
        "decrypter" stream::decrypter;
        "decrypterTake" stream::decrypter_take;
        "decrypterFinish" stream::decrypter_finish;
        "rewrapper" stream::rewrapper;
        "rewrapperTake" stream::rewrapper_take;
        "rewrapperFinish" stream::rewrapper_finish;
        "rewrapperVersion" stream::rewrapper_version;
        "ranger" stream::ranger;
        "rangerStep" stream::ranger_step;
        "streamInfo" stream::info;
        "streamPlaintextLen" stream::plaintext_len;
    }
    jobs {
        "key" keyring::key;
        "createKey" keyring::create_key;
        "keyOrCreate" keyring::key_or_create;
        "importKey" keyring::import_key;
        "deriveKey" keyring::derive_key;
        "keys" keyring::keys;
        "deleteKey" keyring::delete_key;
        "snapshotBytes" keyring::snapshot_bytes;
        "refresh" keyring::refresh;
        "seals" keyring::seals;
        "removeSeal" keyring::remove_seal;
        "upgrade" keyring::upgrade;
        "pin" keyring::pin;
        "setMaxStaleness" keyring::set_max_staleness;
        "removeUnreadable" keyring::remove_unreadable;
        "info" key::info;
        "exportKey" key::export;
        "exportWrapped" key::export_wrapped;
        "jwks" key::jwks;
        "certificateRequest" certificates::request;
        "setCertificateChain" certificates::set_chain;
        "certificateChain" certificates::chain;
        "exportTransit" moving::export;
        "publicKeysTransit" moving::public_keys;
        "rotate" change::rotate;
        "configure" change::configure;
        "disable" change::disable;
        "enable" change::enable;
        "trim" change::trim;
        "importVersion" change::import_version;
    }
    slow {
        "open" "openAsync" open::open;
        "create" "createAsync" open::create;
        "openOrCreate" "openOrCreateAsync" open::open_or_create;
        "restore" "restoreAsync" open::restore;
        "wrappingKey" "wrappingKeyAsync" keyring::wrapping_key;
        "restoreKey" "restoreKeyAsync" keyring::restore_key;
        "check" "checkAsync" keyring::check;
        "witness" "witnessAsync" keyring::witness;
        "snapshot" "snapshotAsync" keyring::snapshot;
        "rotateDue" "rotateDueAsync" keyring::rotate_due;
        "repair" "repairAsync" keyring::repair;
        "addSeal" "addSealAsync" keyring::add_seal;
        "rewrapSeals" "rewrapSealsAsync" keyring::rewrap_seals;
        "reseal" "resealAsync" keyring::reseal;
        "backup" "backupAsync" key::backup;
        "issue" "issueAsync" token::issue;
        "restoreTransit" "restoreTransitAsync" moving::restore;
        "backupTransit" "backupTransitAsync" moving::backup;
    }
    promised {
        "redeemAsync" token::redeem_later;
        "refreshAsync" keyring::refresh_with_seal;
    }
}
