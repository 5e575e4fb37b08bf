"""Does what the guides say: `python bindings/guides/follow.py [NAME ...]` follows `docs/guides/NAME.md`, or all but the long ones, and `docs/api-keys.md`.

The examples of `docs/django.md` and `docs/prisma.md` are done after those of the guides of their names.

A block of code whose first line is a comment with a path is the file of that path. A block `console` has commands, each after `$`, and below
it what it prints, with `…` for anything within a line. Files are written and commands are run in the order of the page, in a folder of its
own and in one shell, so that variables last. A command that fails shows `$ echo $?` next. `strongroom`, `python` and `node` are those of the path;
`STRONGROOM_GUIDES_NODE` is the folder with the packages of Node, `STRONGROOM_GUIDES_ORM` that with its ORMs, and `STRONGROOM_GUIDES_BAO` the
program of an OpenBao that the variables `BAO_…` lead to; without it the guides that need one are skipped. `cargo xtask guides` gives all of them.
"""

import configparser
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

# In the place of the real one: a secret becomes a folder of its name, as if it were mounted.
KUBECTL = """#!/bin/sh
[ "$*" = "apply --server-side --filename=-" ] && { echo "secret/$(cat) serverside-applied"; exit; }
[ "$1 $2 $3" = "create secret generic" ] || exit 1
name=$4; say="secret/$name created"
mkdir -p "$name"
for word; do
    case $word in
    --from-file=*[!-._a-zA-Z0-9/=]*) echo "error: not the name of an entry: $word" >&2; exit 1 ;;
    --from-file=*) cp "${word#--from-file=}" "$name/" ;;
    --dry-run=client) say=$name ;;
    esac
done
echo "$say"
"""

ROOT = Path(__file__).resolve().parent.parent.parent
# They ask a server.
SERVED = ["worst-day"]
# They compile for minutes: done by name only, as the soak does.
LONG = ["axum"]
# Those about ORMs for Node, whose packages are those of their tests.
ORMS = ["drizzle", "prisma", "typeorm"]
GUIDES = ROOT / "docs" / "guides"
# Their pages in `docs` have examples that go on where the guide ends, and are done after it.
FURTHER = ["django", "prisma"]
# No guide, and done like one.
BESIDE = {"api-keys": ROOT / "docs" / "api-keys.md"}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^(?:#|//) ([\w./-]+\.\w+|crontab)\n")


def steps(page: str) -> list[tuple[str, str, str]]:
    """What to do: ("file", path, content) and ("command", line, output)."""
    found = []
    for language, code in BLOCK.findall(page):
        if language == "console":
            for example in f"\n{code}".split("\n$ ")[1:]:
                command, _, output = example.partition("\n")
                while command.endswith("\\"):
                    more, _, output = output.partition("\n")
                    command += "\n" + more.removeprefix("> ")
                found.append(("command", command, output.rstrip()))
        elif named := FILE.match(code):
            found.append(("file", named[1], code))
        else:
            sys.exit(f"a block of {language} names no file: {code.splitlines()[0]}")
    return found


def fits(expected: str, printed: str) -> bool:
    lines, seen = expected.splitlines(), printed.splitlines()
    pattern = [".+".join(map(re.escape, line.split("…"))) for line in lines]
    return len(lines) == len(seen) and all(map(re.fullmatch, pattern, seen))


def follow(name: str, place: Path, programs: Path) -> int:
    """Gives the number of commands that were run."""
    kubectl = programs / "kubectl"
    kubectl.write_text(KUBECTL)
    kubectl.chmod(0o700)
    mark = f"-- {secrets.token_hex(8)} "
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(place), "LANG": "C.UTF-8"}
    if name in SERVED:
        environment |= {name: value for name, value in os.environ.items() if name.startswith("BAO_")}
        (programs / "bao").write_text(f'#!/bin/sh\nexec "{os.environ["STRONGROOM_GUIDES_BAO"]}" "$@"\n')
        (programs / "bao").chmod(0o700)
    if name in ("express", *BESIDE):
        packages(place, "STRONGROOM_GUIDES_NODE")
    if name in ORMS:
        packages(place, "STRONGROOM_GUIDES_ORM")
        # Neither Prisma nor npm says that there is a newer version.
        environment |= {"CHECKPOINT_DISABLE": "1", "NPM_CONFIG_UPDATE_NOTIFIER": "false"}
    if name == "axum":
        environment |= crates(place)
    script, commands = ["exec 2>&1"], []
    page = BESIDE.get(name, GUIDES / f"{name}.md").read_text()
    if name in FURTHER:
        page += (GUIDES.parent / f"{name}.md").read_text()
    for kind, what, text in steps(page):
        if kind == "file":
            check(what, text)
            body = secrets.token_hex(8)
            script.append(f"mkdir -p {Path(what).parent}; cat > {what} <<'{body}'\n{text}{body}")
        else:
            script.append(f'{what}\ncode=$?; echo; echo "{mark}$code"; (exit $code)')
            commands.append((what, text))
    with open(programs / "printed", "w+") as output:
        shell = subprocess.Popen(
            ["sh", "-c", "\n".join(script)],
            cwd=place,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            start_new_session=True,
        )
        try:
            shell.wait(timeout=600)
        finally:
            # What a guide starts in the background ends with it.
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    printed = (programs / "printed").read_text()
    results = re.split(rf"{mark}(\d+)\n", printed)
    if len(results) != 2 * len(commands) + 1:
        sys.exit(f"{name}: the shell ended early:\n{printed}")
    for at, (command, expected) in enumerate(commands):
        seen, code = results[2 * at].strip("\n"), results[2 * at + 1]
        if not fits(expected, seen):
            sys.exit(f"{name}:\n$ {command}\n{seen}\n\ninstead of\n\n{expected}")
        shown = at + 1 < len(commands) and commands[at + 1][0] == "echo $?"
        if code != "0" and not shown:
            sys.exit(f"{name}:\n$ {command}\nended with {code}")
    return len(commands)


