"""Compares exchanges with the fakes, a line of JSON each, with what the providers publish.

usage: python3 tests/published GOOGLE_WHEEL GRAPH_WHEEL DIRECTORY

Every answer of a fake is compared, and every request of Convene's own clients. Tests of the fakes themselves send what is
wrong on purpose; what they send is not compared.
"""

import json
import pathlib
import sys

from google import Google
from graph import Graph

OUR_CLIENT = "convene/"


def main(google_wheel, graph_wheel, directory):
    providers = {"google": Google(google_wheel), "microsoft": Graph(graph_wheel)}
    differences, requests, answers = {}, 0, 0
    for file in sorted(pathlib.Path(directory).glob("*.jsonl")):
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                exchange = json.loads(line)
                provider = providers.get(exchange["provider"])
                if provider is None:
                    continue
                is_ours = (exchange["caller"] or "").startswith(OUR_CLIENT)
                requests += is_ours
                answers += 1
                for difference in provider.differences(exchange, is_ours):
                    differences.setdefault((exchange["provider"], difference), exchange)
    for (provider, difference), exchange in differences.items():
        print(f"{provider}: {exchange['method']} {exchange['path']} ({exchange['status']}): {difference}")
        print(f"    in {exchange['test']}")
    print(f"Compared with what the providers publish: {requests} requests and {answers} answers, {len(differences)} differences")
    return 1 if differences else 0


sys.exit(main(*sys.argv[1:]))
