"""Packs a folder as a .tar.gz, the same again for the same files: archive.py FOLDER ARCHIVE TIME"""

import gzip
import os
import sys
import tarfile

folder, archive, time = sys.argv[1:]


def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime = int(time)
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


with open(archive, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=int(time)) as packed:
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        # `add` goes through folders in the order of names.
        tar.add(folder, arcname=os.path.basename(folder), filter=plain)
