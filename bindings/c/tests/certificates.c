/*
 * Certificate requests, certificates that are kept, and keys that two sides agree on. Run twice, with OpenSSL between: "request" makes a
 * keyring and writes requests, "chain" opens it and keeps what OpenSSL has issued.
 */
#include "messages.h"
#include <stdint.h>

#define REFUSED(call) CHECK((call) == STRONGROOM_INVALID_ARGUMENT)
#define INVALID(call) CHECK((call) == STRONGROOM_INVALID_CERTIFICATE)
#define DETAIL(detail, call) (CHECK((call) == STRONGROOM_INVALID_OPTION), CHECK(strcmp(strongroom_error_detail(), detail) == 0))

static const char *const types[] = {"ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519"};
static const char *folder;

static void path_of(char *path, size_t size, const char *name, const char *end) {
    CHECK(snprintf(path, size, "%s/%s%s", folder, name, end) < (int)size);
}

/* In memory of its own that is exactly as long, so that reading behind it is seen. */
static char *contents(const char *name, const char *end, size_t *size) {
    static char all[16384];
    char path[4096];
    path_of(path, sizeof path, name, end);
    FILE *from = fopen(path, "rb");
    CHECK(from != NULL);
    *size = fread(all, 1, sizeof all, from);
    CHECK(*size > 0 && *size < sizeof all && fclose(from) == 0);
    char *made = malloc(*size);
    CHECK(made != NULL);
    memcpy(made, all, *size);
    return made;
}

static strongroom_keyring ring_of(bool is_new) {
    strongroom_keyring ring = 0;
    strongroom_seal seal;
    char path[4096];
    unsigned char root[32];
    for (size_t i = 0; i < sizeof root; i++) root[i] = (unsigned char)(i + 1);
    path_of(path, sizeof path, "ring", "");
    OK(strongroom_seal_root_key(root, sizeof root, &seal));
    OK(is_new ? strongroom_keyring_create(path, seal, NULL, &ring) : strongroom_keyring_open(path, seal, NULL, &ring));
    OK(strongroom_seal_free(seal));
    return ring;
}

static void requests(strongroom_keyring ring) {
    size_t size;
    char *template = contents("template", ".pem", &size);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        strongroom_key key = new_key(ring, types[i], types[i], 0), view;
        uint32_t second;
        char path[4096];
        OK(strongroom_key_certificate_request(key, NULL, 0, 0, text, sizeof text, &len));
        CHECK(strlen(text) == len && strncmp(text, "-----BEGIN CERTIFICATE REQUEST-----\n", 36) == 0);
        OK(strongroom_key_certificate_request(key, template, size, 1, NULL, 0, &again_len));
        OK(strongroom_key_certificate_request(key, template, size, 1, text, sizeof text, &len));
        CHECK(again_len > len && len > size / 2);
        CHECK(strongroom_key_certificate_request(key, template, size, 1, text, 100, &len) == STRONGROOM_BUFFER_TOO_SMALL && len > 100);
        OK(strongroom_key_rotate(key, NULL, &second));
        CHECK(strongroom_key_certificate_request(key, template, size, 1, text, sizeof text, &len) == STRONGROOM_VERSION_NOT_ALLOWED);
        CHECK(strongroom_key_certificate_request(key, template, size, 3, text, sizeof text, &len) == STRONGROOM_VERSION_TOO_NEW);
        OK(strongroom_key_certificate_request(key, template, size, 0, text, sizeof text, &len));
        path_of(path, sizeof path, types[i], ".csr");
        FILE *to = fopen(path, "wb");
        CHECK(to != NULL && fwrite(text, 1, len, to) == len && fclose(to) == 0);
        /* Said, and no request; nothing, and yet a length. */
        INVALID(strongroom_key_certificate_request(key, "", 0, 0, text, sizeof text, &len));
        for (size_t cut = 1; cut < size - 2; cut += 31) {
            char *shorter = malloc(cut);
            CHECK(shorter != NULL);
            memcpy(shorter, template, cut);
            INVALID(strongroom_key_certificate_request(key, shorter, cut, 0, text, sizeof text, &len));
            free(shorter);
        }
        REFUSED(strongroom_key_certificate_request(key, NULL, 7, 0, text, sizeof text, &len));
        REFUSED(strongroom_key_certificate_request(key, NULL, 0, 0, NULL, 7, &len));
        REFUSED(strongroom_key_certificate_request(key, NULL, 0, 0, text, sizeof text, NULL));
        OK(strongroom_key_transit(key, &view));
        REFUSED(strongroom_key_certificate_request(view, NULL, 0, 0, text, sizeof text, &len));
        OK(strongroom_key_free(view));
        OK(strongroom_key_free(key));
        CHECK(strongroom_key_certificate_request(key, NULL, 0, 0, text, sizeof text, &len) == STRONGROOM_INVALID_HANDLE);
    }
    strongroom_key plain = new_key(ring, "plain", NULL, 0), derived = new_key(ring, "derived", "ed25519", STRONGROOM_DERIVED);
    CHECK(strongroom_key_certificate_request(plain, NULL, 0, 0, text, sizeof text, &len) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    DETAIL("derived_has_no_certificate", strongroom_key_certificate_request(derived, NULL, 0, 0, text, sizeof text, &len));
    DETAIL("derived_has_no_certificate", strongroom_key_set_certificate_chain(derived, template, size, 0));
    DETAIL("derived_has_no_certificate", strongroom_key_certificate_chain(derived, 0, text, sizeof text, &len));
    OK(strongroom_key_free(plain));
    OK(strongroom_key_free(derived));
    free(template);
}

