# SPDX-License-Identifier: Apache-2.0
"""scripts/debs.py: a mirror that is away for a moment, or has gone on, costs time and nothing else. Without a network."""
import sys

import pytest

from zvm_machine import TOP

sys.path.append(str(TOP / "scripts"))
import debs  # noqa: E402


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """What apt is asked; answers are put into `answers`: text, or a Trouble that is raised."""
    class Mirror:
        """Of one package, which gets a new name."""
        asked, fails, name = [], [], "thing-1"

    def run(command, **options):
        words = [word for word in command[1:] if not word.startswith(("-", "Dir:", "APT:", "Acquire:", "Debug:"))]
        Mirror.asked.append(" ".join(words))
        if Mirror.fails and Mirror.fails[0] in Mirror.asked[-1]:
            Mirror.fails.pop(0)
            raise debs.Trouble("apt-get: the mirror is away")
        if words[0] == "download" and "--print-uris" in command:
            if words[1] != Mirror.name:
                raise debs.Trouble(f"apt-get: there is no {words[1]}")
            return f"'http://mirror/{words[1]}_1_arm64.deb' {words[1]}_1_arm64.deb 5 SHA256:x\n"
        if words[0] == "download":
            (options["cwd"] / f"{words[1]}_1_arm64.deb").write_bytes(b"12345")
        return ""

    monkeypatch.setattr(debs, "run", run)
    monkeypatch.setattr(debs, "CACHE", tmp_path)
    monkeypatch.setattr(debs, "PAUSES_S", (0, 0))
    monkeypatch.setattr(debs, "machine_sources", lambda: ([("http://mirror", "suite")], "suite"))
    Mirror.asked, Mirror.fails, Mirror.name = [], [], "thing-1"
    return Mirror


def test_lists_are_asked_for_again(mirror, capsys):
    mirror.fails += ["update", "update"]
    apt = debs.Apt()
    apt.update()
    apt.update()
    assert mirror.asked == ["update"] * 3
    assert capsys.readouterr().err == "apt-get: the mirror is away; once more in 0 s\n" * 2


def test_a_mirror_that_stays_away(mirror):
    mirror.fails += ["update"] * 3
    with pytest.raises(debs.Trouble, match="is there a network, and a Debian mirror"):
        debs.Apt().update()
    assert len(mirror.asked) == 3


def test_download_is_tried_again(mirror):
    apt = debs.Apt()
    apt.update()
    mirror.fails += ["download", "download"]
    path, = apt.download("thing-1")
    assert path.read_bytes() == b"12345"
    # It is there now.
    del mirror.asked[:]
    assert apt.download("thing-1") == [path] and mirror.asked == ["download thing-1"]


def test_a_name_that_the_mirror_has_no_more(mirror):
    """What a metapackage names is asked again when the lists are new."""
    apt = debs.Apt()
    apt.update()
    names = iter(["thing-0", "thing-1"])
    path, = apt.latest(lambda: [next(names)])
    assert path.name == "thing-1_1_arm64.deb"
    assert mirror.asked.count("update") == 2
