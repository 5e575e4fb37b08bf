//! The keys that Go writes as numbers: those of curves, and RSA.

use super::json::Json;
use super::writer::Writer;
use super::{corrupt, decimal, once};
use crate::Error;
use crate::alg::sign::{Kept, SignAlgorithm};
use crate::secret::SecretBytes;
use crate::wire::Malformed;
use crate::wire::der::{Elements, INTEGER, SEQUENCE, element};

/// What a version has of them. Numbers are big-endian, without zeros at the front.
#[derive(Default)]
pub(super) struct Numbers {
    x: Option<SecretBytes>,
    y: Option<SecretBytes>,
    d: Option<SecretBytes>,
    rsa: Option<Rsa>,
    rsa_public: Option<RsaPublic>,
}

/// `rsa.PrivateKey` of Go. What it computes beforehand is computed here again.
#[derive(Default)]
struct Rsa {
    public: RsaPublic,
    d: Option<SecretBytes>,
    primes: Vec<SecretBytes>,
}

#[derive(Default)]
struct RsaPublic {
    n: Option<SecretBytes>,
    e: Option<SecretBytes>,
}

const NOT_WHOLE: &str = "a key in it is not whole, or its numbers do not belong together";

impl Numbers {
    /// Reads the member of a version, if it is one of these.
    pub(super) fn read(&mut self, name: &str, json: &mut Json<'_>) -> Result<(), Error> {
        match name {
            "ec_x" => once(&mut self.x, number(json)?),
            "ec_y" => once(&mut self.y, number(json)?),
            "ec_d" => once(&mut self.d, number(json)?),
            "rsa_key" => once(&mut self.rsa, Rsa::read(json)?),
            _ => once(&mut self.rsa_public, RsaPublic::read(json)?),
        }
    }

    fn is_of_curve(&self) -> bool {
        self.x.is_some() || self.y.is_some() || self.d.is_some()
    }

    fn is_of_rsa(&self) -> bool {
        self.rsa.is_some() || self.rsa_public.is_some()
    }

    /// Whether it is a key of another algorithm; `None` is one whose keys are bytes.
    pub(super) fn is_foreign(&self, algorithm: Option<SignAlgorithm>) -> bool {
        match algorithm.map(SignAlgorithm::kept) {
            None | Some(Kept::Bytes) => self.is_of_curve() || self.is_of_rsa(),
            Some(Kept::Scalar) => self.is_of_rsa(),
            Some(Kept::Primes) => self.is_of_curve(),
        }
    }

    /// The material of a version with a private key.
    pub(super) fn material(&self, algorithm: SignAlgorithm) -> Result<Option<SecretBytes>, Error> {
        if let Some(d) = &self.d {
            return padded(d, *algorithm.material().end()).map(Some);
        }
        let Some(rsa) = &self.rsa else { return Ok(None) };
        let (Some(n), Some(e), Some(d), [p, q]) = (&rsa.public.n, &rsa.public.e, &rsa.d, &*rsa.primes) else {
            return Err(corrupt(NOT_WHOLE));
        };
        let mut material =
            algorithm.of_primes([n, e, d, p, q].map(SecretBytes::expose)).map_err(|_| corrupt(NOT_WHOLE))?;
        Ok(Some(SecretBytes::new(std::mem::take(&mut *material))))
    }

    /// The public key, in each of the forms that are there.
    pub(super) fn public(&self, algorithm: SignAlgorithm) -> Result<Vec<Vec<u8>>, Error> {
        let mut found = Vec::new();
        match (&self.x, &self.y) {
            (None, None) => {}
            (Some(x), Some(y)) => {
                let len = *algorithm.material().end();
                found.push([&[4], padded(x, len)?.expose(), padded(y, len)?.expose()].concat());
            }
            _ => return Err(corrupt(NOT_WHOLE)),
        }
        for rsa in self.rsa.iter().map(|rsa| &rsa.public).chain(&self.rsa_public) {
            let (Some(n), Some(e)) = (&rsa.n, &rsa.e) else { return Err(corrupt(NOT_WHOLE)) };
            found.push(element(SEQUENCE, &[&integer(n), &integer(e)]));
        }
        Ok(found)
    }
}

impl Rsa {
    fn read(json: &mut Json<'_>) -> Result<Self, Error> {
        let mut rsa = Self::default();
        json.object(|name, json| match name.to_ascii_lowercase().as_str() {
            "n" => once(&mut rsa.public.n, number(json)?),
            "e" => once(&mut rsa.public.e, number(json)?),
            "d" => once(&mut rsa.d, number(json)?),
            "primes" => json.array(|json| {
                // Go makes keys of two; more are not kept.
                if rsa.primes.len() == 2 {
                    return Err(corrupt("an rsa key in it has more than two primes"));
                }
                rsa.primes.push(number(json)?);
                Ok(())
            }),
            _ => json.skip(),
        })?;
        Ok(rsa)
    }
}

