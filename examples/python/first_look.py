"""Encrypts a card number, rotates the key, and brings the ciphertext up to date."""

import os
import tempfile

from strongroom import Keyring, Seal

# Once: keep this text where a copy of the folder is not, here in an environment variable.
os.environ["STRONGROOM_ROOT_KEY"] = Seal.generate_root_key()
seal = Seal.root_key_env("STRONGROOM_ROOT_KEY")
folder = os.path.join(tempfile.mkdtemp(), "keys")
Keyring.create(folder, seal).create_key("cards")

# In the service:
with Keyring.open(folder, seal) as ring:
    cards = ring.key("cards")
    ciphertext = cards.encrypt(b"4111 1111 1111 1111", aad="order-17")
    cards.rotate()
    number = cards.decrypt(ciphertext, aad="order-17")  # version 1 still opens
    current = cards.rewrap(ciphertext, aad="order-17")  # now version 2
    print(number.decode(), ciphertext[:14], current[:14])
