/* What the view that is as lenient as Transit takes, and the native view of the same key refuses under a name. */
#include "messages.h"

static char odd[LONG];

static void versions(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "aes256-gcm96", 0), view = lenient(key), signer = new_key(ring, "s", "ed25519", 0), signing = lenient(signer);
    strongroom_options first = nothing();
    uint32_t version;
    first.version = 1;
    OK(strongroom_key_rotate(key, NULL, &version));
    OK(strongroom_key_rotate(signer, NULL, &version));
    BOTH(STRONGROOM_VERSION_NOT_ALLOWED, encrypt(key, &first), encrypt(view, &first));
    CHECK(strncmp(text, "vault:v1:", 9) == 0);
    BOTH(STRONGROOM_VERSION_NOT_ALLOWED, strongroom_key_encrypt_binary(key, "4111", 4, &first, odd, sizeof odd, &len), strongroom_key_encrypt_binary(view, "4111", 4, &first, odd, sizeof odd, &len));
    CHECK(memcmp(odd, "\xfe\0\0\0\1", 5) == 0);
    BOTH(STRONGROOM_VERSION_NOT_ALLOWED, strongroom_key_data_key(key, 16, &first, plain, odd, sizeof odd, &len), strongroom_key_data_key(view, 16, &first, plain, odd, sizeof odd, &len));
    CHECK(strncmp(odd, "vault:v1:", 9) == 0);
    BOTH(STRONGROOM_VERSION_NOT_ALLOWED, hmac(key, &first), hmac(view, &first));
    CHECK(strncmp(again, "vault:v1:", 9) == 0);
    BOTH(STRONGROOM_VERSION_NOT_ALLOWED, sign(signer, &first), sign(signing, &first));
    OK(verify(signer, NULL));
    /* A rewrap to a version, also in the length that is asked for before and in the binary form. */
    first.version = 2;
    BOTH(STRONGROOM_INVALID_OPTION, rewrap(key, &first), rewrap(view, &first));
    CHECK(strncmp(again, "vault:v2:", 9) == 0);
    first.version = 1;
    OK(rewrap(view, &first));
    CHECK(strncmp(again, "vault:v1:", 9) == 0 && strcmp(text, again) != 0);
    OK(decrypt(key, again, NULL));
    OK(strongroom_key_rewrap(view, text, strlen(text), &first, NULL, 0, &len));
    CHECK(len == again_len + 1);
    OK(strongroom_key_encrypt_binary(key, "4111", 4, NULL, odd, sizeof odd, &len));
    BOTH(STRONGROOM_INVALID_OPTION, strongroom_key_rewrap_binary(key, odd, len, &first, again, sizeof again, &again_len), strongroom_key_rewrap_binary(view, odd, len, &first, again, sizeof again, &again_len));
    CHECK(again_len == len && memcmp(again, "\xfe\0\0\0\1", 5) == 0);
    /* What is up to date comes back as it was, or new. */
    OK(encrypt(key, NULL));
    OK(rewrap(key, NULL));
    CHECK(strcmp(text, again) == 0);
    OK(rewrap(view, NULL));
    CHECK(strcmp(text, again) != 0 && again_len == len);
    first.version = 9;
    CHECK(encrypt(view, &first) == STRONGROOM_VERSION_TOO_NEW);
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(signer));
    OK(strongroom_key_free(signing));
    OK(strongroom_keyring_free(ring));
}

