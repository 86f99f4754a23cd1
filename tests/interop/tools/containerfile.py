"""Reads a Containerfile as far as that can be done without an engine, and says what does not fit.

containerfile.py FILE ROOT: instructions known and in order, exec forms valid, sources of COPY and the published project there,
a user that is not root, the program where the stage before put it, no secret and no "latest".
"""

import json
import os
import re
import sys

path, root = sys.argv[1:]
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD", "ENV", "LABEL"}
wrong = []
stages = []
user = None
copied = {}
published = set()
text = re.sub(r"\\\n", " ", open(path).read())
for line in text.splitlines():
    line = line.strip()
    if not line or line.startswith("#"):
        continue
    word, _, rest = line.partition(" ")
    if word not in KNOWN:
        wrong.append("unknown instruction " + word)
        continue
    if word != "FROM" and not stages:
        wrong.append(word + " before FROM")
    if word == "FROM":
        image = rest.split()[0]
        if ":" not in image or image.endswith(":latest"):
            wrong.append("no version of " + image)
        stages.append(rest.split()[-1] if " AS " in rest else "")
        user = None
    elif word == "COPY":
        parts = rest.split()
        source_stage = parts[0][len("--from="):] if parts[0].startswith("--from=") else None
        sources = parts[1:-1] if source_stage else parts[:-1]
        if source_stage and source_stage not in stages[:-1]:
            wrong.append("no stage " + source_stage)
        for source in sources:
            if not source_stage and not os.path.exists(os.path.join(root, source)):
                wrong.append("nothing to copy at " + source)
            if source_stage and source not in published:
                wrong.append(source + " is made by no stage")
            copied[parts[-1]] = source
    elif word == "RUN":
        for project, output in re.findall(r"dotnet publish (\S+) .*-o (\S+)", rest):
            if not os.path.isfile(os.path.join(root, project)):
                wrong.append("no project " + project)
            published.add(output)
    elif word == "USER":
        user = rest
    elif word in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
        form = rest[rest.index("CMD") + 3:] if word == "HEALTHCHECK" else rest
        try:
            words = json.loads(form)
        except ValueError:
            wrong.append(word + " is not in the exec form: signals would not reach the program")
            continue
        if words[0].startswith("/") and os.path.dirname(words[0]) not in copied:
            wrong.append(words[0] + " is copied from nowhere")
if not user or user.split(":")[0] in ("root", "0"):
    wrong.append("runs as root")
if not published:
    wrong.append("publishes nothing")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
