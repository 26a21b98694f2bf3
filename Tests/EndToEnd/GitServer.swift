import Foundation

/// Serves the repositories under a folder over HTTP, as a forge does; for each request it prints its path.
///
/// Where it `cutsPacks`, it closes each connection in the middle of the objects; where it has a token, that alone opens it.
final class GitServer {
    let process: SiteProcess
    let port: String

    init(_ site: Site, folder: String, cutsPacks: Bool = false, token: String = "") throws {
        let script = """
            import base64, http.server, os, subprocess
            wanted = 'Basic ' + base64.b64encode(('x-access-token:' + os.environ['TOKEN']).encode()).decode()
            class Handler(http.server.BaseHTTPRequestHandler):
                def log_message(self, *a): pass
                def do_GET(self):
                    print(self.path, flush=True)
                    path, _, query = self.path.partition('?')
                    body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                    while self.headers.get('Transfer-Encoding') == 'chunked':
                        piece = self.rfile.read(int(self.rfile.readline(), 16))
                        self.rfile.readline()
                        if not piece: break
                        body += piece
                    if os.environ['TOKEN'] and self.headers.get('Authorization') != wanted:
                        self.send_response(401)
                        self.send_header('WWW-Authenticate', 'Basic realm="git"')
                        return self.end_headers()
                    given = dict(os.environ, GIT_PROJECT_ROOT=os.environ['ROOT'], GIT_HTTP_EXPORT_ALL='1', PATH_INFO=path,
                        QUERY_STRING=query, REQUEST_METHOD=self.command, CONTENT_LENGTH=str(len(body)),
                        CONTENT_TYPE=self.headers.get('Content-Type', ''),
                        HTTP_CONTENT_ENCODING=self.headers.get('Content-Encoding', ''),
                        GIT_PROTOCOL=self.headers.get('Git-Protocol', ''))
                    said = subprocess.run(['git', 'http-backend'], input=body, env=given, stdout=subprocess.PIPE).stdout
                    head, _, rest = said.partition(b'\\r\\n\\r\\n')
                    fields = [line.split(': ', 1) for line in head.decode().split('\\r\\n')]
                    self.send_response(int(dict(fields).get('Status', '200').split()[0]))
                    for name, value in fields:
                        if name != 'Status': self.send_header(name, value)
                    at = rest.find(b'PACK') if os.environ.get('CUT') else -1
                    if at >= 0:
                        self.send_header('Content-Length', str(len(rest)))
                        rest = rest[:at + 16]
                        self.close_connection = True
                    self.end_headers()
                    self.wfile.write(rest)
                do_POST = do_GET
            server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
            print('port', server.server_address[1], flush=True)
            server.serve_forever()
            """
        process = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-uc", script],
            in: site.folder,
            environment: site.environment.merging([
                "ROOT": folder, "CUT": cutsPacks ? "1" : "", "TOKEN": token,
            ]) { $1 }
        )
        try process.waitFor("\n")
        port = process.outputSoFar.split(separator: "\n")[0].split(separator: " ").last.map(String.init) ?? ""
    }

    deinit { process.signal(SIGKILL) }

    var source: String { "http://127.0.0.1:\(port)/{owner}/{repo}" }
    var requests: Int { process.outputSoFar.split(separator: "\n").count - 1 }
}
