// What strongroom.hpp must not let through. The assertions hold in every program; each CASE is a line that a compiler has to refuse, and
// c/refused.rs asks one.
#include <strongroom.hpp>

using namespace strongroom;

template <class T> constexpr bool only_moves = !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
                                               std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>;
static_assert(only_moves<Keyring> && only_moves<Key> && only_moves<Seal> && only_moves<secret> && only_moves<result<Key>> && only_moves<result<secret>>);
static_assert(std::is_nothrow_move_constructible_v<DataKey> && !std::is_copy_constructible_v<DataKey>);
static_assert(std::is_nothrow_copy_constructible_v<kept> && std::is_nothrow_copy_constructible_v<options> && std::is_nothrow_copy_constructible_v<Item>);
static_assert(std::is_nothrow_move_constructible_v<map> && std::is_nothrow_move_constructible_v<KeySpec> && std::is_nothrow_move_constructible_v<KeyInfo>);
// Handles are adopted on purpose alone.
static_assert(!std::is_convertible_v<uint64_t, Key> && !std::is_convertible_v<uint64_t, Keyring> && !std::is_convertible_v<uint64_t, Seal>);

// What is kept takes temporaries, and is no view.
static_assert(std::is_convertible_v<std::string &&, kept> && std::is_convertible_v<std::vector<unsigned char> &&, kept> && std::is_convertible_v<secret &&, kept>);
static_assert(std::is_same_v<decltype(Item::input), kept> && std::is_same_v<decltype(Item::signature), kept> && std::is_same_v<decltype(Import::material), kept>);
static_assert(std::is_same_v<map::pair, std::pair<std::string, std::string>>);
static_assert(std::is_same_v<decltype(KeyInfo::name), std::string> && std::is_same_v<decltype(KeyInfo::key_type), std::string> && std::is_same_v<decltype(VersionInfo::key_type), std::string>);
static_assert(!std::is_constructible_v<bytes, std::nullptr_t> && !std::is_constructible_v<kept, std::nullptr_t> && !std::is_constructible_v<kept, int>);

static_assert(std::is_same_v<decltype(Token::payload), secret> && std::is_nothrow_move_constructible_v<Token> && !std::is_copy_constructible_v<Token>);
static_assert(std::is_copy_assignable_v<index_options> && std::is_copy_assignable_v<token_form>);

// What is taken from a result or from options that nobody keeps is a value.
static_assert(std::is_same_v<decltype(std::declval<result<secret>>().value()), secret> && std::is_same_v<decltype(std::declval<result<std::string>>().value()), std::string>);
static_assert(std::is_same_v<decltype(std::declval<result<Key>>().message()), std::string> && std::is_same_v<decltype(std::declval<result<void>>().message()), std::string>);
static_assert(std::is_same_v<decltype(options().aad("x")), options> && std::is_same_v<decltype(options().context(map()).version(1)), options>);
static_assert(std::is_same_v<decltype(std::declval<options &>().hash(STRONGROOM_SHA1)), options &>);
static_assert(std::is_same_v<decltype(options().padding(STRONGROOM_PADDING_PSS).salt_length(20).prehashed()), options>);
static_assert(std::is_same_v<decltype(std::declval<options &>().salt_length(STRONGROOM_SALT_AUTO)), options &>);

static_assert(std::is_same_v<decltype(index_options("x").normalize("email").bits(64).version(1)), index_options>);
static_assert(std::is_same_v<decltype(token_form().prefix("a1_").leeway(std::chrono::seconds(1))), token_form>);

// A function that may throw is none for the library.
static_assert(!std::is_convertible_v<void (*)(void *, const char *), strongroom_name_fn> && std::is_convertible_v<void (*)(void *, const char *) noexcept, strongroom_name_fn>);

[[maybe_unused]] static void cases(const Keyring &ring, const Key &key, const Seal &seal, std::string text) {
#if CASE == 1 // shows a plaintext that is gone at the end of the line
    std::string_view plain = key.decrypt(text).text();
#elif CASE == 2 // the same by its bytes
    const unsigned char *plain = key.decrypt(text).data();
#elif CASE == 3 // and by an iterator
    auto at = key.decrypt(text).begin();
#elif CASE == 4 // shows options that are gone
    const strongroom_options raw = options().aad(text).raw();
#elif CASE == 5 // an aad that is missing
    key.encrypt(text, options().aad(nullptr));
#elif CASE == 6 // a plaintext that is missing
    key.encrypt(nullptr);
#elif CASE == 7 // an aad that may be missing
    key.encrypt(text, options().aad(std::optional<std::string>()));
#elif CASE == 8 // an item that is missing
    key.encrypt_batch({{nullptr}});
#elif CASE == 9 // an aad in place of the options
    key.encrypt(text, "order-17");
#elif CASE == 10 // a text in place of the items
    key.encrypt_batch("hello");
#elif CASE == 11 // two owners of one handle
    Key copy = key;
#elif CASE == 12 // and of one plaintext
    secret plain = key.decrypt(text), copy = plain;
#elif CASE == 13 // a function that may throw, which would throw through the library
    strongroom_keyring_keys(ring.get(), [](void *, const char *) { throw 1; }, nullptr);
#elif CASE == 14 // the same in a provider
    strongroom_provider provider = {};
    provider.release = [](void *) {};
#elif CASE == 15 // a number in place of a handle
    ring.reseal({7});
#elif CASE == 16 // a failure that nobody looks at
    key.try_verify(text, text);
#elif CASE == 17 // options that are changed and thrown away
    options().aad(text);
#elif CASE == 18 // a map whose value may be missing
    key.encrypt(text, options().aad({{"row", nullptr}}));
#elif CASE == 19 // bytes of something that has none
    key.encrypt(17);
#elif CASE == 20 // wide characters, of which every second byte is zero
    key.encrypt(L"4111");
#elif CASE == 21 // shows how a column is indexed by what is gone
    const strongroom_index_options raw = index_options(text).raw();
#elif CASE == 22 // and how a token begins
    const strongroom_token_form raw = token_form().prefix(text).raw();
#elif CASE == 23 // shows what a token carried that is gone at the end of the line
    std::string_view payload = key.redeem(text).payload.text();
#elif CASE == 24 // a text in place of how a column is indexed
    (void)key.index(text, "users.email");
#elif CASE == 25 // a number in place of a time
    (void)key.issue(text, 3600);
#elif CASE == 26 // a column without a name
    index_options nameless;
#elif CASE == 27 // a function for indexes that may throw
    strongroom_key_indexes(key.get(), "x", 1, nullptr, [](void *, size_t, size_t, const void *, size_t) {}, nullptr);
#elif CASE == 28 // a step that is said and thrown away
    index_options(text).normalize("email");
#endif
    (void)ring, (void)key, (void)seal, (void)text;
}

int main() {}