static void hashes(void) {
    static const uint32_t sizes[] = {32, 28, 32, 48, 64, 28, 32, 48, 64, 20};
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "hmac", 0), view = lenient(key), signer = new_key(ring, "s", "ed25519", 0), signing = lenient(signer);
    strongroom_options options = nothing();
    for (options.hash = 0; options.hash <= STRONGROOM_SHA1; options.hash++) {
        OK(hmac(view, &options));
        CHECK(again_len == strlen("vault:v1:") + (sizes[options.hash] + 2) / 3 * 4);
        OK(verify_hmac(view, &options));
        /* The native view has all but SHA-1. */
        strongroom_status native = options.hash == STRONGROOM_SHA1 ? STRONGROOM_INVALID_OPTION : STRONGROOM_OK;
        CHECK(hmac(key, &options) == native && verify_hmac(key, &options) == native);
    }
    /* A mac without a hash is none. */
    CHECK(options.hash == STRONGROOM_HASH_NONE);
    CHECK(hmac(view, &options) == STRONGROOM_INVALID_OPTION && hmac(key, &options) == STRONGROOM_INVALID_OPTION);
    options.hash++;
    CHECK(hmac(view, &options) == STRONGROOM_INVALID_ARGUMENT && hmac(key, &options) == STRONGROOM_INVALID_ARGUMENT);
    options.hash = UINT32_MAX;
    CHECK(hmac(view, &options) == STRONGROOM_INVALID_ARGUMENT);
    OK(sign(signer, NULL));
    strcpy(odd, again);
    for (options.hash = 1; options.hash <= STRONGROOM_SHA1; options.hash++) {
        BOTH(STRONGROOM_INVALID_OPTION, sign(signer, &options), sign(signing, &options));
        CHECK(strcmp(odd, again) == 0);
        BOTH(STRONGROOM_INVALID_OPTION, verify(signer, &options), verify(signing, &options));
    }
    /* An encryption has no use for one in either view. */
    strongroom_key cipher = new_key(ring, "c", "aes256-gcm96", 0), reading = lenient(cipher);
    options.hash = STRONGROOM_SHA2_256;
    CHECK(encrypt(cipher, &options) == STRONGROOM_INVALID_OPTION && encrypt(reading, &options) == STRONGROOM_INVALID_OPTION);
    OK(strongroom_key_free(cipher));
    OK(strongroom_key_free(reading));
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(signer));
    OK(strongroom_key_free(signing));
    OK(strongroom_keyring_free(ring));
}

static void contexts_and_aads(void) {
    static unsigned char long_one[LONG];
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "aes256-gcm96", 0), view = lenient(key), signer = new_key(ring, "s", "ed25519", 0), signing = lenient(signer);
    strongroom_key derived = new_key(ring, "d", "aes256-gcm96", STRONGROOM_DERIVED), deriving = lenient(derived), under;
    strongroom_key convergent = new_key(ring, "c", "aes256-gcm96", STRONGROOM_DERIVED | STRONGROOM_CONVERGENT), converging = lenient(convergent);
    strongroom_options context = nothing(), aad = nothing(), pair = nothing();
    const strongroom_pair tenant = {"tenant", 6, "acme", 4};
    memset(long_one, 7, sizeof long_one);
    context.context = pair.context = "acme";
    context.context_len = pair.context_len = 4;
    /* A context that a plain key, a signature and a mac have no use for. */
    BOTH(STRONGROOM_CONTEXT_NOT_ALLOWED, encrypt(key, &context), encrypt(view, &context));
    BOTH(STRONGROOM_CONTEXT_NOT_ALLOWED, decrypt(key, text, &context), decrypt(view, text, &context));
    OK(decrypt(key, text, NULL));
    BOTH(STRONGROOM_CONTEXT_NOT_ALLOWED, sign(signer, &context), sign(signing, &context));
    BOTH(STRONGROOM_CONTEXT_NOT_ALLOWED, verify(signer, &context), verify(signing, &context));
    OK(verify(signer, NULL));
    BOTH(STRONGROOM_INVALID_CONTEXT, hmac(key, &context), hmac(view, &context));
    BOTH(STRONGROOM_INVALID_CONTEXT, verify_hmac(key, &context), verify_hmac(view, &context));
    OK(verify_hmac(key, NULL));
    context.context = NULL;
    context.context_len = 0;
    context.context_map = &tenant;
    context.context_map_count = 1;
    BOTH(STRONGROOM_INVALID_CONTEXT, hmac(key, &context), hmac(view, &context));
    context.context_map = NULL;
    context.context_map_count = 0;
    /* One that is too long for the native view, said with the message or before. */
    context.context = long_one;
    context.context_len = sizeof long_one;
    BOTH(STRONGROOM_INVALID_CONTEXT, encrypt(derived, &context), encrypt(deriving, &context));
    BOTH(STRONGROOM_INVALID_CONTEXT, decrypt(derived, text, &context), decrypt(deriving, text, &context));
    OK(strongroom_key_context(derived, &context, &under));
    strongroom_key lenient_under = lenient(under);
    BOTH(STRONGROOM_INVALID_CONTEXT, decrypt(under, text, NULL), decrypt(lenient_under, text, NULL));
    context.context = "";
    context.context_len = 0;
    CHECK(encrypt(derived, &context) == STRONGROOM_INVALID_CONTEXT && encrypt(deriving, &context) == STRONGROOM_INVALID_CONTEXT);
    aad.aad = long_one;
    aad.aad_len = sizeof long_one;
    BOTH(STRONGROOM_INVALID_AAD, encrypt(key, &aad), encrypt(view, &aad));
    BOTH(STRONGROOM_INVALID_AAD, decrypt(key, text, &aad), decrypt(view, text, &aad));
    CHECK(decrypt(view, text, NULL) == STRONGROOM_DECRYPT_FAILED);
    BOTH(STRONGROOM_INVALID_AAD, strongroom_key_encrypt_binary(key, "x", 1, &aad, odd, sizeof odd, &len), strongroom_key_encrypt_binary(view, "x", 1, &aad, odd, sizeof odd, &len));
    BOTH(STRONGROOM_INVALID_AAD, strongroom_key_decrypt_binary(key, odd, len, &aad, plain, sizeof plain, &plain_len), strongroom_key_decrypt_binary(view, odd, len, &aad, plain, sizeof plain, &plain_len));
    CHECK(plain_len == 1 && plain[0] == 'x');
    /* An aad on a convergent key makes nothing new in either view, also where only the length is asked for. */
    pair.aad = "order";
    pair.aad_len = 5;
    CHECK(encrypt(convergent, &pair) == STRONGROOM_AAD_NOT_ALLOWED && encrypt(converging, &pair) == STRONGROOM_AAD_NOT_ALLOWED);
    CHECK(strongroom_key_encrypt(converging, "4111", 4, &pair, NULL, 0, &again_len) == STRONGROOM_AAD_NOT_ALLOWED);
    CHECK(strongroom_key_data_key(converging, 16, &pair, plain, odd, sizeof odd, &again_len) == STRONGROOM_AAD_NOT_ALLOWED);
    /* A mac has no place for an aad in either view. */
    CHECK(hmac(key, &aad) == STRONGROOM_AAD_NOT_ALLOWED && hmac(view, &aad) == STRONGROOM_AAD_NOT_ALLOWED);
    const strongroom_key all[] = {key, view, signer, signing, derived, deriving, under, lenient_under, convergent, converging};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) OK(strongroom_key_free(all[i]));
    OK(strongroom_keyring_free(ring));
}

