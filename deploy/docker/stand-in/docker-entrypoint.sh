#!/usr/bin/env bash
# Takes the commands and the variables that compose.yaml and the manifests give to the official image's entry point.
set -euo pipefail

plugins=${ENABLE_BUILT_IN_PLUGINS:-}
for plugin in ${plugins//;/ }; do
  [[ -e $FLINK_HOME/opt/$plugin ]] || { echo "There is no plugin $plugin" >&2; exit 1; }
  mkdir -p "$FLINK_HOME/plugins/${plugin%.jar}"
  ln -sf "$FLINK_HOME/opt/$plugin" "$FLINK_HOME/plugins/${plugin%.jar}/"
done

settings=(
  "-Djobmanager.rpc.address=${JOB_MANAGER_RPC_ADDRESS:-$(hostname)}"
  -Dblob.server.port=6124
  -Dquery.server.port=6125
)
while IFS=: read -r key value; do
  [[ -z $key ]] || settings+=("-D$key=$value")
done < <(tr -d ' \t\r' <<<"${FLINK_PROPERTIES:-}" | envsubst)
"$FLINK_HOME/bin/config-parser-utils.sh" "$FLINK_HOME/conf" "$FLINK_HOME/bin" "$FLINK_HOME/lib" "${settings[@]}"

jemalloc=/usr/lib/$(uname -m)-linux-gnu/libjemalloc.so
if [[ ${DISABLE_JEMALLOC:-false} == false && -e $jemalloc ]]; then
  export LD_PRELOAD=${LD_PRELOAD:-}:$jemalloc
fi

case ${1:-help} in
  jobmanager | standalone-job | taskmanager) exec "$FLINK_HOME/bin/$1.sh" start-foreground "${@:2}" ;;
  help) echo "docker-entrypoint.sh (jobmanager|standalone-job|taskmanager) or a command" ;;
  *) exec "$@" ;;
esac
