/*
 * Random calls: NULL, stale, foreign and made-up handles, buffers that are too short or overlap with the input, options that
 * contradict each other. What is not a crash under the sanitizers is checked for: a status that there is, no result on failure, nothing written
 * behind a buffer, and an end to every text.
 *
 *   random SEED CALLS
 */
#include "callbacks.h"
#include "dice.h"

#define MEMORY 1024
#define LONG 65540

static unsigned char memory[MEMORY + 64];
static char texts[8][MEMORY];
static size_t text_lens[8];
/* A context or aad that only the lenient view takes, and the newest backup for Transit. */
static unsigned char long_one[LONG];
static unsigned char backup[8192];
static size_t backup_len;
static unsigned long backups, restores, views, indexed, tokens;

static strongroom_pair some_pairs[4];

static const strongroom_options *any_options(strongroom_options *options) {
    memset(options, 0, sizeof *options);
    if (below(3) == 0) return NULL;
    options->size = below(10) == 0 ? below(200) : below(20) == 0 ? (size_t)next() : sizeof *options;
    /* What the size says has to be there. */
    if (options->size > sizeof *options && options->size <= 4096) options->size = sizeof *options;
    for (int i = 0; i < 4; i++) {
        some_pairs[i].name = texts[below(8)];
        some_pairs[i].name_len = below(5);
        some_pairs[i].value = below(6) == 0 ? NULL : texts[below(8)];
        some_pairs[i].value_len = below(5);
    }
    switch (below(5)) {
    case 0: options->aad = memory + below(500), options->aad_len = below(20); break;
    case 1: options->aad_map = some_pairs, options->aad_map_count = below(5); break;
    case 2: options->aad_len = below(3); break;
    case 3:
        if (below(20) == 0) options->aad = long_one, options->aad_len = LONG - below(8);
        break;
    default: break;
    }
    switch (below(5)) {
    case 0:
    case 1: options->context = "tenant", options->context_len = 6; break;
    case 2: options->context_map = some_pairs, options->context_map_count = below(3); break;
    case 3:
        if (below(20) == 0) options->context = long_one, options->context_len = LONG - below(8);
        break;
    default: break;
    }
    if (below(6) == 0) options->version = (uint32_t)below(5);
    if (below(12) == 0) options->hash = (uint32_t)below(13);
    if (below(12) == 0) options->form = (uint32_t)below(5);
    if (below(40) == 0) options->reserved = 1;
    if (below(12) == 0) options->prehashed = (uint32_t)below(3);
    if (below(12) == 0) options->padding = (uint32_t)below(4);
    if (below(12) == 0) options->salt = (uint32_t)below(5);
    if (below(24) == 0) options->salt_length = (uint32_t)(below(4) == 0 ? next() : below(70));
    return options;
}

typedef strongroom_status (*to_text)(strongroom_key, const void *, size_t, const strongroom_options *, char *, size_t, size_t *);
typedef strongroom_status (*to_bytes)(strongroom_key, const void *, size_t, const strongroom_options *, void *, size_t, size_t *);

static const to_text to_texts[] = {strongroom_key_encrypt, strongroom_key_rewrap, strongroom_key_sign, strongroom_key_hmac};
static const to_bytes to_bytess[] = {strongroom_key_decrypt, strongroom_key_encrypt_binary, strongroom_key_decrypt_binary, strongroom_key_rewrap_binary};

static void message_call(void) {
    strongroom_options options;
    const strongroom_options *said = any_options(&options);
    size_t which = below(8), capacity = below(3) == 0 ? below(40) : below(700), len = 12345, before = len, text = below(8);
    unsigned char *out = memory + below(MEMORY - 700);
    const void *input = memory + below(500);
    size_t input_len = below(200);
    if (below(2) == 0) input = texts[text], input_len = text_lens[text];
    if (below(30) == 0) input = NULL;
    if (below(6) == 0) out = NULL;
    if (below(6) == 0) capacity = 0;
    if (below(20) == 0) capacity = (size_t)next() | (size_t)1 << 63;
    unsigned char canary = (unsigned char)next();
    unsigned char *behind = out != NULL && capacity <= 700 ? out + capacity : NULL;
    /* The aad may lie where the canary would; then there is none. */
    if (behind != NULL) *behind = canary;
    size_t *where = below(40) == 0 ? NULL : &len;
    strongroom_key key = handle_of(2);
    strongroom_status status = which < 4 ? to_texts[which](key, input, input_len, said, (char *)out, capacity, where)
                                         : to_bytess[which - 4](key, input, input_len, said, out, capacity, where);
    seen(status);
    if (behind != NULL) CHECK(*behind == canary);
    if (status != STRONGROOM_OK && status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == before);
    if (status == STRONGROOM_BUFFER_TOO_SMALL) CHECK(len > capacity);
    if (status == STRONGROOM_OK && out != NULL) {
        CHECK(len <= capacity);
        if (which < 4) {
            CHECK(strlen((char *)out) == len);
            memmove(texts[text], out, len + 1);
            text_lens[text] = len;
        } else if (which == 5 && len < MEMORY) {
            memmove(texts[text], out, len);
            text_lens[text] = len;
        }
    }
}

