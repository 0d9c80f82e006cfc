"""Makes of the results of one run with failures, and of one with all rules, those of ten implementations with 500 counterexamples."""

import json
import sys

IMPLEMENTATIONS, FAILURES = 10, 500


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main():
    wrong, whole = (lines(path) for path in sys.argv[1:3])
    header, summary = wrong[0], wrong[-1]
    failures = [line for line in wrong if line["kind"] == "failure" and not line["repeated"]]
    own = {line["rule"]: line for line in wrong if line["kind"] == "rule"}
    rules = [own.get(line["rule"], line) for line in whole if line["kind"] == "rule"]
    held = {line["rule"]: line for line in whole if line["kind"] == "rule"}
    # Those that the adapter does not claim stand as in the other run.
    rules = [held[rule["rule"]] if rule["standing"] == "not claimed" else rule for rule in rules]
    for number in range(IMPLEMENTATIONS):
        print(json.dumps(dict(header, implementation="library-%d" % number)))
        for at in range(FAILURES // IMPLEMENTATIONS):
            print(json.dumps(failures[at % len(failures)]))
        for rule in rules:
            print(json.dumps(rule))
        print(json.dumps(summary))


main()
