/// The server behind `FakeHub`, in Python.
enum FakeHubServer {
    /// Arguments: the log, the kind of forge, the pull request of every commit (0: none), the folder that holds `o/r.git`,
    /// what it `refuses`, and what befalls the first comment's post.
    ///
    /// It refuses all changes with `refuses`, and check runs alone with `checks`. A connection is cut `mid`, in the middle of
    /// the request, or `after`, once the comment is made; or it is answered with a status, and nothing is done. With `check`
    /// the first check run is made and its answer does not come.
    ///
    /// A process of this machine that has the token among its arguments is written down as a request of its own.
    static let script = #"""
        import base64, glob, http.server, json, os, re, socket, subprocess, sys, time, urllib.parse

        log, kind, pull, root, refuses, cut = sys.argv[1:7]
        token, pull = os.environ.pop("FORGE_TOKEN"), int(pull)
        api = {"github": "/api/v3", "gitlab": "/api/v4", "gitea": "/api/v1"}[kind]
        comments, pulls, checks = [], [], []
        if pull: pulls.append({"number": pull, "head": "theirs", "base": "main"})

        def show_pull(entry):
            page = "http://127.0.0.1:%d/o/r/pull/%d" % (server.server_port, entry["number"])
            if kind == "gitlab":
                return {"iid": entry["number"], "web_url": page, "state": "opened",
                    "source_branch": entry["head"], "target_branch": entry["base"]}
            return {"number": entry["number"], "html_url": page, "state": "open", "node_id": "N",
                "head": {"ref": entry["head"]}, "base": {"ref": entry["base"]}}

        def show_comment(number):
            page = "http://127.0.0.1:%d/comment/%d" % (server.server_port, number)
            body = comments[number - 1]["body"]
            return {"id": number, "html_url": page, "body": body, "note": body}

        def write_down(line, authorization="", fields={}):
            with open(log, "a") as file:
                print(json.dumps({"line": line, "authorization": authorization, "fields": fields, "time": time.time()}), file=file)