static void keep_backup(void *user, const void *data, size_t len) {
    ignore_bytes(user, data, len);
    CHECK(memchr(data, 0, len) == NULL);
    backup_len = len < sizeof backup ? len : 0;
    memcpy(backup, data, backup_len);
}

static const char *any_name(void) {
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "", "../x", "a\xff"};
    return below(30) == 0 ? NULL : names[below(sizeof names / sizeof names[0])];
}

/* The newest backup, a part of it, or with a byte that is another. */
static strongroom_status restore_call(uint64_t ring, uint64_t *made) {
    size_t len = below(3) == 0 ? below(backup_len + 1) : backup_len, at = below(sizeof backup);
    unsigned char change = (unsigned char)(below(2) == 0 ? 1u << below(8) : 0);
    backup[at] ^= change;
    const void *from = below(8) == 0 ? (const void *)memory : backup;
    if (from == (const void *)memory) len = below(300);
    strongroom_status status = seen(strongroom_keyring_restore_transit(ring, below(30) == 0 ? NULL : from, len, any_name(), (uint32_t)below(4), below(20) == 0 ? NULL : made));
    backup[at] ^= change;
    CHECK((status == STRONGROOM_OK) == (*made != 0));
    restores += status == STRONGROOM_OK;
    return status;
}

