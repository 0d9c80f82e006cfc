# Runs a check inside a namespace of process numbers of its own, as root of it, against an adapter in a namespace inside that:
# `namespace.sh PROGRAM COMMAND`. The numbers that the adapter reports are those of bystanders here. Prints what became of them.
if [ "$1" != inside ]; then
  exec unshare --user --map-root-user --mount --pid --fork --kill-child --mount-proc sh "$0" inside "$@"
fi
program=$2 command=$3
# The numbers from 2 on.
at=0
while [ $at -lt 80 ]; do sleep 1000 & at=$((at + 1)); done
"$program" check --cases 300 --no-save --jobs 1 --quiet --timeout 1 --time-limit 15 \
  --command "unshare --pid --fork --kill-child --mount --mount-proc $command"
echo "exit $?; bystanders: $(ps -e -o comm= | grep -c '^sleep$')"
