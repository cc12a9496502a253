# Two commands matter: `make run` and `make test`. The rest are their parts.
.DEFAULT_GOAL := help
.PHONY: help run build generate fmt install lint unit browser test bench clean

LISTEN ?= 127.0.0.1:8080
DATA   ?= var

# The product has no C in it: one static binary on every platform.
BUILD := CGO_ENABLED=0 go build -trimpath -ldflags='-s -w'
TOOL  := go tool -modfile=tools/go.mod

# The race detector follows every memory access. In SQLite's translated C, whose memory is not
# Go's, it can find nothing and costs a factor of twenty; the YAML parser, which one goroutine
# runs on text of its own, costs most of what the catalogue's tests take. It watches our code and
# the drivers. No package that uses atomics or sync.Map may stand here: the linker could take
# its unwatched copy of that generic code for the whole program.
UNWATCHED := modernc.org/sqlite/lib modernc.org/libc go.yaml.in/yaml/v3
RACE := -race $(foreach package,$(UNWATCHED),-gcflags=$(package)=-race=false)

# Here nothing runs at once, neither in the product's lines nor in the tests', so there is no race
# to find; they are tested without the detector.
CALM := $(addprefix yimen/internal/,archtest catalogue/form catalogue/merge catalogue/set catalogue/steps clock clockfile gov lang)

# The detector makes everything five to ten times slower and finds nothing more by the two hundredth
# item than by the twentieth. So under it, which is what -short stands for, the sweeps over many
# take a sample; without it whoever has such a sweep sweeps the whole.
SWEEPS = $(shell grep -rlE 'testing\.Short|apptest\.Sample|dbtest\.Calm|rapid\.Check' --include='*_test.go' internal | xargs -n1 dirname | sort -u | sed 's|^|yimen/|')

# A test's heap is small and short-lived: collected at four times what lives instead of twice, a
# sixth of the time is saved.
GARBAGE := 400

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build, make the demo town in ./var when it is not there, and serve it (needs Go only)
	bin/yimen demo --data $(DATA) --listen $(LISTEN)

build: ## bin/yimen; the first time takes some minutes
	$(BUILD) -o bin/yimen ./cmd/yimen

generate: ## write the *_templ.go from the *.templ
	scripts/generate.sh

fmt: ## format Go and templ files
	gofmt -l -w $$(find . -name "*.go" -not -path "*/node_modules/*" -not -path "./var/*")
	$(TOOL) templ fmt -log-level error internal

install: ## bring what the tests need: PostgreSQL, Chromium, a font, gcc, axe-core
	scripts/install.sh

lint: ## formatting, generated files, vet, staticcheck
	scripts/lint.sh

# lint has vetted everything already. The race detector would sleep for a second at the end of each
# package, in case something still runs that no test waits for: a twentieth of one is enough.
unit: install ## every test but the browser's, on both databases, with the race detector and in full
	CGO_ENABLED=0 GOGC=$(GARBAGE) go test -vet=off -timeout 30m $(sort $(CALM) $(SWEEPS))
	packages=$$(go list ./...) && CGO_ENABLED=1 GORACE=atexit_sleep_ms=50 GOGC=$(GARBAGE) go test $(RACE) -short -vet=off -timeout 30m $$(echo "$$packages" | grep -vxF $(addprefix -e ,$(CALM)) | grep -v '^yimen/e2e')

# The server is what is watched; the stories themselves are compiled as lint has compiled everything.
browser: install ## the stories in a real browser, against a server built with the race detector
	CGO_ENABLED=1 go build $(RACE) -o bin/yimen-race ./cmd/yimen
	CGO_ENABLED=0 GORACE=atexit_sleep_ms=50 GOGC=$(GARBAGE) YIMEN_E2E_BINARY=$(CURDIR)/bin/yimen-race go test -vet=off -count=1 -timeout 45m ./e2e/...

test: install ## everything; what has to pass before a change lands
	go mod download
	go mod verify
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory unit
	$(MAKE) --no-print-directory browser
	go run ./internal/platform/pgtest/pgserver stop

bench: ## measure: a table and bench.json (also needs wrk and pgbench)
	scripts/install.sh --bench
	go run ./bench

clean: ## remove what was built and the demo town
	rm -rf bin $(DATA) e2e/shots
