"""Where timings come from: the machine, the commit, the compiler and its flags."""
import datetime
import glob
import os
import platform
import re
import subprocess

import results

# What the compiler notes of a file beside the flags that were chosen.
_NOT_CHOSEN = re.compile(r" -(?:frandom-seed=\S+|fno-canonical-system-headers)")


def describe(binary, tree):
    """What a file of results says of a run of `binary`, built from the checkout `tree`."""
    commit, modified = commit_of(tree)
    compiler, flags = compiler_of(binary)
    return {
        "commit": commit,
        "modified": modified,
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cpu": _cpu_fact("model name") or platform.processor() or "unknown",
        "microcode": _cpu_fact("microcode") or "unknown",
        "caches": _caches(),
        "cpus": os.cpu_count(),
        "linux": platform.release(),
        "huge_pages": _line("/sys/kernel/mm/transparent_hugepage/enabled"),
        "load": round(os.getloadavg()[0], 2),
        "compiler": compiler,
        "flags": flags,
    }


def lines(context):
    """A description for people."""
    changes = " with changes" if context["modified"] else ""
    return (f"commit   {context['commit'][:12]}{changes}, {context['date']}\n"
            f"machine  {context['cpu']}, microcode {context['microcode']}, {context['cpus']} CPUs, "
            f"load {context['load']}\n"
            f"kernel   {context['kernel']}\n"
            f"build    {context['compiler']} {context['flags']}")


def git(tree, *arguments):
    """What git prints, or None where it fails."""
    try:
        done = subprocess.run(["git", "-C", tree, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False)
    except OSError as error:
        raise results.Unusable(f"git does not run: {error.strerror}") from error
    return done.stdout.strip() if done.returncode == 0 else None


def commit_of(tree):
    """(commit, whether tracked files differ from it); ("unknown", False) outside of git."""
    commit = git(tree, "rev-parse", "HEAD")
    return commit or "unknown", bool(git(tree, "status", "--porcelain", "--untracked-files=no"))


def compiler_of(binary):
    """(compiler, flags), from the debug information, in which g++ notes both."""
    dump = subprocess.run(["readelf", "--debug-dump=info", "--dwarf-depth=1", binary],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    match = re.search(r"DW_AT_producer\s*:.*?: (GNU C\+\+\S* \S+|[^-\n]*clang[^-\n]*)(.*)",
                      dump.stdout)
    if not match:
        return "unknown", "unknown"
    return match[1].strip(), _NOT_CHOSEN.sub("", match[2]).strip() or "not noted"


def _cpu_fact(key):
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                name, _, value = line.partition(":")
                if name.strip() == key:
                    return value.strip()
    except OSError:
        pass
    return None


def _caches():
    """{"L1d": "32K", ...}, those of the first CPU."""
    caches = {}
    for folder in sorted(glob.glob("/sys/devices/system/cpu/cpu0/cache/index*")):
        kind = {"Data": "d", "Instruction": "i"}.get(_line(f"{folder}/type"), "")
        caches[f"L{_line(f'{folder}/level')}{kind}"] = _line(f"{folder}/size")
    return caches


def _line(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return None
