"""What a result depends on besides the code: the machine, the date, the commit."""

import datetime
import os
import pathlib
import platform
import subprocess


def _first(path):
    try:
        return pathlib.Path(path).read_text().strip()
    except OSError:
        return None


def _cpu():
    facts = {}
    for line in (_first("/proc/cpuinfo") or "").splitlines():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    return {"model": facts.get("model name"), "family": facts.get("cpu family"),
            "model_number": facts.get("model"), "stepping": facts.get("stepping"),
            "microcode": facts.get("microcode"), "cores": os.cpu_count(),
            "avx512vbmi": "avx512vbmi" in facts.get("flags", "").split()}


def _caches():
    caches = {}
    for index in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = {"Data": "d", "Instruction": "i"}.get(_first(index / "type"), "")
        caches[f"L{_first(index / 'level')}{kind}"] = _first(index / "size")
    return caches


def _commit(root):
    def git(*words):
        made = subprocess.run(["git", "-C", root, *words], capture_output=True, text=True)
        return made.stdout.strip() if made.returncode == 0 else None
    commit = git("rev-parse", "HEAD")
    return None if commit is None else commit + ("-dirty" if git("status", "--porcelain") else "")


def facts(root):
    return {
        "cpu": _cpu(),
        "caches": _caches(),
        "kernel": platform.release(),
        "transparent_huge_pages": _first("/sys/kernel/mm/transparent_hugepage/enabled"),
        "load_average": os.getloadavg()[0],
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(root),
    }