static void keyring_call(void) {
    static const char *const types[] = {NULL, "aes256-gcm96", "ed25519", "hmac", "aes256-siv", "chacha20-poly1305", "rsa-2048", "nonsense", "ecdsa-p256"};
    /* The public key of the number 1. */
    static const char peer[] = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n";
    int user = 0;
    uint64_t made = 0, ring = handle_of(1);
    size_t number, len;
    strongroom_key_spec spec = {0};
    strongroom_import import = {0};
    strongroom_report report;
    char id[64];
    const bool is_peer = below(8) != 0;
    spec.size = below(20) == 0 ? below(sizeof spec) : sizeof spec;
    spec.key_type = types[below(9)];
    spec.flags = below(2) == 0 ? STRONGROOM_EXPORTABLE | STRONGROOM_ALLOW_PLAINTEXT_BACKUP : (uint32_t)below(40);
    if (below(10) == 0) spec.key_size = (uint32_t)below(1000);
    if (below(10) == 0) spec.version_template = "x-{{version}}-";
    if (below(10) == 0) spec.labels = some_pairs, spec.labels_count = 2;
    import.size = sizeof import;
    import.material = memory;
    import.material_len = below(3) == 0 ? below(100) : 32;
    import.allow_rotation = (uint32_t)below(3);
    import.kdf = (uint32_t)below(4);
    import.format = (uint32_t)below(7);
    import.hash = below(3) == 0 ? (uint32_t)below(12) : 0;
    import.version = below(4) == 0 ? (uint32_t)below(4) : 0;
    if (below(6) == 0) import.passphrase = memory, import.passphrase_len = below(40);
    switch (below(25)) {
    case 23:
    case 24:
        seen(strongroom_keyring_derive_key(ring, any_name(), handle_of(2), (uint32_t)below(3), is_peer ? (const void *)peer : memory, is_peer ? sizeof peer - 1 : below(300), &spec, below(20) == 0 ? NULL : &made));
        break;
    case 16:
    case 17: restore_call(ring, &made); break;
    case 0: seen(strongroom_keyring_in_memory(below(20) == 0 ? NULL : &made)); break;
    case 1:
    case 2:
    case 3: seen(strongroom_keyring_create_key(ring, any_name(), below(4) == 0 ? NULL : &spec, &made)); break;
    case 4: seen(strongroom_keyring_key(ring, any_name(), &made)); break;
    case 5: seen(strongroom_keyring_key_or_create(ring, any_name(), &spec, &made)); break;
    case 6: seen(strongroom_keyring_import_key(ring, any_name(), below(20) == 0 ? NULL : &import, &spec, &made)); break;
    case 7: seen(strongroom_keyring_keys(ring, below(20) == 0 ? NULL : ignore_name, &user)); break;
    case 8: seen(strongroom_keyring_delete_key(ring, any_name())); break;
    case 9: seen(strongroom_keyring_check(ring, below(20) == 0 ? NULL : &report, below(4) == 0 ? NULL : ignore_fault,
                                          below(4) == 0 ? NULL : ignore_warning, &user)); break;
    case 10: seen(strongroom_keyring_rotate_due(ring, ignore_rotated, &user)); break;
    case 11: seen(strongroom_keyring_seals(ring, ignore_seal, &user)); break;
    case 12: seen(strongroom_keyring_upgrade(ring, &number)); break;
    case 13: seen(strongroom_keyring_id(ring, id, below(2) == 0 ? sizeof id : below(40), &len)); break;
    case 14: seen(strongroom_keyring_restore_key(ring, memory, below(300), handle_of(3), any_name(), &made)); break;
    case 18: seen(strongroom_keyring_pin(ring, id, below(2) == 0 ? sizeof id : below(40), &len)); break;
    case 19: seen(strongroom_keyring_set_max_staleness(ring, below(4) == 0 ? UINT64_MAX : below(100000))); break;
    case 20: seen(strongroom_keyring_repair(ring, below(20) == 0 ? NULL : ignore_name, &user)); break;
    case 21: seen(strongroom_keyring_remove_unreadable(ring, any_name())); break;
    case 22: seen(strongroom_keyring_witness(ring, below(20) == 0 ? NULL : ignore_bytes, &user)); break;
    default: seen(below(40) == 0 ? strongroom_keyring_close(ring) : strongroom_keyring_refresh(ring)); break;
    }
    if (made != 0) keep(made);
}

