#!/usr/bin/python3
"""Checks of the deployment's files what their own tools don't: that they agree with each other and with the worker.
Checks too that the drawing and the table of lib/README.md agree with the link lines of the modules.

Needs python3-yaml, and promtool for the dashboard's queries. Prints each fault on a line; exit status 1 if there is any.
"""
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
faults = []


def expect(holds, fault):
    if not holds:
        faults.append(fault)


def text(path):
    return (ROOT / path).read_text()


def read_metrics():
    """name -> {label: values}; the series of a histogram have names of their own."""
    metrics = {}
    for line in text("deploy/prometheus/metrics.txt").splitlines():
        if line.startswith("#"):
            continue
        name, kind, *labels = line.split()
        values = {label: set(filter(None, listed.split(",")))
                  for label, _, listed in (entry.partition("=") for entry in labels)}
        for suffix in ("_bucket", "_count", "_sum") if kind == "histogram" else ("",):
            metrics[name + suffix] = values
    return metrics


def check_metrics(metrics):
    sources = "".join(path.read_text() for path in (ROOT / "lib/metrics").rglob("*.cpp"))
    made = set(re.findall(r'(?:Name|counter|gauge)\(\s*"(aura_\w+)"', sources))
    listed = {re.sub("_(bucket|count|sum)$", "", name) for name in metrics}
    expect(made == listed, f"metrics.txt differs from lib/metrics: {sorted(made ^ listed)}")


def check_query(where, query, metrics):
    for name, selector in re.findall(r"\b(aura_\w+)(?:\{([^}]*)\})?", query):
        if name not in metrics:
            faults.append(f"{where}: no worker serves {name}")
            continue
        for label, wanted in re.findall(r'(\w+)=~?"([^"]*)"', selector):
            known = metrics[name].get(label, set())
            if label in ("job", "instance"):
                continue
            expect(set(wanted.split("|")) <= known, f'{where}: {name} has no {label}="{wanted}"')


def check_alerts(metrics):
    anchors = {heading.strip().lower() for heading in re.findall(r"^### (.+)$", text("deploy/RUNBOOK.md"), re.M)}
    tested = text("deploy/prometheus/alerts_test.yml")
    rules = [rule for group in yaml.safe_load(text("deploy/prometheus/alerts.yml"))["groups"] for rule in group["rules"]]
    for rule in rules:
        name = rule["alert"]
        check_query(name, rule["expr"], metrics)
        expect(rule["labels"].get("severity") in ("warning", "critical"), f"{name}: no severity")
        expect({"summary", "description", "runbook_url"} <= rule["annotations"].keys(), f"{name}: an annotation is missing")
        expect(rule["annotations"]["runbook_url"] == f"deploy/RUNBOOK.md#{name.lower()}", f"{name}: another's runbook_url")
        expect(re.search(rf"alertname: {name}\n +exp_alerts:\n", tested), f"{name}: no test makes it fire")
        expect(f"alertname: {name}, exp_alerts: []" in tested, f"{name}: no test keeps it still")
    wanted = {rule["alert"].lower() for rule in rules}
    expect(anchors == wanted, f"RUNBOOK.md's alerts differ from alerts.yml's: {sorted(anchors ^ wanted)}")


def check_dashboard(metrics):
    dashboard = json.loads(text("deploy/grafana/dashboard.json"))
    panels = dashboard["panels"]
    expect(len({panel["id"] for panel in panels}) == len(panels), "dashboard: two panels have one id")
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    for panel in panels:
        place = panel["gridPos"]
        expect(place["x"] + place["w"] <= 24, f"dashboard: {panel['title']} sticks out")
        expect(panel.get("description"), f"dashboard: {panel['title']} says nothing of itself")
        for target in panel["targets"]:
            check_query(f"dashboard, {panel['title']}", target["expr"], metrics)
    for one, other in itertools.combinations(panels, 2):
        a, b = one["gridPos"], other["gridPos"]
        expect(a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"] or a["y"] + a["h"] <= b["y"] or
               b["y"] + b["h"] <= a["y"], f"dashboard: {one['title']} lies on {other['title']}")
    # promtool parses rules, and knows nothing of Grafana's variables.
    rules = [{"record": f"query:{number}", "expr": query.replace("$__rate_interval", "5m")}
             for number, query in enumerate(queries)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
        file.flush()
        parsed = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True, check=False)
    expect(parsed.returncode == 0, f"dashboard: {parsed.stderr.strip()}")


