"""A keyring in a folder: encrypt, rotate, decrypt what is old, bring it up to date."""

import os
import tempfile

import strongroom

with tempfile.TemporaryDirectory() as folder:
    # Once, by `strongroom init` or by hand; the root key is kept outside the keyring.
    os.environ["STRONGROOM_ROOT_KEY"] = strongroom.Seal.generate_root_key()
    seal = strongroom.Seal.root_key_env("STRONGROOM_ROOT_KEY")
    strongroom.Keyring.create(folder, seal, label="example").create_key("cards")

    # In the service:
    with strongroom.Keyring.open(folder, seal) as ring:
        cards = ring.key("cards")
        orders = {"order-17": b"4111 1111 1111 1111", "order-18": b"4242 4242 4242 4242"}
        rows = {order: cards.encrypt(number, aad=order) for order, number in orders.items()}

        cards.rotate()
        for order, number in orders.items():
            assert cards.decrypt(rows[order], aad=order) == number

        try:
            cards.decrypt(rows["order-17"], aad="order-18")
        except strongroom.errors.DecryptFailed as error:
            print(f"moved to another order: {error}")

        renewed = cards.rewrap_batch(rows.values(), aad=rows.keys())
        print("before:", [row.split(":")[1] for row in rows.values()])
        print("after: ", [row.split(":")[1] for row in renewed])
