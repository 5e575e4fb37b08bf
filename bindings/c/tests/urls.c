/*
 * Seals by their URLs, and several as one. As `urls here FOLDER` those of this machine and what is refused; as `urls create FOLDER URL`,
 * `urls open FOLDER URL TEXT` and `urls stays FOLDER URL TEXT` one process each with a seal of a platform.
 */
#include "check.h"
#include <sys/stat.h>

/* The variable STRONGROOM_URL_KEY has it too. */
static const char *const DIGITS = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static strongroom_seal by_url(const char *url) {
    strongroom_seal seal;
    OK(strongroom_seal_url(url, strlen(url), &seal));
    return seal;
}

static char text[512];
static size_t text_len;

static strongroom_keyring create(const char *folder, strongroom_seal seal) {
    strongroom_keyring ring;
    strongroom_key key;
    OK(strongroom_keyring_create(folder, seal, NULL, &ring));
    key = new_key(ring, "cards", NULL, 0);
    OK(strongroom_key_encrypt(key, "4111", 4, NULL, text, sizeof text, &text_len));
    OK(strongroom_key_free(key));
    return ring;
}

static void decrypts(strongroom_keyring ring, const char *ciphertext) {
    strongroom_key key;
    char plain[64];
    size_t len;
    OK(strongroom_keyring_key(ring, "cards", &key));
    OK(strongroom_key_decrypt(key, ciphertext, strlen(ciphertext), NULL, plain, sizeof plain, &len));
    CHECK(len == 4 && memcmp(plain, "4111", 4) == 0);
    OK(strongroom_key_free(key));
}

static void count_seals(void *user, const strongroom_seal_info *seal) {
    CHECK(seal->kind[0] != 0 && seal->id[0] != 0);
    ++*(int *)user;
}

static void opens(const char *folder, strongroom_seal seal) {
    strongroom_keyring ring;
    OK(strongroom_keyring_open(folder, seal, NULL, &ring));
    decrypts(ring, text);
    OK(strongroom_keyring_free(ring));
}

static void write_file(const char *path, const char *content) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
    CHECK(chmod(path, 0600) == 0);
}

/* What is no URL, or has a secret in it, is refused before anything is done, and nobody reads the secret in the message. */
static void refused(void) {
    static const char *const WRONG[] = {
        "", "hunter2", "hunter2:place", "vault://root:hunter2@host/transit/app", "vault://host/transit/app?token=hunter2", "vault://host/transit/app?hunter2=1",
        "env:hunter2", "file:hunter2", "passphrase:/p?passphrase=hunter2", "vault+http://198.51.100.7/transit/hunter2", "vault://host/ transit/hunter2",
        "awskms:///alias/a?region=eu-central-1&secret=hunter2", "pkcs11:token=t;object=o?module-path=/m.so&pin-value=hunter2",
    };
    strongroom_seal seal = 77;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        CHECK(strongroom_seal_url(WRONG[i], strlen(WRONG[i]), &seal) == STRONGROOM_INVALID_URL);
        CHECK(strstr(strongroom_error_message(), "not a url of a seal: ") != NULL && strstr(strongroom_error_message(), "hunter2") == NULL);
    }
    CHECK(strongroom_seal_url("env:\xff", 5, &seal) == STRONGROOM_INVALID_URL && strstr(strongroom_error_message(), "UTF-8") != NULL);
    CHECK(strongroom_seal_url("env:A\0B", 7, &seal) == STRONGROOM_INVALID_URL);
    CHECK(seal == 77);
}

