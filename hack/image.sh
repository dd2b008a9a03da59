#!/usr/bin/env bash
# Makes the container image as a tar, without a daemon and without a registry, and tries it.
#   IMAGE_NAME    name and tag (default redis-maintenance-operator:VERSION)
#   IMAGE_TAR     where to (default target/image.tar)
#   IMAGE_BASE    a base image as a tar (docker save, skopeo copy … docker-archive:) with Java 17 or newer on its PATH;
#                 without it one is made of this machine's newest JDK and Debian's C library (rootfs.sh has its settings)
#   IMAGE_FORMAT  OCI (default) or Docker: what docker load took before version 25
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mvn=${MVN:-mvn -B}
stage=target/image
version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml | head -1)
name=${IMAGE_NAME:-redis-maintenance-operator:$version}
tar=${IMAGE_TAR:-target/image.tar}

$mvn -q -DskipTests -Dquarkus.package.jar.type=aot-jar package org.cyclonedx:cyclonedx-maven-plugin:2.9.3:makeBom \
  -DoutputFormat=json -DincludeTestScope=false -DoutputName=sbom dependency:build-classpath -Dmdep.outputFile=target/image.classpath -Dmdep.includeScope=test
run() { java -cp "target/test-classes:target/classes:$(cat target/image.classpath)" -Djava.util.logging.manager=org.jboss.logmanager.LogManager "dev.redismaintenance.image.$1" "${@:2}"; }

# The cache of layers tells files apart by name and time, and all have one time here: it would give those of the last image.
rm -rf "$stage/app" "$stage/check" "$stage/cache"
mkdir -p "$stage/app"
cp -r target/quarkus-app/. "$stage/app/"
cp target/sbom.json "$stage/app/"
run LeanLibraries "$stage"
[ -n "${IMAGE_BASE:-}" ] || hack/rootfs.sh "$stage/rootfs"
# The time that every file of the image has: a cache of classes is only taken for jars that are as old as they were when it was made.
find "$stage/app" "$stage/rootfs" -exec touch -d @1 {} + 2>/dev/null || true
if [ -z "${IMAGE_BASE:-}" ]; then
  java=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$stage/rootfs/opt/java/release")
  if [ "$java" -ge 25 ]; then run Training "$stage"; else echo "Java $java writes no cache of classes: the image is made without app.aot and starts later (Java 25 is the first long-term release that writes one)" >&2; fi
fi
run Image "$stage" "$tar" "$name" "$version" "${IMAGE_BASE:-}" "${IMAGE_FORMAT:-OCI}"
if [ -z "${IMAGE_BASE:-}" ] && [ "${IMAGE_FORMAT:-OCI}" = OCI ]; then run ImageCheck "$tar" "$stage/check"; fi
