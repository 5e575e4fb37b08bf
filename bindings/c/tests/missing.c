/* What is missing is not what is empty, and not what was left out: NULL and lengths, maps, labels, items, and fields that have no use. */
#include "check.h"

static strongroom_options said(void) {
    strongroom_options options = {0};
    options.size = sizeof options;
    return options;
}

static char text[512];
static size_t len;

static strongroom_status encrypted(strongroom_key key, const strongroom_options *options) {
    len = 77;
    strongroom_status status = strongroom_key_encrypt(key, "4111", 4, options, text, sizeof text, &len);
    if (status != STRONGROOM_OK) CHECK(len == 77);
    return status;
}

#define REFUSED(call) CHECK((call) == STRONGROOM_INVALID_ARGUMENT)

static void options(strongroom_key key, strongroom_key derived) {
    static const strongroom_pair good = {"row", 3, "", 0};
    static const strongroom_pair bad[] = {{NULL, 3, "x", 1}, {"row", 3, NULL, 1}, {NULL, 0, "x", 1}, {"row", 3, NULL, 0}, {NULL, 0, NULL, 0}};
    strongroom_options options = said(), none = said();
    char plain[512];
    size_t plain_len;
    /* Said, and empty: what a length that was forgotten looks like. */
    OK(encrypted(key, &none));
    options.aad = "";
    CHECK(strongroom_key_decrypt(key, text, len, &options, plain, sizeof plain, &plain_len) == STRONGROOM_INVALID_AAD);
    CHECK(encrypted(key, &options) == STRONGROOM_INVALID_AAD);
    options = said();
    options.context = "";
    CHECK(encrypted(derived, &options) == STRONGROOM_INVALID_CONTEXT && encrypted(key, &options) == STRONGROOM_INVALID_CONTEXT);
    for (size_t length = 1; length < 70000; length *= 9) {
        options = said();
        options.aad_len = length;
        REFUSED(encrypted(key, &options));
        options = said();
        options.context_len = length;
        REFUSED(encrypted(derived, &options));
        options = said();
        options.aad_map_count = length;
        REFUSED(encrypted(key, &options));
        options = said();
        options.context_map_count = length;
        REFUSED(encrypted(derived, &options));
    }
    options = said();
    options.aad_map = &good;
    CHECK(encrypted(key, &options) == STRONGROOM_INVALID_AAD);
    options.aad_map_count = 1;
    OK(encrypted(key, &options));
    options = said();
    options.context_map = &good;
    CHECK(encrypted(derived, &options) == STRONGROOM_INVALID_CONTEXT);
    options.context_map_count = 1;
    OK(encrypted(derived, &options));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        strongroom_pair pairs[2] = {good, bad[i]};
        pairs[0].name = "first";
        pairs[0].name_len = 5;
        options = said();
        options.aad_map = pairs;
        options.aad_map_count = 2;
        REFUSED(encrypted(key, &options));
        options = said();
        options.context_map = &bad[i];
        options.context_map_count = 1;
        REFUSED(encrypted(derived, &options));
        strongroom_key view = 0;
        REFUSED(strongroom_key_context(derived, &options, &view));
        CHECK(view == 0);
    }
    /* Bytes and a map, even if one of them is empty. */
    options = said();
    options.aad = "";
    options.aad_map = &good;
    options.aad_map_count = 1;
    REFUSED(encrypted(key, &options));
}

static void labels(strongroom_keyring ring, strongroom_key key) {
    strongroom_pair nameless = {NULL, 0, "x", 1}, without = {"team", 4, NULL, 0}, odd = {"team", 4, NULL, 3};
    strongroom_key_spec spec = {0};
    strongroom_key_config config = {0};
    strongroom_key made = 0;
    spec.size = sizeof spec;
    config.size = sizeof config;
    spec.labels_count = config.labels_count = 1;
    REFUSED(strongroom_keyring_create_key(ring, "l", &spec, &made));
    REFUSED(strongroom_key_configure(key, &config));
    const strongroom_pair *const wrong[] = {&nameless, &odd, &without};
    for (size_t i = 0; i < 3; i++) {
        spec.labels = config.labels = wrong[i];
        REFUSED(strongroom_keyring_create_key(ring, "l", &spec, &made));
        /* A value that is NULL removes a label, where there can be one. */
        if (wrong[i] == &without) OK(strongroom_key_configure(key, &config));
        else REFUSED(strongroom_key_configure(key, &config));
    }
    CHECK(made == 0 && strongroom_keyring_key(ring, "l", &made) == STRONGROOM_KEY_NOT_FOUND);
}

