// The objects of strongroom.hpp as objects: moved from, assigned to themselves, over each other, made of nothing, of too much and of strings
// that are none. What cannot be is refused; nothing that was said is lost.
#include <strongroom.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <sys/stat.h>

using namespace strongroom;

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #what, strongroom_error_message()), std::exit(1)))

template <class F> static status thrown_by(F run) {
    try {
        run();
    } catch (const error &failure) {
        CHECK(failure.what()[0] != 0);
        return failure.code();
    }
    return STRONGROOM_OK;
}

// Through a reference, so that the compiler does not see that they are one.
template <class T> static T &itself(T &one) { return one; }

static void handles() {
    auto ring = Keyring::in_memory();
    auto key = ring.create_key("k");
    const auto number = key.get();
    key = std::move(itself(key));
    CHECK(key.get() == number && key.try_encrypt("x"));
    auto other = ring.create_key("other");
    const auto old = other.get();
    other = std::move(key);
    CHECK(other.get() == number && key.get() == 0 && key.try_encrypt("x").code() == STRONGROOM_INVALID_HANDLE);
    CHECK(strongroom_key_disable(old) == STRONGROOM_INVALID_HANDLE);
    key = ring.key("other");
    std::swap(key, other);
    CHECK(key.info().name == "k" && other.info().name == "other");
    std::vector<Key> keys;
    for (int i = 0; i < 40; i++) keys.push_back(ring.key("k"));
    keys.erase(keys.begin(), keys.begin() + 20);
    for (const auto &one : keys) CHECK(one.try_encrypt("x"));
    auto moved = std::move(ring);
    CHECK(ring.try_keys().code() == STRONGROOM_INVALID_HANDLE && moved.keys().size() == 2);
    ring = std::move(moved);
    const auto seal = Seal::root_key("0123456789abcdef0123456789abcdef");
    CHECK(ring.keys().size() == 2 && ring.try_reseal({nullptr}).code() == STRONGROOM_INVALID_HANDLE && ring.try_reseal({&seal, nullptr}).code() == STRONGROOM_INVALID_HANDLE);
}

static void what_was_said_stays_said() {
    const auto ring = Keyring::in_memory();
    const auto key = ring.create_key("k");
    for (const size_t size : {size_t{0}, size_t{1}, size_t{39}, size_t{40}, size_t{41}, size_t{1000}}) {
        const std::string aad(size, 'a');
        auto said = options().aad(aad);
        auto taken = std::move(said);
        said = itself(said);
        taken = itself(taken);
        std::vector<Item> items;
        for (int i = 0; i < 20; i++) items.push_back({aad, std::move(said)});
        for (auto &text : key.encrypt_batch(items)) {
            if (size == 0) CHECK(text.code() == STRONGROOM_INVALID_AAD); // said, and empty
            else CHECK(key.decrypt(text.value(), taken) == aad && key.decrypt(text.value(), options().aad(aad)) == aad);
        }
        kept one(aad), two = std::move(one), three;
        three = std::move(two);
        three = itself(three);
        for (const auto *it : {&one, &two, &three}) CHECK(it->size() == size && (size == 0 || std::memcmp(it->data(), aad.data(), size) == 0));
        kept adopted(secret{bytes(aad)});
        CHECK(adopted.size() == size && secret(adopted) == aad);
    }
    // A map may come from anywhere; so may the text that one asks for.
    const std::map<std::string, std::string> columns = {{"row", "17"}, {"column", "number"}};
    const auto text = key.encrypt("4111", options().aad(columns));
    CHECK(key.decrypt(text, options().aad({{"column", "number"}, {"row", "17"}})) == "4111");
    CHECK(!options().aad("").empty() && options().empty() && options().version(0).empty());
    // Both are said: neither wins.
    CHECK(key.try_encrypt("x", options().aad("a").aad({{"a", "b"}})).code() == STRONGROOM_INVALID_ARGUMENT);
}

