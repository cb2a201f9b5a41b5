#!/bin/sh
# make deb: what `make install` puts in place, as a Debian package. ROOT is the folder it was installed to, OUT the package.
set -e
root=$1 out=$2 version=$3
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/debian" "$root/DEBIAN"
printf 'Source: motcua\n\nPackage: motcua\nArchitecture: any\n' >"$work/debian/control" # dpkg-shlibdeps wants to see one
depends=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/motcua" | sed 's/^shlibs:Depends=//')
sed -e "s|@VERSION@|$version|" -e "s|@ARCH@|$(dpkg --print-architecture)|" -e "s|@DEPENDS@|$depends|" \
	-e "s|@MAINTAINER@|motcua <root@localhost>|" "$here/control.in" >"$root/DEBIAN/control"
for script in postinst prerm postrm; do
	install -m 755 "$here/$script" "$root/DEBIAN/$script"
done
dpkg-deb --root-owner-group --build "$root" "$out" >/dev/null
echo "$out"
