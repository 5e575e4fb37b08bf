/* One message of a key or of a view of it: "4111" to encrypt, "m" to sign and MAC. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "check.h"

/* What the native view refuses under a name, and the lenient one takes. */
#define BOTH(refusal, native, lenient) (CHECK((native) == (refusal)), OK(lenient))
#define LONG 65536

static char text[LONG], again[LONG];
static unsigned char plain[1024];
static size_t len, again_len, plain_len;

static inline strongroom_key lenient(strongroom_key key) {
    strongroom_key view;
    OK(strongroom_key_transit(key, &view));
    return view;
}

static inline strongroom_options nothing(void) {
    strongroom_options options = {0};
    options.size = sizeof options;
    return options;
}

static inline strongroom_status encrypt(strongroom_key key, const strongroom_options *options) {
    return strongroom_key_encrypt(key, "4111", 4, options, text, sizeof text, &len);
}

static inline strongroom_status decrypt(strongroom_key key, const char *ciphertext, const strongroom_options *options) {
    strongroom_status status = strongroom_key_decrypt(key, ciphertext, strlen(ciphertext), options, plain, sizeof plain, &plain_len);
    if (status == STRONGROOM_OK) CHECK(plain_len == 4 && memcmp(plain, "4111", 4) == 0);
    return status;
}

static inline strongroom_status rewrap(strongroom_key key, const strongroom_options *options) {
    return strongroom_key_rewrap(key, text, strlen(text), options, again, sizeof again, &again_len);
}

static inline strongroom_status hmac(strongroom_key key, const strongroom_options *options) {
    return strongroom_key_hmac(key, "m", 1, options, again, sizeof again, &again_len);
}

static inline strongroom_status verify_hmac(strongroom_key key, const strongroom_options *options) {
    return strongroom_key_verify_hmac(key, "m", 1, again, strlen(again), options);
}

static inline strongroom_status sign(strongroom_key key, const strongroom_options *options) {
    return strongroom_key_sign(key, "m", 1, options, again, sizeof again, &again_len);
}

static inline strongroom_status verify(strongroom_key key, const strongroom_options *options) {
    return strongroom_key_verify(key, "m", 1, again, strlen(again), options);
}

#endif
