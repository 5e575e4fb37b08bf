"""Key pairs of the types 8 to 13 and 15 to 17, and what is wrapped for one of them (sections 3 and 15)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, padding, utils
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key, load_der_public_key

# Each with the hash of its JSON Web Signatures, and how long a number is.
CURVES = {8: (ec.SECP256R1(), hashes.SHA256(), 32), 9: (ec.SECP384R1(), hashes.SHA384(), 48), 10: (ec.SECP521R1(), hashes.SHA512(), 66)}
RSA_BITS = {11: 2048, 12: 3072, 13: 4096}
LATTICES = {15: (mldsa.MLDSA44PrivateKey, mldsa.MLDSA44PublicKey), 16: (mldsa.MLDSA65PrivateKey, mldsa.MLDSA65PublicKey),
            17: (mldsa.MLDSA87PrivateKey, mldsa.MLDSA87PublicKey)}
HASHES = {"sha1": hashes.SHA1, "sha2-224": hashes.SHA224, "sha2-256": hashes.SHA256, "sha2-384": hashes.SHA384, "sha2-512": hashes.SHA512}


def public_key(number, material):
    """The public key of a version's material, as section 3 has it."""
    if number in CURVES:
        private = ec.derive_private_key(int.from_bytes(material, "big"), CURVES[number][0])
        return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    if number in RSA_BITS:
        private = load_der_private_key(material, None)
        assert private.key_size == RSA_BITS[number]
        return private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return LATTICES[number][0].from_seed_bytes(material).public_key().public_bytes_raw()


def verify(number, public, message, signature, jws):
    """Whether a signature fits that names neither its hash nor its padding."""
    try:
        if number in CURVES:
            curve, hash_of_jws, size = CURVES[number]
            if jws and len(signature) != 2 * size:
                return False
            if jws:
                signature = utils.encode_dss_signature(*(int.from_bytes(half, "big") for half in (signature[:size], signature[size:])))
            ec.EllipticCurvePublicKey.from_encoded_point(curve, public).verify(signature, message, ec.ECDSA(hash_of_jws if jws else hashes.SHA256()))
        elif number in RSA_BITS:
            salt = padding.PSS.DIGEST_LENGTH if jws else padding.PSS.AUTO
            load_der_public_key(public).verify(signature, message, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())
        else:
            LATTICES[number][1].from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _oaep(hash):
    return padding.OAEP(padding.MGF1(hash), hash, None)


def decrypt(material, sealed):
    """The plaintext, or None."""
    try:
        return load_der_private_key(material, None).decrypt(sealed, _oaep(hashes.SHA256()))
    except ValueError:
        return None


def unwrap(material, blob, name):
    """What was wrapped for a private key, or None."""
    private, hash = load_der_private_key(material, None), HASHES[name]()
    size = private.key_size // 8
    try:
        ephemeral = private.decrypt(blob[:size], _oaep(hash))
        return aes_key_unwrap_with_padding(ephemeral, blob[size:]) if len(ephemeral) == 32 else None
    except (ValueError, InvalidUnwrap):
        return None
