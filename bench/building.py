"""Builds the binaries of bench/ and keeps copies, which other builds do not change."""
import os
import shutil
import subprocess

import results

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, ".build/bench")


def build(tree, targets, folder=FOLDER):
    """Builds `targets` of //bench in the checkout `tree` and copies the binaries to `folder`."""
    command = ["bazel", "build", "--color=no", "--curses=no", "--noshow_progress"]
    done = subprocess.run(command + [f"//bench:{target}" for target in targets], cwd=tree,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        wanted = [line for line in done.stdout.splitlines()
                  if not line.startswith(("Loading", "Analyzing", "INFO"))]
        raise results.Unusable(f"{', '.join(targets)}: the build fails:\n" +
                               "\n".join(wanted[-30:]))
    os.makedirs(folder, exist_ok=True)
    for target in targets:
        _copy(os.path.join(tree, "bazel-bin/bench", target), os.path.join(folder, target))


def _copy(source, copy):
    """Leaves a copy alone that is right: what it has made is as old as it, see contest.py."""
    if os.path.exists(copy) and _content(copy) == _content(source):
        return
    shutil.copyfile(source, copy + ".new")
    os.chmod(copy + ".new", 0o755)
    os.replace(copy + ".new", copy)


def _content(path):
    with open(path, "rb") as file:
        return file.read()