static void key_call(void) {
    int user = 0;
    uint64_t made = 0, key = handle_of(2);
    uint32_t version;
    size_t len = 12345, text = below(8), capacity = below(128);
    bool needed;
    unsigned char out[128];
    strongroom_status status;
    strongroom_options options;
    strongroom_key_config config = {0};
    strongroom_key_details info;
    config.size = sizeof config;
    config.min_decryption_version = (uint32_t)below(4);
    config.min_encryption_version = below(4) == 0 ? STRONGROOM_LATEST_ONLY : (uint32_t)below(4);
    config.deletion_allowed = (uint32_t)below(4);
    config.exportable = (uint32_t)below(4);
    config.allow_plaintext_backup = (uint32_t)below(4);
    if (below(5) == 0) config.labels = some_pairs, config.labels_count = 3;
    info.size = below(10) == 0 ? below(100) : sizeof info;
    switch (below(30)) {
    case 27:
        status = seen(strongroom_key_certificate_request(key, below(4) == 0 ? memory : NULL, below(8) == 0 ? below(300) : 0, (uint32_t)below(4), below(3) == 0 ? NULL : (char *)out, capacity, below(20) == 0 ? NULL : &len));
        if (status != STRONGROOM_OK && status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == 12345);
        break;
    case 28:
        CHECK(seen(strongroom_key_set_certificate_chain(key, below(20) == 0 ? NULL : memory, below(300), (uint32_t)below(4))) != STRONGROOM_OK);
        break;
    case 29:
        status = seen(strongroom_key_certificate_chain(key, (uint32_t)below(4), below(4) == 0 ? NULL : (char *)out, capacity, below(20) == 0 ? NULL : &len));
        if (status != STRONGROOM_OK && status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == 12345);
        break;
    case 18:
    case 19:
    case 20:
        status = seen(strongroom_key_transit(key, below(20) == 0 ? NULL : &made));
        CHECK((status == STRONGROOM_OK) == (made != 0));
        views += made != 0;
        break;
    case 21:
    case 22:
        status = seen(strongroom_key_backup_transit(key, (uint32_t)below(4), below(4) != 0 ? STRONGROOM_EXPOSE_SECRET_MATERIAL : (uint32_t)next(), below(20) == 0 ? NULL : keep_backup, &user));
        CHECK(user == (status == STRONGROOM_OK));
        backups += status == STRONGROOM_OK;
        break;
    case 23:
        status = seen(strongroom_key_export_transit(key, (uint32_t)below(5), (uint32_t)below(5), (uint32_t)below(4), below(4) != 0 ? STRONGROOM_EXPOSE_SECRET_MATERIAL : 1, below(6) == 0 ? NULL : (char *)out, capacity, below(20) == 0 ? NULL : &len));
        if (status != STRONGROOM_OK && status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == 12345);
        break;
    case 24:
        status = seen(strongroom_key_public_keys_transit(key, (uint32_t)below(5), below(20) == 0 ? NULL : ignore_public_key, &user));
        if (status != STRONGROOM_OK) CHECK(user == 0);
        break;
    case 25:
        status = seen(strongroom_key_jwks(key, below(6) == 0 ? NULL : (char *)out, capacity, below(20) == 0 ? NULL : &len));
        if (status != STRONGROOM_OK && status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == 12345);
        break;
    case 26:
        status = seen(strongroom_key_export_wrapped(key, below(20) == 0 ? NULL : memory, below(300), (uint32_t)below(12), (uint32_t)below(4), below(4) != 0 ? STRONGROOM_EXPOSE_SECRET_MATERIAL : 1, (char *)out, capacity, &len));
        CHECK(status != STRONGROOM_OK && len == 12345);
        break;
    case 0: seen(strongroom_key_rotate(key, below(4) == 0 ? "xaes256-gcm" : NULL, &version)); break;
    case 1: seen(strongroom_key_configure(key, &config)); break;
    case 2: seen(below(4) == 0 ? strongroom_key_disable(key) : strongroom_key_enable(key)); break;
    case 3:
    case 4: seen(strongroom_key_enable(key)); break;
    case 5: seen(strongroom_key_trim(key, (uint32_t)below(4))); break;
    case 6: seen(strongroom_key_info(key, below(20) == 0 ? NULL : &info)); break;
    case 7: seen(strongroom_key_versions(key, ignore_version, &user)); break;
    case 8: seen(strongroom_key_labels(key, ignore_label, &user)); break;
    case 9: seen(strongroom_key_warnings(key, ignore_name, &user)); break;
    case 10:
        seen(strongroom_key_export(key, (uint32_t)below(5), (uint32_t)below(4), below(2) == 0 ? STRONGROOM_EXPOSE_SECRET_MATERIAL : 1, out, below(128), &len));
        break;
    case 11: seen(strongroom_key_public_key(key, (uint32_t)below(3), (uint32_t)below(6), out, below(128), &len)); break;
    case 12: seen(strongroom_key_context(key, any_options(&options), &made)); break;
    case 13: seen(strongroom_key_needs_rewrap(key, texts[text], text_lens[text], below(20) == 0 ? NULL : &needed)); break;
    case 14: seen(strongroom_key_needs_rewrap_binary(key, texts[text], text_lens[text], &needed)); break;
    case 15: seen(strongroom_key_backup(key, handle_of(3), below(20) == 0 ? NULL : ignore_bytes, &user)); break;
    case 16: seen(strongroom_key_verify(key, memory, below(100), texts[text], text_lens[text], any_options(&options))); break;
    default: seen(strongroom_key_verify_hmac(key, memory, below(100), texts[text], text_lens[text], any_options(&options))); break;
    }
    if (made != 0) keep(made);
}

