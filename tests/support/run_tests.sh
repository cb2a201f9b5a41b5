#!/bin/sh
# Runs test programs side by side and ends with "N passed, N failed, N skipped". Each program speaks TAP (cmocka).
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
export CMOCKA_MESSAGE_OUTPUT=TAP
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c '
	name=$(echo "$1" | tr / _)
	timeout "${TEST_SECONDS:-900}" "$1" >"$2/$name.tap" 2>"$2/$name.err" </dev/null
	code=$?
	sed -i "s/^not ok \(.*# SKIP\)/ok \1/" "$2/$name.tap" # cmocka calls what it skips not ok
	if [ $code -ne 0 ] || grep -q "^not ok" "$2/$name.tap"; then
		echo "--- $1 (exit $code)"; cat "$2/$name.tap"; tail -n 60 "$2/$name.err"
		grep -q "^not ok" "$2/$name.tap" || echo "not ok 0 - $1 ended with $code" >>"$2/$name.tap"
	else
		echo "ok  $1 $(grep -c "^ok" "$2/$name.tap")"
	fi' run {} "$out"
skipped=$(cat "$out"/*.tap | grep -c '^ok.*# SKIP')
passed=$(($(cat "$out"/*.tap | grep -c '^ok') - skipped))
failed=$(cat "$out"/*.tap | grep -c '^not ok')
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