impl RsaPublic {
    fn read(json: &mut Json<'_>) -> Result<Self, Error> {
        let mut public = Self::default();
        json.object(|name, json| match name.to_ascii_lowercase().as_str() {
            "n" => once(&mut public.n, number(json)?),
            "e" => once(&mut public.e, number(json)?),
            _ => json.skip(),
        })?;
        Ok(public)
    }
}

fn number(json: &mut Json<'_>) -> Result<SecretBytes, Error> {
    decimal::read(json.digits()?).ok_or(corrupt("a number of a key in it is not one, or is too large"))
}

/// A number in a length.
fn padded(number: &SecretBytes, len: usize) -> Result<SecretBytes, Error> {
    let mut padded = SecretBytes::zeroed(len);
    let place = len.checked_sub(number.len()).and_then(|zeros| padded.expose_mut().get_mut(zeros..));
    place.ok_or(corrupt(NOT_WHOLE))?.copy_from_slice(number.expose());
    Ok(padded)
}

/// A number that is no secret, as DER: no sign.
fn integer(number: &SecretBytes) -> Vec<u8> {
    let sign: &[u8] = if number.expose().first().is_none_or(|first| *first > 0x7f) { &[0] } else { &[] };
    element(INTEGER, &[sign, number.expose()])
}

/// How a product writes a version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) is_vault: bool,
    pub(super) is_imported: bool,
}

/// Writes the members of a version that are numbers. Vault leaves out what is not there; OpenBao writes null.
pub(super) fn write(
    json: &mut Writer,
    algorithm: Option<SignAlgorithm>,
    material: Option<&[u8]>,
    public: Option<&[u8]>,
    form: Form,
) {
    let Form { is_vault, is_imported } = form;
    let kept = algorithm.map(SignAlgorithm::kept);
    let point = public.filter(|_| kept == Some(Kept::Scalar)).and_then(|point| point.get(1..));
    let (x, y) = point.map(|xy| xy.split_at(xy.len() / 2)).unzip();
    let d = material.filter(|_| kept == Some(Kept::Scalar));
    for (name, number) in [("ec_x", x), ("ec_y", y), ("ec_d", d)] {
        member(json, name, number.map(|number| move |json: &mut Writer| json.number(number)), is_vault);
    }
    let is_rsa = kept == Some(Kept::Primes);
    let private = material.filter(|_| is_rsa).and_then(|der| integers::<9>(der).ok());
    let rsa = private.map(|[_, n, e, d, p, q, dp, dq, q_inverse]| {
        move |json: &mut Writer| {
            json.object(|json| {
                for (name, number) in [("N", n), ("E", e), ("D", d)] {
                    json.name(name).number(number);
                }
                json.name("Primes").array(|json| [p, q].into_iter().for_each(|prime| json.number(prime)));
                json.name("Precomputed").object(|json| {
                    for (name, number) in [("Dp", dp), ("Dq", dq), ("Qinv", q_inverse)] {
                        json.name(name).number(number);
                    }
                    json.name("CRTValues").array(|_| ());
                });
            })
        }
    });
    // OpenBao has the public key of a private one that it made in that alone.
    let beside = public.filter(|_| is_rsa && (is_vault || is_imported || rsa.is_none()));
    let rsa_public = beside.and_then(|der| integers::<2>(der).ok()).map(|[n, e]| {
        move |json: &mut Writer| {
            json.object(|json| {
                json.name("N").number(n);
                json.name("E").number(e);
            })
        }
    });
    member(json, "rsa_key", rsa, is_vault);
    member(json, "rsa_public_key", rsa_public, is_vault);
}

fn member(json: &mut Writer, name: &str, value: Option<impl FnOnce(&mut Writer)>, is_vault: bool) {
    match value {
        Some(value) => value(json.name(name)),
        None if !is_vault => json.name(name).null(),
        None => {}
    }
}

/// The integers of a sequence of so many.
fn integers<const N: usize>(der: &[u8]) -> Result<[&[u8]; N], Malformed> {
    let mut document = Elements::of(der);
    let mut sequence = Elements::of(document.next(SEQUENCE)?);
    let mut integers = [&[][..]; N];
    for integer in &mut integers {
        *integer = sequence.next(INTEGER)?;
    }
    Ok(integers)
}
