"""``client.secrets.transit`` of hvac 2.4 over a keyring, so that a program that uses it moves without edits.

>>> from strongroom import Keyring
>>> transit = Transit(Keyring.in_memory())
>>> transit.create_key("cards")["data"]["type"]
'aes256-gcm96'
>>> text = transit.encrypt_data("cards", plaintext="NDExMQ==")["data"]["ciphertext"]
>>> transit.decrypt_data("cards", ciphertext=text)["data"]["plaintext"]
'NDExMQ=='

hvac itself is not needed. Where it is installed, what is raised is of its classes; else of classes of the same shape (``exceptions``).
"""

from strongroom.compat.hvac import exceptions
from strongroom.compat.hvac.answers import Answer, NoContent
from strongroom.compat.hvac.transit import Transit

__all__ = ["Answer", "NoContent", "Transit", "exceptions"]