static void secrets() {
    secret one(bytes("4111")), two(4);
    CHECK(one == "4111" && one != two && two == bytes("\0\0\0\0", 4) && one != "411" && one != "41111");
    one = std::move(itself(one));
    CHECK(one == "4111");
    two = std::move(one);
    CHECK(two == "4111" && one.empty() && one.text().empty() && one == "" && one.begin() == one.end());
    CHECK(thrown_by([] { secret none(bytes(nullptr, 5)); }) == STRONGROOM_INVALID_ARGUMENT);
    bool threw = false;
    try {
        secret none(SIZE_MAX);
    } catch (const std::bad_alloc &) {
        threw = true;
    }
    CHECK(threw);
    // What is kept in the object itself is wiped with it.
    alignas(kept) static unsigned char room[sizeof(kept)];
    auto *placed = new (room) kept("a secret of 24 bytes 123");
    placed->~kept();
    const volatile unsigned char *left = room;
    size_t found = 0;
    for (size_t i = 0; i + 8 <= sizeof room; i++) {
        bool is_there = true;
        for (size_t j = 0; j < 8; j++) is_there = is_there && left[i + j] == static_cast<unsigned char>("a secret"[j]);
        found += is_there;
    }
    CHECK(found == 0);
}

static void sizes() {
    const auto key = Keyring::in_memory().create_key("k");
    for (const size_t size : {size_t{0}, size_t{1}, size_t{63}, size_t{65}, size_t{1} << 40, SIZE_MAX - 1, SIZE_MAX}) {
        CHECK(key.try_data_key(size).code() == STRONGROOM_INVALID_SIZE);
        CHECK(key.data_key_batch({{"", {}, {}, size}})[0].code() == STRONGROOM_INVALID_SIZE);
    }
    for (const size_t size : {16, 32, 64}) {
        const auto made = key.data_key(size);
        auto batch = key.data_key_batch({{"", {}, {}, size}});
        CHECK(made.plaintext.size() == size && key.decrypt(made.ciphertext) == made.plaintext);
        CHECK(batch[0].value().plaintext.size() == size && key.decrypt(batch[0].value().ciphertext) == batch[0].value().plaintext);
    }
    // What an operation has no use for is not done without.
    const auto refused = [](const auto &made) { return made.size() == 1 && made[0].code() == STRONGROOM_INVALID_ARGUMENT; };
    CHECK(refused(key.encrypt_batch({{"x", {}, "signature"}})) && refused(key.encrypt_batch({{"x", {}, {}, 16}})) && refused(key.hmac_batch({{"", {}, {}, 16}})));
    CHECK(refused(key.data_key_batch({{"x", {}, {}, 16}})) && refused(key.data_key_batch({{"", {}, "signature", 16}})));
    CHECK((key.verify_hmac_batch({{"x", {}, "mac", 16}}) == std::vector<status>{STRONGROOM_INVALID_ARGUMENT}));
}

