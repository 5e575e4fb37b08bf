//! Where something secret may decide on a branch or an address, each with the reason why that tells nobody
//! anything. A name is `crate/file.rs function`, and stands for that function alone; what is only called to
//! copy, to clear or to unpack a choice (`HELPERS` in `secret_keys.rs`) counts as its caller.

/// A function, and why it may.
pub(crate) type May = (&'static str, &'static str);

/// ECDSA by RustCrypto: six decisions that come out one way but with a probability of less than 2^-32 (for
/// P-256, and far less for the others), so that nothing depends on them in fact, and a byte that everybody
/// knows.
pub(crate) const ECDSA_RUSTCRYPTO: &[May] = &[
    ("elliptic-curve/secret_key.rs from_bytes", "whether it is a key: not 0, and below the order"),
    ("sec1/point.rs from_u8", "the first byte of a public key, which is 4"),
    ("rfc6979/lib.rs fill_next_k", "whether a nonce is below the order, else comes another"),
    ("ecdsa/hazmat.rs sign_prehashed_rfc6979", "whether a nonce is 0"),
    ("elliptic-curve/nonzero.rs invert", "whether a nonce has an inverse, as all but 0 have"),
    ("elliptic-curve/value.rs from_slice", "whether r and s, which are published, are below the order"),
    ("ecdsa/lib.rs from_scalars", "whether r or s, which are published, is 0"),
];

/// ECDSA by AWS-LC, which checks more. The same holds for all of its decisions; and asserts hold always.
pub(crate) const ECDSA_AWS_LC: &[May] = &[
    ("elliptic-curve/secret_key.rs from_bytes", "whether it is a key, which is asked before AWS-LC gets it"),
    ("sec1/point.rs from_u8", "the first byte of a public key, which is 4"),
    ("aws-lc/scalar.c ec_bignum_to_scalar", "whether a private number is below the order"),
    ("aws-lc/ec_key.c EC_KEY_set_private_key", "whether it is 0"),
    ("aws-lc/ec.c ec_point_mul_scalar_base", "whether a multiple of the generator lies on the curve"),
    ("aws-lc/ec_key.c EC_KEY_set_public_key", "whether the public key is there"),
    ("aws-lc/ec_key.c EC_KEY_check_key", "whether the private number is below the order"),
    ("aws-lc/ec_key.c ec_key_gen_pct", "whether the public key belongs to it"),
    ("aws-lc/p_ec_asn1.c eckey_pub_cmp", "whether both public keys are the same"),
    ("aws-lc/random.c bn_rand_range_words", "whether a nonce is in range, else comes another"),
    ("aws-lc/ecdsa.c ecdsa_sign_impl", "whether r or s, which are published, is 0"),
    ("aws-lc/div.c bn_reduce_once", "an assert: a carry is 0 or -1"),
    ("aws-lc/p256-nistz.c ecp_nistz256_get_affine", "whether a multiple of the generator is at infinity"),
    ("aws-lc/p384.c ec_GFp_nistp384_point_get_affine_coordinates", "the same"),
    ("aws-lc/p521.c ec_GFp_nistp521_point_get_affine_coordinates", "the same"),
    ("aws-lc/ec_nistp.c ec_nistp_point_add", "whether two points to be added are the same, which never are"),
    ("aws-lc/ec_nistp.c cmovznz", "no choice: gcc counts on from that answer, as it knows that it is 0"),
];

/// Where r and s have been made.
pub(crate) const ECDSA_AWS_LC_MADE: &[May] = &[
    ("aws-lc-rs/evp_pkey.rs sign_digest", "how long they are in DER"),
    ("aws-lc-rs/key_pair.rs sign_digest", "the same"),
    ("elliptic-curve/value.rs from_slice", "whether they are below the order"),
    ("ecdsa/lib.rs from_scalars", "whether one of them is 0"),
];

/// What AWS-LC does with public keys and signatures that were made: everything there, and all that it calls.
pub(crate) const ECDSA_AWS_LC_PUBLIC: &[May] = &[
    ("aws-lc-rs/encoding.rs parse_sec1_public_point", "it reads the public key"),
    ("aws-lc-rs/encoding.rs marshal_sec1_public_point", "it writes the public key"),
    ("aws-lc/ecdsa_asn1.c ECDSA_SIG_marshal", "it writes r and s as DER"),
    ("aws-lc-rs/ec.rs ecdsa_asn1_to_fixed", "it reads them, and writes them one behind the other"),
];

/// A private operation of RSA: the numbers are found to belong to each other, or the key is none, and
/// asserts, which hold always.
pub(crate) const RSA: &[May] = &[
    ("aws-lc/rsa.c RSA_check_key", "whether the numbers belong to each other"),
    ("aws-lc/mul.c bn_mul_recursive", "an assert: nothing is carried out of a product"),
    ("aws-lc/montgomery.c bn_mont_ctx_set_N_and_n0", "whether a prime is odd"),
    ("aws-lc/montgomery_inv.c bn_mont_n0", "an assert: a prime is odd"),
    ("aws-lc/montgomery_inv.c bn_neg_inv_mod_r_u64", "asserts: what holds in each step of an inversion"),
    ("aws-lc/montgomery_inv.c bn_mont_ctx_set_RR_consttime", "an assert: a prime is odd"),
    ("aws-lc/bn.c bn_resize_words", "whether the words that are cut off are 0, as they are"),
    ("aws-lc/div.c bn_reduce_once", "an assert: a carry is 0 or -1"),
    ("aws-lc/exponentiation.c BN_mod_exp_mont_consttime", "whether a prime is odd, and the base below it"),
    ("aws-lc/rsa_impl.c mod_exp", "an assert: what was put together is below the modulus"),
    ("aws-lc/bytes.c bn_assert_fits_in_bytes", "asserts: so is its length"),
    ("aws-lc/exponentiation.c BN_mod_exp_mont", "whether the result is below the modulus, as it is"),
    ("aws-lc/rsa_impl.c rsa_default_private_transform", "whether the result was computed without a fault"),
];

/// What comes behind it when a key is unwrapped: the one verdict, and what it lets through. Whether OAEP
/// opened is not there.
pub(crate) const UNWRAP: &[May] = &[
    ("aes-kw/kwp.rs unwrap_key_trusted", "whether the whole unwraps, which is said"),
    ("core/kwp.rs unwrap", "how long is what unwrapped"),
    ("core/hazmat.rs {closure#0}", "the same"),
    ("zeroize/lib.rs zeroize", "the same"),
    ("zeroize/bulk.rs zeroize_byte_ptr", "the same"),
];

/// ML-DSA: candidates are drawn until one is taken (FIPS 204 sections 3.3 and 6.2), which tells how many were
/// refused, and of those that were taken nothing; and asserts, which hold always.
pub(crate) const ML_DSA: &[May] = &[
    ("ml-dsa/sampling.rs coeff_from_half_byte", "whether four bits make a coefficient of the private key"),
    ("module-lattice/algebra.rs unpack", "an assert: a coefficient of the mask is in range"),
    ("ml-dsa/sampling.rs sample_in_ball", "the challenge, which is published, or was refused with its mask"),
    ("ml-dsa/signing.rs try_raw_sign_mu", "whether a candidate is refused"),
    ("ml-dsa/hint.rs new", "the hint, which is published, or was refused"),
];

pub(crate) const ML_DSA_PUBLIC: &[May] = &[
    ("ml-dsa/sampling.rs expand_a", "the matrix is made of a part of the public key"),
    ("ml-dsa/lib.rs encode", "it writes the signature"),
];
