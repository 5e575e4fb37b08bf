"""Google's own clients, google-cloud-kms and google-cloud-secret-manager, over REST."""
import os

from base64 import b64decode, b64encode

from google.api_core.exceptions import BadRequest, NotFound
from google.auth.exceptions import RefreshError
from google.cloud import kms_v1, secretmanager_v1
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials as Token

KEY = "projects/tests/locations/global/keyRings/ring/cryptoKeys/app"
SECRET = "projects/tests/secrets/sealing"


def clients(address, credentials):
    given = {"credentials": credentials, "transport": "rest", "client_options": {"api_endpoint": f"http://{address}"}}
    return kms_v1.KeyManagementServiceClient(**given), secretmanager_v1.SecretManagerServiceClient(**given)


def connect(address, folder):
    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
    credentials = service_account.Credentials.from_service_account_file(f"{folder}/service.json", scopes=scopes)
    return (*clients(address, credentials), address)


def fails(kind, call, said="", **request):
    try:
        call(request=request)
    except kind as error:
        assert said in str(error), error
        return
    raise SystemExit(f"{request} was taken")


def wrap(connected, key, aad, name=KEY):
    request = {"name": name, "plaintext": b64decode(key), "additional_authenticated_data": b64decode(aad)}
    answer = connected[0].encrypt(request=request)
    return f"{b64encode(answer.ciphertext).decode()} {answer.name.rsplit('/', 1)[1]}"


def unwrap(connected, blob, version, aad, name=KEY):
    request = {"name": name, "ciphertext": b64decode(blob), "additional_authenticated_data": b64decode(aad)}
    return b64encode(connected[0].decrypt(request=request).plaintext).decode()


def make_key(connected):
    """Where there is none yet."""
    ring, key = KEY.split("/cryptoKeys/")
    parent, ring_id = ring.split("/keyRings/")
    connected[0].create_key_ring(parent=parent, key_ring_id=ring_id, key_ring={})
    connected[0].create_crypto_key(parent=ring, crypto_key_id=key, crypto_key={"purpose": "ENCRYPT_DECRYPT"})


def rotate(connected):
    return connected[0].create_crypto_key_version(parent=KEY).name


def state(connected, version, name):
    version = {"name": f"{KEY}/cryptoKeyVersions/{version}", "state": name}
    connected[0].update_crypto_key_version(crypto_key_version=version, update_mask={"paths": ["state"]})


def add_secret(connected, text):
    payload = {"data": text.encode()}
    return connected[1].add_secret_version(parent=SECRET, payload=payload).name


def secret(connected):
    """What the newest version holds."""
    return connected[1].access_secret_version(name=f"{SECRET}/versions/latest").payload.data.decode()


def disable_secret(connected, version):
    connected[1].disable_secret_version(name=f"{SECRET}/versions/{version}")


def drive(connected):
    kms, secrets, address = connected
    key, aad = os.urandom(32), b"bound to"
    sealed = kms.encrypt(request={
        "name": KEY, "plaintext": key, "additional_authenticated_data": aad,
        "plaintext_crc32c": crc32c(key), "additional_authenticated_data_crc32c": crc32c(aad),
    })
    assert sealed.name == f"{KEY}/cryptoKeyVersions/1" and sealed.ciphertext_crc32c == crc32c(sealed.ciphertext)
    assert sealed.verified_plaintext_crc32c and sealed.verified_additional_authenticated_data_crc32c
    asked = {"name": KEY, "ciphertext": sealed.ciphertext, "additional_authenticated_data": aad}
    opened = kms.decrypt(request=asked)
    assert opened.plaintext == key and opened.plaintext_crc32c == crc32c(key)
    fails(BadRequest, kms.decrypt, "Decryption failed", **{**asked, "additional_authenticated_data": b"another"})
    fails(BadRequest, kms.decrypt, "Decryption failed", **{**asked, "name": KEY.replace("app", "other")})
    fails(BadRequest, kms.decrypt, **asked, ciphertext_crc32c=1)
    fails(BadRequest, kms.encrypt, name=KEY, plaintext=key, plaintext_crc32c=1)
    fails(BadRequest, kms.encrypt, name=KEY, plaintext=bytes(65537))
    fails(NotFound, kms.encrypt, name=KEY + "2", plaintext=key)
    fails(RefreshError, clients(address, Token("none"))[0].decrypt, **asked)
    assert rotate(connected).endswith("/2") and kms.decrypt(request=asked).plaintext == key
    state(connected, 1, "DISABLED")
    fails(BadRequest, kms.decrypt, "not enabled", **asked)
    state(connected, 1, "ENABLED")
    assert kms.decrypt(request=asked).plaintext == key

    latest = {"name": f"{SECRET}/versions/latest"}
    fails(NotFound, secrets.access_secret_version, **latest)
    added = add_secret(connected, "a"), add_secret(connected, "b")
    assert [name.rsplit("/", 1)[1] for name in added] == ["1", "2"]
    fails(BadRequest, secrets.add_secret_version, parent=SECRET, payload={"data": b"c", "data_crc32c": 1})
    fails(NotFound, secrets.access_secret_version, name=f"{SECRET}/versions/3")
    read = secrets.access_secret_version(request=latest)
    assert read.name == added[1] and read.payload.data == b"b" and read.payload.data_crc32c == crc32c(b"b")
    assert secrets.access_secret_version(request={"name": added[0]}).payload.data == b"a"
    secrets.disable_secret_version(name=added[1])
    fails(BadRequest, secrets.access_secret_version, "DISABLED", **latest)
    return "driven"


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
