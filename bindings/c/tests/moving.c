/* Keys that move to and from Transit, call by call: what each function needs, what it refuses and under which name. */
#include "check.h"

#define EXPOSE STRONGROOM_EXPOSE_SECRET_MATERIAL

static const uint32_t moves = STRONGROOM_EXPORTABLE | STRONGROOM_ALLOW_PLAINTEXT_BACKUP;
static char text[1024], again[1024];
static size_t len, again_len;

/* A backup, in memory of its own that is exactly as long, so that reading behind it is seen. */
typedef struct backup {
    char *data;
    size_t len;
    int calls;
} backup;

static void take(void *user, const void *data, size_t data_len) {
    backup *to = user;
    free(to->data);
    to->data = malloc(data_len);
    CHECK(to->data != NULL);
    memcpy(to->data, data, data_len);
    to->len = data_len;
    to->calls++;
}

static void count(void *user, const char *name) {
    CHECK(name[0] != 0);
    ++*(int *)user;
}

static int keys_of(strongroom_keyring ring) {
    int keys = 0;
    OK(strongroom_keyring_keys(ring, count, &keys));
    return keys;
}

static strongroom_status restore(strongroom_keyring ring, const char *name, const backup *from, uint32_t dialect, strongroom_key *key) {
    return strongroom_keyring_restore_transit(ring, from->data, from->len, name, dialect, key);
}

/* A backup of a key that two versions have. */
static backup written(strongroom_key key, uint32_t dialect) {
    backup made = {NULL, 0, 0};
    OK(strongroom_key_backup_transit(key, dialect, EXPOSE, take, &made));
    CHECK(made.calls == 1 && made.len > 200 && memchr(made.data, 0, made.len) == NULL);
    return made;
}

static void there_and_back(void) {
    static const char *const types[] = {"aes256-gcm96", "aes128-gcm96", "chacha20-poly1305", "ed25519", "hmac"};
    strongroom_keyring ring = new_ring();
    uint32_t version;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        for (uint32_t dialect = STRONGROOM_DIALECT_VAULT; dialect <= STRONGROOM_DIALECT_OPENBAO; dialect++) {
            strongroom_keyring there = new_ring();
            char name[32];
            snprintf(name, sizeof name, "k%u-%u", (unsigned)i, (unsigned)dialect);
            strongroom_key key = new_key(ring, name, types[i], moves), moved;
            OK(strongroom_key_rotate(key, NULL, &version));
            OK(strongroom_key_hmac(key, "m", 1, NULL, text, sizeof text, &len));
            backup made = written(key, dialect);
            /* Told from the backup, or said; under its own name, or another. */
            for (uint32_t said = 0; said <= dialect; said += dialect) {
                OK(restore(there, said == 0 ? NULL : "other", &made, said, &moved));
                OK(strongroom_key_hmac(moved, "m", 1, NULL, again, sizeof again, &again_len));
                CHECK(strcmp(text, again) == 0 && strncmp(text, "vault:v2:", 9) == 0);
                OK(strongroom_key_free(moved));
            }
            CHECK(restore(there, NULL, &made, 0, &moved) == STRONGROOM_KEY_EXISTS && restore(there, "other", &made, 0, &moved) == STRONGROOM_KEY_EXISTS);
            OK(strongroom_keyring_key(there, name, &moved));
            OK(strongroom_key_free(moved));
            CHECK(keys_of(there) == 2);
            free(made.data);
            OK(strongroom_key_free(key));
            OK(strongroom_keyring_free(there));
        }
    }
    OK(strongroom_keyring_free(ring));
}

