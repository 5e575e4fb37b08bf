/*
 * Sixteen threads work with the handles of one keyring while another closes it, frees them, and opens the next: every call works, or
 * says that the keyring is closed or the handle is none.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strongroom.h>

#define CHECK(what) ((what) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), exit(1)))
#define THREADS 16
#define ROUNDS 40

static _Atomic uint64_t ring, key;
static atomic_bool over;
static atomic_ulong worked, closed, stale;

static void judge(strongroom_status status) {
    switch (status) {
    case STRONGROOM_OK: worked++; break;
    case STRONGROOM_CLOSED: closed++; break;
    case STRONGROOM_INVALID_HANDLE: stale++; break;
    default: fprintf(stderr, "%s: %s\n", strongroom_error_name(status), strongroom_error_message()); exit(1);
    }
}

static void *work(void *nothing) {
    char text[256], plain[64];
    size_t len, plain_len;
    while (!over) {
        uint64_t now = key;
        strongroom_status status = strongroom_key_encrypt(now, "4111", 4, NULL, text, sizeof text, &len);
        judge(status);
        if (status == STRONGROOM_OK) {
            status = strongroom_key_decrypt(now, text, len, NULL, plain, sizeof plain, &plain_len);
            judge(status);
            if (status == STRONGROOM_OK) CHECK(plain_len == 4 && memcmp(plain, "4111", 4) == 0);
        }
        strongroom_key own = 0;
        judge(strongroom_keyring_key(ring, "k", &own));
        CHECK(strongroom_key_free(own) == STRONGROOM_OK);
    }
    return nothing;
}

static void open_next(void) {
    uint64_t made;
    CHECK(strongroom_keyring_in_memory(&made) == STRONGROOM_OK);
    uint64_t made_key;
    CHECK(strongroom_keyring_create_key(made, "k", NULL, &made_key) == STRONGROOM_OK);
    ring = made;
    key = made_key;
}

int main(void) {
    pthread_t threads[THREADS];
    open_next();
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, NULL) == 0);
    for (int round = 0; round < ROUNDS; round++) {
        unsigned long before = worked;
        while (worked < before + 200) {
        }
        uint64_t old_ring = ring, old_key = key;
        if (round % 2 == 0) CHECK(strongroom_keyring_close(old_ring) == STRONGROOM_OK);
        CHECK(strongroom_key_free(old_key) == STRONGROOM_OK);
        CHECK(strongroom_key_free(old_key) == STRONGROOM_INVALID_HANDLE);
        CHECK(strongroom_keyring_free(old_ring) == STRONGROOM_OK);
        open_next();
    }
    over = true;
    for (int i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(strongroom_key_free(key) == STRONGROOM_OK && strongroom_keyring_free(ring) == STRONGROOM_OK);
    printf("%lu worked, %lu closed, %lu stale\n", (unsigned long)worked, (unsigned long)closed, (unsigned long)stale);
    CHECK(worked >= ROUNDS * 200 && closed + stale > 0);
    return 0;
}
