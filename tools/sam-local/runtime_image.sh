#!/usr/bin/env bash
# Build, without pulling anything, an image that `sam local` takes for AWS's Python base image: the interpreter in /var/lang,
# the Lambda runtime client in /var/runtime, and busybox for the few commands SAM's own Dockerfile runs.
# Usage: runtime_image.sh PYTHON SITE_PACKAGES_OF_THE_RUNTIME_CLIENT TAG
set -euo pipefail
python=$1 runtime_client=$2 tag=$3

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

mkdir -p "$root"/{bin,etc,lib,lib64,opt,tmp,var/lang/bin,var/lang/lib,var/runtime,var/task,var/rapid}
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for command in sh cp mv rm chmod mkdir ls cat sleep; do ln -s busybox "$root/bin/$command"; done
echo 'root:x:0:0:root:/tmp:/bin/sh' >"$root/etc/passwd"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
cp -rL /etc/ssl "$root/etc/ssl"

cp "$prefix/bin/python$version" "$root/var/lang/bin/"
(cd "$prefix/lib" && tar cf - --exclude=__pycache__ --exclude=test --exclude=idlelib --exclude=tkinter --exclude=site-packages \
    --exclude='config-*' "python$version" libpython*.so* 2>/dev/null) | tar xf - -C "$root/var/lang/lib"
rm -f "$root/var/lang/lib/python$version"/lib-dynload/_tkinter*
cp -r "$runtime_client"/{awslambdaric*,simplejson*,snapshot_restore_py*,runtime_client*} "$root/var/runtime/"

# Every shared library that the interpreter and the client's extension need, from this machine.
{ ldd "$prefix/bin/python$version" "$prefix/lib/python$version"/lib-dynload/*.so "$root"/var/runtime/*.so 2>/dev/null || true; } |
    awk '/=> \//{print $3} /^\t\/lib/{print $1}' | grep -v -e /libpython -e /libX -e /libtk -e /libtcl | sort -u |
    while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
cp -L /lib/*/libnss_dns.so.2 /lib/*/libnss_files.so.2 /lib/*/libresolv.so.2 "$root$(dirname "$(ls /lib/*/libc.so.6)")/" 2>/dev/null || true

cat >"$root/var/runtime/bootstrap" <<BOOTSTRAP
#!/bin/sh
export PYTHONPATH="/var/runtime:/opt/python:\${LAMBDA_TASK_ROOT:-/var/task}" LD_LIBRARY_PATH=/var/lang/lib AWS_EXECUTION_ENV=AWS_Lambda_python$version
exec /var/lang/bin/python$version -m awslambdaric "\$_HANDLER"
BOOTSTRAP
chmod +x "$root/var/runtime/bootstrap"

tar cf - -C "$root" . | podman import --change 'ENV PATH=/var/lang/bin:/bin' --change 'ENV LAMBDA_TASK_ROOT=/var/task' \
    --change 'ENV LAMBDA_RUNTIME_DIR=/var/runtime' --change 'WORKDIR /var/task' - "$tag"
