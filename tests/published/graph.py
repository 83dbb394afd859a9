"""Microsoft's client of Graph: the addresses it calls, with their parameters, and its types.

The client is generated from the description of Graph itself. Its Python is read as text and never run.
"""

import ast
import functools
import posixpath
import re
import zipfile

from query import matches, split

ROOT = "msgraph/generated"
# What is called with /me is /users/{id} in the client.
BUILDERS = ("users/item/calendar", "users/item/events", "subscriptions")
# Links to a next page have these in the place of all others.
OF_LINKS = ("$skiptoken", "$deltatoken")
VERBS = {"get": "GET", "post": "POST", "patch": "PATCH", "put": "PUT", "delete": "DELETE"}
# Seven digits of a second at most.
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?$")
LOCAL = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$")
UUID = re.compile(r"^[0-9a-f-]{36}$", re.I)


class Graph:
    def __init__(self, wheel):
        self.wheel = zipfile.ZipFile(wheel)
        self.methods = [method for name in self.builders() for method in self.methods_of(name)]

    def builders(self):
        prefixes = tuple(f"{ROOT}/{prefix}" for prefix in BUILDERS)
        return [name for name in self.wheel.namelist() if name.startswith(prefixes) and name.endswith("_builder.py")]

    def methods_of(self, file):
        """(verb, segments, known parameters, needed parameters, type of the body, type of the answer)"""
        tree, imports = self.read(file)
        source = self.wheel.read(file).decode()
        template = re.search(r'super\(\).__init__\(request_adapter, "\{\+baseurl\}([^"]*)"', source)
        if template is None:
            return
        path, known, needed = parameters_of(template[1])
        for node in ast.walk(tree):
            if isinstance(node, ast.AsyncFunctionDef) and node.name in VERBS:
                takes = next((arg.annotation for arg in node.args.args if arg.arg == "body"), None)
                types = imports.get(named(takes)), imports.get(named(node.returns))
                yield VERBS[node.name], path, known, needed, *types

    def read(self, file):
        """A module, and the files of the classes that it imports."""
        tree = ast.parse(self.wheel.read(file))
        imports = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                folder = posixpath.dirname(file)
                for _ in range(node.level - 1):
                    folder = posixpath.dirname(folder)
                for name in node.names:
                    imports[name.name] = (f"{folder}/{node.module.replace('.', '/')}.py", name.name)
        return tree, imports

    def differences(self, exchange, is_ours):
        segments, parameters = split(exchange["path"])
        if segments[0] != "v1.0":
            return  # signing in
        segments = ["users", "me"] + segments[2:] if segments[1:2] == ["me"] else segments[1:]
        method = self.method(exchange["method"], segments)
        if method is None:
            if is_ours:
                yield "the client has no such method"
            return
        _, _, known, needed, takes, gives = method
        if is_ours:
            yield from self.parameters(parameters, known, needed, gives)
            yield from self.body(takes, exchange["sent"])
        status, answered = exchange["status"], exchange["answered"]
        if status >= 400:
            if answered is not None:
                yield from self.value((f"{ROOT}/models/o_data_errors/o_data_error.py", "ODataError"), answered, "answered")
        elif gives is not None:
            yield from self.value(gives, answered, "answered")
        elif answered is not None:
            yield "the answer has a body, and the client reads none"

    def method(self, verb, segments):
        for method in self.methods:
            if method[0] == verb and matches(method[1], segments):
                return method
        return None

    def parameters(self, given, known, needed, gives):
        names = [name for name, _ in given]
        is_link = any(name in OF_LINKS for name in names)
        for name, value in given:
            if name not in known and not (is_link and name in OF_LINKS):
                yield f"parameter {name} is not in the client"
            if name == "$select":
                for part in value.split(","):
                    if part not in self.selectable(gives):
                        yield f"$select names {part}, which the type does not have"
            if name.endswith("DateTime") and not INSTANT.match(value):
                yield f"parameter {name} is no time"
        for name in needed:
            if name not in names and not is_link:
                yield f"parameter {name} is missing"

    def selectable(self, gives):
        properties = self.properties(gives)
        inner = properties.get("value")
        return self.properties(inner[1]) if inner else properties

    def body(self, takes, sent):
        if takes is None:
            if sent not in (None, {}):
                yield "there is a body, and the client has none"
            return
        yield from self.value(takes, sent, "sent")

    @functools.cache
    def properties(self, kind):
        """What a type has, with what it inherits: how each is read, and its type where it is none of JSON's own."""
        file, name = kind
        tree, imports = self.read(file)
        known = {}
        for node in tree.body:
            if not isinstance(node, ast.ClassDef) or node.name != name:
                continue
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in imports:
                    known.update(self.properties(imports[base.id]))
            for inner in ast.walk(node):
                if isinstance(inner, ast.Dict):
                    for key, value in zip(inner.keys, inner.values):
                        if isinstance(key, ast.Constant) and isinstance(value, ast.Lambda):
                            call = value.body.args[2]
                            argument = named(call.args[0]) if call.args else None
                            own = (file, argument) if argument == name else imports.get(argument, argument)
                            known[key.value] = (call.func.attr, own)
        return known

    @functools.cache
    def choices(self, kind):
        file, name = kind
        return re.findall(r'^    \w+ = "([^"]*)"', self.wheel.read(file).decode(), re.M)

    def value(self, kind, value, place):
        if value is None:
            return  # every property can be null
        if not isinstance(value, dict):
            yield f"{place} is no object"
            return
        known = self.properties(kind)
        is_time = kind[1] == "DateTimeTimeZone"
        for name, part in value.items():
            if name in known:
                yield from self.part(*known[name], part, f"{place}.{name}")
                if is_time and name == "dateTime" and not LOCAL.match(str(part)):
                    yield f"{place}.{name} is no time of seven digits at most"
            elif not name.startswith("@"):
                yield f"{place}.{name} is not in {kind[1]}"

    def part(self, reads, kind, value, place):
        if value is None:
            return
        if reads.startswith("get_collection"):
            if not isinstance(value, list):
                yield f"{place} is no list"
                return
            for one in value:
                yield from self.one(reads, kind, one, f"{place}[]")
        else:
            yield from self.one(reads, kind, value, place)

    def one(self, reads, kind, value, place):
        if "object" in reads:
            yield from self.value(kind, value, place)
        elif "enum" in reads:
            if value not in self.choices(kind):
                yield f"{place} is none of {self.choices(kind)}"
        elif reads == "get_bool_value":
            if not isinstance(value, bool):
                yield f"{place} is no boolean"
        elif reads in ("get_int_value", "get_float_value"):
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                yield f"{place} is no number"
        elif not isinstance(value, str):
            yield f"{place} is no text"
        elif reads == "get_datetime_value" and not INSTANT.match(value):
            yield f"{place} is no time of seven digits at most"
        elif reads == "get_uuid_value" and not UUID.match(value):
            yield f"{place} is no UUID"


def parameters_of(template):
    """`/a/{b}?c={c}{&%24d,e*}`: the segments, all parameters, and those that must be there."""
    template = template.replace("%2D", "-").replace("%24", "$")
    path, _, rest = re.sub(r"\{\?([^}]*)\}", r"?{&\1}", template).partition("?")
    needed = re.findall(r"(?:^|&)([$\w]+)=", rest)
    optional = [name.rstrip("*") for group in re.findall(r"\{&([^}]*)\}", rest) for name in group.split(",")]
    # In the template of a function the required ones are marked with a star.
    starred = [name[:-1] for group in re.findall(r"\{&([^}]*)\}", rest) for name in group.split(",") if name.endswith("*")]
    # A function can be called without its parentheses.
    segments = [segment.removesuffix("()") for segment in path.strip("/").split("/")]
    return segments, needed + optional, needed + starred


def named(annotation):
    """The class of an annotation such as Optional[Event]."""
    if isinstance(annotation, ast.Subscript):
        return named(annotation.slice)
    if isinstance(annotation, ast.Name):
        return annotation.id
    return None