def check_runbook():
    runbook = text("deploy/RUNBOOK.md")
    checks = set(re.findall(r'check\("(\w+)"', text("lib/queue/doctor.cpp")))
    checks |= {check for path in [*(ROOT / "lib/catalogue").glob("*.cpp"), ROOT / "app/doctor.cpp"]
               for check in re.findall(r'kCheck = "(\w+)"', path.read_text())}
    told = set(re.findall(r"^\| (\w+) \|", runbook.split("## What `aura doctor` finds")[1], re.M)) - {"check"}
    expect(checks == told, f"RUNBOOK.md's checks differ from the doctor's: {sorted(checks ^ told)}")
    sources = "".join(path.read_text() for path in (ROOT / "lib").rglob("*.cpp"))
    told = {code for row in re.findall(r"^\| (`[a-z_]+`.*?) \|", runbook, re.M) for code in re.findall(r"`([a-z_]+)`", row)}
    promised = {code for header in ("fetch/include/aura/fetch/fetcher.h", "audio/include/aura/audio/decode.h",
                                    "audio/include/aura/audio/decoder.h")
                for code in re.findall(r'"([a-z_]+)"', text(f"lib/{header}"))} - {"http_"}
    for code in told:
        expect(f'"{code}"' in sources or code in promised, f"RUNBOOK.md: no job fails with {code}")
    expect(promised <= told, f"RUNBOOK.md does not tell of {sorted(promised - told)}")
    owned = set(re.findall(r'Owned\{"([a-z_]+)"', text("lib/base/error.cpp")))
    thrown = set(re.findall(r'JobError\(\s*"([a-z_]+)"', sources))
    named = (told | thrown) - {"http_"}
    expect(named <= owned, f"lib/base/error.cpp names no owner of {sorted(named - owned)}")


def check_settings():
    """Settings that the files name are in SETTINGS.md, and all of SETTINGS.md is in .env.example and docker-compose.yml."""
    settings = set(re.findall(r"`([A-Z_]+)`", "".join(re.findall(r"^\| (`[A-Z].*?) \|", text("deploy/SETTINGS.md"), re.M))))
    known = settings | {"TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    compose = yaml.safe_load(text("docker-compose.yml"))["services"]
    named = {("docker-compose.yml", name) for service in ("worker", "worker-pooled") for name in compose[service]["environment"]}
    for path in (DEPLOY / "kubernetes").glob("*.yaml"):
        for document in yaml.safe_load_all(path.read_text()):
            pod = document.get("spec", {}).get("template", {}).get("spec", {})
            named |= {(path.name, entry["name"]) for container in pod.get("containers", []) for entry in container.get("env", [])}
            named |= {(path.name, name) for name in document.get("stringData", {})}
    example = set(re.findall(r"^#?([A-Z_]+)=", text(".env.example"), re.M))
    # docker-compose.yml's own, which the example says.
    named |= {(".env.example", name) for name in example - {"AURA_REPLICAS", "POSTGRES_PASSWORD", "GRAFANA_PASSWORD"}}
    unit = re.findall(r"^Environment=(.+)$", text("deploy/systemd/aura.service"), re.M)
    named |= {("aura.service", entry.split("=")[0]) for line in unit for entry in line.split()}
    for where, name in sorted(named):
        expect(name in known, f"{where}: SETTINGS.md has no setting {name}")
    expect(settings <= example, f".env.example lacks {sorted(settings - example)}")
    # Those that compose sets itself, by its database, its ports and its stop_grace_period.
    settings -= {"DIRECT_URL", "AURA_TABLE", "PORT", "SHUTDOWN_GRACE"}
    expect(settings <= compose["worker"]["environment"].keys(),
           f"docker-compose.yml: workers don't get {sorted(settings - compose['worker']['environment'].keys())}")
    sources = "".join(path.read_text() for path in (ROOT / "lib").rglob("*.cpp"))
    for name in sorted(settings):
        expect(f'"{name}"' in sources, f"SETTINGS.md: nothing reads {name}")


def check_kubernetes():
    documents = {path.name: list(yaml.safe_load_all(path.read_text())) for path in (DEPLOY / "kubernetes").glob("*.yaml")}
    kustomization = documents["kustomization.yaml"][0]
    for name in kustomization["resources"]:
        expect(name in documents, f"kustomization.yaml: there is no {name}")
    secrets = {(each["metadata"]["name"], key) for each in documents["secret.example.yaml"] for key in each["stringData"]}
    for name in ("deployment.yaml", "migrate.yaml"):
        pod = documents[name][0]["spec"]["template"]["spec"]
        # What Pod Security's "restricted" asks for, and a root that nobody writes to.
        expect(pod["securityContext"]["runAsNonRoot"], f"{name}: may run as root")
        expect(pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, f"{name}: no seccomp profile")
        for container in pod["containers"]:
            expect(container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                                    "capabilities": {"drop": ["ALL"]}}, f"{name}: privileges")
            for entry in container.get("env", []):
                if reference := entry.get("valueFrom", {}).get("secretKeyRef"):
                    expect((reference["name"], reference["key"]) in secrets, f"{name}: no example of secret {reference}")
            grace = {entry["name"]: entry.get("value") for entry in container.get("env", [])}.get("SHUTDOWN_GRACE")
            expect(grace is None or int(grace) < pod["terminationGracePeriodSeconds"], f"{name}: killed before its grace is over")
    scaled, authentication = documents["scaling.yaml"]
    expect(scaled["spec"]["scaleTargetRef"]["name"] == documents["deployment.yaml"][0]["metadata"]["name"], "scaling.yaml: of what?")
    expect(all(isinstance(value, str) for value in scaled["spec"]["triggers"][0]["metadata"].values()), "scaling.yaml: KEDA takes text alone")
    for reference in authentication["spec"]["secretTargetRef"]:
        expect((reference["name"], reference["key"]) in secrets, f"scaling.yaml: no example of secret {reference}")


