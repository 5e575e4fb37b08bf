//! One token of a module for PKCS#11: which it is, and how it is asked.

pub(crate) mod uri;

use crate::credentials::place::Place;
use crate::failure::Failure;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Function, Pkcs11};
use cryptoki::error::{Error as Said, RvError};
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use std::path::PathBuf;
use std::sync::OnceLock;
use strongroom::SealError;

/// Which token and which object of it. What is not said does not matter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    pub(crate) token: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) slot: Option<u64>,
    pub(crate) object: Option<String>,
    pub(crate) object_id: Option<Vec<u8>>,
}

/// A token that is asked. The module stays in the process once it was loaded, as others may use it too.
pub(crate) struct Token {
    module: PathBuf,
    which: Which,
    pin: Option<Place>,
    loaded: OnceLock<Pkcs11>,
}

pub(crate) const PLATFORM: &str = "pkcs11";

impl Token {
    pub(crate) const fn new(module: PathBuf, which: Which, pin: Option<Place>) -> Self {
        Self { module, which, pin, loaded: OnceLock::new() }
    }

    /// A session of somebody who is logged in. It is closed when it is dropped.
    pub(crate) fn session(&self, failure: &Failure<'_>) -> Result<Session, SealError> {
        let module = self.load(failure)?;
        let slot = self.slot(module, failure)?;
        let session = module.open_ro_session(slot).map_err(|said| told(failure, &said))?;
        let needs_login = module.get_token_info(slot).map_err(|said| told(failure, &said))?.login_required();
        let Some(pin) = &self.pin else {
            return if needs_login {
                Err(failure
                    .says("the token has a PIN: say where it lies, with pin-source=file:PATH or env:NAME"))
            } else {
                Ok(session)
            };
        };
        let pin = pin.read().map_err(|reason| failure.says(reason))?;
        let pin = String::from_utf8(pin.expose().to_vec());
        let pin = AuthPin::from(pin.map_err(|_| failure.says("the PIN is no text"))?);
        match session.login(UserType::User, Some(&pin)) {
            // Who is logged in is the whole process, whichever session did it.
            Ok(()) | Err(Said::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(said) => Err(told(failure, &said)),
        }
    }

    /// The one object of this class that the seal names.
    pub(crate) fn object(
        &self,
        session: &Session,
        class: ObjectClass,
        failure: &Failure<'_>,
    ) -> Result<ObjectHandle, SealError> {
        let mut template = vec![Attribute::Class(class)];
        template.extend(self.which.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
        template.extend(self.which.object_id.as_ref().map(|id| Attribute::Id(id.clone())));
        let found = session.find_objects(&template).map_err(|said| told(failure, &said))?;
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                Err(failure.says(format!("the token has no {} of this name that may be seen", named(class))))
            }
            _ => Err(failure
                .says(format!("the token has several objects that fit ({}); add its id", named(class)))),
        }
    }

    fn load(&self, failure: &Failure<'_>) -> Result<&Pkcs11, SealError> {
        let loaded = match self.loaded.get() {
            Some(loaded) => loaded,
            None => {
                let module = Pkcs11::new(&self.module).map_err(|_| {
                    failure.says(format!("the module {} cannot be loaded", self.module.display()))
                })?;
                self.loaded.get_or_init(|| module)
            }
        };
        // A forked child has to do so again, and only the module knows whether it is one.
        match loaded.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Said::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(loaded),
            Err(said) => Err(told(failure, &said)),
        }
    }

    fn slot(&self, module: &Pkcs11, failure: &Failure<'_>) -> Result<Slot, SealError> {
        let Which { token, serial, manufacturer, model, slot, object: _, object_id: _ } = &self.which;
        let slots = module.get_slots_with_token().map_err(|said| told(failure, &said))?;
        let fits = |said: &Option<String>, is: &str| said.as_ref().is_none_or(|said| said == is.trim_end());
        let found: Vec<Slot> = slots
            .into_iter()
            .filter(|one| slot.is_none_or(|slot| slot == one.id()))
            .filter(|one| {
                module.get_token_info(*one).is_ok_and(|info| {
                    fits(token, info.label())
                        && fits(serial, info.serial_number())
                        && fits(manufacturer, info.manufacturer_id())
                        && fits(model, info.model())
                })
            })
            .collect();
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                Err(failure.says("the module has no such token; is it plugged in, and its service running?"))
            }
            _ => Err(failure.says("the module has several tokens that fit; add serial or slot-id")),
        }
    }
}

const fn named(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::SECRET_KEY => "secret key",
        ObjectClass::PUBLIC_KEY => "public key",
        ObjectClass::PRIVATE_KEY => "private key",
        _ => "object",
    }
}

/// What a module says, by the name that the standard has for it, and what to do about it.
pub(crate) fn told(failure: &Failure<'_>, said: &Said) -> SealError {
    let Said::Pkcs11(code, function) = said else {
        return failure
            .says("the module cannot be asked: it lacks a function, or answers what it should not");
    };
    let advice = match code {
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => {
            "; the PIN is wrong: a token locks itself after a few tries, so nothing tries again by itself"
        }
        RvError::PinLocked => "; the token has locked its PIN after too many tries: its officer unlocks it",
        RvError::PinExpired | RvError::UserPinNotInitialized => "; set the token's PIN",
        RvError::DeviceRemoved | RvError::TokenNotPresent | RvError::DeviceError => {
            "; the device is away or broken"
        }
        RvError::KeyFunctionNotPermitted => "; the key may not encrypt and decrypt: make one that may",
        RvError::MechanismInvalid | RvError::MechanismParamInvalid | RvError::ArgumentsBad => {
            "; the token does not do this with this key: choose another mechanism"
        }
        RvError::KeyTypeInconsistent => "; the key is of another type: choose its mechanism",
        RvError::UserAnotherAlreadyLoggedIn => "; this process is logged in as the token's officer",
        _ => "",
    };
    failure.says(format!("{} answers {code:?}{advice}", name(*function)))
}

fn name(function: Function) -> String {
    format!("C_{function:?}")
}
