"""Compares verdicts: apg_compare.py STRINGS OURS APG

apg takes the first alternative that fits and never comes back to another, so what it refuses may be right all the same; what it
takes is right. So: all it takes we must take, with the captures it found, where there is only one way to read.
"""

import json
import sys

strings, ours, theirs = (open(name, encoding="utf-8").read().splitlines() for name in sys.argv[1:4])
assert len(strings) == len(ours) == len(theirs), f"{len(strings)} strings, {len(ours)} and {len(theirs)} verdicts"
both = ours_alone = neither = 0
bad = []
for string, our_line, their_line in zip(strings, ours, theirs):
    our, their = json.loads(our_line), json.loads(their_line)
    if their["match"] and not our["match"]:
        bad.append(f"apg takes {string}, we say {our_line}")
    elif their["match"]:
        both += 1
        our_captures = sorted((one["rule"].lower(), one["start"], one["end"]) for one in our["captures"])
        their_captures = sorted(tuple(one) for one in their["captures"])
        if our_captures != their_captures:
            bad.append(f"{string}: captures {our_captures}, of apg {their_captures}")
    elif our["match"]:
        ours_alone += 1
    else:
        neither += 1
print("\n".join(bad[:10]) if bad else f"{both} taken by both, {neither} by neither, {ours_alone} by us alone")
sys.exit(1 if bad or both < len(strings) // 10 or neither < len(strings) // 20 else 0)