def check_railway():
    railway = json.loads(text("deploy/railway.json"))
    expect((ROOT / railway["build"]["dockerfilePath"]).is_file(), "railway.json: there is no such Dockerfile")
    for pattern in railway["build"]["watchPatterns"]:
        expect((ROOT / pattern.removesuffix("/**")).exists(), f"railway.json: there is no {pattern}")
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text("deploy/Dockerfile"), re.M):
        for source in line.split():
            expect({source, f"{source}/**"} & set(railway["build"]["watchPatterns"]), f"railway.json: {source} is not watched")
    # A text there is refused.
    expect(isinstance(railway["deploy"]["drainingSeconds"], int), "railway.json: drainingSeconds must be a number")


def check_links():
    """Links between the project's pages lead to files that exist, and to headings in them."""
    def anchor(heading):
        return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")

    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for page in tracked.split():
        for link in re.findall(r"\]\(([^)\s]+)\)", text(page)):
            path, _, heading = link.partition("#")
            if re.match(r"\w+:", link):
                continue
            target = (ROOT / page).parent / path if path else ROOT / page
            expect(target.exists(), f"{page}: there is no {link}")
            if heading and target.suffix == ".md" and target.exists():
                headings = {anchor(found) for found in re.findall(r"^#+ (.+)$", target.read_text(), re.M)}
                expect(heading in headings, f"{page}: there is no {link}")


# How lib/README.md names what the modules link to; what the system has anyway has no name.
THIRD_PARTIES = {
    "Boost::headers": {"Asio", "Beast"},
    "Eigen3::Eigen": {"Eigen"},
    "OpenSSL::Crypto": {"OpenSSL"},
    "OpenSSL::SSL": {"OpenSSL"},
    "PkgConfig::FFMPEG": {"FFmpeg"},
    "PkgConfig::IDN2": {"libidn2"},
    "PkgConfig::CHROMAPRINT": {"Chromaprint"},
    "PkgConfig::KISSFFT": {"KissFFT"},
    "PkgConfig::PQ": {"libpq"},
    "PkgConfig::PROMETHEUS": {"prometheus-cpp"},
    "PkgConfig::SECCOMP": {"libseccomp"},
    "PkgConfig::TAGLIB": {"TagLib"},
    "Threads::Threads": set(),
    "nlohmann_json::nlohmann_json": {"nlohmann_json"},
    "spdlog::spdlog": {"spdlog"},
}