static void chains(strongroom_keyring ring) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        strongroom_key key;
        size_t size, other_size;
        char *chain = contents(types[i], ".pem", &size), *other = contents(types[(i + 1) % 4], ".pem", &other_size);
        OK(strongroom_keyring_key(ring, types[i], &key));
        OK(strongroom_key_certificate_chain(key, 0, text, sizeof text, &len));
        CHECK(len == 0 && text[0] == 0);
        /* Of the first version, of another key, cut, and nothing. */
        INVALID(strongroom_key_set_certificate_chain(key, chain, size, 1));
        INVALID(strongroom_key_set_certificate_chain(key, other, other_size, 0));
        INVALID(strongroom_key_set_certificate_chain(key, chain, size / 3, 0));
        INVALID(strongroom_key_set_certificate_chain(key, "", 0, 0));
        INVALID(strongroom_key_set_certificate_chain(key, NULL, 0, 0));
        REFUSED(strongroom_key_set_certificate_chain(key, NULL, 7, 0));
        CHECK(strongroom_key_set_certificate_chain(key, chain, size, 3) == STRONGROOM_VERSION_TOO_NEW);
        CHECK(strongroom_key_set_certificate_chain(ring, chain, size, 0) == STRONGROOM_INVALID_HANDLE);
        OK(strongroom_key_set_certificate_chain(key, chain, size, 0));
        OK(strongroom_key_set_certificate_chain(key, chain, size, 2));
        OK(strongroom_key_certificate_chain(key, 2, NULL, 0, &len));
        CHECK(len == size + 1 && strongroom_key_certificate_chain(key, 2, text, size, &len) == STRONGROOM_BUFFER_TOO_SMALL && len == size + 1);
        OK(strongroom_key_certificate_chain(key, 2, text, size + 1, &len));
        CHECK(len == size && memcmp(text, chain, size) == 0 && text[size] == 0);
        OK(strongroom_key_certificate_chain(key, 1, text, sizeof text, &len));
        CHECK(len == 0);
        CHECK(strongroom_key_certificate_chain(key, 3, text, sizeof text, &len) == STRONGROOM_VERSION_TOO_NEW);
        REFUSED(strongroom_key_certificate_chain(key, 0, text, sizeof text, NULL));
        OK(strongroom_key_free(key));
        free(chain);
        free(other);
    }
}

