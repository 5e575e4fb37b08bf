//! The shared secret of two key pairs on one curve: ECC CDH (SP 800-56A section 5.7.1.2). The cofactor of the
//! curves of SP 800-186 is one, so it is Diffie-Hellman.

use ::p256::elliptic_curve::ecdh::diffie_hellman;
use ::p256::elliptic_curve::point::PointCompression;
use ::p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ::p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize, PublicKey, SecretKey};
use zeroize::Zeroizing;

use super::Rejected;

/// Makes a shared secret of a private number and a public point.
type SharedSecret = fn(&[u8], &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected>;

/// How keys of an algorithm agree on a secret, where they do.
#[derive(Clone, Copy)]
pub(crate) struct Agreement {
    /// Of a private number, and the other side's public key as an uncompressed point.
    pub(crate) shared_secret: SharedSecret,
    /// What is wrong with a public key of another algorithm.
    pub(crate) other_key: &'static str,
}

/// The x-coordinate of the product, in the length that numbers of the field have.
///
/// The public key is validated in full (SP 800-56A section 5.6.2.3.3): both coordinates are below the prime,
/// the point is on the curve and not at infinity. With a cofactor of one it then has the order of the curve,
/// and a product with a number from 1 to below that order is not at infinity either.
pub(super) fn shared_secret<C>(private: &[u8], public: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected>
where
    C: CurveArithmetic + PointCompression,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let private = SecretKey::<C>::from_slice(private).map_err(|_| Rejected)?;
    let public = PublicKey::<C>::from_sec1_bytes(public).map_err(|_| Rejected)?;
    let secret = diffie_hellman(private.to_nonzero_scalar(), public.as_affine());
    Ok(Zeroizing::new(secret.raw_secret_bytes().to_vec()))
}
