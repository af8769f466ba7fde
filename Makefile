# Everything a developer does, each in one short line. Start with `make run`.
.PHONY: run test check bench soak screenshots

run: ## Bilingual demo sites on http://localhost:8080, with everything they need inside
	@scripts/run

test: ## Everything that must hold: format, lints, crate graph, unit, database, integration and browser tests
	@scripts/test

check: ## The quick part of it: format, lints, crate graph, Dockerfile
	@scripts/check

bench: ## Measures side by side and writes loadtests/RESULTS.md
	@scripts/bench

soak: ## The tests again at full scale, crashes under load, every defence taken away once, and attackers' tools let loose
	@SADU_SCALE=full scripts/test
	@scripts/mutants
	@scripts/attack

screenshots: ## Pictures of every page, both languages, phone and desk, into docs/gallery
	@scripts/screenshots