static void what_is_missing() {
    const auto ring = Keyring::in_memory();
    const auto key = ring.create_key("k");
    const char *const none = nullptr;
    CHECK(key.try_encrypt(none).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.try_encrypt("x", options().aad(none)).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.try_encrypt("x", options().context(none)).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.try_encrypt("x", options().aad(bytes(nullptr, 5))).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.encrypt_batch({{none}})[0].code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.encrypt_batch({{"x", options().aad(none)}})[0].code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(thrown_by([&] { (void)key.encrypt("x", options().aad({{"row", none}})); }) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.try_context(none).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(Seal::try_root_key(none).code() == STRONGROOM_INVALID_ARGUMENT && Seal::try_passphrase(none).code() == STRONGROOM_INVALID_ARGUMENT);
    KeySpec hmac;
    hmac.key_type = "hmac";
    CHECK(ring.try_import_key("i", {none}, hmac).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(ring.try_restore_transit(none).code() == STRONGROOM_INVALID_ARGUMENT);
    // Containers that are empty are not missing.
    CHECK(key.decrypt(key.encrypt(std::vector<unsigned char>())).empty());
    CHECK(key.try_encrypt("x", options().aad(std::string_view())).code() == STRONGROOM_INVALID_AAD);
    CHECK(key.try_encrypt("x", options().aad(std::vector<unsigned char>())).code() == STRONGROOM_INVALID_AAD);
}

static void strings(const std::string &folder) {
    const auto seal = Seal::root_key("0123456789abcdef0123456789abcdef");
    const auto ring = Keyring::create(folder, seal);
    const auto key = ring.create_key("cards");
    const auto backup = key.backup(seal);
    // C would end each of them at the NUL, and do it to something else.
    const std::string nul("cards\0of another", 16);
    CHECK(ring.try_key(nul).code() == STRONGROOM_INVALID_ARGUMENT && ring.try_key_or_create(nul).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(ring.try_create_key(std::string("new\0", 4)).code() == STRONGROOM_INVALID_ARGUMENT && ring.try_delete_key(nul).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(ring.try_restore_key(backup, seal, std::string("new\0", 4)).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(Keyring::try_open(folder + std::string("\0/../x", 6), seal).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(ring.try_snapshot(folder + std::string("-s\0", 3)).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.try_rotate(std::string("xaes256-gcm\0", 12)).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(Seal::try_root_key_env(std::string("PATH\0", 5)).code() == STRONGROOM_INVALID_ARGUMENT);
    // Empty is not left out.
    KeySpec spec;
    spec.key_type = "";
    CHECK(!ring.try_create_key("typeless", spec) && !key.try_rotate("") && ring.try_restore_key(backup, seal, "").code() == STRONGROOM_INVALID_KEY_NAME);
    KeyringOptions how;
    how.pinned_id = "";
    CHECK(!Keyring::try_open(folder, seal, how));
    how.pinned_id = ring.id();
    CHECK(Keyring::try_open(folder, seal, how));
    CHECK(ring.keys().size() == 1 && key.info().latest_version == 1);
    // What was read of a key can be set again, and a 0 is what it is there.
    KeyConfig config;
    config.auto_rotate_period_s = 7200;
    key.configure(config);
    CHECK(key.info().auto_rotate_period_s == 7200);
    config.auto_rotate_period_s = 0;
    key.configure(config);
    CHECK(key.info().auto_rotate_period_s == 0);
    CHECK(key.rotate() == 2);
    config.min_encryption_version = 1;
    key.configure(config);
    CHECK(key.info().min_encryption_version == 1);
    config.min_encryption_version = 0;
    key.configure(config);
    CHECK(key.info().min_encryption_version == 0);
    config.min_decryption_version = 0;
    CHECK(key.try_configure(config).code() == STRONGROOM_INVALID_ARGUMENT);
    // A result that nobody changes, and one that nobody keeps.
    const auto info = key.try_info();
    CHECK(info && info.value().name == "cards" && info.message().empty());
    CHECK(thrown_by([&] { (void)ring.try_key("none").value(); }) == STRONGROOM_KEY_NOT_FOUND);
}

// A root key and a passphrase are the same however they come; a file that others can read is taken only where that was said.
static void seals(const std::string &folder) {
    const std::string digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", phrase = "correct horse";
    std::vector<unsigned char> key(32);
    for (size_t i = 0; i < key.size(); i++) key[i] = static_cast<unsigned char>(i);
    const auto made = Keyring::in_memory().create_key("k");
    const auto by_key = made.backup(Seal::root_key(key)), by_phrase = made.backup(Seal::passphrase(phrase, "desk"));
    const auto opens = [](const std::vector<unsigned char> &backup, const Seal &seal) {
        return thrown_by([&] { Keyring::in_memory().restore_key(backup, seal); });
    };
    CHECK(opens(by_key, Seal::root_key_text(digits)) == STRONGROOM_OK && opens(by_key, Seal::root_key_text("hex:" + digits + "\n")) == STRONGROOM_OK);
    for (const std::string &malformed : {std::string(), digits + "\r", digits.substr(1), "base64:" + digits})
        CHECK(thrown_by([&] { Seal::root_key_text(malformed); }) == STRONGROOM_INVALID_ROOT_KEY);
    CHECK(thrown_by([] { Seal::passphrase(""); }) == STRONGROOM_INVALID_ROOT_KEY);
    CHECK(opens(by_key, Seal::root_key_text(digits).insecure_mode_ok()) == STRONGROOM_INVALID_OPTION);
    const std::string key_file = folder + "-root-key", phrase_file = folder + "-passphrase";
    for (const auto &[path, text] : {std::pair(key_file, digits), std::pair(phrase_file, phrase)}) {
        std::FILE *file = std::fopen(path.c_str(), "w");
        CHECK(file && std::fprintf(file, "%s\n", text.c_str()) > 0 && std::fclose(file) == 0);
    }
    for (const auto &[mode, taken] : {std::pair(0600, true), std::pair(0644, false), std::pair(0666, false)}) {
        CHECK(chmod(key_file.c_str(), static_cast<mode_t>(mode)) == 0 && chmod(phrase_file.c_str(), static_cast<mode_t>(mode)) == 0);
        const status expected = taken ? STRONGROOM_OK : STRONGROOM_INSECURE_PERMISSIONS;
        CHECK(opens(by_key, Seal::root_key_file(key_file)) == expected && opens(by_phrase, Seal::passphrase_file(phrase_file, "desk")) == expected);
        CHECK(opens(by_key, Seal::root_key_file(key_file).insecure_mode_ok()) == STRONGROOM_OK);
        CHECK(opens(by_phrase, Seal::passphrase_file(phrase_file, "desk").insecure_mode_ok()) == STRONGROOM_OK);
    }
    CHECK(opens(by_key, Seal::root_key_file(folder + "-none").insecure_mode_ok()) == STRONGROOM_SEAL_FAILED);

    CHECK(opens(by_key, Seal::url("file:" + key_file).insecure_mode_ok()) == STRONGROOM_OK && opens(by_phrase, Seal::url("passphrase:" + phrase_file + "?id=desk").insecure_mode_ok()) == STRONGROOM_OK);
    for (const char *secret : {"hunter2", "vault://root:hunter2@host/transit/app", "vault://host/transit/app?token=hunter2"}) {
        const auto refused = Seal::try_url(secret);
        CHECK(refused.code() == STRONGROOM_INVALID_URL && refused.message().find("hunter2") == std::string::npos);
        CHECK(thrown_by([&] { Seal::url(secret); }) == STRONGROOM_INVALID_URL);
    }
    const auto first = Seal::root_key_env("STRONGROOM_NOT_SET"), second = Seal::root_key(key), third = Seal::passphrase(phrase, "desk");
    CHECK(Keyring::create(folder + "-several", Seal::any({&second, &third})).seals().size() == 2);
    for (const Seal *one : {&second, &third}) CHECK(Keyring::try_open(folder + "-several", Seal::any({&first, one})));
    CHECK(Seal::try_any({&first, nullptr}).code() == STRONGROOM_INVALID_HANDLE);
    CHECK(Keyring::try_open(folder + "-several", Seal::any({&first})).code() == Keyring::try_open(folder + "-several", first).code());
    CHECK(Seal::try_any({}).code() == STRONGROOM_INVALID_OPTION);

    const auto ring = Keyring::create(folder + "-labelled", Seal::root_key(key).labelled("the safe"));
    ring.add_seal(Seal::passphrase(phrase, "desk"));
    const auto listed = ring.seals();
    CHECK(listed.size() == 2 && listed[0].id == Seal::root_key_text(digits).id() && listed[0].label == "the safe" && listed[0].added > 1'700'000'000'000'000'000u);
    CHECK(listed[0].in_use && !listed[1].in_use && listed[1].id == "desk" && !listed[1].label && !listed[1].added);
    CHECK(ring.try_add_seal(Seal::passphrase(phrase, "other").labelled("")).code() == STRONGROOM_INVALID_OPTION);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    handles();
    what_was_said_stays_said();
    secrets();
    sizes();
    what_is_missing();
    seals(argv[1]);
    strings(argv[1]);
}
