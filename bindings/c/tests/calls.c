/* What the header promises, call by call: NULL, handles, lengths without effects, errors, seals of one's own, statuses. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include <sys/wait.h>
#include <unistd.h>

static void handles(void) {
    strongroom_keyring ring;
    strongroom_key key, again;
    strongroom_seal seal;
    OK(strongroom_keyring_in_memory(&ring));
    key = new_key(ring, "k", NULL, 0);
    OK(strongroom_seal_root_key("0123456789abcdef0123456789abcdef", 32, &seal));
    OK(strongroom_key_free(0));
    OK(strongroom_seal_free(0));
    OK(strongroom_keyring_free(0));
    CHECK(strongroom_key_disable(0) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_disable(ring) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_disable(seal) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_keyring_refresh(key) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_free(ring) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_disable(UINT64_MAX) == STRONGROOM_INVALID_HANDLE);
    OK(strongroom_seal_free(seal));
    CHECK(strongroom_seal_free(seal) == STRONGROOM_INVALID_HANDLE);
    OK(strongroom_key_free(key));
    CHECK(strongroom_key_free(key) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_disable(key) == STRONGROOM_INVALID_HANDLE);
    /* The slot is used again, the number is not. */
    OK(strongroom_keyring_key(ring, "k", &again));
    CHECK(again != key);
    CHECK(strongroom_key_disable(key) == STRONGROOM_INVALID_HANDLE);
    /* A key outlives the handle of its keyring. */
    OK(strongroom_keyring_free(ring));
    OK(strongroom_key_disable(again));
    OK(strongroom_key_free(again));
}

/* A length can be asked for as often as one likes: a version that may encrypt once still does. */
static void lengths_have_no_effect(const char *folder) {
    strongroom_seal seal;
    strongroom_keyring ring;
    strongroom_keyring_options how = {0};
    strongroom_key key;
    strongroom_key_config config = {0};
    char text[256], small[20];
    size_t len, needed;
    uint32_t version;
    how.size = sizeof how;
    how.usage_limit = 3;
    OK(strongroom_seal_root_key("0123456789abcdef0123456789abcdef", 32, &seal));
    OK(strongroom_keyring_create(folder, seal, &how, &ring));
    key = new_key(ring, "k", "aes256-gcm96", 0);
    for (int i = 0; i < 100; i++) {
        OK(strongroom_key_encrypt(key, "4111", 4, NULL, NULL, 0, &needed));
        CHECK(strongroom_key_encrypt(key, "4111", 4, NULL, small, sizeof small, &len) == STRONGROOM_BUFFER_TOO_SMALL && len == needed);
        OK(strongroom_key_encrypt_binary(key, "4111", 4, NULL, NULL, 0, &len));
        OK(strongroom_key_data_key(key, 32, NULL, NULL, NULL, 0, &len));
    }
    OK(strongroom_key_encrypt(key, "4111", 4, NULL, text, needed, &len));
    CHECK(len + 1 == needed && strlen(text) == len);
    OK(strongroom_key_rotate(key, NULL, &version));
    for (int i = 0; i < 100; i++) {
        size_t again;
        OK(strongroom_key_rewrap(key, text, len, NULL, NULL, 0, &needed));
        CHECK(strongroom_key_rewrap(key, text, len, NULL, small, sizeof small, &again) == STRONGROOM_BUFFER_TOO_SMALL && again == needed);
    }
    CHECK(version == 2);
    OK(strongroom_key_rewrap(key, text, len, NULL, text, needed, &len));
    CHECK(strncmp(text, "vault:v2:", 9) == 0);
    unsigned encrypted = 1;
    while (strongroom_key_encrypt(key, "", 0, NULL, text, sizeof text, &len) == STRONGROOM_OK) encrypted++;
    CHECK(encrypted == 2 || encrypted == 3);
    CHECK(strongroom_key_encrypt(key, "", 0, NULL, text, sizeof text, &len) == STRONGROOM_USAGE_LIMIT_REACHED);
    config.size = sizeof config;
    config.deletion_allowed = STRONGROOM_ON;
    OK(strongroom_key_configure(key, &config));
    OK(strongroom_keyring_delete_key(ring, "k"));
    OK(strongroom_keyring_close(ring));
    CHECK(strongroom_keyring_refresh(ring) == STRONGROOM_CLOSED);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    OK(strongroom_seal_free(seal));
}

