/* Keys from outside in each form: a pair, a public key alone that is completed, what is encrypted or wrapped, and what is given out again. */
#include "messages.h"
#include <stddef.h>
#include <stdint.h>

#define EXPOSE STRONGROOM_EXPOSE_SECRET_MATERIAL
#define REFUSED(call) CHECK((call) == STRONGROOM_INVALID_ARGUMENT)
#define DETAIL(detail, call) (CHECK((call) == STRONGROOM_INVALID_OPTION), CHECK(strcmp(strongroom_error_detail(), detail) == 0))

/* What the test has put into a folder, by OpenSSL. */
typedef struct file {
    char *data;
    size_t len;
} file;

static const char *folder;

static FILE *opened(const char *name, const char *mode) {
    char path[4096];
    CHECK(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    FILE *at = fopen(path, mode);
    CHECK(at != NULL);
    return at;
}

/* In memory of its own that is exactly as long, so that reading behind it is seen. */
static file contents(const char *name) {
    static char all[8192];
    FILE *from = opened(name, "rb");
    file made = {NULL, fread(all, 1, sizeof all, from)};
    CHECK(made.len > 0 && made.len < sizeof all && fclose(from) == 0);
    made.data = malloc(made.len);
    CHECK(made.data != NULL);
    memcpy(made.data, all, made.len);
    return made;
}

static strongroom_import import_of(file from, uint32_t format) {
    strongroom_import import = {0};
    import.size = sizeof import;
    import.material = from.data;
    import.material_len = from.len;
    import.format = format;
    return import;
}

static strongroom_status taken(strongroom_keyring ring, const char *name, const char *type, const strongroom_import *import, strongroom_key *key) {
    strongroom_key_spec spec = {0};
    spec.size = sizeof spec;
    spec.key_type = type;
    spec.flags = STRONGROOM_EXPORTABLE;
    return strongroom_keyring_import_key(ring, name, import, &spec, key);
}

/* Every pair that OpenSSL made, as PEM and DER. Signatures of "m" are left for it to verify. */
static void pairs(strongroom_keyring ring) {
    static const char *const types[] = {"ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char name[64];
        strongroom_key pem_key = 0, der_key = 0, public_key = 0, none = 0;
        snprintf(name, sizeof name, "%s.pem", types[i]);
        file pem = contents(name);
        snprintf(name, sizeof name, "%s.der", types[i]);
        file der = contents(name);
        snprintf(name, sizeof name, "%s.pub", types[i]);
        file public = contents(name);
        strongroom_import import = import_of(pem, STRONGROOM_IMPORT_PRIVATE_KEY);
        OK(taken(ring, types[i], types[i], &import, &pem_key));
        CHECK(taken(ring, "other", "rsa-2048", &import, &none) != STRONGROOM_OK);
        CHECK(taken(ring, "other", "hmac", &import, &none) == STRONGROOM_INVALID_MATERIAL);
        snprintf(name, sizeof name, "%s-der", types[i]);
        import = import_of(der, STRONGROOM_IMPORT_PRIVATE_KEY);
        OK(taken(ring, name, types[i], &import, &der_key));
        import = import_of(public, STRONGROOM_IMPORT_PUBLIC_KEY);
        snprintf(name, sizeof name, "%s-public", types[i]);
        OK(taken(ring, name, types[i], &import, &public_key));
        OK(sign(pem_key, NULL));
        OK(verify(der_key, NULL));
        OK(verify(public_key, NULL));
        snprintf(name, sizeof name, "%s.sig", types[i]);
        FILE *signature = opened(name, "wb");
        CHECK(strncmp(again, "vault:v1:", 9) == 0 && fputs(again + 9, signature) >= 0 && fclose(signature) == 0);
        CHECK(sign(public_key, NULL) == STRONGROOM_NO_SUCH_VERSION);
        /* A form is not another one. */
        import = import_of(public, STRONGROOM_IMPORT_PRIVATE_KEY);
        CHECK(taken(ring, "other", types[i], &import, &none) == STRONGROOM_INVALID_MATERIAL);
        import = import_of(pem, STRONGROOM_IMPORT_PUBLIC_KEY);
        CHECK(taken(ring, "other", types[i], &import, &none) == STRONGROOM_INVALID_MATERIAL);
        for (size_t cut = 0; cut < der.len; cut += 7) {
            file shorter = {malloc(cut + 1), cut};
            CHECK(shorter.data != NULL);
            memcpy(shorter.data, der.data, cut);
            import = import_of(shorter, STRONGROOM_IMPORT_PRIVATE_KEY);
            CHECK(taken(ring, "other", types[i], &import, &none) == STRONGROOM_INVALID_MATERIAL);
            free(shorter.data);
        }
        CHECK(none == 0);
        /* What comes out is what came in. */
        OK(strongroom_key_export_transit(pem_key, STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_JWK, 1, EXPOSE, text, sizeof text, &len));
        CHECK(len == strlen(text) && strstr(text, "\"d\":\"") != NULL);
        OK(strongroom_key_public_key(public_key, 0, STRONGROOM_PUBLIC_KEY_PEM, text, sizeof text, &len));
        CHECK(len == public.len && memcmp(text, public.data, len) == 0);
        free(pem.data);
        free(der.data);
        free(public.data);
        OK(strongroom_key_free(pem_key));
        OK(strongroom_key_free(der_key));
        OK(strongroom_key_free(public_key));
    }
}

static void encrypted(strongroom_keyring ring) {
    strongroom_key key = 0;
    file pem = contents("encrypted.pem"), raw = contents("ed25519.pem");
    strongroom_import import = import_of(pem, STRONGROOM_IMPORT_PRIVATE_KEY);
    CHECK(taken(ring, "e", "ed25519", &import, &key) == STRONGROOM_INVALID_MATERIAL);
    /* Said, and empty; and wrong. */
    import.passphrase = "";
    CHECK(taken(ring, "e", "ed25519", &import, &key) == STRONGROOM_INVALID_MATERIAL);
    import.passphrase = "hunter3", import.passphrase_len = 7;
    CHECK(taken(ring, "e", "ed25519", &import, &key) == STRONGROOM_INVALID_MATERIAL && strstr(strongroom_error_message(), "hunter") == NULL);
    import.passphrase = NULL;
    REFUSED(taken(ring, "e", "ed25519", &import, &key));
    import.passphrase = "hunter2 and more";
    import.passphrase_len = SIZE_MAX;
    REFUSED(taken(ring, "e", "ed25519", &import, &key));
    /* An older header has no passphrase, whatever stands behind its struct. */
    import.size = offsetof(strongroom_import, passphrase);
    CHECK(taken(ring, "e", "ed25519", &import, &key) == STRONGROOM_INVALID_MATERIAL);
    import.size = sizeof import;
    import.passphrase_len = 7;
    import.format = STRONGROOM_IMPORT_RAW;
    DETAIL("passphrase_not_supported", taken(ring, "e", "ed25519", &import, &key));
    import.format = STRONGROOM_IMPORT_PUBLIC_KEY;
    DETAIL("passphrase_not_supported", taken(ring, "e", "ed25519", &import, &key));
    CHECK(key == 0);
    import.format = STRONGROOM_IMPORT_PRIVATE_KEY;
    OK(taken(ring, "e", "ed25519", &import, &key));
    OK(strongroom_key_free(key));
    import.format = STRONGROOM_IMPORT_PKCS8;
    OK(taken(ring, "e8", "ed25519", &import, &key));
    OK(sign(key, NULL));
    OK(verify(key, NULL));
    OK(strongroom_key_free(key));
    free(pem.data);
    free(raw.data);
}

/* A public key alone, and its private half. */
static void completed(strongroom_keyring ring) {
    strongroom_key key = 0, none = 0;
    strongroom_options first = nothing();
    uint32_t version = 77;
    file one = contents("ecdsa-p256.pub"), two = contents("second.pub"), private = contents("ecdsa-p256.pem"), latest = contents("second.pem");
    strongroom_import import = import_of(one, STRONGROOM_IMPORT_PUBLIC_KEY);
    import.version = 1;
    DETAIL("nothing_to_complete", taken(ring, "half", "ecdsa-p256", &import, &none));
    import.version = UINT32_MAX;
    REFUSED(taken(ring, "half", "ecdsa-p256", &import, &none));
    import.version = 0;
    OK(taken(ring, "half", "ecdsa-p256", &import, &key));
    import = import_of(two, STRONGROOM_IMPORT_PUBLIC_KEY);
    OK(strongroom_key_import_version(key, &import, &version));
    CHECK(version == 2);
    import.version = 1;
    DETAIL("completed_by_private_key", strongroom_key_import_version(key, &import, &version));
    import = import_of(private, STRONGROOM_IMPORT_PRIVATE_KEY);
    CHECK(strongroom_key_import_version(key, &import, &version) == STRONGROOM_INVALID_MATERIAL);
    import.version = 2;
    CHECK(strongroom_key_import_version(key, &import, &version) == STRONGROOM_INVALID_MATERIAL);
    import.version = 3;
    CHECK(strongroom_key_import_version(key, &import, &version) == STRONGROOM_NO_SUCH_VERSION);
    CHECK(version == 2 && sign(key, NULL) == STRONGROOM_NO_SUCH_VERSION);
    import.version = 1;
    OK(strongroom_key_import_version(key, &import, &version));
    CHECK(version == 1 && sign(key, NULL) == STRONGROOM_NO_SUCH_VERSION);
    import = import_of(latest, STRONGROOM_IMPORT_PRIVATE_KEY);
    OK(strongroom_key_import_version(key, &import, &version));
    CHECK(version == 2);
    strongroom_key_config config = {0};
    config.size = sizeof config;
    config.min_encryption_version = 1;
    OK(strongroom_key_configure(key, &config));
    for (first.version = 1; first.version < 3; first.version++) {
        OK(sign(key, &first));
        OK(verify(key, NULL));
    }
    /* Both public keys as one set. */
    OK(strongroom_key_jwks(key, NULL, 0, &len));
    size_t needed = len;
    CHECK(strongroom_key_jwks(key, text, needed - 1, &len) == STRONGROOM_BUFFER_TOO_SMALL && len == needed);
    OK(strongroom_key_jwks(key, text, needed, &len));
    CHECK(len == needed - 1 && strlen(text) == len && strncmp(text, "{\"keys\":[{\"alg\":\"ES256\"", 23) == 0);
    CHECK(strstr(text, "\"kid\":\"half:1\"") != NULL && strstr(text, "\"kid\":\"half:2\"") != NULL && strstr(text, "\"d\":") == NULL);
    FILE *set = opened("jwks.json", "wb");
    CHECK(fputs(text, set) >= 0 && fclose(set) == 0);
    REFUSED(strongroom_key_jwks(key, NULL, 7, &len));
    REFUSED(strongroom_key_jwks(key, text, sizeof text, NULL));
    strongroom_key cards = new_key(ring, "cards", NULL, 0), tenants = new_key(ring, "tenants", "ed25519", STRONGROOM_DERIVED);
    CHECK(strongroom_key_jwks(cards, text, sizeof text, &len) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(strongroom_key_jwks(tenants, text, sizeof text, &len) == STRONGROOM_CONTEXT_REQUIRED);
    CHECK(strongroom_key_jwks(ring, text, sizeof text, &len) == STRONGROOM_INVALID_HANDLE);
    OK(strongroom_key_free(cards));
    OK(strongroom_key_free(tenants));
    OK(strongroom_key_free(key));
    free(one.data);
    free(two.data);
    free(private.data);
    free(latest.data);
}

/* What stands for nothing. */
static void odd(strongroom_keyring ring) {
    strongroom_key key = 0;
    file pem = contents("ed25519.pem");
    strongroom_import import = import_of(pem, 6);
    REFUSED(taken(ring, "odd", "ed25519", &import, &key));
    for (import.format = 0; import.format < STRONGROOM_IMPORT_WRAPPED; import.format++) {
        for (import.hash = 1; import.hash < 12; import.hash++) REFUSED(taken(ring, "odd", "ed25519", &import, &key));
    }
    import.format = STRONGROOM_IMPORT_WRAPPED;
    for (import.hash = STRONGROOM_HASH_NONE; import.hash < 300; import.hash++) REFUSED(taken(ring, "odd", "ed25519", &import, &key));
    import.hash = 0;
    import.reserved = 1;
    REFUSED(taken(ring, "odd", "ed25519", &import, &key));
    import.reserved = 0;
    for (import.size = 0; import.size < offsetof(strongroom_import, passphrase); import.size++) REFUSED(taken(ring, "odd", "ed25519", &import, &key));
    CHECK(key == 0);
    free(pem.data);
    key = new_key(ring, "mac", "aes256-cmac", STRONGROOM_EXPORTABLE);
    OK(strongroom_key_export(key, STRONGROOM_EXPORT_HMAC_KEY, 1, EXPOSE, plain, sizeof plain, &plain_len));
    CHECK(plain_len == 32);
    REFUSED(strongroom_key_export(key, 4, 1, EXPOSE, plain, sizeof plain, &plain_len));
    REFUSED(strongroom_key_export_transit(key, STRONGROOM_EXPORT_HMAC_KEY, 5, 1, EXPOSE, text, sizeof text, &len));
    OK(strongroom_key_free(key));
}

/* From one keyring to another, in a library that has RSA. */
static void wrapped(strongroom_keyring ring) {
    static char to[8192];
    strongroom_keyring there = new_ring();
    strongroom_key key = new_key(ring, "pair", "ecdsa-p256", STRONGROOM_EXPORTABLE), closed = new_key(ring, "closed", NULL, 0), same = 0;
    size_t to_len = 0;
    file blob = {text, 5};
    strongroom_import import = import_of(blob, STRONGROOM_IMPORT_WRAPPED);
    REFUSED(strongroom_keyring_wrapping_key(there, 5, to, sizeof to, &to_len));
    REFUSED(strongroom_keyring_wrapping_key(there, 0, NULL, 7, &to_len));
    REFUSED(strongroom_keyring_wrapping_key(there, 0, to, sizeof to, NULL));
    CHECK(strongroom_keyring_wrapping_key(key, 0, to, sizeof to, &to_len) == STRONGROOM_INVALID_HANDLE);
    /* The public key of another type wraps nothing, and neither does what is none. */
    OK(strongroom_key_public_key(key, 0, STRONGROOM_PUBLIC_KEY_DER, to, sizeof to, &to_len));
    CHECK(strongroom_key_export_wrapped(key, to, to_len, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(strongroom_key_export_wrapped(key, to, to_len - 1, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_MATERIAL);
    CHECK(strongroom_key_export_wrapped(key, NULL, 0, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_MATERIAL);
    CHECK(strongroom_key_export_wrapped(key, to, to_len, 0, 1, 0, text, sizeof text, &len) == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    REFUSED(strongroom_key_export_wrapped(key, NULL, 7, 0, 1, EXPOSE, text, sizeof text, &len));
    REFUSED(strongroom_key_export_wrapped(key, to, to_len, STRONGROOM_HASH_NONE, 1, EXPOSE, text, sizeof text, &len));
    REFUSED(strongroom_key_export_wrapped(key, to, to_len, 11, 1, EXPOSE, text, sizeof text, &len));
    REFUSED(strongroom_key_export_wrapped(key, to, to_len, 0, 0, EXPOSE, text, sizeof text, &len));
    CHECK(strongroom_key_export_wrapped(ring, to, to_len, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_HANDLE);
    strongroom_status status = strongroom_keyring_wrapping_key(there, 0, to, sizeof to, &to_len);
    if (status == STRONGROOM_TYPE_NOT_SUPPORTED) {
        CHECK(taken(there, "pair", "ecdsa-p256", &import, &same) == STRONGROOM_TYPE_NOT_SUPPORTED);
        printf("this library has no RSA: nothing was wrapped\n");
    } else {
        CHECK(status == STRONGROOM_OK && strncmp(to, "-----BEGIN PUBLIC KEY-----\n", 27) == 0);
        DETAIL("no_wrapping_key", taken(ring, "own", "ecdsa-p256", &import, &same));
        for (uint32_t hash = 0; hash <= STRONGROOM_SHA1; hash++) {
            char name[16];
            OK(strongroom_key_export_wrapped(key, to, to_len, hash, 1, EXPOSE, NULL, 0, &len));
            size_t needed = len;
            CHECK(strongroom_key_export_wrapped(key, to, to_len, hash, 1, EXPOSE, text, needed - 1, &len) == STRONGROOM_BUFFER_TOO_SMALL && len == needed);
            OK(strongroom_key_export_wrapped(key, to, to_len, hash, 1, EXPOSE, text, needed, &len));
            CHECK(strlen(text) == len && len == needed - 1);
            blob.len = len;
            import = import_of(blob, STRONGROOM_IMPORT_WRAPPED);
            import.hash = hash == STRONGROOM_SHA3_512 ? STRONGROOM_SHA3_384 : STRONGROOM_SHA3_512;
            CHECK(taken(there, "pair", "ecdsa-p256", &import, &same) == STRONGROOM_INVALID_MATERIAL);
            import.hash = hash;
            CHECK(taken(there, "pair", "ed25519", &import, &same) == STRONGROOM_INVALID_MATERIAL);
            snprintf(name, sizeof name, "pair-%u", (unsigned)hash);
            OK(taken(there, name, "ecdsa-p256", &import, &same));
            OK(sign(same, NULL));
            OK(verify(key, NULL));
            OK(strongroom_key_free(same));
            /* DER from here on. */
            OK(strongroom_keyring_wrapping_key(there, STRONGROOM_PUBLIC_KEY_DER, to, sizeof to, &to_len));
        }
        CHECK(strongroom_key_export_wrapped(key, to, to_len, 0, 2, EXPOSE, text, sizeof text, &len) == STRONGROOM_NO_SUCH_VERSION);
        CHECK(strongroom_key_export_wrapped(closed, to, to_len, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_NOT_EXPORTABLE);
    }
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(closed));
    OK(strongroom_keyring_free(there));
}

int main(int count, char **arguments) {
    CHECK(count == 2 || count == 3);
    folder = arguments[1];
    strongroom_keyring ring = new_ring();
    pairs(ring);
    encrypted(ring);
    completed(ring);
    odd(ring);
    /* A wrapping key takes minutes to make where every instruction is watched. */
    if (count == 2) wrapped(ring);
    OK(strongroom_keyring_free(ring));
    return 0;
}