static void batch_call(void) {
    static strongroom_status (*const batches[])(strongroom_key, strongroom_item *, size_t) = {
        strongroom_key_encrypt_batch, strongroom_key_decrypt_batch, strongroom_key_rewrap_batch,  strongroom_key_data_key_batch,
        strongroom_key_sign_batch,    strongroom_key_verify_batch,  strongroom_key_hmac_batch,    strongroom_key_verify_hmac_batch,
        strongroom_key_encrypt_binary_batch, strongroom_key_decrypt_binary_batch, strongroom_key_rewrap_binary_batch,
        strongroom_key_needs_rewrap_batch,   strongroom_key_needs_rewrap_binary_batch, strongroom_key_needs_reindex_batch};
    strongroom_item items[6];
    strongroom_options options[6];
    size_t count = below(7);
    memset(items, 0, sizeof items);
    for (size_t i = 0; i < 6; i++) {
        size_t text = below(8);
        items[i].input = texts[text];
        items[i].input_len = below(3) == 0 ? below(66) : text_lens[text];
        items[i].options = any_options(&options[i]);
        items[i].signature = texts[below(8)];
        items[i].signature_len = below(100);
        items[i].plaintext = below(10) == 0 ? NULL : memory + below(400);
        items[i].out = below(4) == 0 ? NULL : memory + below(500);
        items[i].capacity = below(4) == 0 ? 0 : below(500);
        items[i].status = 399;
    }
    strongroom_status status = seen(batches[below(14)](handle_of(2), below(30) == 0 ? NULL : items, count));
    for (size_t i = 0; status == STRONGROOM_OK && i < count; i++) {
        if (items[i].status != 399) seen(items[i].status);
    }
}

#include "random/indexing.h"

static void seal_call(void) {
    uint64_t made = 0;
    char key[64];
    size_t len;
    switch (below(6)) {
    case 0: seen(strongroom_seal_root_key(memory, below(2) == 0 ? 32 : below(64), &made)); break;
    case 1: seen(strongroom_seal_root_key_env(below(4) == 0 ? NULL : "STRONGROOM_NOT_THERE", &made)); break;
    case 2: seen(strongroom_seal_root_key_file("no such file", &made)); break;
    case 3: seen(strongroom_generate_root_key(key, below(64), &len)); break;
    case 4: seen(strongroom_keyring_add_seal(handle_of(1), handle_of(3))); break;
    default: seen(strongroom_keyring_remove_seal(handle_of(1), "root-key", "x")); break;
    }
    if (made != 0) keep(made);
}

static void free_call(void) {
    uint64_t *slot = &handles[below(POOL)], handle = below(6) == 0 ? any_handle() : *slot;
    switch (below(3)) {
    case 0: seen(strongroom_key_free(handle)); break;
    case 1: seen(strongroom_seal_free(handle)); break;
    default: seen(strongroom_keyring_free(handle)); break;
    }
    /* It stays in the pool, to be used when it is stale. */
}

int main(int argc, char **argv) {
    unsigned long most = argc > 2 ? strtoul(argv[2], NULL, 10) : 100000;
    state = (argc > 1 ? strtoull(argv[1], NULL, 10) : 1) * 0x9E3779B97F4A7C15ull + 1;
    for (size_t i = 0; i < sizeof memory; i++) memory[i] = (unsigned char)next();
    for (size_t i = 0; i < sizeof long_one; i++) long_one[i] = (unsigned char)next();
    for (int i = 0; i < 3; i++) CHECK(strongroom_keyring_in_memory(&handles[i]) == STRONGROOM_OK);
    for (calls = 0; calls < most; calls++) {
        /* There has to be something to work with. */
        if (calls % 200 == 0) CHECK(strongroom_keyring_in_memory(&handles[below(POOL)]) == STRONGROOM_OK);
        switch (below(19)) {
        case 0:
            if (below(8) == 0) free_call();
            break;
        case 1: seal_call(); break;
        case 2:
        case 3: batch_call(); break;
        case 4:
        case 5:
        case 6: keyring_call(); break;
        case 7:
        case 8: key_call(); break;
        case 9:
        case 10: index_call(); break;
        case 11: token_call(); break;
        default: message_call(); break;
        }
    }
    unsigned kinds = 0;
    for (unsigned i = 0; i < 400; i++) {
        kinds += counts[i] > 0;
        if (counts[i] > 0) printf("%s %u\n", strongroom_error_name(i), counts[i]);
    }
    printf("%lu views, %lu backups for Transit, %lu restores of them, %lu indexes, %lu tokens\n", views, backups, restores, indexed, tokens);
    for (int i = 0; i < POOL; i++) {
        strongroom_key_free(handles[i]);
        strongroom_seal_free(handles[i]);
        strongroom_keyring_free(handles[i]);
    }
    CHECK(most < 10000 || (indexed > most / 500 && tokens > most / 1000));
    CHECK(views > most / 400 && (most < 10000 || (backups > most / 4000 && restores > most / 8000)));
    CHECK(kinds >= 15 && counts[STRONGROOM_OK] > most / 8);
    return 0;
}
