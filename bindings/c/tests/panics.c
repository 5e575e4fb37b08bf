/* A panic in the library is a status, on every thread, and the library works on. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strongroom.h>

strongroom_status strongroom_test_panic(void);

#define CHECK(what) ((what) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), exit(1)))

static void *on_a_thread(void *nothing) {
    for (int i = 0; i < 100; i++) {
        CHECK(strongroom_test_panic() == STRONGROOM_PANICKED);
        CHECK(strstr(strongroom_error_message(), "report") != NULL);
    }
    return nothing;
}

int main(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, on_a_thread, NULL) == 0);
    for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    strongroom_keyring ring;
    CHECK(strongroom_keyring_in_memory(&ring) == STRONGROOM_OK);
    CHECK(strongroom_keyring_free(ring) == STRONGROOM_OK);
    return 0;
}
