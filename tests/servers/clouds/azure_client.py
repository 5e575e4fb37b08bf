"""Azure's own clients: azure-identity, azure-keyvault-keys and azure-keyvault-secrets."""
import os

from base64 import b64decode, b64encode

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, KeyWrapAlgorithm
from azure.keyvault.secrets import SecretClient

TENANT, CLIENT = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
OAEP = KeyWrapAlgorithm.rsa_oaep_256


class Vault:
    def __init__(self, address, folder, secret="client+secret/hunter2", **given):
        self.address, self.folder, self.url = address, folder, f"https://{address}"
        self.given = {"connection_verify": f"{folder}/ca.pem", "retry_total": 0}
        self.credential = ClientSecretCredential(
            TENANT, CLIENT, secret, authority=self.url, disable_instance_discovery=True, **self.given
        )
        self.given = {"verify_challenge_resource": False, **self.given, **given}
        self.keys = KeyClient(self.url, self.credential, **self.given)
        self.secrets = SecretClient(self.url, self.credential, **self.given)

    def by(self, version):
        return CryptographyClient(f"{self.url}/keys/app/{version}", self.credential, **self.given)


def connect(address, folder):
    return Vault(address, folder)


def fails(kind, said, call, *words, **given):
    try:
        call(*words, **given)
    except kind as error:
        assert said in str(error), error
        return
    raise SystemExit(f"{said}: it was taken")


def wrap(vault, key, _aad):
    version = vault.keys.get_key("app").properties.version
    return f"{b64encode(vault.by(version).wrap_key(OAEP, b64decode(key)).encrypted_key).decode()} {version}"


def unwrap(vault, blob, version, _aad):
    return b64encode(vault.by(version).unwrap_key(OAEP, b64decode(blob)).key).decode()


def rotate(vault):
    return vault.keys.rotate_key("app").properties.version


def version(vault):
    return vault.keys.get_key("app").properties.version


def enable(vault, version, enabled):
    vault.keys.update_key_properties("app", version, enabled=enabled == "true")


def add_secret(vault, text):
    return vault.secrets.set_secret("sealing", text).properties.version


def more_secret(vault, text):
    """A version with tags and a content type."""
    vault.secrets.set_secret("sealing", text, content_type="text/plain", tags={"team": "app"})


def secret(vault):
    """The newest version: what it holds, its content type and its tags."""
    read = vault.secrets.get_secret("sealing")
    tags = ",".join(f"{name}={value}" for name, value in (read.properties.tags or {}).items())
    return f"{read.value} {read.properties.content_type} {tags}"


def enable_secret(vault, version, enabled):
    vault.secrets.update_secret_properties("sealing", version, enabled=enabled == "true")


def drive(vault):
    address, folder = vault.address, vault.folder
    fails(Exception, "challenge resource", Vault(address, folder, verify_challenge_resource=True).keys.get_key, "app")
    fails(ClientAuthenticationError, "AADSTS7000215", Vault(address, folder, secret="none").keys.get_key, "app")
    first = version(vault)
    assert len(first) == 32 and vault.keys.get_key("app").id == f"{vault.url}/keys/app/{first}"
    key = os.urandom(32)
    # This client wraps with the public key that it fetched; what it asks for is to unwrap.
    wrapped = vault.by(first).wrap_key(OAEP, key).encrypted_key
    assert vault.by(first).unwrap_key(OAEP, wrapped).key == key
    # The other way, which needs no public key, is that of the generated client underneath.
    remote = vault.by(first)
    answer = remote._client.wrap_key("app", first, parameters={"alg": "RSA-OAEP-256", "value": key})
    assert answer.kid == f"{vault.url}/keys/app/{first}" and vault.by(first).unwrap_key(OAEP, answer.result).key == key
    second = rotate(vault)
    assert second != first == vault.by(first).unwrap_key(OAEP, wrapped).key_id.rsplit("/", 1)[1]
    fails(HttpResponseError, "BadParameter", vault.by(second).unwrap_key, OAEP, wrapped)
    fails(HttpResponseError, "BadParameter", vault.by(first).unwrap_key, OAEP, bytes(256))
    fails(ResourceNotFoundError, "KeyNotFound", vault.keys.get_key, "absent")
    fails(ResourceNotFoundError, "KeyNotFound", vault.keys.get_key, "app", "0" * 32)
    enable(vault, first, "false")
    assert not vault.keys.get_key("app", first).properties.enabled
    enable(vault, first, "true")
    assert vault.by(first).unwrap_key(OAEP, wrapped).key == key

    fails(ResourceNotFoundError, "SecretNotFound", vault.secrets.get_secret, "sealing")
    old, new = add_secret(vault, "a"), add_secret(vault, "b")
    assert vault.secrets.get_secret("sealing").value == "b" and vault.secrets.get_secret("sealing", old).value == "a"
    versions = [each.version for each in vault.secrets.list_properties_of_secret_versions("sealing", max_page_size=1)]
    assert sorted(versions) == sorted([old, new]), versions
    more_secret(vault, "c")
    assert secret(vault) == "c text/plain team=app"
    new = add_secret(vault, "d")
    assert secret(vault) == "d None ", "a version has nothing of the one before"
    enable_secret(vault, new, "false")
    fails(HttpResponseError, "disabled", vault.secrets.get_secret, "sealing")
    return "driven"
