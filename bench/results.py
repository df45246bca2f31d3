"""The file that `allowmatch bench run` writes and `compare` reads.

    {"format": "allowmatch-bench-1",
     "context": {"commit": ..., "date": ..., "cpu": ..., "kernel": ..., "flags": ..., ...},
     "workloads": {"classify/default/tuples": {"item": "tuple", "ns": [16.2, 16.4, ...]}, ...}}

`ns` has one sample for each repetition: nanoseconds of CPU time for one item. Files of `regress -o`
have `base_ns` beside it, the samples of the base, pair by pair, and `base` in the context.
"""
import json
import math

FORMAT = "allowmatch-bench-1"


class Unusable(Exception):
    """Input that no answer can be given for; the message is for the user."""


def write(path, context, workloads):
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"format": FORMAT, "context": context, "workloads": workloads}, out, indent=1)
        out.write("\n")


def read(path):
    """(context, workloads)."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise Unusable(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 text") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Unusable(f"{path}: not a file of `allowmatch bench run`: its format is not {FORMAT}")
    context, workloads = content.get("context"), content.get("workloads")
    if not isinstance(context, dict) or not isinstance(workloads, dict):
        raise Unusable(f"{path}: context or workloads are missing")
    if not workloads:
        raise Unusable(f"{path}: has no workloads")
    for name, workload in workloads.items():
        _check(path, name, workload)
    return context, workloads


def _check(path, name, workload):
    if not isinstance(workload, dict) or not isinstance(workload.get("item"), str):
        raise Unusable(f"{path}: workload {name}: no item")
    samples = workload.get("ns")
    if not isinstance(samples, list) or not samples:
        raise Unusable(f"{path}: workload {name}: no samples")
    for sample in samples:
        if isinstance(sample, bool) or not isinstance(sample, (int, float)):
            raise Unusable(f"{path}: workload {name}: {sample!r} is not a time")
        if not math.isfinite(sample) or sample <= 0:
            raise Unusable(f"{path}: workload {name}: {sample} ns is not a time")
