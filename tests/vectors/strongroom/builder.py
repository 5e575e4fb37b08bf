"""Keyrings in the making: documents on one side, the JSON that describes them and their cases on the other."""

import formats
from formats import CTR_STREAM, ED25519, GCM_STREAM, HMAC, NONCE, SIV, TYPES, XAES
from primitives import Stream, ed25519_public

TIME = 1_750_000_000_000_000_000
LENGTHS = (0, 1, 15, 16, 17, 31, 32, 33, 64, 255, 1000)

TRICKY = {"": "", "a": "1", "aa": "", "ab": "2", "b": "b", "Z": "capital", "é": "composed", "e\u0301": "decomposed",
          "\ufffd": "U+FFFD", "\U0001f511": "🔑", "a\u0000": "nul", "c": "x"}
CONTEXTS = (
    {"text": "user-4711"}, {"bytes": "00ff80fe"}, {"map": {"tenant": "acme", "table": "cards", "row": "17"}},
    {"map": TRICKY}, {"text": "ünïcode ✓"}, {"map": {"": ""}}, {"bytes": "00"}, {"repeat": ["c3", 300]},
)
AADS = (
    None, {"text": "record 1"}, {"bytes": "000102fffe"}, {"map": {"b": "2", "a": "1"}}, None,
    {"repeat": ["61", 1000]}, {"map": {"\ufffd": "1", "\U0001f511": "2", "": ""}}, None,
)


STREAMS = {GCM_STREAM: {"segment": 4096, "derived": 32, "hkdf": "sha2-256"},
           CTR_STREAM: {"segment": 1048576, "derived": 16, "hkdf": "sha1", "hmac": "sha2-512", "tag": 32}}


