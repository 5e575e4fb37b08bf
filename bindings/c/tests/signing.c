/* What is said of a signature: hash, form, prehashed, padding and the length of a salt, and that it is refused where it says nothing. */
#include "messages.h"
#include <stddef.h>
#include <stdint.h>

static const uint32_t ODD[] = {11, 12, 64, 255, 256, 65536, UINT32_MAX};

#define REFUSED(call) CHECK((call) == STRONGROOM_INVALID_ARGUMENT)
#define DETAIL(detail, call) (CHECK((call) == STRONGROOM_INVALID_OPTION), CHECK(strcmp(strongroom_error_detail(), detail) == 0))

/* Numbers that stand for something keep standing for it. */
static void numbers(void) {
    CHECK(STRONGROOM_SHA1 == 9 && STRONGROOM_HASH_NONE == 10);
    CHECK(STRONGROOM_PADDING_PSS == 1 && STRONGROOM_PADDING_PKCS1V15 == 2);
    CHECK(STRONGROOM_SALT_AUTO == 1 && STRONGROOM_SALT_HASH == 2 && STRONGROOM_SALT_BYTES == 3);
    /* What a program that was compiled before has, ends where the new fields begin. */
    CHECK(offsetof(strongroom_options, prehashed) == offsetof(strongroom_options, reserved) + sizeof(uint32_t));
}

static void ecdsa(strongroom_keyring ring, const char *type) {
    strongroom_key key = new_key(ring, type, type, 0), view = lenient(key);
    strongroom_options options = nothing();
    for (options.hash = 0; options.hash < STRONGROOM_SHA1; options.hash++) {
        for (options.form = 0; options.form <= STRONGROOM_FORM_JWS; options.form++) {
            for (options.prehashed = 0; options.prehashed < 2; options.prehashed++) {
                /* What is signed is no digest, which Transit takes all the same. */
                if (options.prehashed) {
                    DETAIL("digest_of_another_length", sign(key, &options));
                    DETAIL("digest_of_another_length", verify(key, &options));
                }
                OK(sign(options.prehashed ? view : key, &options));
                OK(verify(options.prehashed ? view : key, &options));
                options.prehashed ^= 1;
                CHECK(verify(view, &options) == STRONGROOM_BAD_SIGNATURE);
                options.prehashed ^= 1;
            }
        }
    }
    options = nothing();
    options.hash = STRONGROOM_SHA1;
    DETAIL("sha1_signs_nothing_new", sign(key, &options));
    OK(sign(view, &options));
    OK(verify(key, &options));
    /* A padding, the length of a salt and no hash are for RSA keys; the view for Transit passes over the first two. */
    for (int field = 0; field < 3; field++) {
        uint32_t most = field == 1 ? STRONGROOM_SALT_BYTES : STRONGROOM_PADDING_PKCS1V15;
        for (uint32_t value = 1; value <= most; value++) {
            options = nothing();
            if (field == 0) options.padding = value;
            if (field == 1) options.salt = value;
            if (field == 2) options.hash = STRONGROOM_HASH_NONE, options.prehashed = value - 1;
            DETAIL("padding_not_supported", sign(key, &options));
            DETAIL("padding_not_supported", verify(key, &options));
            if (field == 2) {
                DETAIL("unhashed_needs_pkcs1v15", sign(view, &options));
            } else {
                OK(sign(view, &options));
                OK(verify(view, &options));
            }
        }
    }
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(key));
}

