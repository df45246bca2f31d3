"""Contenders that are slow or misbehave, for duel_test.

fake_contender.py slow|wrong|dead|unsupported|yes_no|wrong_yes_no FOLDER
"""

import json
import pathlib
import sys


def main(how, folder):
    right = None
    key = "listed" if how.endswith("yes_no") else "sum"
    for line in sys.stdin:
        command, _, name = line.strip().partition(" ")
        if command == "load" and how == "unsupported":
            answer = {"unsupported": "it is a fake"}
        elif command == "load":
            about = (pathlib.Path(folder) / name / "about").read_text().split()
            right = int(about[about.index(key) + 1])
            answer = {"ready": True, "table_bytes": 1, "build_ms": 1, "detail": "fake"}
        elif command == "run" and how != "dead":
            answer = {"ns": 10**9, "queries": 1000, key: right + how.startswith("wrong")}
        else:
            return
        print(json.dumps(answer), flush=True)


main(*sys.argv[1:])
