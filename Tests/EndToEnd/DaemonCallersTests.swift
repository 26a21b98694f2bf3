import Foundation
import Testing

/// Callers of the daemon that only hold their connection.
@Suite struct DaemonCallersTests {
    private let house: DaemonSite
    private var site: Site { house.site }

    init() throws { house = try DaemonSite() }

    /// Opens connections, sends a byte on each now and then, and asks for the daemon's health meanwhile.
    ///
    /// Prints `answered` for each time that it was told, and `closed` once all connections are.
    private static let slow = """
        import socket, sys, time, urllib.request
        port, count, every = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
        slow = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(count)]
        request, end = b"GET /healthz HTTP/1.1\\r\\nX-Slow: " + b"a" * 1000, time.time() + 90
        for byte in request:
            for each in list(slow):
                each.setblocking(False)
                try:
                    each.send(bytes([byte]))
                    if each.recv(1000) == b"": slow.remove(each)
                except BlockingIOError: pass
                except OSError: slow.remove(each)
            with urllib.request.urlopen("http://127.0.0.1:%d/healthz" % port, timeout=60) as answer:
                if answer.status == 200: print("answered", flush=True)
            if not slow or time.time() > end: break
            time.sleep(every)
        print("closed" if not slow else "%d are open" % len(slow), flush=True)
        """

    private func call(_ count: Int, every pause: Double) throws -> [String] {
        let port = try #require(house.address.split(separator: ":").last)
        let caller = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", Self.slow, "\(port)", "\(count)", "\(pause)"],
            in: site.folder,
            environment: site.environment
        )
        return try caller.wait(seconds: 120).output.split(separator: "\n").map(String.init)
    }

    @Test("G8: five hundred callers that send a byte now and then keep nobody out, and are closed")
    func slowCallers() throws {
        try house.up(descriptors: 1024)
        let told = try call(500, every: 2)
        #expect(
            told.count > 2 && told.last == "closed" && told.dropLast().allSatisfy { $0 == "answered" },
            "\(told)"
        )
    }

    @Test(
        "D5: where callers hold all that they may have, jobs have their files, and others are answered in turn"
    )
    func fewDescriptors() throws {
        try house.up(descriptors: 64)
        let repository = try site.repository(steps: "- run: 'true'")
        let id = try house.detach("w", in: repository)
        let told = try call(40, every: 1)
        #expect(told.last == "closed" && told.first == "answered", "\(told)")
        #expect(try house.ended(id)["conclusion"] as? String == "success")
    }
}