def read_links(folder):
    """What the link lines of a module, or of app, name: {"PUBLIC": targets, "PRIVATE": targets}."""
    target = "aura" if folder == "app" else "aura_" + folder.removeprefix("lib/")
    links = {"PUBLIC": set(), "PRIVATE": set()}
    lines = re.sub(r"#.*", "", text(f"{folder}/CMakeLists.txt"))
    for call in re.findall(rf"(?:aura_module|target_link_libraries\({target})\b([^)]*)\)", lines):
        keyword = None
        for word in call.split():
            if re.fullmatch("[A-Z]+", word):
                keyword = word
            elif "::" in word:
                links[keyword].add(word)
    return links


def reaches(arrows, starts, wanted):
    """Whether `wanted` is among `starts` or what they use, directly or not."""
    to_visit, seen = set(starts), set()
    while to_visit:
        module = to_visit.pop()
        seen.add(module)
        to_visit |= arrows.get(module, set()) - seen
    return wanted in seen


def check_modules():
    """The drawing and the table of lib/README.md say what the link lines say."""
    folders = {path.parent.name: f"lib/{path.parent.name}" for path in (ROOT / "lib").glob("*/CMakeLists.txt")} | {"app": "app"}
    links = {module: read_links(folder) for module, folder in folders.items()}
    arrows = {module: {target[6:] for target in each["PUBLIC"] | each["PRIVATE"] if target.startswith("aura::")}
              for module, each in links.items()}
    for module, used in arrows.items():
        for each in used:
            expect(not reaches(arrows, {each}, module), f"lib: {module} uses {each}, which leads back to {module}")

    page = text("lib/README.md")
    drawn = set(re.findall(r"^ *(\w+) --> (\w+)$", page, re.M))
    needed = {(user, used) for user in arrows for used in arrows[user] if not reaches(arrows, arrows[user] - {used}, used)}
    for user, used in sorted(needed - drawn):
        faults.append(f"lib/README.md: the drawing lacks {user} --> {used}")
    for user, used in sorted(drawn - needed):
        why = "others imply it" if used in arrows.get(user, ()) else "no link line has it"
        faults.append(f"lib/README.md: the drawing has {user} --> {used}, but {why}")

    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \| ([^|]*) \|$", page, re.M)
    expect(sorted(folders.keys() - {"app"}) == sorted(row[0] for row in rows), "lib/README.md: the table lists other modules than lib has")
    for module, used, parties in rows:
        if module in folders:
            check_row(module, set(re.findall(r"\w+", used)), parties, links[module], arrows[module])


def check_row(module, used, parties, links, arrows):
    where = f"lib/README.md, {module}"
    expect(used == arrows, f"{where}: the table and the link line differ in {sorted(used ^ arrows)}")
    allowed = set()
    for target in sorted(links["PUBLIC"] | links["PRIVATE"]):
        if target.startswith("aura::"):
            continue
        names = THIRD_PARTIES.get(target)
        if names is None:
            faults.append(f"check.py: THIRD_PARTIES lacks {target}")
            continue
        allowed |= names
        expect(not names or any(name in parties for name in names), f"{where}: the table lacks {' or '.join(sorted(names))}")
        for name in names:
            keyword = "PUBLIC" if f"{name} travels" in parties else "PRIVATE"
            expect(target in links[keyword], f"{where}: the table says that {name} is {keyword}, the link line does not")
    for name in sorted(set().union(*THIRD_PARTIES.values()) - allowed):
        expect(name not in parties, f"{where}: the table has {name}, the link line has not")


def check_sizes():
    """Sources can be read at a sitting. (clang-tidy holds functions to 70 lines.)"""
    for folder in ("lib", "app"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".cpp", ".h"):
                lines = path.read_text().count("\n")
                expect(lines <= 400, f"{path.relative_to(ROOT)} has {lines} lines: at most 400")


metrics = read_metrics()
check_metrics(metrics)
check_alerts(metrics)
check_dashboard(metrics)
check_runbook()
check_settings()
check_kubernetes()
check_railway()
check_links()
check_modules()
check_sizes()
for fault in faults:
    print(f"check.py: {fault}", file=sys.stderr)
sys.exit(1 if faults else 0)
