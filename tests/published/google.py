"""Google's discovery document of Calendar v3."""

import json
import re
import zipfile

from query import matches, split

DOCUMENT = "googleapiclient/discovery_cache/documents/calendar.v3.json"
BASE = ["calendar", "v3"]
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$")
DATE = re.compile(r"^\d{4}-\d\d-\d\d$")


class Google:
    def __init__(self, wheel):
        self.document = json.loads(zipfile.ZipFile(wheel).read(DOCUMENT))
        self.schemas = self.document["schemas"]
        self.methods = list(methods(self.document["resources"]))

    def differences(self, exchange, is_ours):
        segments, parameters = split(exchange["path"])
        if segments[:2] != BASE:
            return  # signing in: RFC 6749, and no part of the document
        method = self.method(exchange["method"], segments[2:])
        if method is None:
            if is_ours:
                yield "the document has no such method"
            return
        if is_ours:
            yield from self.parameters(method, parameters)
            yield from self.body(method, exchange["sent"], "sent", takes_null=method["httpMethod"] == "PATCH")
        status, answered = exchange["status"], exchange["answered"]
        if status < 300 and "response" in method:
            yield from self.value({"$ref": method["response"]["$ref"]}, answered, "answered")
        elif status < 300 and answered is not None:
            yield "the answer has a body, and the document has none"
        elif status >= 400 and answered is not None:
            yield from error(answered, status)

    def method(self, verb, segments):
        for method in self.methods:
            if method["httpMethod"] == verb and matches(method["path"].split("/"), segments):
                return method
        return None

    def parameters(self, method, given):
        known = {**self.document["parameters"], **method.get("parameters", {})}
        for name, value in given:
            schema = known.get(name)
            if schema is None or schema.get("location") != "query":
                yield f"parameter {name} is not in the document"
                continue
            if name == "fields":
                yield from self.fields(value, {"$ref": method["response"]["$ref"]})
            yield from self.parameter(name, schema, value)
        names = [name for name, _ in given]
        for name, schema in known.items():
            if schema.get("required") and schema.get("location") == "query" and name not in names:
                yield f"parameter {name} is missing"

    def parameter(self, name, schema, value):
        if schema["type"] == "integer":
            if not re.fullmatch(r"-?\d+", value):
                yield f"parameter {name} is no integer"
            elif int(value) > int(schema.get("maximum", 2**63)) or int(value) < int(schema.get("minimum", -(2**63))):
                yield f"parameter {name} is out of its range"
        elif schema["type"] == "boolean" and value not in ("true", "false"):
            yield f"parameter {name} is neither true nor false"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"parameter {name} is none of {schema['enum']}"
        elif schema.get("format") == "date-time" and not TIME.match(value):
            yield f"parameter {name} is no time"

    def fields(self, text, schema):
        """`a,b(c,d/e)`: each name must be in the schema of what it is a part of."""
        parts = re.findall(r"[A-Za-z0-9]+|[(),/]", text)
        stack, current, below_slash = [], schema, []
        place = schema
        for part in parts:
            if part == "(":
                stack.append(place)
                place = current
            elif part == ")":
                place = stack.pop()
            elif part == "/":
                below_slash.append(place)
                place = current
            elif part == ",":
                if below_slash:
                    place = below_slash[0]
                    below_slash = []
            else:
                current = self.part(place, part)
                if current is None:
                    yield f"fields names {part}, which the document does not have there"
                    return

    def part(self, schema, name):
        schema = self.resolved(schema)
        if schema.get("type") == "array":
            schema = self.resolved(schema["items"])
        return schema.get("properties", {}).get(name)

    def resolved(self, schema):
        return self.schemas[schema["$ref"]] if "$ref" in schema else schema

    def body(self, method, sent, place, takes_null):
        if "request" not in method:
            if sent is not None:
                yield "there is a body, and the document has none"
            return
        schema = self.schemas[method["request"]["$ref"]]
        for name, known in schema.get("properties", {}).items():
            is_required = method["id"] in known.get("annotations", {}).get("required", [])
            if is_required and not (isinstance(sent, dict) and name in sent):
                yield f"{place}.{name} is missing"
        yield from self.value(schema, sent, place, takes_null)

    def value(self, schema, value, place, takes_null=False):
        schema = self.resolved(schema)
        kind = schema.get("type")
        if value is None:
            if not takes_null:
                yield f"{place} is null"
        elif kind == "object":
            if not isinstance(value, dict):
                yield f"{place} is no object"
                return
            for name, part in value.items():
                known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
                if known is None:
                    yield f"{place}.{name} is not in the document"
                else:
                    yield from self.value(known, part, f"{place}.{name}", takes_null)
        elif kind == "array":
            if not isinstance(value, list):
                yield f"{place} is no list"
                return
            for part in value:
                yield from self.value(schema["items"], part, f"{place}[]", takes_null)
        elif kind == "boolean":
            if not isinstance(value, bool):
                yield f"{place} is no boolean"
        elif kind == "integer":
            if not isinstance(value, int) or isinstance(value, bool):
                yield f"{place} is no integer"
        elif kind == "string":
            yield from text(schema, value, place)


def methods(resources):
    for resource in resources.values():
        yield from resource.get("methods", {}).values()
        yield from methods(resource.get("resources", {}))


def text(schema, value, place):
    if not isinstance(value, str):
        yield f"{place} is no text"
        return
    form = schema.get("format")
    if form == "date-time" and not TIME.match(value):
        yield f"{place} is no time"
    if form == "date" and not DATE.match(value):
        yield f"{place} is no date"
    if form == "int64" and not re.fullmatch(r"-?\d+", value):
        yield f"{place} is no number"
    known = choices(schema)
    if known and value not in known:
        yield f"{place} is none of {known}"


def choices(schema):
    """Most of Google's choices are in words only: a list of quoted values."""
    if "enum" in schema:
        return schema["enum"]
    description = schema.get("description", "")
    if "ossible values are:" not in description:
        return []
    return re.findall(r'^- "([^"]+)"', description, re.M)


def error(answered, status):
    """Errors are not in the document; clients of Google's read them so."""
    if not isinstance(answered, dict) or not isinstance(answered.get("error"), dict):
        yield "the error has another form"
        return
    body = answered["error"]
    if body.get("code") != status or not isinstance(body.get("message"), str):
        yield "the error does not say its code and message"
    for one in body.get("errors", []):
        if not isinstance(one.get("reason"), str) or not isinstance(one.get("domain"), str):
            yield "the error does not say its domain and reason"
