# make            build build/motcua
# make run        install what is missing, build, start the daemon and the sandbox
# make test       install what is missing, build, run every test
# make asan|tsan  the tests again under sanitizers;   make fuzz   every fuzz target, FUZZ_SECONDS each
# make crash      the long crash test;                 make bench  speed against floors measured in the same run
# make year       reports over a simulated year of 200,000 conversations, every figure against the truth
# make learn      knowledge/rank.weights anew from MOTCUA_DATA; LEARN=--vague keeps the order of answers as it is
# make install    into PREFIX;  make deb  a Debian package in build/;  make clean

BUILD  ?= build
PREFIX ?= /usr/local
VERSION := 0.1.0
CFLAGS ?= -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
WERROR ?= -Werror
WARN   := -std=gnu11 -D_GNU_SOURCE -DMOTCUA_VERSION='"$(VERSION)"' -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wno-unknown-warning-option -Wno-format-truncation $(WERROR)
PKGS   := libuv libcurl libcjson sqlite3 libsodium libutf8proc inih libsystemd libzip expat xlsxwriter
LIBS    = $(shell pkg-config --libs $(PKGS)) -pthread -lm
JOBS   := $(shell nproc)
FUZZ_SECONDS ?= 60

# Debian packages: to build, to test, to fuzz.
APT_BUILD := gcc libc6-dev pkg-config libuv1-dev libcurl4-openssl-dev libcjson-dev libsqlite3-dev libsodium-dev \
	libutf8proc-dev libinih-dev libsystemd-dev libzip-dev libexpat1-dev libxlsxwriter-dev node-llhttp
APT_TEST  := libcmocka-dev chromium
APT_NPM   := $(if $(shell command -v npm),,nodejs npm) # whoever has another Node keeps it
APT_FUZZ  := clang libclang-rt-14-dev
APT_DEB   := dpkg-dev

