#!/usr/bin/env bash
# Builds the C contestants into one shared library: build.sh OUT.so. Needs ragel, re2c and gcc.
set -euo pipefail
cd "$(dirname "$0")"
OUT=$(realpath "$1")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

compile() { # SOURCE NAME FLAGS...
    gcc -O2 -fPIC -w -I. -DNAME="$2" "${@:3}" -c "$1" -o "$WORK/$2.o"
}

for style in G2 T0; do
    suffix=$(echo "$style" | tr '[:upper:]' '[:lower:]')
    for machine in command reply; do
        ragel -C -L "-$style" -o "$WORK/ragel.c" "$machine.rl"
        compile "$WORK/ragel.c" "ragel_${suffix}_$machine"
    done
    ragel -C -L "-$style" -o "$WORK/ragel.c" command.rl
    compile "$WORK/ragel.c" "ragel_${suffix}_command_captures" -DCAPTURES
done

for style in b g; do
    for machine in command reply command_captures; do
        re2c "-$style" --no-debug-info -Wno-sentinel-in-midrule -o "$WORK/re2c.c" "$machine.re"
        compile "$WORK/re2c.c" "re2c_${style}_$machine"
    done
done

compile byte_sum.c byte_sum
gcc -shared -o "$OUT" "$WORK"/*.o
