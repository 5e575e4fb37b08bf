// A provider that works with the keyring which asks it: from inside a call that wraps, and from inside one that unwraps. Each such call gives a
// result or an error, and ends.
#include <strongroom.hpp>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace strongroom;

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #what, strongroom_error_message()), std::exit(1)))

struct Curious final : SealProvider {
    const Keyring *ring = nullptr;
    int asked = 0, worked = 0;
    bool is_busy = false;
    std::string unknown;
    std::string kind() const override { return "curious"; }
    std::string id() const override { return "one"; }
    void look() {
        if (ring == nullptr || is_busy) return;
        is_busy = true;
        asked++;
        worked += static_cast<bool>(ring->try_keys());
        worked += static_cast<bool>(ring->try_refresh());
        worked += static_cast<bool>(ring->try_seals());
        auto key = ring->try_key("k");
        if (key) {
            const auto text = key.value().try_encrypt("4111");
            worked += text && key.value().try_decrypt(text.value());
            worked += static_cast<bool>(key.value().try_info());
            if (!unknown.empty()) worked += static_cast<bool>(key.value().try_decrypt(unknown));
            worked += static_cast<bool>(key.value().try_rotate());
        }
        worked += static_cast<bool>(ring->try_check());
        is_busy = false;
    }
    std::vector<unsigned char> wrap(bytes key, bytes) override {
        look();
        const auto text = key.text();
        return {text.begin(), text.end()};
    }
    secret unwrap(bytes blob, bytes) override {
        look();
        return secret(blob);
    }
};

int main(int argc, char **argv) {
    CHECK(argc == 2);
    alarm(60); // a call that hangs is one that fails
    const std::string folder = argv[1];
    const auto curious = std::make_shared<Curious>();
    const auto seal = Seal::provider(curious), plain = Seal::root_key("0123456789abcdef0123456789abcdef");
    const auto ring = Keyring::create(folder, plain);
    const auto key = ring.create_key("k");
    const auto text = key.encrypt("4111");
    // Where it wraps.
    curious->ring = &ring;
    (void)ring.try_add_seal(seal);
    CHECK(curious->asked > 0);
    (void)ring.try_reseal({&plain, &seal});
    (void)key.try_backup(seal);
    curious->ring = nullptr;
    CHECK(ring.reseal({&plain, &seal}) > 0);
    CHECK(key.decrypt(text) == "4111" && ring.check().faults == 0);
    // Where it unwraps: another keyring has made a new root key, and this one finds it.
    const auto under_curious = Keyring::open(folder, seal);
    CHECK(ring.reseal({&plain, &seal}) > 0);
    key.rotate();
    curious->ring = &under_curious;
    const int before = curious->asked;
    (void)under_curious.try_refresh();
    (void)under_curious.try_key("k");
    (void)under_curious.try_check();
    CHECK(curious->asked > before && curious->worked > 0);
    // So does a ciphertext of a version that it does not know yet, which is looked for once for all who need it.
    CHECK(ring.reseal({&plain, &seal}) > 0);
    key.rotate();
    const auto known = under_curious.key("k");
    curious->unknown = key.encrypt("new");
    const int seen = curious->asked;
    CHECK(known.decrypt(curious->unknown) == "new" && curious->asked > seen);
    curious->ring = nullptr;
    CHECK(under_curious.key("k").decrypt(text) == "4111" && under_curious.check().faults == 0);
    std::printf("asked %d times, and %d of its calls worked\n", curious->asked, curious->worked);
}