static void odd_numbers(strongroom_key key) {
    strongroom_options options;
    for (size_t i = 0; i < sizeof ODD / sizeof ODD[0]; i++) {
        for (int field = 0; field < 5; field++) {
            options = nothing();
            if (field == 0) options.hash = ODD[i];
            if (field == 1) options.form = ODD[i];
            if (field == 2) options.prehashed = ODD[i];
            if (field == 3) options.padding = ODD[i];
            if (field == 4) options.salt = ODD[i];
            REFUSED(sign(key, &options));
            REFUSED(verify(key, &options));
        }
        /* How many bytes are said only with that it is a number of them. */
        for (uint32_t salt = 0; salt < STRONGROOM_SALT_BYTES; salt++) {
            options = nothing();
            options.salt = salt;
            options.salt_length = ODD[i];
            REFUSED(sign(key, &options));
        }
    }
    options = nothing();
    options.form = 3;
    REFUSED(sign(key, &options));
    options = nothing();
    options.prehashed = 2;
    REFUSED(sign(key, &options));
    options = nothing();
    options.padding = 3;
    REFUSED(sign(key, &options));
    options = nothing();
    options.salt = 4;
    REFUSED(sign(key, &options));
    options = nothing();
    options.salt = STRONGROOM_SALT_BYTES;
    for (options.salt_length = 65535; options.salt_length > 2; options.salt_length /= 7) DETAIL("padding_not_supported", sign(key, &options));
    options.salt_length = 65536;
    DETAIL("unknown_salt_length", sign(key, &options));
    DETAIL("unknown_salt_length", verify(key, &options));
    /* Nothing said, also of an older header, which has no more. */
    options = nothing();
    OK(sign(key, &options));
    options.padding = 99;
    options.salt_length = 7;
    options.size = offsetof(strongroom_options, prehashed);
    OK(sign(key, &options));
    OK(verify(key, &options));
    options.size = sizeof options;
    REFUSED(sign(key, &options));
    for (options.size = 0; options.size < offsetof(strongroom_options, prehashed); options.size++) REFUSED(sign(key, &options));
}

/* Every other operation, and a view, which takes a context alone. */
static void elsewhere(strongroom_keyring ring) {
    strongroom_key key = new_key(ring, "c", NULL, 0), derived = new_key(ring, "d", NULL, STRONGROOM_DERIVED), view = 0;
    char made[512];
    size_t made_len;
    OK(encrypt(key, NULL));
    OK(hmac(key, NULL));
    for (int field = 0; field < 4; field++) {
        strongroom_options options = nothing();
        if (field == 0) options.prehashed = 1;
        if (field == 1) options.padding = STRONGROOM_PADDING_PSS;
        if (field == 2) options.salt = STRONGROOM_SALT_BYTES;
        if (field == 3) options.hash = STRONGROOM_HASH_NONE;
        DETAIL("item_says_too_much", strongroom_key_encrypt(key, "4111", 4, &options, made, sizeof made, &made_len));
        DETAIL("item_says_too_much", decrypt(key, text, &options));
        DETAIL("item_says_too_much", strongroom_key_rewrap(key, text, strlen(text), &options, made, sizeof made, &made_len));
        DETAIL("item_says_too_much", strongroom_key_data_key(key, 32, &options, plain, made, sizeof made, &made_len));
        DETAIL("item_says_too_much", strongroom_key_hmac(key, "m", 1, &options, made, sizeof made, &made_len));
        DETAIL("item_says_too_much", verify_hmac(key, &options));
        options.context = "acme", options.context_len = 4;
        REFUSED(strongroom_key_context(derived, &options, &view));
        CHECK(view == 0);
    }
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(derived));
}

/* One item says what another does not. */
static void batch(strongroom_key key) {
    strongroom_options hashed = nothing(), wrong = nothing(), odd = nothing();
    char out[4][512];
    strongroom_item items[4];
    memset(items, 0, sizeof items);
    hashed.hash = STRONGROOM_SHA2_512, hashed.form = STRONGROOM_FORM_JWS;
    wrong.padding = STRONGROOM_PADDING_PKCS1V15;
    odd.salt_length = 20;
    const strongroom_options *const said[] = {NULL, &hashed, &wrong, &odd};
    for (int i = 0; i < 4; i++) {
        items[i].input = "m", items[i].input_len = 1;
        items[i].options = said[i];
        items[i].out = out[i], items[i].capacity = sizeof out[i];
    }
    OK(strongroom_key_sign_batch(key, items, 4));
    CHECK(items[0].status == STRONGROOM_OK && items[1].status == STRONGROOM_OK);
    CHECK(items[2].status == STRONGROOM_INVALID_OPTION && items[3].status == STRONGROOM_INVALID_ARGUMENT);
    OK(strongroom_key_verify(key, "m", 1, out[0], items[0].len, NULL));
    OK(strongroom_key_verify(key, "m", 1, out[1], items[1].len, &hashed));
    for (int i = 0; i < 2; i++) {
        items[i].signature = out[i], items[i].signature_len = items[i].len;
        items[i].out = NULL, items[i].capacity = 0;
    }
    OK(strongroom_key_verify_batch(key, items, 2));
    CHECK(items[0].status == STRONGROOM_OK && items[1].status == STRONGROOM_OK);
}

