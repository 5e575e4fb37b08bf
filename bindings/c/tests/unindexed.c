/* What there is no blind index of, and what none is asked for with. */
#include "indexes.h"

#define BOTH(status) (CHECK(indexed(key, "Ann", &wrong) == (status)), CHECK(strongroom_key_indexes(key, "Ann", 3, &wrong, take, &none) == (status)))

static void refused(strongroom_keyring ring, strongroom_key key) {
    static char long_name[257];
    static const char *const lists[] = {"", "nope", "trim,", ",trim", "trim, digits", "trim,,digits", "NONE", "Trim", "email\xff"};
    strongroom_index_options wrong = of_column("users.name");
    struct {
        strongroom_index_options known;
        uint64_t more;
    } newer = {{0}, 0};
    found none = nothing(true);
    len = 77;
    memset(long_name, 'n', sizeof long_name);
    wrong.size = 0, BOTH(STRONGROOM_INVALID_ARGUMENT);
    wrong.size = sizeof wrong - 8, BOTH(STRONGROOM_INVALID_ARGUMENT);
    wrong = of_column("users.name"), wrong.name = NULL, BOTH(STRONGROOM_INVALID_ARGUMENT);
    wrong.name_len = 0, BOTH(STRONGROOM_INVALID_ARGUMENT);
    wrong = of_column("users.name"), wrong.name_len = SIZE_MAX, BOTH(STRONGROOM_INVALID_ARGUMENT);
    wrong = of_column("users\xff"), BOTH(STRONGROOM_INVALID_ARGUMENT);
    wrong = of_column(""), BOTH(STRONGROOM_INVALID_OPTION);
    wrong = of_column("n"), wrong.name = long_name, wrong.name_len = 256, BOTH(STRONGROOM_INVALID_OPTION);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        wrong = of_column("users.name"), wrong.normalize = lists[i];
        if (i + 1 == sizeof lists / sizeof lists[0]) BOTH(STRONGROOM_INVALID_ARGUMENT);
        else BOTH(STRONGROOM_INVALID_OPTION);
    }
    static const uint32_t numbers[] = {1, 7, 257, 65536 + 128, UINT32_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) wrong = of_column("users.name"), wrong.bits = numbers[i], BOTH(STRONGROOM_INVALID_OPTION);
    wrong = of_column("users.name"), wrong.version = UINT32_MAX, BOTH(STRONGROOM_INVALID_ARGUMENT);
    CHECK(indexed(key, "Ann", NULL) == STRONGROOM_INVALID_ARGUMENT);
    wrong = of_column("users.name");
    CHECK(indexed(key, "", &wrong) == STRONGROOM_INVALID_VALUE && indexed(key, "\xff", &wrong) == STRONGROOM_INVALID_VALUE);
    wrong.normalize = "nfkc, lower";
    CHECK(indexed(key, "Ann", &wrong) == STRONGROOM_INVALID_OPTION && strstr(strongroom_error_message(), "(did you mean \"casefold\"?)") != NULL);
    wrong.normalize = "digits";
    CHECK(indexed(key, "Ann", &wrong) == STRONGROOM_INVALID_VALUE);
    wrong.normalize = NULL;
    CHECK(strongroom_key_index(key, NULL, 0, &wrong, text, sizeof text, &len) == STRONGROOM_INVALID_VALUE);
    CHECK(strongroom_key_index(key, NULL, 3, &wrong, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_index(key, "Ann", SIZE_MAX, &wrong, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_index(key, "Ann", 3, &wrong, NULL, 9, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_index(key, "Ann", 3, &wrong, text, sizeof text, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(indexed(ring, "Ann", &wrong) == STRONGROOM_INVALID_HANDLE && indexed(0, "Ann", &wrong) == STRONGROOM_INVALID_HANDLE);
    CHECK(len == 77);
    CHECK(strongroom_key_indexes(key, "Ann", 3, &wrong, NULL, &none) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_indexes_binary(key, "Ann", 3, &wrong, NULL, &none) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_indexes_prefix(key, "Ann", 3, &wrong, NULL, &none) == STRONGROOM_INVALID_ARGUMENT && none.count == 0);
    /* A newer header's struct: what is not known may be there, not set. */
    newer.known = of_column("users.name");
    newer.known.size = sizeof newer;
    OK(indexed(key, "Ann", &newer.known));
    newer.more = 1;
    CHECK(indexed(key, "Ann", &newer.known) == STRONGROOM_INVALID_ARGUMENT);
}

/* The public key of the number 1 alone has nothing to index with. */
static void public_alone(strongroom_keyring ring) {
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n";
    strongroom_import half = {0};
    strongroom_key_spec spec = {0};
    strongroom_index_options name = of_column("users.name");
    strongroom_key key;
    half.size = sizeof half;
    half.material = pem;
    half.material_len = sizeof pem - 1;
    half.format = STRONGROOM_IMPORT_PUBLIC_KEY;
    spec.size = sizeof spec;
    spec.key_type = "ecdsa-p256";
    OK(strongroom_keyring_import_key(ring, "half", &half, &spec, &key));
    CHECK(indexed(key, "Ann", &name) == STRONGROOM_INDEX_NOT_SUPPORTED);
    OK(strongroom_key_free(key));
}

int main(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", NULL, 0);
    refused(ring, key);
    public_alone(ring);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    return 0;
}
