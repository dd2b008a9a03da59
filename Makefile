# Everything a person needs; the scripts behind it are in hack/.
.DEFAULT_GOAL := help
MVN ?= mvn -B

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

servers: ## the Redis and Valkey servers that the tests run, into a cache
	@hack/get-servers.sh

kube-binaries: ## kube-apiserver, etcd and kubectl: downloaded, else built (5 to 10 minutes)
	@hack/kube-binaries.sh

promtool: ## Prometheus and its promtool, of a Debian package, and what its operator defines, to try alerts, dashboard and chart with
	@hack/promtool.sh
	@hack/prometheus-operator.sh

test: servers kube-binaries promtool ## all tests, on real servers and a real API server
	$(MVN) verify

gitops: servers kube-binaries ## tries the recipes with Flux's own kustomize-controller and Argo CD's own code, built first (5 to 20 minutes, needs Go)
	@hack/flux.sh
	@hack/argocd.sh
	REQUIRE_API_SERVER=true $(MVN) test-compile failsafe:integration-test failsafe:verify -Dit.test='FluxIT,ArgoCdIT'

test-fast: ## the tests that need neither servers nor a real API server
	$(MVN) test

demo: servers ## a maintenance to watch: cluster, live traffic, operator; IMAGE=redis:7.0, SAMPLE=FILE, REPLICAS=0, SPARES=1, LEAVE=FILE for another one; all settings: Demo.java
	@$(MVN) -q -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/demo.classpath -Dmdep.includeScope=test
	@exec java -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
	  -cp target/test-classes:target/classes:$$(cat target/demo.classpath) dev.redismaintenance.demo.Demo

bench: servers ## measures moves and handovers on every server into docs/benchmarks; BENCH_MB, BENCH_SERVERS, BENCH_ROUNDS, BENCH_CHECK=true
	@$(MVN) -q test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
	@exec java -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
	  -cp target/test-classes:target/classes:$$(cat target/bench.classpath) dev.redismaintenance.bench.Bench

bench-operator: servers kube-binaries ## what the operator itself costs (the image where it was made, else the jar), into docs/benchmarks/operator.md; BENCH_RESOURCES, BENCH_WINDOW, BENCH_CHECK=true
	@$(MVN) -q -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
	@exec java -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
	  -cp target/test-classes:target/classes:$$(cat target/bench.classpath) dev.redismaintenance.bench.operator.OperatorBench

dashboard: servers kube-binaries promtool ## the dashboard's panels as docs/dashboard.svg, with what Prometheus has of three minutes of real maintenances
	@$(MVN) -q -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/dashboard.classpath -Dmdep.includeScope=test
	@exec java -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
	  -cp target/test-classes:target/classes:$$(cat target/dashboard.classpath) dev.redismaintenance.dashboard.DashboardPicture

e2e: ## the operator in the cluster of KUBECONFIG=FILE: installed by its chart, a Node drained for real under traffic; docs/e2e.md
	@test -n "$${KUBECONFIG:-}" || { echo "make e2e KUBECONFIG=FILE: which cluster? One of its Nodes is drained (docs/e2e.md)." >&2; exit 2; }
	@$(MVN) -q test-compile dependency:build-classpath -Dmdep.outputFile=target/e2e.classpath -Dmdep.includeScope=test
	@exec java -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
	  -cp target/test-classes:target/classes:$$(cat target/e2e.classpath) dev.redismaintenance.e2e.E2e

image: servers kube-binaries ## the container image as target/image.tar, without a daemon or a registry; IMAGE_NAME, IMAGE_TAR, IMAGE_BASE, IMAGE_JDK
	@MVN="$(MVN)" hack/image.sh

image-index: ## several images, each made on a machine of its architecture, in one: TARS="amd64.tar arm64.tar"; IMAGE_NAME, IMAGE_TAR
	@test -n "$(TARS)" || { echo 'make image-index TARS="a.tar b.tar": which images?' >&2; exit 2; }
	@$(MVN) -q test-compile dependency:build-classpath -Dmdep.outputFile=target/image.classpath -Dmdep.includeScope=test
	@exec java -cp target/test-classes:target/classes:$$(cat target/image.classpath) dev.redismaintenance.image.ImageIndex \
	  $${IMAGE_TAR:-target/image-index.tar} $${IMAGE_NAME:-redis-maintenance-operator:latest} $(TARS)

clean: ## removes what was built, not the caches
	$(MVN) clean

.PHONY: help servers kube-binaries promtool test test-fast gitops demo bench bench-operator dashboard e2e image image-index clean
