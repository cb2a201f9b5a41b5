#!/bin/sh
# run_fuzz.sh SECONDS TARGET…: each fuzz target for that long on a copy of its corpus; findings stay in build/.
seconds=$1; shift
for target in "$@"; do
	name=$(basename "$target")
	corpus=$(mktemp -d); mkdir -p "tests/fuzz/corpus/$name"
	cp -r "tests/fuzz/corpus/$name/." "$corpus/" 2>/dev/null
	echo "fuzz $name ${seconds}s"
	if ! "$target" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -artifact_prefix="$target-" "$corpus" >"$target.log" 2>&1; then
		tail -n 40 "$target.log"; rm -rf "$corpus"; echo "fuzz $name failed"; exit 1
	fi
	grep -E 'DONE|stat::' "$target.log" | tail -n 1
	rm -rf "$corpus"
done