def jsonified(value):
    """Bytes as hex, integer names of a map as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(name): jsonified(item) for name, item in value.items()}
    return [jsonified(item) for item in value] if isinstance(value, list) else value


def numbered(n, version):
    return {"number": n, "type_name": TYPES[version["type"]].name, **jsonified(version)}


def form_of(value):
    return "no" if value is None else next(iter(value))


def version(stream, number, size=None, /, **fields):
    """A version with everything that its type has; a field given as None is left out."""
    if number == ED25519:
        seed = stream.take(32)
        material = seed + ed25519_public(seed)
    else:
        material = stream.take(size or TYPES[number].size or 32)
    made = {"type": number, "created": TIME, "hmac_key": stream.take(32), "material": material, **fields}
    if number in (GCM_STREAM, CTR_STREAM):
        made.setdefault("stream", STREAMS[number])
    if number in (HMAC, 18, 19):
        del made["hmac_key"]
    return {field: value for field, value in made.items() if value is not None}


def trimmed(number, at=TIME, **fields):
    return {"type": number, "trimmed": at, **fields}


def key_body(name, versions, **options):
    body = {
        "name": name, "derived": False, "convergent": False, "disabled": False, "imported": False,
        "exportable": False, "allow_rotation": False, "deletion_allowed": False, "allow_plaintext_backup": False,
        "auto_rotate_period": 0, "min_available_version": 0, "min_decryption_version": 1,
        "min_encryption_version": 0, "labels": {}, "versions": versions, **options,
    }
    if body["derived"]:
        body.setdefault("kdf", 1)
    if body["convergent"]:
        body.setdefault("convergent_version", 3)
    if versions[-1]["type"] == HMAC:
        body.setdefault("key_size", len(versions[-1].get("material", bytes(32))))
    return body


KEPT = ("kdf", "deleted", "archive", "transit")


def described(body):
    """The body as JSON, its versions numbered; what is false, 0 or without labels is left out."""
    out = {name: jsonified(value) for name, value in body.items() if name in KEPT or value not in (False, 0, {})}
    if "versions" in body:
        out["versions"] = [numbered(n, v) for n, v in enumerate(body["versions"], 1)]
    if "archive" in body:
        out["archive"] = [numbered(n, v) for n, v in body["archive"].items()]
    return out


class Key:
    """A key whose cases can be made; `prefix` starts their ids."""

    def __init__(self, prefix, body):
        self.body, self.prefix = body, f"{prefix}/{body['name'][:40]}"
        self.stream, self.cases, self._ids = Stream(self.prefix), [], set()

    @property
    def latest(self):
        return len(self.body["versions"])

    def sealed(self, data, context, aad, n):
        nonce = None
        if self.body["versions"][n - 1]["type"] != SIV and not self.body["convergent"]:
            nonce = self.stream.take(24 if self.body["versions"][n - 1]["type"] == XAES
                                     else NONCE[self.body["versions"][n - 1]["type"]])
        return formats.encrypt(self.body, n, context, aad, data, nonce)

    def decrypt(self, size, context=None, aad=None, n=None, template=True, note=""):
        n, data = n or self.latest, self.stream.take(size)
        spelled = formats.text(self.body, n, self.sealed(data, context, aad, n), template=template)
        self._crypt("decrypt", n, context, aad, data, note, text=spelled)

    def decrypt_binary(self, size, context=None, aad=None, n=None, note=""):
        n, data = n or self.latest, self.stream.take(size)
        spelled = formats.binary(n, self.sealed(data, context, aad, n))
        self._crypt("decrypt_binary", n, context, aad, data, note, binary=spelled.hex())

    def encrypt(self, size, context=None, aad=None, n=None, note=""):
        n, data = n or self.latest, self.stream.take(size)
        spelled = formats.text(self.body, n, self.sealed(data, context, aad, n))
        self._crypt("encrypt", n, context, aad, data, note, text=spelled)

    def opened(self, payload, data, context=None, aad=None, n=None, note=""):
        """A decryption of a payload that was made elsewhere."""
        n = n or self.latest
        self._crypt("decrypt", n, context, aad, data, note, text=formats.text(self.body, n, payload))

    def sign(self, size, form="asn1", context=None, n=None, op="sign", template=True, note=""):
        n, message = n or self.latest, self.stream.take(size)
        signature = formats.sign(self.body, n, context, message)
        self.signed(op, n, form, context, message, signature, template, note)

    def signed(self, op, n, form, context, message, signature, template=True, note=""):
        spelled = formats.text(self.body, n, signature, jws=form == "jws", template=template)
        note = "-".join(part for part in (form, form_of(context), note) if part)
        self._add(op, n, len(message), note, context=context, form=form, message=message.hex(), text=spelled)

    def public_key(self, context=None, n=None):
        n = n or self.latest
        public = formats.public_key(self.body, n, context).hex()
        self._add("public_key", n, None, form_of(context), context=context, public=public)

    def mac(self, size, name="sha2-256", n=None, op="hmac"):
        n, message = n or self.latest, self.stream.take(size)
        spelled = formats.text(self.body, n, formats.mac(self.body, n, message, name), template=False)
        self._add(op, n, size, name, hash=name, message=message.hex(), text=spelled)

    def _crypt(self, op, n, context, aad, data, note, **spelled):
        what = "-".join(part for part in (form_of(context), f"aad-{form_of(aad)}", note) if part)
        self._add(op, n, len(data), what, context=context, aad=aad, **spelled, plaintext=data.hex())

    def _add(self, op, n, size, what, **fields):
        case_id = f"{self.prefix}/{op}/v{n}" + ("" if size is None else f"-{size}-bytes") + f"-{what}"
        count = sum(1 for taken in self._ids if taken.partition("#")[0] == case_id)
        case_id += f"#{count + 1}" if count else ""
        self._ids.add(case_id)
        self.cases.append({"id": case_id, "op": op, "version": n, **fields})


class Ring:
    """A keyring: root keys, seals, documents, keys."""

    def __init__(self, ring_id, label, roots, sealers, generation=1, fallen=(), **more):
        """`more` are the other fields of the root document; with a `line` that is True, one of all roots and of those that have fallen out."""
        self.id, self.label, self.sealers, self.generation = ring_id, label, sealers, generation
        self.stream = Stream("keyring " + ring_id)
        self.keyring_id = self.stream.take(16)
        self.roots = {number: self.stream.take(32) for number in roots}
        self.fallen, self.more = {number: self.stream.take(32) for number in fallen}, more
        if more.get("line") is True:
            self.more["line"] = formats.line(self.keyring_id, dict(sorted({**self.fallen, **self.roots}.items())))
        self.keys, self.documents = [], {"root.sr": self.root()}

    def content(self):
        """The root document's content, wrapped for every seal."""
        return {"label": self.label, "roots": [
            {"copies": [formats.copy(self.keyring_id, n, s, key, self.stream) for s in self.sealers], "number": n}
            for n, key in self.roots.items()
        ], **self.more}

    def root(self):
        return formats.root_document(self.keyring_id, self.generation, self.content(), self.roots[max(self.roots)])

    def document(self, name, body, generation=1, root=None, key_id=None, stream=None, **parts):
        """The bytes of a document; `parts` replaces what a wrong one has different."""
        stream = stream or self.stream
        root = root or max(self.roots)
        given = {"keyring_id": self.keyring_id, "root": root, "root_key": self.roots.get(root),
                 "generation": generation, "key_id": key_id or stream.take(16), "name": name, "body": body,
                 "nonce": stream.take(24), **parts}
        return formats.document(**given)

    def add(self, name, versions, generation=1, root=None, **options):
        return self.put(key_body(name, versions, **options), generation, root)

    def put(self, body, generation=1, root=None):
        name, key_id = body["name"], self.stream.take(16)
        root, file = root or max(self.roots), formats.file_name(name)
        self.documents[file] = self.document(name, body, generation, root, key_id)
        key = Key(self.id, body)
        self.keys.append((key, {"name": name, "file": file, "root": root, "generation": generation,
                                "key_id": key_id.hex(), **described(body)}))
        return key

    def tombstone(self, name, deleted, generation, root=None):
        self.put({"name": name, "deleted": deleted}, generation, root)

    def key(self, name):
        return next(key for key, _ in self.keys if key.body["name"] == name)

    def as_json(self):
        return {
            "id": self.id, "label": self.label, "keyring_id": self.keyring_id.hex(), "generation": self.generation,
            "roots": [{"number": n, "key": key.hex()} for n, key in self.roots.items()], "seals": self.sealers,
            "documents": {name: data.hex() for name, data in self.documents.items()},
            "keys": [{**entry, "cases": key.cases} for key, entry in self.keys],
        }


def root_key_seal(key, text):
    return {"kind": "root-key", "id": formats.root_key_id(key), "text": text, "key": key.hex()}


def passphrase_seal(passphrase, seal_id="passphrase", m=65536, t=3, p=4):
    return {"kind": "passphrase", "id": seal_id, "passphrase": passphrase, "m": m, "t": t, "p": p}


def shown(sealer):
    """What opens a copy, without what follows from it."""
    return {field: value for field, value in sealer.items() if field in ("kind", "key", "passphrase", "allow_costly")
            or field == "id" and sealer["kind"] == "passphrase"}


def hex_seal(label):
    key = Stream("seal " + label).take(32)
    return root_key_seal(key, key.hex())
