# The front door: everything is done by CMake and the scripts.
PREFIX ?= /usr/local

all:            ## build the plugin: build/release/kubectl-encrypt
	@scripts/install-deps.sh build
	@cmake --preset release >/dev/null
	@cmake --build --preset release

demo: all       ## show it on a real cluster of its own, which it starts and stops
	@scripts/demo.sh

test:           ## build and run everything that checks the project
	@scripts/test.sh

bench: all      ## compare with kubectl and a plain Go loop, on a cluster of its own
	@scripts/bench.sh

fuzz:           ## look for bytes that crash a parser: FUZZ_SECONDS (600) for each of them
	@scripts/fuzz.sh

dist:           ## build what is published of a release: build/dist
	@scripts/dist.sh

dist-test:      ## the same once more elsewhere, to see that it gives the same bytes; then everything that checks these
	@scripts/dist_test.sh

install: all    ## install for use with one's own clusters
	@cmake --install build/release --prefix $(PREFIX)

clean:
	rm -rf build

.PHONY: all demo test bench fuzz dist dist-test install clean
