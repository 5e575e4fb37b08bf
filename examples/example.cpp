// Encrypts a card number under a key in a folder, rotates the key, and brings the ciphertext up to date.
#include <iostream>
#include <strongroom.hpp>

int main(int argc, char **argv) {
    using namespace strongroom;
    try {
        const auto ring = Keyring::create(argc > 1 ? argv[1] : "keys", Seal::root_key_env("STRONGROOM_ROOT_KEY"));
        const auto cards = ring.create_key("cards");
        const auto order = options().aad("order-17");

        std::string text = cards.encrypt("4111 1111 1111 1111", order);
        cards.rotate();
        const secret number = cards.decrypt(text, order); // version 1 still opens; wiped when it goes
        text = cards.rewrap(text, order);
        std::cout << number.text() << '\n' << text << '\n';

        if (const auto other = cards.try_decrypt(text, options().aad("order-18")); !other) std::cout << other.name() << '\n';
    } catch (const error &failure) {
        std::cerr << failure.name() << ": " << failure.what() << '\n';
        return 1;
    }
}