def packages(place: Path, variable: str) -> None:
    """What `npm install express strongroom` and its like would have put there."""
    (place / "node_modules").mkdir()
    for package in [*Path(os.environ[variable]).iterdir(), ROOT / "bindings" / "node"]:
        name = "strongroom" if package.name == "node" else package.name
        (place / "node_modules" / name).symlink_to(package)


def crates(place: Path) -> dict[str, str]:
    """What `cargo add` would have found, in the versions of a lock file, and where Cargo is."""
    shutil.copy(ROOT / "bindings" / "guides" / "axum.lock", place / "Cargo.lock")
    (place / ".cargo").mkdir()
    (place / ".cargo" / "config.toml").write_text(f'[patch.crates-io]\nstrongroom = {{ path = "{ROOT / "core"}" }}\n')
    home = {f"{name.upper()}_HOME": str(Path.home() / f".{name}") for name in ("cargo", "rustup")}
    kept = {**home, "CARGO_PROFILE_DEV_DEBUG": "0"}
    return {**kept, **{name: os.environ[name] for name in (*home, "CARGO_TARGET_DIR") if name in os.environ}}


def check(path: str, text: str) -> None:
    """What no command of the guide reads is parsed at least."""
    if path.endswith((".yaml", ".yml")):
        import yaml

        assert all(document["kind"] for document in yaml.safe_load_all(text)), path
    if path.endswith((".service", ".timer")):
        unit = configparser.ConfigParser(strict=False)
        unit.optionxform = str
        unit.read_string(text)
        assert "Unit" in unit, path


def main() -> None:
    names = sys.argv[1:] or sorted({page.stem for page in GUIDES.glob("*.md")} - set(LONG) | set(BESIDE))
    for name in names:
        if name in SERVED and "STRONGROOM_GUIDES_BAO" not in os.environ:
            print(f"{name}: skipped, there is no OpenBao", flush=True)
            continue
        with tempfile.TemporaryDirectory(prefix="strongroom-guide-") as place, tempfile.TemporaryDirectory() as programs:
            done = follow(name, Path(place), Path(programs))
        assert done >= 2, f"{name}: only {done} commands"
        print(f"{name}: {done} commands", flush=True)


if __name__ == "__main__":
    main()
