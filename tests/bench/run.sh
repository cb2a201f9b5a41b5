#!/bin/sh
# Prints the table of `make bench`: each figure beside its floor of the same run. Lines with # say how it came about.
printf '%-46s | %-26s | %-26s | %8s | %-10s | met\n' "measure" "ours" "floor or peer" "ratio" "goal"
for program in bench_ack bench_search bench_cluster bench_publish bench_growth bench_turns bench_report; do
	"${BUILD:-build}/tests/bench/$program" || exit 1
done