static void strings(strongroom_keyring ring, strongroom_key key) {
    strongroom_key made = 0;
    strongroom_seal seal = 0;
    size_t number = 0;
    uint32_t version = 0;
    REFUSED(strongroom_keyring_key(ring, NULL, &made));
    CHECK(strongroom_keyring_key(ring, "", &made) == STRONGROOM_INVALID_KEY_NAME);
    REFUSED(strongroom_keyring_key(ring, "\xff", &made));
    CHECK(strongroom_key_rotate(key, "", &version) != STRONGROOM_OK && version == 0);
    REFUSED(strongroom_api_key_generate(NULL, text, sizeof text, &len));
    REFUSED(strongroom_api_key_check(NULL, 4));
    CHECK(strongroom_api_key_check(NULL, 0) == STRONGROOM_MALFORMED);
    REFUSED(strongroom_key_index(key, "m", 1, NULL, text, sizeof text, &len));
    REFUSED(strongroom_key_needs_reindex(key, NULL, 4, NULL));
    REFUSED(strongroom_seal_root_key(NULL, 32, &seal));
    CHECK(strongroom_seal_root_key(NULL, 0, &seal) == STRONGROOM_INVALID_ROOT_KEY);
    REFUSED(strongroom_seal_passphrase(NULL, 5, NULL, &seal));
    REFUSED(strongroom_seal_root_key_env(NULL, &seal));
    REFUSED(strongroom_seal_root_key_file(NULL, &seal));
    REFUSED(strongroom_seal_root_key_text(NULL, 5, &seal));
    REFUSED(strongroom_seal_passphrase_file(NULL, NULL, &seal));
    REFUSED(strongroom_seal_url(NULL, 5, &seal));
    CHECK(strongroom_seal_url(NULL, 0, &seal) == STRONGROOM_INVALID_URL);
    REFUSED(strongroom_seal_any(NULL, 1, &seal));
    CHECK(strongroom_seal_insecure_mode_ok(0, &seal) == STRONGROOM_INVALID_HANDLE);
    REFUSED(strongroom_seal_labelled(0, NULL, &seal));
    CHECK(strongroom_seal_labelled(0, "label", &seal) == STRONGROOM_INVALID_HANDLE && strongroom_seal_id(0, NULL, 0, &len) == STRONGROOM_INVALID_HANDLE);
    REFUSED(strongroom_keyring_reseal(ring, NULL, 1, &number));
    REFUSED(strongroom_keyring_rewrap_seals(ring, NULL, 1));
    REFUSED(strongroom_keyring_restore_key(ring, NULL, 9, 0, NULL, &made));
    REFUSED(strongroom_keyring_restore_transit(ring, NULL, 9, NULL, 0, &made));
    REFUSED(strongroom_key_encrypt(key, NULL, 4, NULL, text, sizeof text, &len));
    REFUSED(strongroom_key_verify_hmac(key, "m", 1, NULL, 4, NULL));
    CHECK(strongroom_key_verify_hmac(key, "m", 1, NULL, 0, NULL) == STRONGROOM_MALFORMED);
    CHECK(seal == 0 && made == 0);
}

typedef strongroom_status (*batch_call)(strongroom_key, strongroom_item *, size_t);

static strongroom_item with_output(void) {
    strongroom_item item = {0};
    item.input = "4111";
    item.input_len = 4;
    item.out = text;
    item.capacity = sizeof text;
    return item;
}

/* The first of two items is spoilt; the second is worked on. */
static void spoilt(batch_call call, strongroom_key key, strongroom_item bad, strongroom_item good, strongroom_status expected) {
    strongroom_item items[2] = {bad, good};
    OK(call(key, items, 2));
    if (items[0].status != STRONGROOM_INVALID_ARGUMENT || items[1].status != expected) fprintf(stderr, "%u %u\n", items[0].status, items[1].status);
    CHECK(items[0].status == STRONGROOM_INVALID_ARGUMENT && items[1].status == expected);
    CHECK(items[0].len == 0);
}