static void refused_backups(void) {
    strongroom_keyring ring = new_ring(), there = new_ring();
    strongroom_key key = new_key(ring, "cards", "aes256-gcm96", moves), view, made_key = 77;
    backup made = written(key, STRONGROOM_DIALECT_VAULT), none = {NULL, 0, 0};
    /* The call itself. */
    CHECK(restore(there, NULL, &made, 3, &made_key) == STRONGROOM_INVALID_ARGUMENT && strstr(strongroom_error_message(), "dialect") != NULL);
    CHECK(restore(there, NULL, &made, UINT32_MAX, &made_key) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(restore(there, NULL, &made, 0, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_keyring_restore_transit(there, NULL, 5, NULL, 0, &made_key) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_keyring_restore_transit(there, made.data, made.len, "a\xff", 0, &made_key) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(restore(key, NULL, &made, 0, &made_key) == STRONGROOM_INVALID_HANDLE && restore(0, NULL, &made, 0, &made_key) == STRONGROOM_INVALID_HANDLE);
    /* The name, and what is no backup. */
    CHECK(restore(there, "../x", &made, 0, &made_key) == STRONGROOM_INVALID_KEY_NAME && restore(there, "", &made, 0, &made_key) == STRONGROOM_INVALID_KEY_NAME);
    CHECK(restore(there, NULL, &none, 0, &made_key) == STRONGROOM_CORRUPT_BACKUP);
    CHECK(strongroom_keyring_restore_transit(there, "not a backup", 12, NULL, 0, &made_key) == STRONGROOM_CORRUPT_BACKUP);
    for (size_t cut = 0; cut < made.len; cut += cut < 40 ? 1 : 17) {
        char *shorter = malloc(cut + 1);
        CHECK(shorter != NULL);
        memcpy(shorter, made.data, cut);
        /* Only padding and a newline may go. */
        if (cut + 4 <= made.len) CHECK(strongroom_keyring_restore_transit(there, shorter, cut, NULL, 0, &made_key) == STRONGROOM_CORRUPT_BACKUP);
        CHECK(strstr(strongroom_error_message(), "eyJ") == NULL);
        free(shorter);
    }
    for (size_t at = 0; at < made.len; at += 23) {
        char kept = made.data[at];
        made.data[at] = '!';
        CHECK(restore(there, NULL, &made, 0, &made_key) == STRONGROOM_CORRUPT_BACKUP);
        made.data[at] = kept;
    }
    CHECK(made_key == 77 && keys_of(there) == 0);
    OK(restore(there, NULL, &made, STRONGROOM_DIALECT_VAULT, &made_key));
    OK(strongroom_key_free(made_key));
    /* A backup that is said to be the other product's, which has another type under the number. */
    strongroom_key mac = new_key(ring, "mac", "hmac", moves);
    backup macs = written(mac, STRONGROOM_DIALECT_VAULT);
    CHECK(restore(there, NULL, &macs, STRONGROOM_DIALECT_OPENBAO, &made_key) == STRONGROOM_CORRUPT_BACKUP && keys_of(there) == 1);
    OK(strongroom_key_transit(key, &view));
    CHECK(strongroom_key_backup_transit(view, 1, EXPOSE, take, &none) == STRONGROOM_INVALID_ARGUMENT);
    OK(strongroom_keyring_close(there));
    CHECK(restore(there, "later", &made, 0, &made_key) == STRONGROOM_CLOSED);
    free(made.data);
    free(macs.data);
    CHECK(none.calls == 0);
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(mac));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    OK(strongroom_keyring_free(there));
}

static void what_may_not_leave(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "aes256-gcm96", moves), kept = new_key(ring, "kept", "aes256-gcm96", 0);
    strongroom_key exportable = new_key(ring, "exportable", "aes256-gcm96", STRONGROOM_EXPORTABLE), ours = new_key(ring, "ours", NULL, moves);
    strongroom_key x = new_key(ring, "x", "xchacha20-poly1305", moves);
    backup none = {NULL, 0, 0};
    CHECK(strongroom_key_backup_transit(key, 1, 0, take, &none) == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    CHECK(strongroom_key_backup_transit(key, 1, 1, take, &none) == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    CHECK(strongroom_key_backup_transit(key, 1, EXPOSE, NULL, &none) == STRONGROOM_INVALID_ARGUMENT);
    /* To write one has to say for whom. */
    CHECK(strongroom_key_backup_transit(key, 0, EXPOSE, take, &none) == STRONGROOM_INVALID_ARGUMENT && strstr(strongroom_error_message(), "dialect") != NULL);
    CHECK(strongroom_key_backup_transit(key, 3, EXPOSE, take, &none) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_backup_transit(ring, 1, EXPOSE, take, &none) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_backup_transit(exportable, 1, EXPOSE, take, &none) == STRONGROOM_PLAINTEXT_BACKUP_NOT_ALLOWED);
    CHECK(strongroom_key_backup_transit(kept, 1, EXPOSE, take, &none) == STRONGROOM_NOT_EXPORTABLE);
    CHECK(strongroom_key_backup_transit(ours, 1, EXPOSE, take, &none) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(strongroom_key_backup_transit(x, STRONGROOM_DIALECT_VAULT, EXPOSE, take, &none) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(strongroom_key_export_transit(kept, 1, 1, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_NOT_EXPORTABLE);
    OK(strongroom_key_disable(key));
    CHECK(strongroom_key_backup_transit(key, 1, EXPOSE, take, &none) == STRONGROOM_KEY_DISABLED);
    OK(strongroom_key_enable(key));
    CHECK(none.calls == 0);
    OK(strongroom_key_backup_transit(x, STRONGROOM_DIALECT_OPENBAO, EXPOSE, take, &none));
    free(none.data);
    none = (backup){NULL, 0, 0};
    OK(strongroom_keyring_close(ring));
    CHECK(strongroom_key_backup_transit(key, 1, EXPOSE, take, &none) == STRONGROOM_CLOSED && none.calls == 0);
    CHECK(strongroom_key_export_transit(key, 1, 1, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_CLOSED);
    const strongroom_key all[] = {key, kept, exportable, ours, x};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) OK(strongroom_key_free(all[i]));
    OK(strongroom_keyring_free(ring));
}

static void join(void *user, uint32_t version, const char *public_key) {
    char *to = user;
    CHECK(version > 0 && strlen(to) + strlen(public_key) + 12 < sizeof text);
    sprintf(to + strlen(to), "%u=%s,", (unsigned)version, public_key);
}

static void exports(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "ed25519", moves), cipher = new_key(ring, "c", "aes128-gcm96", moves);
    strongroom_key derived = new_key(ring, "d", "ed25519", moves | STRONGROOM_DERIVED), view;
    uint32_t version;
    OK(strongroom_key_rotate(key, NULL, &version));
    OK(strongroom_key_export_transit(key, STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_PEM, 2, EXPOSE, NULL, 0, &len));
    OK(strongroom_key_export_transit(key, STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_PEM, 2, EXPOSE, text, len, &again_len));
    CHECK(again_len + 1 == len && strlen(text) == again_len && strncmp(text, "-----BEGIN PRIVATE KEY-----\n", 28) == 0);
    CHECK(strongroom_key_export_transit(key, STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_PEM, 2, EXPOSE, text, len - 1, &again_len) == STRONGROOM_BUFFER_TOO_SMALL);
    CHECK(again_len == len);
    /* 0 is the default, raw. */
    OK(strongroom_key_export_transit(key, STRONGROOM_EXPORT_SIGNING_KEY, 0, 1, EXPOSE, text, sizeof text, &len));
    OK(strongroom_key_export_transit(key, STRONGROOM_EXPORT_SIGNING_KEY, STRONGROOM_EXPORT_RAW, 1, EXPOSE, again, sizeof again, &again_len));
    CHECK(len == 88 && strcmp(text, again) == 0);
    OK(strongroom_key_export_transit(cipher, STRONGROOM_EXPORT_ENCRYPTION_KEY, 0, 1, EXPOSE, text, sizeof text, &len));
    CHECK(len == 24);
    len = 99;
    CHECK(strongroom_key_export_transit(cipher, STRONGROOM_EXPORT_ENCRYPTION_KEY, STRONGROOM_EXPORT_DER, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_OPTION);
    CHECK(strongroom_key_export_transit(cipher, STRONGROOM_EXPORT_SIGNING_KEY, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(strongroom_key_export_transit(cipher, STRONGROOM_EXPORT_ENCRYPTION_KEY, 0, 2, EXPOSE, text, sizeof text, &len) == STRONGROOM_NO_SUCH_VERSION);
    CHECK(strongroom_key_export_transit(cipher, STRONGROOM_EXPORT_ENCRYPTION_KEY, 0, 1, 0, text, sizeof text, &len) == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    CHECK(strongroom_key_export_transit(cipher, STRONGROOM_EXPORT_ENCRYPTION_KEY, 9, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_export_transit(cipher, 0, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_export_transit(cipher, 1, 0, 0, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_export_transit(cipher, 1, 0, 1, EXPOSE, text, sizeof text, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_export_transit(cipher, 1, 0, 1, EXPOSE, NULL, 5, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_export_transit(ring, 1, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_HANDLE && len == 99);
    text[0] = 0;
    OK(strongroom_key_public_keys_transit(key, STRONGROOM_EXPORT_PEM, join, text));
    CHECK(strncmp(text, "1=-----BEGIN PUBLIC KEY-----\n", 29) == 0 && strstr(text, "-----END PUBLIC KEY-----,2=-----BEGIN") != NULL);
    again[0] = 0;
    CHECK(strongroom_key_public_keys_transit(key, 9, join, again) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_public_keys_transit(key, 0, NULL, again) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_public_keys_transit(cipher, 0, join, again) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    CHECK(strongroom_key_public_keys_transit(derived, 0, join, again) == STRONGROOM_CONTEXT_REQUIRED);
    OK(strongroom_key_transit(key, &view));
    CHECK(strongroom_key_public_keys_transit(view, 0, join, again) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_export_transit(view, 2, 0, 1, EXPOSE, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    OK(strongroom_keyring_close(ring));
    CHECK(strongroom_key_public_keys_transit(key, 0, join, again) == STRONGROOM_CLOSED && again[0] == 0);
    const strongroom_key all[] = {key, cipher, derived, view};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) OK(strongroom_key_free(all[i]));
    OK(strongroom_keyring_free(ring));
}

int main(void) {
    there_and_back();
    refused_backups();
    what_may_not_leave();
    exports();
    return 0;
}
