#!/bin/sh
# run.sh MOTCUA: a daemon and the sandbox that plays both platforms, on this machine, with everything in var/.
set -eu
motcua=$1
port=${MOTCUA_PORT:-8080}
sandbox_port=${MOTCUA_SANDBOX_PORT:-8081}
mkdir -p var
chmod 700 var

secret() { # secret NAME: a random one, made once
	[ -s "var/$1" ] || (umask 077; od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"var/$1")
}
for name in zalo-app.secret zalo-oa.secret zalo.refresh fb-app.secret fb-verify.secret fb-page.secret; do secret $name; done

cat >var/motcua.conf <<CONF
; Made by "make run" at each start: the demo daemon and its sandbox. A real one: config/motcua.conf.
[daemon]
data_dir = .
listen = 127.0.0.1:$port
[zalo demo]
oa_id = 579745863508352884
app_id = 1234567890123456789
app_secret_file = zalo-app.secret
oa_secret_file = zalo-oa.secret
refresh_token_file = zalo.refresh
api_base = http://127.0.0.1:$sandbox_port
oauth_base = http://127.0.0.1:$sandbox_port
[facebook demo]
page_id = 104857600000001
app_id = 208857600000002
app_secret_file = fb-app.secret
verify_token_file = fb-verify.secret
page_token_file = fb-page.secret
graph_base = http://127.0.0.1:$sandbox_port
CONF

daemon=; sandbox=
stop() { trap - EXIT INT TERM; kill $daemon $sandbox 2>/dev/null || true; wait; }
trap stop EXIT
trap 'stop; exit 0' INT TERM

"$motcua" sandbox -c var/motcua.conf --listen "127.0.0.1:$sandbox_port" &
sandbox=$!
"$motcua" serve -c var/motcua.conf &
daemon=$!

# The demo's first account, once the daemon has made its database; its one-time password stays readable here until it is changed.
account() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		[ -f var/state.db ] && "$motcua" staff list -c var/motcua.conf 2>/dev/null | grep -q '^admin ' && return 0
		(umask 077; "$motcua" staff add admin -c var/motcua.conf --display "Quản trị" \
			--roles editor,approver,reform,operator,admin >var/admin.password 2>/dev/null) && return 0
		sleep 1
	done
	return 1
}
account || echo "the account \"admin\" could not be made: motcua staff add admin -c var/motcua.conf"

echo "daemon   http://127.0.0.1:$port/readyz"
"$motcua" staff list -c var/motcua.conf | grep -q '^admin .*one-time password' || rm -f var/admin.password
echo "console  http://127.0.0.1:$port/console/   (admin$(sed -n 's/^one-time password: /, one-time password /p' var/admin.password 2>/dev/null))"
echo "sandbox  http://127.0.0.1:$sandbox_port/   (write to the bot here; Ctrl-C ends both)"
while kill -0 $daemon 2>/dev/null && kill -0 $sandbox 2>/dev/null; do sleep 1; done
exit 1