static void batches(strongroom_key key) {
    static const batch_call to_output[] = {strongroom_key_encrypt_batch, strongroom_key_decrypt_batch, strongroom_key_rewrap_batch, strongroom_key_sign_batch,
                                           strongroom_key_hmac_batch, strongroom_key_encrypt_binary_batch, strongroom_key_decrypt_binary_batch,
                                           strongroom_key_rewrap_binary_batch};
    static const strongroom_status of_good[] = {STRONGROOM_OK, STRONGROOM_MALFORMED, STRONGROOM_MALFORMED, STRONGROOM_OPERATION_NOT_SUPPORTED, STRONGROOM_OK,
                                                  STRONGROOM_OK, STRONGROOM_MALFORMED, STRONGROOM_MALFORMED};
    static const batch_call to_verify[] = {strongroom_key_verify_batch, strongroom_key_verify_hmac_batch};
    static const strongroom_status of_verified[] = {STRONGROOM_OPERATION_NOT_SUPPORTED, STRONGROOM_MALFORMED};
    strongroom_options wrong = said();
    wrong.aad_len = 8;
    for (size_t i = 0; i < sizeof to_output / sizeof to_output[0]; i++) {
        strongroom_item good = with_output(), bad;
        bad = good, bad.input = NULL, spoilt(to_output[i], key, bad, good, of_good[i]);
        bad = good, bad.options = &wrong, spoilt(to_output[i], key, bad, good, of_good[i]);
        bad = good, bad.out = NULL, spoilt(to_output[i], key, bad, good, of_good[i]);
        bad = good, bad.signature = "x", spoilt(to_output[i], key, bad, good, of_good[i]);
        bad = good, bad.signature_len = 1, spoilt(to_output[i], key, bad, good, of_good[i]);
        bad = good, bad.plaintext = text, spoilt(to_output[i], key, bad, good, of_good[i]);
        bad = good, bad.reserved = 1, spoilt(to_output[i], key, bad, good, of_good[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        strongroom_item good = {0}, bad;
        good.input = "m", good.input_len = 1;
        good.signature = "x", good.signature_len = 1;
        bad = good, bad.input = NULL, spoilt(to_verify[i], key, bad, good, of_verified[i]);
        bad = good, bad.signature = NULL, spoilt(to_verify[i], key, bad, good, of_verified[i]);
        bad = good, bad.options = &wrong, spoilt(to_verify[i], key, bad, good, of_verified[i]);
        bad = good, bad.out = text, spoilt(to_verify[i], key, bad, good, of_verified[i]);
        bad = good, bad.capacity = 1, spoilt(to_verify[i], key, bad, good, of_verified[i]);
        bad = good, bad.plaintext = text, spoilt(to_verify[i], key, bad, good, of_verified[i]);
        bad = good, bad.reserved = 1, spoilt(to_verify[i], key, bad, good, of_verified[i]);
    }
    /* Whether a rewrap is needed is asked of a ciphertext alone: nothing is said about it, also not that nothing is said. */
    static const batch_call to_tell[] = {strongroom_key_needs_rewrap_batch, strongroom_key_needs_rewrap_binary_batch, strongroom_key_needs_reindex_batch};
    strongroom_options nothing = said();
    for (size_t i = 0; i < 3; i++) {
        strongroom_item good = {0}, bad;
        good.input = "m", good.input_len = 1;
        bad = good, bad.input = NULL, spoilt(to_tell[i], key, bad, good, STRONGROOM_MALFORMED);
        bad = good, bad.options = &nothing, spoilt(to_tell[i], key, bad, good, STRONGROOM_MALFORMED);
        bad = good, bad.signature = "x", spoilt(to_tell[i], key, bad, good, STRONGROOM_MALFORMED);
        bad = good, bad.out = text, spoilt(to_tell[i], key, bad, good, STRONGROOM_MALFORMED);
        bad = good, bad.capacity = 1, spoilt(to_tell[i], key, bad, good, STRONGROOM_MALFORMED);
        bad = good, bad.plaintext = text, spoilt(to_tell[i], key, bad, good, STRONGROOM_MALFORMED);
        bad = good, bad.reserved = 1, spoilt(to_tell[i], key, bad, good, STRONGROOM_MALFORMED);
    }
    unsigned char fresh[64], other[64] = {0};
    strongroom_item good = with_output(), bad;
    good.input = NULL, good.input_len = 32, good.plaintext = fresh;
    bad = good, bad.plaintext = NULL, spoilt(strongroom_key_data_key_batch, key, bad, good, STRONGROOM_OK);
    bad = good, bad.input = "x", bad.plaintext = other, spoilt(strongroom_key_data_key_batch, key, bad, good, STRONGROOM_OK);
    bad = good, bad.signature = "x", bad.plaintext = other, spoilt(strongroom_key_data_key_batch, key, bad, good, STRONGROOM_OK);
    for (size_t i = 0; i < sizeof other; i++) CHECK(other[i] == 0);
}

int main(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", NULL, 0), derived = new_key(ring, "d", NULL, STRONGROOM_DERIVED);
    options(key, derived);
    labels(ring, key);
    strings(ring, key);
    batches(key);
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(derived));
    OK(strongroom_keyring_free(ring));
    return 0;
}