o      = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $1))
OBJ   := $(filter-out $(BUILD)/daemon/main.o,$(call o,daemon/*.c daemon/*/*.c knowledge/*.c adapters/*.c config/*.c)) \
	$(BUILD)/llhttp/llhttp.o $(BUILD)/llhttp/api.o $(BUILD)/llhttp/http.o
LIB   := $(BUILD)/libmotcua.a
TESTS := $(basename $(call o,tests/unit/*.c tests/flow/*.c tests/fault/*.c))
FUZZ  := $(basename $(call o,tests/fuzz/*.c))
BENCH := $(basename $(call o,tests/bench/*.c))
EVAL  := $(BUILD)/tests/eval/count_words $(BUILD)/tests/eval/learn $(BUILD)/tests/eval/slips
SUPPORT := $(call o,tests/support/*.c)
BROWSER := $(wildcard tests/browser/*.test.mjs) # programs like the others: TAP on their standard output
TURNED  := $(BUILD)/tests/browser/motcua # for these alone: its wall clock can be turned

# One short line a step; V=1 shows the commands.
say = $(if $(V),,@echo "  $1 $@";)

# The console's pages stand in WEB as they are served; what they take from npm is copied beside them.
WEB    := daemon/console/web
VENDOR := $(WEB)/vendor/preact.js

all: $(BUILD)/motcua $(VENDOR)

$(BUILD)/motcua: $(BUILD)/daemon/main.o $(LIB); $(call say,LD) $(CC) $(CFLAGS) -o $@ $^ $(LIBS)
$(LIB): $(OBJ); @rm -f $@; ar rcs $@ $^
$(TESTS): %: %.o $(SUPPORT) $(LIB); $(call say,LD) $(CC) $(CFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o $@ $^ $(LIBS) -lcmocka
$(TURNED): $(BUILD)/daemon/main.o $(BUILD)/tests/browser/support/turned_clock.o $(LIB); $(call say,LD) $(CC) $(CFLAGS) -Wl,--wrap=clock_now_ms -o $@ $^ $(LIBS)
$(BENCH): %: %.o $(SUPPORT) $(LIB); $(call say,LD) $(CC) $(CFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o $@ $^ $(LIBS) -lcmocka
$(EVAL): %: %.o $(LIB); $(call say,LD) $(CC) $(CFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LIBS)
$(BUILD)/tests/eval/learn: $(call o,tests/eval/samples.c tests/eval/fit.c)
$(BUILD)/tests/eval/slips: $(call o,tests/support/slip.c)
$(FUZZ): %: %.o $(LIB); $(call say,LD) $(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)
$(BUILD)/%.o: %.c; $(call say,CC) mkdir -p $(@D); $(CC) -I. -I/usr/share/include/llhttp $(WARN) -MMD -ffile-prefix-map=$(CURDIR)=. $(CFLAGS) -c -o $@ $<
# Debian's copy of llhttp, compiled strict: it refuses what the lenient build lets through.
$(BUILD)/llhttp/%.o: /usr/share/llhttp/%.c; $(call say,CC) mkdir -p $(@D); $(CC) -I/usr/share/include/llhttp -DLLHTTP_STRICT_MODE=1 -ffile-prefix-map=$(CURDIR)=. $(CFLAGS) -c -o $@ $<

$(VENDOR): $(WEB)/package-lock.json
	$(call say,NPM) cd $(WEB) && npm ci --silent --omit=dev --ignore-scripts && mkdir -p vendor && cp node_modules/htm/preact/standalone.module.js vendor/preact.js

# Installs only what is missing, so that an offline machine with everything in place needs no network.
define apt
	@missing=""; for p in $1; do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q "ok installed" || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; fi
endef
deps:; $(call apt,$(APT_BUILD) $(APT_NPM))
deps-test: deps browser-deps; $(call apt,$(APT_TEST))
browser-deps: deps; @cd tests/browser && [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --ignore-scripts
deps-fuzz: deps; $(call apt,$(APT_FUZZ))

run: deps
	@$(MAKE) -j$(JOBS) all
	@tests/support/run.sh $(BUILD)/motcua

test: deps-test
	@$(MAKE) -j$(JOBS) all tests
	@BUILD=$(BUILD) tests/support/run_tests.sh $(TESTS) $(BROWSER)
check: $(BUILD)/motcua $(TESTS); @BUILD=$(BUILD) tests/support/run_tests.sh $(TESTS)
tests: $(TESTS) $(TURNED)

asan: deps-test; @$(MAKE) -j$(JOBS) check BUILD=build/asan CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all"
tsan: deps-test; @$(MAKE) -j$(JOBS) check BUILD=build/tsan CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=thread"
fuzz: deps-fuzz; @$(MAKE) -j$(JOBS) fuzzers BUILD=build/fuzz CC=clang CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
fuzzers: $(FUZZ); @BUILD=$(BUILD) tests/support/run_fuzz.sh $(FUZZ_SECONDS) $(FUZZ)
crash: deps-test; @$(MAKE) -j$(JOBS) $(BUILD)/motcua $(BUILD)/tests/fault/test_crash && CRASH_EVENTS=10000 CRASH_KILLS=200 $(BUILD)/tests/fault/test_crash
year: deps-test; @$(MAKE) -j$(JOBS) $(BUILD)/motcua $(BUILD)/tests/flow/test_year && YEAR_CONVERSATIONS=200000 $(BUILD)/tests/flow/test_year
bench: deps-test; @$(MAKE) -j$(JOBS) all benches && BUILD=$(BUILD) tests/bench/run.sh
benches: $(BENCH)

# Learned on the knowledge that is asked in the measurements: the national procedures and the starter content.
LEARN       ?=
MOTCUA_DATA ?= ../shared/data
learn: $(BUILD)/motcua $(BUILD)/tests/eval/learn
	@rm -rf $(BUILD)/learn && mkdir -p $(BUILD)/learn
	$(BUILD)/motcua import --data $(BUILD)/learn $(MOTCUA_DATA)/procedures.jsonl
	$(BUILD)/tests/eval/learn $(LEARN) $(BUILD)/learn $(MOTCUA_DATA)/questions_dev.jsonl $(MOTCUA_DATA)/chat_dev.jsonl \
		$(MOTCUA_DATA)/dialogues_dev.jsonl $(MOTCUA_DATA)/chat_dialogues_dev.jsonl \
		tests/golden/apart_tune.jsonl tests/golden/outside.jsonl knowledge/content/procedures_*.jsonl knowledge/content/ways_of_asking.jsonl > $(BUILD)/learn/rank.weights
	mv $(BUILD)/learn/rank.weights knowledge/rank.weights

install: all
	install -D -m 755 $(BUILD)/motcua $(DESTDIR)$(PREFIX)/bin/motcua
	install -D -m 644 config/motcua.conf $(DESTDIR)$(PREFIX)/share/motcua/motcua.conf.sample
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local|$(PREFIX)|' config/motcua.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/motcua.service
	for f in $$(find knowledge -type f ! -name '*.[ch]') $$(find daemon -type f -name '*.sql') $$(find daemon/sandbox/web -type f) daemon/console/sentences.vi daemon/report/report.vi \
		$$(find $(WEB) -type f ! -path '*/node_modules/*' ! -name '.npmrc' ! -name 'package*.json'); do \
		install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/motcua/$$f; done

DEB = build/motcua_$(VERSION)_$(shell dpkg --print-architecture).deb
deb: deps; $(call apt,$(APT_DEB))
	@rm -rf build/deb && $(MAKE) -s install PREFIX=/usr DESTDIR=$(CURDIR)/build/deb
	@strip --strip-debug build/deb/usr/bin/motcua && config/deb/build.sh $(CURDIR)/build/deb $(CURDIR)/$(DEB) $(VERSION)

clean:; rm -rf build

.PHONY: all run crash year test tests check asan tsan fuzz fuzzers bench benches learn install deb clean deps deps-test deps-fuzz
# A header that moved or went: what used it is built anew.
%.h:;
.SECONDARY:
-include $(shell find $(BUILD) -name "*.d" 2>/dev/null)