/* The capacity that is asked for is enough for every signature, and not more than it takes where they have one length. */
static void lengths(strongroom_keyring ring) {
    static const char *const kinds[] = {"ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-44"};
    strongroom_options jws = nothing();
    jws.form = STRONGROOM_FORM_JWS;
    for (int i = 0; i < 5; i++) {
        strongroom_key key;
        size_t needed, exact, shortest = SIZE_MAX, longest = 0;
        char name[32];
        snprintf(name, sizeof name, "length-%d", i);
        key = new_key(ring, name, kinds[i], 0);
        for (int round = 0; round < 300; round++) {
            OK(strongroom_key_sign(key, "m", 1, NULL, NULL, 0, &needed));
            OK(strongroom_key_sign(key, "m", 1, NULL, again, needed, &again_len));
            CHECK(strlen(again) == again_len && again_len < needed && needed < again_len + 24);
            if (again_len < shortest) shortest = again_len;
            if (again_len > longest) longest = again_len;
            CHECK(i < 3 || again_len + 1 == needed);
            OK(strongroom_key_sign(key, "m", 1, &jws, NULL, 0, &exact));
            OK(strongroom_key_sign(key, "m", 1, &jws, again, exact, &again_len));
            CHECK(again_len + 1 == exact);
            if (i == 4 && round > 20) break;
        }
        /* In 300 signatures some are shorter where they can be, or the test shows nothing. */
        CHECK(i != 1 || shortest < longest);
        CHECK(strongroom_key_sign(key, "m", 1, NULL, again, 20, &exact) == STRONGROOM_BUFFER_TOO_SMALL && exact >= longest);
        OK(strongroom_key_free(key));
    }
}

static void types(strongroom_keyring ring) {
    static const char *const lattices[] = {"ml-dsa-44", "ml-dsa-65", "ml-dsa-87"}, *const macs[] = {"aes128-cmac", "aes256-cmac"};
    strongroom_options options = nothing();
    options.hash = STRONGROOM_SHA2_256;
    for (int i = 0; i < 3; i++) {
        strongroom_key key = new_key(ring, lattices[i], lattices[i], 0);
        OK(sign(key, NULL));
        OK(verify(key, NULL));
        DETAIL("hash_not_supported", sign(key, &options));
        OK(strongroom_key_free(key));
    }
    for (int i = 0; i < 2; i++) {
        strongroom_key key = new_key(ring, macs[i], macs[i], 0);
        OK(hmac(key, NULL));
        OK(verify_hmac(key, NULL));
        DETAIL("hash_not_supported", hmac(key, &options));
        OK(strongroom_key_free(key));
    }
}

static void padded(strongroom_keyring ring) {
    strongroom_key_spec spec = {0};
    strongroom_key key;
    spec.size = sizeof spec;
    spec.key_type = "rsa-2048";
    if (strongroom_keyring_create_key(ring, "rsa", &spec, &key) != STRONGROOM_OK) return; /* this library has no RSA */
    strongroom_options options = nothing();
    for (options.padding = 0; options.padding <= STRONGROOM_PADDING_PKCS1V15; options.padding++) {
        for (options.hash = 0; options.hash < STRONGROOM_SHA1; options.hash++) {
            OK(sign(key, &options));
            OK(verify(key, &options));
        }
    }
    options = nothing();
    for (options.salt = 0; options.salt <= STRONGROOM_SALT_BYTES; options.salt++) {
        OK(sign(key, &options));
        OK(verify(key, &options));
    }
    options.salt = STRONGROOM_SALT_BYTES, options.salt_length = 20;
    OK(sign(key, &options));
    OK(verify(key, NULL));
    options.salt = STRONGROOM_SALT_HASH, options.salt_length = 0;
    CHECK(verify(key, &options) == STRONGROOM_BAD_SIGNATURE);
    options.padding = STRONGROOM_PADDING_PKCS1V15;
    DETAIL("salt_not_supported", sign(key, &options));
    options = nothing();
    options.hash = STRONGROOM_HASH_NONE;
    DETAIL("unhashed_needs_pkcs1v15", sign(key, &options));
    options.padding = STRONGROOM_PADDING_PKCS1V15;
    OK(sign(key, &options));
    OK(verify(key, &options));
    OK(strongroom_key_free(key));
}

int main(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "ecdsa-p256", 0);
    numbers();
    ecdsa(ring, "ecdsa-p256");
    ecdsa(ring, "ecdsa-p384");
    ecdsa(ring, "ecdsa-p521");
    odd_numbers(key);
    elsewhere(ring);
    batch(key);
    lengths(ring);
    types(ring);
    padded(ring);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    return 0;
}
