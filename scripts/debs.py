# SPDX-License-Identifier: Apache-2.0
"""Files of Debian's arm64 packages, on any Debian machine, without installing anything and without root.

apt does the work, with lists and a cache of its own under the build directory; mirror and suite are those of the machine
unless another suite is asked for. What was downloaded once is not downloaded again.
"""
import contextlib
import fcntl
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
BUILD = (TOP / os.environ.get("BUILD", "build")).resolve()
CACHE = BUILD / "cache"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


# A mirror that is away for a moment, or is being changed: how long is waited before the next attempts.
PAUSES_S = (5, 20)


class Trouble(Exception):
    """One line for people."""


def insist(attempt):
    """What attempt() returns, at the first time that it does."""
    for pause in PAUSES_S:
        try:
            return attempt()
        except Trouble as error:
            print(f"{error}; once more in {pause} s", file=sys.stderr, flush=True)
            time.sleep(pause)
    return attempt()


@contextlib.contextmanager
def lock(name):
    """One process at a time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f".{name}.lock", "w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(command, **options):
    """Output of a command; Trouble with its last words if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise Trouble(f"{command[0]}: {words[-1]}")
    return done.stdout


def machine_codename():
    """Of the Debian release that this machine runs, or None."""
    try:
        release = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return None
    name = re.search(r"^VERSION_CODENAME=(\w+)", release, re.M)
    return name[1] if name else None


def machine_sources():
    """[(URI, suite)] of Debian's main on this machine, and the codename of its release."""
    name = machine_codename()
    found = []
    if name:
        listing = run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)",
                       "Created-By: Packages"])
        for line in listing.splitlines():
            uri, suite, component = line.split()
            if component == "main" and suite.split("-")[0].split("/")[0] == name and (uri, suite) not in found:
                found.append((uri, suite))
    if not found:
        raise Trouble("this machine's apt has no sources of a Debian release: they are where the packages come from")
    return found, name


