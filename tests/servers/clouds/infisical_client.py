"""Infisical's own client, infisicalsdk."""
import os

from base64 import b64decode, b64encode

from infisical_sdk import InfisicalSDKClient

KEY, PROJECT = "3fa85f64-5717-4562-b3fc-2c963f66afa6", "5b5f8b8e-0000-4000-8000-2c963f66afa6"
PLACE = {"project_id": PROJECT, "environment_slug": "prod", "secret_path": "/"}


def logged_in(address, secret="client-hunter2"):
    client = InfisicalSDKClient(host=f"http://{address}")
    client.auth.universal_auth.login(client_id="client-id", client_secret=secret)
    return client


def connect(address, _folder):
    client = logged_in(address)
    client.address = address
    return client


def fails(said, call, *words, **given):
    try:
        call(*words, **given)
    except Exception as error:
        assert said in str(error), error
        return
    raise SystemExit(f"{said}: it was taken")


def wrap(client, key, _aad):
    # A seal keeps the text that Infisical gives.
    text = client.kms.encrypt_data(key_id=KEY, base64EncodedPlaintext=key)
    return f"{b64encode(text.encode()).decode()} -"


def unwrap(client, blob, _version, _aad):
    return client.kms.decrypt_data(key_id=KEY, ciphertext=b64decode(blob).decode())


def add_secret(client, text):
    try:
        client.secrets.create_secret_by_name(secret_name="SEALING", secret_value=text, **PLACE)
    except Exception as error:
        assert "already exist" in str(error), error
        client.secrets.update_secret_by_name(current_secret_name="SEALING", secret_value=text, **PLACE)


def secret(client):
    """What the newest version holds."""
    read = client.secrets.get_secret_by_name(secret_name="SEALING", expand_secret_references=False, **PLACE)
    return read.secretValue


def drive(client):
    fails("Invalid credentials", logged_in, client.address, "none")
    key = b64encode(os.urandom(32)).decode()
    text = client.kms.encrypt_data(key_id=KEY, base64EncodedPlaintext=key)
    assert client.kms.decrypt_data(key_id=KEY, ciphertext=text) == key
    fails("decrypt", client.kms.decrypt_data, key_id=KEY, ciphertext=b64encode(bytes(64)).decode())
    fails("not found", client.kms.decrypt_data, key_id=PROJECT, ciphertext=text)
    fails("not found", client.secrets.get_secret_by_name, secret_name="SEALING", **PLACE)
    add_secret(client, "before")
    add_secret(client, "a${OTHER}")
    # A new one, since this client remembers what it wrote.
    read = logged_in(client.address).secrets.get_secret_by_name(secret_name="SEALING", expand_secret_references=False, **PLACE)
    assert read.secretValue == "a${OTHER}" and not read.secretValueHidden and read.version == 2
    numbered = {"secret_name": "SEALING", "expand_secret_references": False, **PLACE}
    before = logged_in(client.address).secrets.get_secret_by_name(version="1", **numbered)
    assert before.secretValue == "before" and before.version == 1
    fails("not found", logged_in(client.address).secrets.get_secret_by_name, version="3", **numbered)
    elsewhere = {**PLACE, "environment_slug": "staging"}
    fails("not found", client.secrets.update_secret_by_name, current_secret_name="SEALING", secret_value="x", **elsewhere)
    return "driven"