static void spellings(void) {
    static const char *const breaks[] = {"\n", "\r\n", "\r"};
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", "aes256-gcm96", 0), view = lenient(key);
    OK(encrypt(key, NULL));
    for (int i = 0; i < 3; i++) {
        snprintf(odd, sizeof odd, "%.20s%s%s", text, breaks[i], text + 20);
        BOTH(STRONGROOM_MALFORMED, decrypt(key, odd, NULL), decrypt(view, odd, NULL));
        /* Into exactly as much room, and in place. */
        OK(strongroom_key_decrypt(view, odd, strlen(odd), NULL, NULL, 0, &len));
        CHECK(len == 4);
        OK(strongroom_key_decrypt(view, odd, strlen(odd), NULL, plain, 4, &plain_len));
        OK(strongroom_key_decrypt(view, odd, strlen(odd), NULL, odd, sizeof odd, &plain_len));
        CHECK(plain_len == 4 && memcmp(odd, "4111", 4) == 0);
        snprintf(odd, sizeof odd, "%.20s%s%s", text, breaks[i], text + 20);
        BOTH(STRONGROOM_MALFORMED, strongroom_key_rewrap(key, odd, strlen(odd), NULL, again, sizeof again, &again_len), strongroom_key_rewrap(view, odd, strlen(odd), NULL, again, sizeof again, &again_len));
        OK(decrypt(key, again, NULL));
    }
    for (int i = 0; i < 3; i++) {
        snprintf(odd, sizeof odd, "vault:v%s:%s", i == 0 ? "+1" : i == 1 ? "001" : "0", text + 9);
        BOTH(STRONGROOM_MALFORMED, decrypt(key, odd, NULL), decrypt(view, odd, NULL));
    }
    /* No view reads text that is not UTF-8. */
    CHECK(decrypt(view, "vault:v1:\xff", NULL) == STRONGROOM_MALFORMED);
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(view));
    OK(strongroom_keyring_free(ring));
}

int main(void) {
    versions();
    hashes();
    contexts_and_aads();
    spellings();
    return 0;
}