        def tell_of_arguments():
            for path in glob.glob("/proc/[0-9]*/cmdline"):
                try: words = open(path, "rb").read()
                except OSError: continue
                if token and token.encode() in words: write_down("TOKEN IN ARGUMENTS " + path)

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_): pass

            def answer(self):
                tell_of_arguments()
                if self.path.startswith("/o/r.git/"): return self.serve_git()
                global cut
                size = int(self.headers.get("Content-Length") or 0)
                is_cut = cut if self.command == "POST" and re.search("/(comments|notes)$", self.path) else ""
                if is_cut: cut = ""
                if is_cut == "mid":
                    self.rfile.read(size // 2)
                    self.close_connection = True
                    return self.connection.shutdown(socket.SHUT_RDWR)
                body = self.rfile.read(size).decode()
                if self.headers.get("Content-Type") == "application/x-www-form-urlencoded":
                    fields = dict(urllib.parse.parse_qsl(body))
                else:
                    fields = json.loads(body) if body else {}
                header = "PRIVATE-TOKEN" if kind == "gitlab" else "Authorization"
                write_down("%s %s" % (self.command, self.path), "%s: %s" % (header, self.headers.get(header)), fields)
                if is_cut.isdigit():
                    wait = [("Retry-After", "2")] if is_cut == "429" else []
                    return self.send(int(is_cut), wait, b'{"message": "Not now"}')
                status, value = self.reply(urllib.parse.urlsplit(self.path), fields)
                if is_cut == "after":
                    self.close_connection = True
                    return self.connection.shutdown(socket.SHUT_RDWR)
                text = json.dumps(value).encode()
                self.send(status, [("Content-Type", "application/json")], text)

            def send(self, status, fields, body):
                self.send_response(status)
                for name, value in fields: self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def reply(self, url, fields):
                missing = 404, {"message": "Not Found"}
                base = api + ("/projects/o%2Fr" if kind == "gitlab" else "/repos/o/r")
                if not url.path.startswith(base): return missing
                path, is_read = url.path[len(base):], self.command == "GET"
                if not is_read and refuses == "refuses": return 403, {"message": "Resource not accessible by this token"}
                if re.fullmatch(r".*/(comments|notes)", path):
                    if is_read:
                        own = [show_comment(n + 1) for n, each in enumerate(comments) if each["place"] == path]
                        return 200, own if "page=1" in url.query.split("&") else []
                    body = fields.get("body") or fields["note"]
                    if len(body) > 65536: return 422, {"message": "Body is too long (maximum is 65536 characters)"}
                    comments.append({"place": path, "body": body})
                    return 201, show_comment(len(comments))
                if re.fullmatch(r".*/(comments|notes)/[0-9]+", path) and self.command in ("PATCH", "PUT"):
                    number = int(path.rsplit("/", 1)[1])
                    comments[number - 1]["body"] = fields["body"]
                    return 200, show_comment(number)
                if re.fullmatch(r"(/repository)?/commits/[0-9a-f]{40}/(pulls|merge_requests)", path):
                    return 200, [show_pull(each) for each in pulls if each["number"] == pull]
                if re.fullmatch(r"/commits/[0-9a-f]{40}/pull", path):
                    return (200, show_pull(pulls[0])) if pull else missing
                if path.startswith("/statuses/"): return 201, {"id": 1}
                if path in ("/pulls", "/merge_requests"):
                    if is_read: return 200, [show_pull(each) for each in pulls]
                    head = fields.get("head") or fields["source_branch"]
                    pulls.append({"number": len(pulls) + 1, "head": head, "base": fields.get("base") or fields["target_branch"]})
                    return 201, show_pull(pulls[-1])
                if kind == "github": return self.reply_of_checks(path, url.query, fields) or missing
                return missing

            def reply_of_checks(self, path, query, fields):
                """As https://docs.github.com/en/rest/checks/runs, where annotations add up."""
                is_read, output = self.command == "GET", fields.get("output", {})
                if not is_read and refuses == "checks":
                    return 403, {"message": "You must authenticate via a GitHub App."}
                fits = len(output.get("annotations", [])) <= 50 and len(output.get("summary", "")) <= 65535
                ends = (fields.get("status") == "completed") == ("conclusion" in fields)
                if not is_read and not (fits and ends and fields.get("head_sha")): return 422, {"message": "Invalid request."}
                def show(check): return {"id": check["id"], "name": check["name"], "external_id": check["external_id"],
                    "output": {"annotations_count": len(check["all"])}}
                if path == "/check-runs" and not is_read:
                    check = dict(fields, id=len(checks) + 1, all=output.get("annotations", []))
                    checks.append(check)
                    # The answer does not come, and nobody knows of what was made.
                    if cut == "check" and len(checks) == 1: time.sleep(60)
                    return 201, show(check)
                if one := re.fullmatch(r"/check-runs/([0-9]+)", path):
                    check = checks[int(one[1]) - 1]
                    if not is_read:
                        check["all"] = check["all"] + output.get("annotations", [])
                        check.update(fields)
                    return 200, show(check)
                if one := re.fullmatch(r"/commits/([0-9a-f]{40})/check-runs", path):
                    name = urllib.parse.parse_qs(query)["check_name"][0]
                    own = [show(check) for check in checks if check["name"] == name and check["head_sha"] == one[1]]
                    return 200, {"total_count": len(own), "check_runs": own}

            def serve_git(self):
                wanted = "Basic " + base64.b64encode(("x-access-token:" + token).encode()).decode()
                if self.headers.get("Authorization") != wanted:
                    return self.send(401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
                url = urllib.parse.urlsplit(self.path)
                if self.headers.get("Transfer-Encoding") == "chunked":
                    body = b""
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                env = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL="1", REMOTE_USER="ada",
                    PATH_INFO=url.path, QUERY_STRING=url.query, REQUEST_METHOD=self.command,
                    CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)))
                out = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True).stdout
                head, _, rest = out.partition(b"\r\n\r\n")
                fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
                status = next((int(value.split()[0]) for name, value in fields if name == "Status"), 200)
                self.send(status, [each for each in fields if each[0] != "Status"], rest)

            do_GET = do_POST = do_PATCH = do_PUT = answer

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port)
        server.serve_forever()
        """#
}