static void here(const char *folder) {
    char path[3][600], url[700], longer[800];
    strongroom_seal file, phrase, variable, dead, any, none;
    strongroom_keyring ring, other;
    int seals = 0;
    snprintf(path[0], sizeof path[0], "%s/root-key", folder);
    snprintf(path[1], sizeof path[1], "%s/passphrase", folder);
    snprintf(path[2], sizeof path[2], "%s/keys", folder);
    write_file(path[0], DIGITS);
    write_file(path[1], "correct horse");
    snprintf(url, sizeof url, "file:%s", path[0]);
    file = by_url(url);
    /* Only as much is read as was said. */
    snprintf(longer, sizeof longer, "%s?token=x", url);
    OK(strongroom_seal_url(longer, strlen(url), &any));
    OK(strongroom_seal_free(any));
    snprintf(url, sizeof url, "passphrase:%s?id=desk", path[1]);
    phrase = by_url(url);
    variable = by_url("env:STRONGROOM_URL_KEY");
    ring = create(path[2], file);
    opens(path[2], variable);
    CHECK(strongroom_keyring_open(path[2], phrase, NULL, &other) == STRONGROOM_WRONG_SEAL);
    OK(strongroom_keyring_add_seal(ring, phrase));
    opens(path[2], phrase);

    /* Of several the first that opens it is enough, whatever is wrong with the others. */
    dead = by_url("vault+http://127.0.0.1:9/transit/app?token_file=/none");
    {
        const strongroom_seal both[] = {dead, phrase}, one[] = {dead}, made[] = {file, phrase}, wrong[] = {file, 12345};
        OK(strongroom_seal_any(both, 2, &any));
        opens(path[2], any);
        CHECK(strongroom_keyring_add_seal(ring, any) != STRONGROOM_OK);
        OK(strongroom_seal_free(any));
        OK(strongroom_seal_any(one, 1, &any));
        CHECK(strongroom_keyring_open(path[2], any, NULL, &other) == STRONGROOM_WRONG_SEAL);
        OK(strongroom_seal_free(any));
        OK(strongroom_seal_any(made, 2, &any));
        OK(strongroom_keyring_free(ring));
        strcat(path[2], "-both");
        ring = create(path[2], any);
        OK(strongroom_keyring_seals(ring, count_seals, &seals));
        CHECK(seals == 2);
        opens(path[2], file);
        opens(path[2], phrase);
        CHECK(strongroom_seal_any(wrong, 2, &none) == STRONGROOM_INVALID_HANDLE);
        CHECK(strongroom_seal_any(NULL, 1, &none) == STRONGROOM_INVALID_ARGUMENT);
        CHECK(strongroom_seal_any(made, 2, NULL) == STRONGROOM_INVALID_ARGUMENT);
        CHECK(strongroom_seal_any(NULL, 0, &none) == STRONGROOM_INVALID_OPTION);
    }
    OK(strongroom_seal_free(any));
    OK(strongroom_keyring_free(ring));
    OK(strongroom_seal_free(dead));
    OK(strongroom_seal_free(file));
    OK(strongroom_seal_free(phrase));
    OK(strongroom_seal_free(variable));
    refused();
}

static strongroom_seal with_variable(strongroom_seal seal) {
    strongroom_seal variable = by_url("env:STRONGROOM_URL_KEY"), any;
    const strongroom_seal both[] = {seal, variable};
    OK(strongroom_seal_any(both, 2, &any));
    OK(strongroom_seal_free(variable));
    return any;
}

/* Once the platform is away, which somebody says by a line, what is open goes on and nothing new opens, but by another seal. */
static void stays(const char *folder, strongroom_seal seal, const char *ciphertext) {
    strongroom_keyring ring, other;
    strongroom_key key;
    strongroom_seal any;
    uint32_t version;
    OK(strongroom_keyring_open(folder, seal, NULL, &ring));
    OK(strongroom_keyring_key(ring, "cards", &key));
    puts("open");
    fflush(stdout);
    CHECK(getchar() == '\n');
    OK(strongroom_key_encrypt(key, "4111", 4, NULL, text, sizeof text, &text_len));
    decrypts(ring, ciphertext);
    OK(strongroom_key_rotate(key, NULL, &version));
    CHECK(version == 2);
    decrypts(ring, text);
    CHECK(strongroom_keyring_open(folder, seal, NULL, &other) == STRONGROOM_SEAL_FAILED);
    any = with_variable(seal);
    opens(folder, any);
    OK(strongroom_seal_free(any));
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
}

int main(int argc, char **argv) {
    strongroom_seal seal, any;
    strongroom_keyring ring;
    CHECK(argc > 2);
    if (strcmp(argv[1], "here") == 0) {
        here(argv[2]);
        return 0;
    }
    CHECK(argc > 3);
    seal = by_url(argv[3]);
    if (strcmp(argv[1], "create") == 0) {
        any = with_variable(seal);
        ring = create(argv[2], any);
        puts(text);
        OK(strongroom_seal_free(any));
        OK(strongroom_keyring_free(ring));
    } else {
        CHECK(argc > 4);
        if (strcmp(argv[1], "open") == 0) {
            OK(strongroom_keyring_open(argv[2], seal, NULL, &ring));
            decrypts(ring, argv[4]);
            OK(strongroom_keyring_free(ring));
        } else {
            stays(argv[2], seal, argv[4]);
        }
    }
    OK(strongroom_seal_free(seal));
    return 0;
}