class Apt:
    """apt for arm64 packages of one suite; None is this machine's own with its updates."""

    def __init__(self, suite=None):
        # The machine's own release comes with its security updates.
        self.suite = None if suite == machine_codename() else suite
        suite = self.suite
        self.home = CACHE / "apt" / (suite or "machine")
        self.debs = CACHE / "debs"

    def _options(self):
        home = self.home
        pairs = {"Dir::Etc::sourcelist": home / "sources.list", "Dir::Etc::sourceparts": "-",
                 "Dir::State::lists": home / "lists", "Dir::Cache": home / "cache", "APT::Architecture": "arm64",
                 "APT::Architectures::": "arm64", "APT::Sandbox::User": "root", "Acquire::Languages": "none",
                 "Acquire::Retries": "5", "Debug::NoLocking": "1"}
        return [word for name, value in pairs.items() for word in ("-o", f"{name}={value}")]

    def _apt(self, tool, *arguments, **options):
        return run([tool, "-q", *self._options(), *arguments], env={**os.environ, "LC_ALL": "C.UTF-8"}, **options)

    def update(self):
        """Fetch the lists, once."""
        if (self.home / "done").exists():
            return
        sources, codename = machine_sources()
        if self.suite:
            plain = [uri for uri, suite in sources if suite == codename]
            sources = [(plain[0] if plain else sources[0][0], self.suite)]
        (self.home / "lists/partial").mkdir(parents=True, exist_ok=True)
        (self.home / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
        signed = f" signed-by={KEYRING}" if os.path.exists(KEYRING) else ""
        (self.home / "sources.list").write_text(
            "".join(f"deb [arch=arm64{signed}] {uri} {suite} main\n" for uri, suite in sources), encoding="utf-8")
        try:
            insist(lambda: self._apt("apt-get", "update", "--error-on=any"))
        except Trouble as error:
            raise Trouble(f"{error} (is there a network, and a Debian mirror?)") from None
        (self.home / "done").touch()

    def graph(self, *packages):
        """{package: names of the packages that it depends on, of alternatives the first} of these and all behind them."""
        graph, skip, names = {}, False, []
        for line in self._apt("apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                              "--no-breaks", "--no-replaces", "--no-enhances", *packages).splitlines():
            match = re.match(r"^ ([ |])(?:Pre)?Depends: <?([^\s:>]+)", line)
            if match:
                if not skip:
                    names.append(match[2])
                skip = match[1] == "|"
            elif re.match(r"^[a-z0-9]", line):
                names = graph.setdefault(line.split(":")[0], [])
                skip = False
        return graph

    def download(self, *packages):
        """Paths of the packages' files, in that order."""
        return self.latest(lambda: packages)

    def latest(self, wanted):
        """The same of those that wanted() names, which is asked once more with new lists if these are older than the mirror."""
        try:
            return self._download(*wanted())
        except Trouble:
            # The lists are as old as the build directory; the mirror may have gone on.
            (self.home / "done").unlink(missing_ok=True)
            self.update()
            return insist(lambda: self._download(*wanted()))

    def _download(self, *packages):
        self.debs.mkdir(parents=True, exist_ok=True)
        paths, missing = {}, []
        for line in self._apt("apt-get", "download", "--print-uris", *packages).splitlines():
            match = re.match(r"'[^']*' (\S+) (\d+)", line)
            if match:
                path = self.debs / match[1]
                package = match[1].partition("_")[0]
                paths[package] = path
                if not path.exists() or path.stat().st_size != int(match[2]):
                    path.unlink(missing_ok=True)
                    missing.append(package)
        if missing:
            self._apt("apt-get", "download", *missing, cwd=self.debs)
        return [paths[package] for package in packages]


@contextlib.contextmanager
def contents(deb):
    """The package's files, as a tarfile that can be read once from front to back."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as unpack:
        try:
            with tarfile.open(fileobj=unpack.stdout, mode="r|") as tar:
                yield tar
        except tarfile.TarError as error:
            raise Trouble(f"{deb} is damaged ({error}); delete it to have it downloaded again") from None
        finally:
            unpack.stdout.close()


# ---- kernels -----------------------------------------------------------------------------------------------------------

# name: (suites, the first that has it is taken; metapackage). A suite None is the machine's own.
KERNELS = {
    "default": ([None], "linux-image-cloud-arm64"),
    "6.1": (["bookworm"], "linux-image-cloud-arm64"),
    "6.1-rt": (["bookworm"], "linux-image-rt-arm64"),
    "6.12": (["bookworm-backports", "trixie"], "linux-image-cloud-arm64"),
    "6.12-rt": (["bookworm-backports", "trixie"], "linux-image-rt-arm64"),
}


def _kernel_of(apt, meta):
    """The package that the metapackage names, as the lists have it now."""
    names = [n for n in apt.graph(meta)[meta] if n.startswith("linux-image-")]
    if not names:
        raise Trouble(f"{meta} names no kernel")
    return names[0]


def _find_kernel(suites, meta):
    """The suite's Apt."""
    trouble = None
    for suite in suites:
        try:
            apt = Apt(suite)
            apt.update()
            _kernel_of(apt, meta)
            return apt
        except Trouble as error:
            trouble = error
    raise trouble


def kernel(name):
    """The Image of one of KERNELS: its path."""
    if name not in KERNELS:
        raise Trouble(f"there is no kernel '{name}'; there are {', '.join(KERNELS)}")
    image = BUILD / "kernels" / name / "Image"
    with lock("debs"):
        if image.exists():
            return image
        apt = _find_kernel(*KERNELS[name])
        deb, = apt.latest(lambda: [_kernel_of(apt, KERNELS[name][1])])
        image.parent.mkdir(parents=True, exist_ok=True)
        with contents(deb) as tar:
            for member in tar:
                if re.fullmatch(r"\./boot/vmlinu[zx]-.*", member.name):
                    data = tar.extractfile(member).read()
                    break
            else:
                raise Trouble(f"{deb.name} has no /boot/vmlinuz")
        (image.parent / "version").write_text(member.name.partition("-")[2] + "\n", encoding="utf-8")
        fresh = image.with_suffix(".new")
        fresh.write_bytes(data)
        fresh.rename(image)
    return image


def kernel_deb(name):
    """The package that kernel(name) is from, with the modules: its path."""
    version = (kernel(name).parent / "version").read_text(encoding="utf-8").strip()
    package = f"linux-image-{version}"
    with lock("debs"):
        there = sorted((CACHE / "debs").glob(f"{package}_*.deb"))
        if there:
            return there[-1]
        return _find_kernel(*KERNELS[name]).download(package)[0]
