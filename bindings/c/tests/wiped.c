/*
 * No memory that the library gives back holds a key, or what is as secret: restoring, working in a view, exporting, backing up and closing;
 * what is indexed, what a token carries and the text of it, and API keys. The linker sends every call of free and realloc here (--wrap), where
 * blocks are searched for the secret in each of its forms.
 */
#define _GNU_SOURCE
#include "check.h"
#include <malloc.h>

void __real_free(void *block);
void __wrap_free(void *block);
void *__wrap_realloc(void *block, size_t size);

#define NEEDLES 12
#define NEEDLE 16

static unsigned char needles[NEEDLES][NEEDLE];
static size_t count;
static unsigned long searched, found;

static void look_for(const void *secret) {
    CHECK(count < NEEDLES);
    memcpy(needles[count++], secret, NEEDLE);
}

static void search(const void *block) {
    size_t size = block == NULL ? 0 : malloc_usable_size((void *)block);
    searched++;
    for (size_t i = 0; i < count; i++) found += memmem(block, size, needles[i], NEEDLE) != NULL;
}

void __wrap_free(void *block) {
    search(block);
    __real_free(block);
}

/* Always moves, so that what stays behind is seen. */
void *__wrap_realloc(void *block, size_t size) {
    size_t old = block == NULL ? 0 : malloc_usable_size(block);
    void *moved = malloc(size);
    if (moved == NULL) return NULL;
    if (old > 0) memcpy(moved, block, old < size ? old : size);
    __wrap_free(block);
    return moved;
}

static char backup[8192];
static size_t backup_len;

static void take(void *user, const void *data, size_t len) {
    (void)user;
    CHECK(len < sizeof backup);
    memcpy(backup, data, len);
    backup_len = len;
    /* A key stands in the first half, in base64 of base64. */
    for (size_t at = 80; at < 400; at += 80) look_for(backup + at);
}

static void ignore(void *user, size_t item, size_t newer, const void *index, size_t len) {
    (void)user, (void)item, (void)newer, (void)index, (void)len;
}

static void texts(strongroom_keyring ring) {
    static const char value[] = "  J\xc3\xb6rg.Anders@a-rather-long-name.example  ", payload[] = "the payload of a token";
    static const uint8_t lengths[] = {3, 30};
    strongroom_key key = new_key(ring, "texts", NULL, 0);
    strongroom_index_options email = {0};
    char text[512], plain[64];
    size_t len, plain_len, versions;
    email.size = sizeof email;
    email.name = "users.email";
    email.name_len = 11;
    look_for(value + 6);
    look_for("rg.anders@a-rather-long-name");
    look_for(payload);
    for (int form = 0; form < 2; form++) {
        email.normalize = form == 0 ? NULL : "nfkc,email";
        OK(strongroom_key_index(key, value, sizeof value - 1, &email, text, sizeof text, &len));
        OK(strongroom_key_indexes(key, value, sizeof value - 1, &email, ignore, NULL));
        OK(strongroom_key_index_prefixes(key, value, sizeof value - 1, lengths, 2, &email, ignore, NULL));
        OK(strongroom_key_indexes_ngrams(key, value, sizeof value - 1, 20, &email, ignore, NULL, &versions));
    }
    OK(strongroom_key_issue(key, payload, sizeof payload, 60000, NULL, NULL, text, sizeof text, &len));
    look_for(text + 40);
    OK(strongroom_key_redeem(key, text, len, NULL, NULL, plain, sizeof plain, &plain_len, NULL, NULL));
    CHECK(strongroom_key_redeem(key, text, len - 1, NULL, NULL, plain, sizeof plain, &plain_len, NULL, NULL) != STRONGROOM_OK);
    OK(strongroom_api_key_generate("acme", text, sizeof text, &len));
    look_for(text + 5);
    OK(strongroom_api_key_check(text, len));
    CHECK(strongroom_api_key_check(text, len - 1) == STRONGROOM_MALFORMED);
    OK(strongroom_key_index_binary(key, text, len, strongroom_api_key_index(), plain, sizeof plain, &plain_len));
    OK(strongroom_key_free(key));
}

int main(void) {
    static const unsigned char material[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
                                               0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
    static const char base64[] = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    char text[512], plain[64];
    size_t len, plain_len;
    strongroom_key_spec spec = {0};
    strongroom_import import = {0};
    strongroom_key key, moved, view;
    strongroom_keyring ring = new_ring(), there = new_ring();
    spec.size = sizeof spec;
    spec.key_type = "aes256-gcm96";
    spec.flags = STRONGROOM_EXPORTABLE | STRONGROOM_ALLOW_PLAINTEXT_BACKUP;
    import.size = sizeof import;
    import.material = material;
    import.material_len = sizeof material;
    /* What is searched for is found, or the search is worth nothing. */
    look_for(material);
    look_for(base64);
    void *seen = malloc(64);
    CHECK(seen != NULL);
    memcpy((char *)seen + 9, base64, 40);
    __wrap_free(seen);
    CHECK(found == 1);
    found = 0;
    OK(strongroom_keyring_import_key(ring, "k", &import, &spec, &key));
    OK(strongroom_key_export_transit(key, STRONGROOM_EXPORT_ENCRYPTION_KEY, 0, 1, STRONGROOM_EXPOSE_SECRET_MATERIAL, text, sizeof text, &len));
    CHECK(strcmp(text, base64) == 0);
    CHECK(strongroom_key_export_transit(key, STRONGROOM_EXPORT_ENCRYPTION_KEY, 0, 1, STRONGROOM_EXPOSE_SECRET_MATERIAL, text, 10, &len) == STRONGROOM_BUFFER_TOO_SMALL);
    OK(strongroom_key_backup_transit(key, STRONGROOM_DIALECT_VAULT, STRONGROOM_EXPOSE_SECRET_MATERIAL, take, NULL));
    OK(strongroom_keyring_restore_transit(there, backup, backup_len, NULL, 0, &moved));
    CHECK(strongroom_keyring_restore_transit(there, backup, backup_len, NULL, 0, &view) == STRONGROOM_KEY_EXISTS);
    CHECK(strongroom_keyring_restore_transit(there, backup, backup_len - 40, "cut", 0, &view) == STRONGROOM_CORRUPT_BACKUP);
    OK(strongroom_key_transit(moved, &view));
    OK(strongroom_key_encrypt(key, "4111", 4, NULL, text, sizeof text, &len));
    OK(strongroom_key_decrypt(view, text, len, NULL, plain, sizeof plain, &plain_len));
    CHECK(plain_len == 4 && memcmp(plain, "4111", 4) == 0);
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(moved));
    OK(strongroom_key_free(key));
    texts(there);
    OK(strongroom_keyring_free(ring));
    OK(strongroom_keyring_free(there));
    printf("%lu blocks were given back, %lu of them with a secret\n", searched, found);
    CHECK(count == 11 && searched > 100 && found == 0);
    return 0;
}
