"""Files beside what others encrypt them with: `files.py STRONGROOM RAGE [--quick]`.

Each is a program that reads a file on standard input and writes one on standard output; what is a library is called by a child of this program that does the same. Prints lines of JSON as the other measurements do: `size` is that of the file, a work that ends in ` bytes` is the most memory that the program held, one that ends in ` CPU` what it and its children computed. What cannot be had is named as missing.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

FILE, QUICK = 1 << 30, 16 << 20
PIECE = 1 << 20
AAD = b"export of 2026-12-01"
Work = Callable[[bytes, BinaryIO, BinaryIO], object]


def say(who: str, work: str, size: int, figure: float) -> None:
    print(json.dumps({"work": work, "size": size, "who": who, "ns": figure}), flush=True)


# What a library does: of a 32-byte key, from a file to a file.


def strongroom_encrypt(key: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    with _exports(key).encrypt_writer(sink, aad=AAD) as writer:
        shutil.copyfileobj(source, writer, PIECE)


def strongroom_decrypt(key: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    shutil.copyfileobj(_exports(key).decrypt_reader(source, aad=AAD), sink, PIECE)


def _exports(key: bytes) -> Any:
    import strongroom

    return strongroom.Keyring.in_memory().import_key("exports", key)


def pyca_encrypt(key: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    from cryptography.cobblestone import Cobblestone256Encryptor

    _pyca(Cobblestone256Encryptor(key, AAD), source, sink)


def pyca_decrypt(key: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    from cryptography.cobblestone import Cobblestone256Decryptor

    _pyca(Cobblestone256Decryptor(key, AAD), source, sink)


def _pyca(worker: Any, source: BinaryIO, sink: BinaryIO) -> None:
    while piece := source.read(PIECE):
        sink.write(worker.update(piece))
    sink.write(worker.finalize())


def tink_encrypt(key: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    with _tink(key).new_encrypting_stream(sink, AAD) as writer:
        shutil.copyfileobj(source, writer, PIECE)


def tink_decrypt(key: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    with _tink(key).new_decrypting_stream(source, AAD) as reader:
        shutil.copyfileobj(reader, sink, PIECE)


def _tink(key: bytes) -> Any:
    import tink
    from tink import secret_key_access, streaming_aead
    from tink.proto import aes_gcm_hkdf_streaming_pb2, tink_pb2

    streaming_aead.register()
    template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    made = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(version=0, key_value=key)
    made.params.CopyFrom(aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKeyFormat.FromString(template.value).params)
    data = tink_pb2.KeyData(type_url=template.type_url, value=made.SerializeToString(), key_material_type=tink_pb2.KeyData.SYMMETRIC)
    one = tink_pb2.Keyset.Key(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[one])
    handle = tink.proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)
    return handle.primitive(streaming_aead.StreamingAead)


LIBRARIES: dict[str, tuple[Work, Work]] = {
    "Strongroom, from Python": (strongroom_encrypt, strongroom_decrypt),
    "pyca Cobblestone-256, from Python": (pyca_encrypt, pyca_decrypt),
    "Tink AES256_GCM_HKDF_1MB, from Python": (tink_encrypt, tink_decrypt),
}


class Programs:
    """The command lines, with keys in a folder."""

    def __init__(self, folder: Path, strongroom: str, rage: str) -> None:
        self.folder = folder
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GNUPGHOME": str(folder / "gpg")}
        self.key = os.urandom(32)
        self.calls: dict[str, tuple[list[str], list[str]]] = {}
        (folder / "gpg").mkdir(mode=0o700)
        (folder / "key").write_text(self.key.hex())
        (folder / "key").chmod(0o600)
        self._try("Strongroom", self._strongroom, strongroom)
        self._try("openssl enc -aes-256-ctr, which authenticates nothing", self._openssl)
        self._try("gpg --symmetric", self._gpg)
        self._try("rage", self._rage, rage)
        for who in LIBRARIES:
            self._try(who, self._library, who)

    def _try(self, who: str, make: Callable[..., tuple[list[str], list[str]]], *arguments: str) -> None:
        try:
            encrypt, decrypt = make(*arguments)
            made = self._once(encrypt, b"as it should be")
            assert self._once(decrypt, made) == b"as it should be", "it does not open what it made"
            self.calls[who] = (encrypt, decrypt)
        except (OSError, subprocess.CalledProcessError, AssertionError) as error:
            told = error.stderr.decode().strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
            print(json.dumps({"missing": who, "why": (told.splitlines() or ["no reason"])[-1]}), flush=True)

    def _once(self, call: list[str], data: bytes) -> bytes:
        return subprocess.run(call, input=data, env=self.environment, check=True, capture_output=True).stdout

    def _strongroom(self, program: str) -> tuple[list[str], list[str]]:
        ring = ["--keyring", str(self.folder / "ring"), "--root-key-file", str(self.folder / "key")]
        self._once([program, "init", *ring], b"")
        self._once([program, "key", "create", "exports", *ring], b"")
        common = ["exports", "--stream", "--aad", AAD.decode(), *ring]
        return [program, "encrypt", *common], [program, "decrypt", *common]

    def _openssl(self) -> tuple[list[str], list[str]]:
        call = ["openssl", "enc", "-aes-256-ctr", "-pbkdf2", "-iter", "1", "-pass", f"file:{self.folder / 'key'}"]
        print(json.dumps({"package": "openssl", "version": self._once(["openssl", "version"], b"").split()[1].decode()}))
        return call, [*call, "-d"]

    def _gpg(self) -> tuple[list[str], list[str]]:
        call = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase-file", str(self.folder / "key"), "--no-symkey-cache"]
        print(json.dumps({"package": "gpg", "version": self._once(["gpg", "--version"], b"").split()[2].decode()}))
        # Random bytes do not get shorter, and nobody else compresses.
        return [*call, "--compress-algo", "none", "--cipher-algo", "AES256", "--symmetric"], [*call, "--decrypt"]

    def _rage(self, program: str) -> tuple[list[str], list[str]]:
        made = self._once([f"{program}-keygen"], b"").decode()
        recipient = next(line.split()[-1] for line in made.splitlines() if "public key:" in line)
        (self.folder / "identity").write_text(made)
        print(json.dumps({"package": "rage", "version": self._once([program, "--version"], b"").split()[-1].decode()}))
        return [program, "-r", recipient], [program, "-d", "-i", str(self.folder / "identity")]

    def _library(self, who: str) -> tuple[list[str], list[str]]:
        call = [sys.executable, __file__, "--library", who, str(self.folder / "key")]
        return [*call, "encrypt"], [*call, "decrypt"]


class Taken:
    """What a program took: time that passed, time that it computed, and the most memory that it held."""

    def __init__(self, call: list[str], source: Any, sink: Any, environment: dict[str, str]) -> None:
        self.peak = 0
        began = time.perf_counter()
        child = subprocess.Popen(call, stdin=source, stdout=sink, env=environment)
        watcher = threading.Thread(target=self._watch, args=(child.pid,))
        watcher.start()
        _, status, used = os.wait4(child.pid, 0)
        self.wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        watcher.join()
        self.cpu = used.ru_utime + used.ru_stime
        assert child.returncode == 0, call

    def _watch(self, pid: int) -> None:
        # What the system says of a child that has ended begins with the memory of its parent.
        while True:
            try:
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            except OSError:
                return
            peak = next((line for line in lines if line.startswith("VmHWM:")), None)
            if peak is None:
                return
            self.peak = max(self.peak, int(peak.split()[1]) * 1024)
            time.sleep(0.002)


def measure(folder: Path, strongroom: str, rage: str, size: int) -> None:
    programs = Programs(folder, strongroom, rage)
    plain, made, back = folder / "plain", folder / "made", folder / "back"
    with plain.open("wb") as file:
        for _ in range(size // PIECE):
            file.write(os.urandom(PIECE))
    for who, calls in programs.calls.items():
        for work, call, source, sink in (("encrypt", calls[0], plain, made), ("decrypt", calls[1], made, back)):
            sink.unlink(missing_ok=True)
            with source.open("rb") as read, sink.open("wb") as write:
                taken = Taken(call, read, write, programs.environment)
            say(who, work, size, taken.wall * 1e9)
            say(who, f"{work} CPU", size, taken.cpu * 1e9)
            say(who, f"{work} bytes", size, taken.peak)
        assert _same(plain, back), who
    _growing(programs, size * 8)


def _growing(programs: Programs, size: int) -> None:
    """How much more a program holds for a long stream through two pipes than for an empty one."""
    encrypt, decrypt = programs.calls["Strongroom"]
    idle = []
    for call in (encrypt, decrypt):
        read, write = os.pipe()
        threading.Timer(0.5, os.close, (write,)).start()
        given = subprocess.run(encrypt, input=b"", env=programs.environment, check=True, capture_output=True).stdout
        if call is decrypt:
            os.write(write, given)
        idle.append(Taken(call, read, subprocess.DEVNULL, programs.environment).peak)
        os.close(read)
    source = subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE)
    read, write = os.pipe()
    peaks: dict[str, int] = {}

    def run(work: str, call: list[str], source: Any, sink: Any) -> None:
        peaks[work] = Taken(call, source, sink, programs.environment).peak

    counted = subprocess.Popen(["wc", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    first = threading.Thread(target=run, args=("encrypt", encrypt, source.stdout, write))
    second = threading.Thread(target=run, args=("decrypt", decrypt, read, counted.stdin))
    first.start()
    second.start()
    first.join()
    os.close(write)
    second.join()
    os.close(read)
    assert counted.stdin is not None and counted.stdout is not None
    counted.stdin.close()
    assert int(counted.stdout.read()) == size
    for work, before in zip(("encrypt", "decrypt"), idle, strict=True):
        say("Strongroom", f"{work} above an empty stream bytes", size, max(0, peaks[work] - before))


def _same(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        while True:
            pieces = first.read(PIECE), second.read(PIECE)
            if pieces[0] != pieces[1]:
                return False
            if not pieces[0]:
                return True


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--library"]:
        _, who, key, work = arguments
        done = LIBRARIES[who][work == "decrypt"]
        done(bytes.fromhex(Path(key).read_text()), sys.stdin.buffer, sys.stdout.buffer)
        return
    strongroom, rage, *options = arguments
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        measure(Path(folder), strongroom, rage, QUICK if options == ["--quick"] else FILE)


main(sys.argv[1:])
