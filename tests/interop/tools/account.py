"""Compares what was acknowledged with what arrived: account.py [--quiet | --duplicates] WORK.

WORK holds `acknowledged` (ids, one a line), `kills` (times) and the folder `recorded`. Exits 1 when an acknowledged id is
missing, or with --duplicates when more than one second copy arrived between one kill and the next.
"""

import glob
import os
import re
import sys


def main():
    work = sys.argv[-1]
    acknowledged = set(open(os.path.join(work, "acknowledged")).read().split())
    kills = [float(line) for line in open(os.path.join(work, "kills"))]
    arrivals = []
    for path in glob.glob(os.path.join(work, "recorded", "*.eml")):
        with open(path, "rb") as file:
            message = file.read()
        found = re.search(rb"\r\nX-Load-Id: ([0-9-]+)\r\n", message)
        with open(path[:-4] + ".env") as file:
            arrivals.append((float(file.readline()), found.group(1).decode(), message))
    arrivals.sort()

    seen = {}
    duplicates = [0] * (len(kills) + 1)
    cut = []
    for time, identity, message in arrivals:
        if identity in seen:
            duplicates[sum(1 for kill in kills if kill < time)] += 1
        seen[identity] = True
        if not re.search(rb"\r\n\r\nz+\r\n(w{70}\r\n)*\r\n\Z", message):
            cut.append(identity)
    lost = sorted(acknowledged - seen.keys())

    if "--duplicates" in sys.argv:
        print("second copies before the first kill and after each: %s" % duplicates)
        raise SystemExit(1 if duplicates[0] > 0 or max(duplicates) > 1 else 0)
    if "--quiet" not in sys.argv:
        print("%d acknowledged, %d lost, %d arrived, %d of them twice, %d not acknowledged, %d cut short" % (
            len(acknowledged), len(lost), len(arrivals), sum(duplicates), len(seen.keys() - acknowledged), len(cut)))
        print("lost: %s" % " ".join(lost[:20]))
        print("cut short: %s" % " ".join(cut[:20]))
    raise SystemExit(1 if lost or cut else 0)


main()