static void arguments(void) {
    strongroom_keyring ring;
    strongroom_key key, plain, view;
    strongroom_options options = {0};
    char text[256];
    size_t len = 77;
    OK(strongroom_keyring_in_memory(&ring));
    key = new_key(ring, "derived", "aes256-gcm96", STRONGROOM_DERIVED);
    plain = new_key(ring, "plain", NULL, 0);
    OK(strongroom_key_encrypt(plain, NULL, 0, NULL, text, sizeof text, &len));
    OK(strongroom_key_decrypt(plain, text, len, NULL, text, sizeof text, &len));
    CHECK(len == 0);
    len = 77;
    CHECK(strongroom_key_encrypt(plain, NULL, 1, NULL, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_encrypt(plain, "", 0, NULL, NULL, 5, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_encrypt(plain, "", 0, NULL, text, sizeof text, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_encrypt(plain, "", 0, &options, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    options.size = sizeof options;
    options.aad_len = 3;
    CHECK(strongroom_key_encrypt(plain, "", 0, &options, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    options.aad_len = 0;
    CHECK(strongroom_key_encrypt(key, "", 0, &options, text, sizeof text, &len) == STRONGROOM_CONTEXT_REQUIRED);
    options.context = "";
    CHECK(strongroom_key_encrypt(key, "", 0, &options, text, sizeof text, &len) == STRONGROOM_INVALID_CONTEXT);
    options.context = "acme";
    options.context_len = 4;
    CHECK(strongroom_key_encrypt(plain, "", 0, &options, text, sizeof text, &len) == STRONGROOM_CONTEXT_NOT_ALLOWED);
    CHECK(len == 77);
    OK(strongroom_key_encrypt(key, "x", 1, &options, text, sizeof text, &len));
    OK(strongroom_key_context(key, &options, &view));
    OK(strongroom_key_decrypt(view, text, len, NULL, text, sizeof text, &len));
    CHECK(len == 1 && text[0] == 'x');
    CHECK(strongroom_key_disable(view) == STRONGROOM_INVALID_ARGUMENT);
    /* A newer header's struct: what is not known may be there, not set. */
    struct {
        strongroom_options known;
        uint64_t more;
    } newer = {{0}, 0};
    newer.known.size = sizeof newer;
    OK(strongroom_key_encrypt(plain, "x", 1, &newer.known, text, sizeof text, &len));
    newer.more = 1;
    CHECK(strongroom_key_encrypt(plain, "x", 1, &newer.known, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strstr(strongroom_error_message(), "does not know") != NULL);
    /* What is known here of a mistake beside what the error says. */
    CHECK(strongroom_key_decrypt(plain, "vault:v1:AAAA", 13, NULL, text, sizeof text, &len) == STRONGROOM_MALFORMED);
    CHECK(strstr(strongroom_error_message(), "Transit") != NULL);
    CHECK(strongroom_key_rewrap(plain, "x\n", 2, NULL, text, sizeof text, &len) == STRONGROOM_MALFORMED);
    CHECK(strstr(strongroom_error_message(), "newline") != NULL);
    CHECK(strongroom_keyring_key(ring, "a/b", &view) == STRONGROOM_INVALID_KEY_NAME);
    CHECK(strstr(strongroom_error_message(), "it has '/' in it") != NULL);
    CHECK(strongroom_key_export(plain, STRONGROOM_EXPORT_ENCRYPTION_KEY, 1, 1, text, sizeof text, &len) == STRONGROOM_EXPOSURE_NOT_CONFIRMED);
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(plain));
    OK(strongroom_keyring_free(ring));
}

static void batches(void) {
    strongroom_keyring ring;
    strongroom_key key;
    strongroom_item items[3], opened[3];
    char texts[3][256];
    unsigned char plain[3][64];
    OK(strongroom_keyring_in_memory(&ring));
    key = new_key(ring, "k", NULL, 0);
    memset(items, 0, sizeof items);
    for (int i = 0; i < 3; i++) {
        items[i].input = "4111";
        items[i].input_len = (size_t)i;
        items[i].out = texts[i];
        items[i].capacity = i == 1 ? 8 : 256;
    }
    OK(strongroom_key_encrypt_batch(key, items, 3));
    CHECK(items[0].status == STRONGROOM_OK && items[1].status == STRONGROOM_BUFFER_TOO_SMALL && items[2].status == STRONGROOM_OK);
    CHECK(items[1].len > 8);
    memset(opened, 0, sizeof opened);
    for (int i = 0; i < 3; i++) {
        opened[i].input = i == 1 ? "nonsense" : texts[i];
        opened[i].input_len = i == 1 ? 8 : items[i].len;
        opened[i].out = plain[i];
        opened[i].capacity = sizeof plain[i];
    }
    OK(strongroom_key_decrypt_batch(key, opened, 3));
    CHECK(opened[0].status == STRONGROOM_OK && opened[1].status == STRONGROOM_MALFORMED && opened[2].status == STRONGROOM_OK);
    CHECK(opened[0].len == 0 && opened[2].len == 2 && memcmp(plain[2], "41", 2) == 0);
    uint32_t version;
    for (int i = 0; i < 3; i++) items[i].capacity = 256;
    OK(strongroom_key_encrypt_binary_batch(key, items, 3));
    OK(strongroom_key_rotate(key, NULL, &version));
    memset(opened, 0, sizeof opened);
    for (int i = 0; i < 3; i++) {
        opened[i].input = i == 1 ? "nonsense" : texts[i];
        opened[i].input_len = i == 1 ? 8 : items[i].len;
        opened[i].len = 77;
    }
    OK(strongroom_key_needs_rewrap_binary_batch(key, opened, 3));
    CHECK(opened[0].status == STRONGROOM_OK && opened[1].status == STRONGROOM_MALFORMED && opened[2].status == STRONGROOM_OK);
    CHECK(opened[0].len == 1 && opened[1].len == 77 && opened[2].len == 1);
    OK(strongroom_key_needs_rewrap_batch(key, opened, 3));
    CHECK(opened[0].status == STRONGROOM_MALFORMED && opened[2].status == STRONGROOM_MALFORMED);
    for (int i = 0; i < 3; i++) opened[i].out = texts[i], opened[i].capacity = sizeof texts[i];
    OK(strongroom_key_rewrap_binary_batch(key, opened, 3));
    CHECK(opened[0].status == STRONGROOM_OK && opened[1].status == STRONGROOM_MALFORMED && opened[2].status == STRONGROOM_OK);
    CHECK(texts[2][4] == 2);
    for (int i = 0; i < 3; i++) opened[i].input_len = i == 1 ? 8 : opened[i].len, opened[i].out = plain[i], opened[i].capacity = sizeof plain[i];
    OK(strongroom_key_decrypt_binary_batch(key, opened, 3));
    CHECK(opened[0].status == STRONGROOM_OK && opened[1].status == STRONGROOM_MALFORMED && opened[2].status == STRONGROOM_OK);
    CHECK(opened[0].len == 0 && opened[2].len == 2 && memcmp(plain[2], "41", 2) == 0);
    CHECK(strongroom_key_encrypt_batch(key, NULL, 1) == STRONGROOM_INVALID_ARGUMENT);
    OK(strongroom_key_encrypt_batch(key, NULL, 0));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
}

/* Names, public keys in every form, and what is wrong where a status stands for several things. */
static void told(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "releases", "ed25519", 0), view, made;
    strongroom_key_spec spec = {0};
    char text[256];
    size_t len, needed;
    OK(strongroom_key_name(key, NULL, 0, &needed));
    CHECK(needed == 9 && strongroom_key_name(key, text, 8, &len) == STRONGROOM_BUFFER_TOO_SMALL && len == 9);
    OK(strongroom_key_transit(key, &view));
    OK(strongroom_key_name(view, text, sizeof text, &len));
    CHECK(len == 8 && strcmp(text, "releases") == 0);
    OK(strongroom_key_public_key(key, 0, 0, text, sizeof text, &len));
    CHECK(len == 32);
    OK(strongroom_key_public_key(key, 1, STRONGROOM_PUBLIC_KEY_DER, text + 100, 44, &len));
    /* RFC 8410 section 4: twelve bytes that are the same for all, and the key. */
    CHECK(len == 44 && memcmp(text + 100, "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12) == 0 && memcmp(text + 112, text, 32) == 0);
    OK(strongroom_key_public_key(view, 1, STRONGROOM_PUBLIC_KEY_PEM, text, sizeof text, &len));
    CHECK(memcmp(text, "-----BEGIN PUBLIC KEY-----\n", 27) == 0 && memcmp(text + len - 2, "-\n", 2) == 0);
    OK(strongroom_key_public_key(key, 0, STRONGROOM_PUBLIC_KEY_JWK, text, sizeof text, &len));
    CHECK(memcmp(text, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"", 34) == 0 && text[len - 1] == '}');
    CHECK(strongroom_key_public_key(key, 0, 5, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_error_detail()[0] == 0);
    spec.size = sizeof spec;
    spec.key_type = "hmac";
    spec.key_size = 16;
    CHECK(strongroom_keyring_create_key(ring, "macs", &spec, &made) == STRONGROOM_INVALID_OPTION);
    CHECK(strcmp(strongroom_error_detail(), "key_size_out_of_range") == 0);
    const char *kept = strongroom_error_detail();
    OK(strongroom_key_free(view));
    CHECK(strongroom_key_name(view, text, sizeof text, &len) == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_error_detail()[0] == 0 && strcmp(kept, "key_size_out_of_range") == 0);
    OK(strongroom_keyring_close(ring));
    OK(strongroom_key_name(key, text, sizeof text, &len));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
}

/* A seal that turns the key round, and binds to the length of the aad. */
static int released;

static strongroom_status wrap(void *user, const void *key, const void *aad, size_t aad_len, void *out, size_t capacity, size_t *len) {
    const unsigned char *from = key;
    unsigned char *to = out;
    CHECK(user == &released && aad != NULL && capacity >= 33);
    for (int i = 0; i < 32; i++) to[i] = from[31 - i];
    to[32] = (unsigned char)aad_len;
    *len = 33;
    return STRONGROOM_OK;
}

static strongroom_status unwrap(void *user, const void *blob, size_t blob_len, const void *aad, size_t aad_len, void *key) {
    const unsigned char *from = blob;
    unsigned char *to = key;
    CHECK(user == &released && aad != NULL);
    if (blob_len != 33 || from[32] != (unsigned char)aad_len) return STRONGROOM_WRONG_SEAL;
    for (int i = 0; i < 32; i++) to[i] = from[31 - i];
    return STRONGROOM_OK;
}

static strongroom_status broken(void *user, const void *blob, size_t blob_len, const void *aad, size_t aad_len, void *key) {
    (void)user, (void)blob, (void)blob_len, (void)aad, (void)aad_len, (void)key;
    return STRONGROOM_SEAL_FAILED;
}

static void release(void *user) {
    ++*(int *)user;
}

static void count_seals(void *user, const strongroom_seal_info *seal) {
    CHECK(strcmp(seal->kind, "turned") == 0 && strcmp(seal->id, "one") == 0);
    CHECK(seal->label == NULL && seal->added == 0 && seal->in_use == 1);
    ++*(int *)user;
}

static void seals_of_ones_own(const char *folder) {
    strongroom_provider provider = {0};
    strongroom_seal seal, bad;
    strongroom_keyring ring, other;
    int seals = 0;
    provider.size = sizeof provider;
    provider.user = &released;
    provider.kind = "turned";
    provider.id = "one";
    provider.wrap = wrap;
    CHECK(strongroom_seal_provider(&provider, &seal) == STRONGROOM_INVALID_ARGUMENT);
    provider.unwrap = broken;
    OK(strongroom_seal_provider(&provider, &bad));
    provider.unwrap = unwrap;
    provider.release = release;
    OK(strongroom_seal_provider(&provider, &seal));
    OK(strongroom_keyring_create(folder, seal, NULL, &ring));
    CHECK(strongroom_keyring_open(folder, bad, NULL, &other) == STRONGROOM_SEAL_FAILED);
    OK(strongroom_keyring_open(folder, seal, NULL, &other));
    OK(strongroom_keyring_seals(ring, count_seals, &seals));
    CHECK(seals == 1);
    OK(strongroom_seal_free(seal));
    OK(strongroom_seal_free(bad));
    CHECK(released == 0);
    OK(strongroom_keyring_free(ring));
    OK(strongroom_keyring_free(other));
    CHECK(released == 1);
}

/* Input, aad and result may lie over each other in any way. */
static void overlaps(void) {
    static const size_t shifts[] = {0, 1, 5, 17, 40, 300, 1999};
    static unsigned char buffer[8192], expected[2000], opened[2000], aad[20];
    strongroom_keyring ring;
    strongroom_key key;
    strongroom_options inside = {0}, outside = {0};
    size_t len, opened_len;
    inside.size = outside.size = sizeof inside;
    inside.aad_len = outside.aad_len = sizeof aad;
    outside.aad = aad;
    OK(strongroom_keyring_in_memory(&ring));
    key = new_key(ring, "k", "aes256-gcm96", 0);
    for (size_t i = 0; i < sizeof expected; i++) expected[i] = (unsigned char)(i * 7 + i / 251);
    memcpy(aad, expected + 1500, sizeof aad);
    for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
        unsigned char *out = buffer + shifts[i];
        memcpy(buffer, expected, sizeof expected);
        inside.aad = buffer + 1500;
        OK(strongroom_key_encrypt_binary(key, buffer, sizeof expected, &inside, out, 4096, &len));
        OK(strongroom_key_decrypt_binary(key, out, len, &outside, opened, sizeof opened, &opened_len));
        CHECK(opened_len == sizeof expected && memcmp(opened, expected, sizeof expected) == 0);
        memmove(buffer + 2100, out, len);
        OK(strongroom_key_decrypt_binary(key, buffer + 2100, len, &outside, buffer + 2100 + shifts[i], 4000, &opened_len));
        CHECK(opened_len == sizeof expected && memcmp(buffer + 2100 + shifts[i], expected, sizeof expected) == 0);
        memcpy(buffer, expected, sizeof expected);
        OK(strongroom_key_encrypt(key, buffer, sizeof expected, &inside, (char *)out, 4096, &len));
        OK(strongroom_key_decrypt(key, out, len, &outside, out, 4096, &opened_len));
        CHECK(opened_len == sizeof expected && memcmp(out, expected, sizeof expected) == 0);
    }
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
}

/* A child works with the parent's handles, and what it frees stays in the parent. */
static void forks(void) {
    strongroom_keyring ring;
    strongroom_key key;
    char text[256], plain[16];
    size_t len, plain_len;
    int child_status;
    OK(strongroom_keyring_in_memory(&ring));
    key = new_key(ring, "k", NULL, 0);
    OK(strongroom_key_encrypt(key, "4111", 4, NULL, text, sizeof text, &len));
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        OK(strongroom_key_decrypt(key, text, len, NULL, plain, sizeof plain, &plain_len));
        OK(strongroom_key_encrypt(key, plain, plain_len, NULL, text, sizeof text, &len));
        OK(strongroom_key_free(key));
        OK(strongroom_keyring_key(ring, "k", &key));
        _exit(0);
    }
    CHECK(waitpid(child, &child_status, 0) == child && WIFEXITED(child_status) && WEXITSTATUS(child_status) == 0);
    OK(strongroom_key_decrypt(key, text, len, NULL, plain, sizeof plain, &plain_len));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
}

int main(int argc, char **argv) {
    CHECK(argc == 3);
    handles();
    lengths_have_no_effect(argv[1]);
    arguments();
    batches();
    told();
    overlaps();
    forks();
    seals_of_ones_own(argv[2]);
    CHECK(strcmp(strongroom_error_name(0), "ok") == 0 && strongroom_error_name(299)[0] == 0);
    CHECK(strcmp(strongroom_error_name(STRONGROOM_DECRYPT_FAILED), "decrypt_failed") == 0);
    /* Every status of the table has its name. */
    for (int i = 1; i < 400; i++) {
        const char *name = strongroom_error_name((strongroom_status)i);
        if (name[0] != 0) printf("%d %s\n", i, name);
    }
    return 0;
}
