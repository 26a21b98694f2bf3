import Foundation
import Testing

/// What jobs do to their Python stays with them.
struct PythonTests {
    @Test(.timeLimit(.minutes(5)))
    func packagesOfAJobReachNeitherTheNextJobNorTheMachine() throws {
        let site = try Site()
        let look =
            "import importlib.util as u; s = u.find_spec('iniconfig'); print(s.origin if s else 'absent')"
        let repository = try site.repository([
            ".github/workflows/w.yml": """
            on: push
            jobs:
              installs:
                runs-on: ubuntu-latest
                steps:
                  - run: pip install iniconfig
                  - run: |
                      python -c "\(look)" | sed 's/^/first /'
                      python3 -m pip --version | sed 's/^/of /'
              looks:
                needs: installs
                runs-on: ubuntu-latest
                steps:
                  - run: python -c "\(look)" | sed 's/^/second /'
            """
        ])
        let before = try pythonOfTheMachine(site, look)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains { $0.hasPrefix("first \(site.state)/work/") }, "\(done.log)")
        #expect(done.log.contains("second \(before)"), "\(done.log)")
        #expect(done.log.contains { $0.hasPrefix("of pip ") && $0.contains(site.state) })
        #expect(try pythonOfTheMachine(site, look) == before)
        #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/home/.local"))
    }

    private func pythonOfTheMachine(_ site: Site, _ script: String) throws -> String {
        try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", script],
            in: site.folder,
            environment: site.environment
        ).wait().output.trimmingCharacters(in: .newlines)
    }
}