static strongroom_status agreed(strongroom_keyring ring, strongroom_key base, strongroom_key peer, const char *type, uint32_t format, strongroom_key *key) {
    unsigned char public[512];
    size_t public_len;
    strongroom_key_spec spec = {0};
    spec.size = sizeof spec;
    spec.key_type = type;
    OK(strongroom_key_public_key(peer, 0, format, public, sizeof public, &public_len));
    return strongroom_keyring_derive_key(ring, "shared", base, 0, public, public_len, &spec, key);
}

static void agreements(void) {
    static const char *const agreed_types[] = {"aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305"};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 4; j++) {
            strongroom_keyring here = new_ring(), there = new_ring();
            strongroom_key alice = new_key(here, "alice", types[i], 0), bob = new_key(there, "bob", types[i], 0), ours = 0, theirs = 0, none = 0;
            strongroom_key other = new_key(here, "other", types[(i + 1) % 3], 0), signing = new_key(here, "signing", "ed25519", 0);
            OK(agreed(here, alice, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, &ours));
            OK(agreed(there, bob, alice, agreed_types[j], STRONGROOM_PUBLIC_KEY_DER, &theirs));
            OK(encrypt(ours, NULL));
            OK(decrypt(theirs, text, NULL));
            CHECK(agreed(here, alice, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, &none) == STRONGROOM_DUPLICATE_MATERIAL);
            CHECK(agreed(here, alice, bob, agreed_types[(j + 1) % 4], STRONGROOM_PUBLIC_KEY_PEM, &none) == STRONGROOM_KEY_MISMATCH);
            CHECK(agreed(here, alice, other, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, &none) == STRONGROOM_INVALID_MATERIAL);
            CHECK(agreed(here, alice, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_RAW, &none) == STRONGROOM_INVALID_MATERIAL);
            CHECK(agreed(here, signing, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, &none) == STRONGROOM_OPERATION_NOT_SUPPORTED);
            DETAIL("agreed_type_not_supported", agreed(here, alice, bob, NULL, STRONGROOM_PUBLIC_KEY_PEM, &none));
            CHECK(agreed(here, here, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, &none) == STRONGROOM_INVALID_HANDLE);
            CHECK(agreed(alice, alice, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, &none) == STRONGROOM_INVALID_HANDLE);
            CHECK(strongroom_keyring_derive_key(here, "shared", alice, 2, "", 0, NULL, &none) == STRONGROOM_INVALID_MATERIAL);
            REFUSED(strongroom_keyring_derive_key(here, "shared", alice, 0, NULL, 7, NULL, &none));
            REFUSED(strongroom_keyring_derive_key(here, NULL, alice, 0, "", 0, NULL, &none));
            REFUSED(agreed(here, alice, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, NULL));
            /* With the other side's next key there is a next version. */
            uint32_t version;
            OK(strongroom_key_rotate(bob, NULL, &version));
            OK(agreed(here, alice, bob, agreed_types[j], STRONGROOM_PUBLIC_KEY_PEM, &none));
            OK(encrypt(ours, NULL));
            CHECK(strncmp(text, "vault:v2:", 9) == 0 && decrypt(theirs, text, NULL) == STRONGROOM_VERSION_TOO_NEW);
            strongroom_key all[] = {alice, bob, ours, theirs, none, other, signing};
            for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) OK(strongroom_key_free(all[k]));
            OK(strongroom_keyring_free(here));
            OK(strongroom_keyring_free(there));
        }
    }
}

int main(int argc, char **argv) {
    CHECK(argc > 2);
    folder = argv[1];
    const bool is_new = strcmp(argv[2], "request") == 0;
    strongroom_keyring ring = ring_of(is_new);
    if (is_new) requests(ring);
    if (is_new) agreements();
    if (!is_new) chains(ring);
    OK(strongroom_keyring_free(ring));
    return 0;
}
