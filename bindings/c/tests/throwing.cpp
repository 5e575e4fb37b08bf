// What functions of the user's throw becomes an error of the call, and nothing passes through the library. Then what else they can do wrong.
#include <strongroom.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace strongroom;

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #what, strongroom_error_message()), std::exit(1)))

// Wraps by copying, unless it is told to do something else before.
struct Fickle final : SealProvider {
    std::function<void()> before;
    std::function<std::vector<unsigned char>(std::vector<unsigned char>)> after;
    bool is_nameless = false;
    std::string kind() const override {
        if (is_nameless) throw std::runtime_error("no kind today");
        return "fickle";
    }
    std::string id() const override { return "one"; }
    std::vector<unsigned char> answer(bytes from) {
        if (before) before();
        const auto text = from.text();
        std::vector<unsigned char> made(text.begin(), text.end());
        return after ? after(made) : made;
    }
    std::vector<unsigned char> wrap(bytes key, bytes) override { return answer(key); }
    secret unwrap(bytes blob, bytes) override { return secret(answer(blob)); }
};

template <class R> static void fails(const R &made, status code, const char *what) {
    CHECK(!made && made.code() == code);
    if (made.message().find(what) == std::string::npos) std::fprintf(stderr, "%s\n", made.message().c_str());
    CHECK(made.message().find(what) != std::string::npos);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const std::string folder = argv[1];
    const auto fickle = std::make_shared<Fickle>();
    const auto seal = Seal::provider(fickle), other = Seal::root_key("0123456789abcdef0123456789abcdef");

    // Everything that wraps or unwraps, with everything that can be thrown.
    const std::function<void()> throws[] = {
        [] { throw std::runtime_error("the service is away\n"); },
        [] { throw error(STRONGROOM_STALE, "the service is away"); },
        [] { throw std::logic_error(std::string(100'000, 'x') + "never seen"); },
        [] { throw 7; },
        [] { throw "the service is away"; },
        [] { throw std::bad_alloc(); },
        [] { throw SealProvider::refused{}; },
    };
    const char *const whats[] = {"the service is away ", "the service is away", "xxxxxxxx", "no std::exception", "no std::exception", "bad_alloc", ""};
    for (size_t i = 0; i < 7; i++) {
        const status code = i == 6 ? STRONGROOM_WRONG_SEAL : STRONGROOM_SEAL_FAILED;
        fickle->before = throws[i];
        fails(Keyring::try_create(folder, seal), code, whats[i]);
        fickle->before = nullptr;
        const std::string place = folder + std::to_string(i);
        const auto ring = Keyring::create(place, seal);
        const auto key = ring.create_key("k");
        const auto backup = key.backup(seal);
        fickle->before = throws[i];
        const auto opened = Keyring::try_open(place, seal);
        fails(opened, code, whats[i]);
        CHECK(opened.message().size() < 1000);
        fails(Keyring::in_memory().try_restore_key(backup, seal), code, whats[i]);
        CHECK(!key.try_backup(seal));
        CHECK(!ring.try_reseal({&seal}) && !ring.try_reseal({&other, &seal}));
        fickle->before = nullptr;
        // Nothing is left half done.
        CHECK(key.decrypt(key.encrypt("4111")) == "4111");
        CHECK(ring.check().faults == 0 && ring.reseal({&other, &seal}) >= 1);
        CHECK(Keyring::open(place, seal).key("k").decrypt(key.encrypt("4111")) == "4111");
    }

    // A reason is that of this call, and not of one before.
    fickle->before = throws[0];
    CHECK(!Keyring::try_create(folder, seal));
    fickle->before = nullptr;
    fickle->after = [](auto) { return std::vector<unsigned char>(); };
    const auto nothing = Keyring::try_create(folder, seal);
    CHECK(!nothing && nothing.code() == STRONGROOM_SEAL_FAILED && nothing.message().find("away") == std::string::npos);

    // Answers that are none.
    for (const size_t size : {size_t{0}, size_t{65536}}) {
        fickle->after = [&](auto) { return std::vector<unsigned char>(size, 1); };
        CHECK(Keyring::try_create(folder, seal).code() == STRONGROOM_SEAL_FAILED);
    }
    fickle->after = nullptr;
    CHECK(Keyring::try_create(folder, seal));
    for (const size_t size : {size_t{0}, size_t{31}, size_t{33}, size_t{4096}}) {
        fickle->after = [&](auto) { return std::vector<unsigned char>(size, 1); };
        fails(Keyring::try_open(folder, seal), STRONGROOM_SEAL_FAILED, "32 bytes");
    }
    fickle->after = [](auto) { return std::vector<unsigned char>(32); };
    fails(Keyring::try_open(folder, seal), STRONGROOM_SEAL_FAILED, "wrote none");
    fickle->after = [](auto) { return std::vector<unsigned char>(32, 1); };
    CHECK(!Keyring::try_open(folder, seal));
    fickle->after = nullptr;
    CHECK(Keyring::try_open(folder, seal));

    // No provider, and one that does not say what it is.
    CHECK(Seal::try_provider(nullptr).code() == STRONGROOM_INVALID_ARGUMENT);
    fickle->is_nameless = true;
    fails(Seal::try_provider(fickle), STRONGROOM_SEAL_FAILED, "no kind today");
    // It is kept no longer than it is needed.
    {
        const auto brief = std::make_shared<Fickle>();
        const std::weak_ptr<Fickle> seen = brief;
        {
            const auto used = Seal::provider(brief);
            CHECK(Keyring::try_create(folder + "-brief", used) && seen.use_count() == 2);
        }
        CHECK(seen.use_count() == 1);
    }
}
