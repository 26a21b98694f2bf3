import Testing

@testable import Engine

struct PythonWishTests {
    private let found = [
        FoundPython(path: "/a", version: ToolVersion(numbers: [3, 11, 7])),
        FoundPython(path: "/b", version: ToolVersion(numbers: [3, 12, 1])),
        FoundPython(path: "/c", version: ToolVersion(numbers: [3, 15, 0]), stage: "rc1"),
        FoundPython(
            path: "/d",
            version: ToolVersion(numbers: [3, 12, 9]),
            family: .pyPy,
            own: ToolVersion("7.3.17")
        ),
        FoundPython(
            path: "/e",
            version: ToolVersion(numbers: [3, 12, 9]),
            family: .pyPy,
            own: ToolVersion("7.3.19")
        ),
        FoundPython(
            path: "/f",
            version: ToolVersion(numbers: [3, 12, 8]),
            family: .graalPy,
            own: ToolVersion("25.0.1")
        ),
    ]

    @Test(
        arguments: [
            ("3.x", false, "3.12.1"), ("3.11", false, "3.11.7"), (">=3.9,<3.12", false, "3.11.7"),
            ("3.15", false, nil), ("3.15", true, "3.15.0rc1"), ("3.15-dev", false, "3.15.0rc1"),
            ("3.x", true, "3.12.1"), ("pypy3.12", false, "pypy3.12.9-7.3.19"),
            ("pypy-3.12-v7.3.17", false, "pypy3.12.9-7.3.17"), ("pypy3.12-7.3.x", false, "pypy3.12.9-7.3.19"),
            ("pypy3.11", false, nil), ("graalpy25", false, "graalpy25.0.1"), ("graalpy-24.0", false, nil),
        ]
    )
    func theNewestThatFitsIsChosen(_ text: String, _ prereleases: Bool, _ expected: String?) throws {
        let wish = try PythonWish(text, takesPrereleases: prereleases)
        #expect(wish.choose(found)?.versionText == expected)
    }

    @Test(arguments: [
        "pypy", "pypy3", "pypy3.10-nightly", "pypy3.10-7-8", "graalpy", "graalpy-24-1", "t", "three",
    ])
    func whatIsNoPythonIsRefused(_ text: String) {
        #expect(throws: StepFailure.self) { try PythonWish(text) }
    }

    @Test(
        arguments: [
            (".python-version", "3.11.7\n", ["3.11.7"]), (".python-version", "3.10/envs/own\n", ["3.10"]),
            (".python-version", "# first\n3.12\n3.11 # too\n", ["3.12", "3.11"]),
            (".tool-versions", "nodejs 20\npython 3.11.2\n", ["3.11.2"]),
            (".tool-versions", "nodejs 20\n", []),
            (
                "pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.9,<3.13\"\n",
                [">=3.9,<3.13"]
            ),
            ("sub/pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.11\"\n", ["^3.11"]),
            ("pyproject.toml", "[build-system]\nrequires = []\n", []),
            ("Pipfile", "[requires]\npython_version = \"3.11\"\n", ["3.11"]),
        ] as [(String, String, [String])]
    )
    func aProjectsFileSaysItsPython(_ file: String, _ text: String, _ versions: [String]) {
        #expect(PythonWish.versions(in: text, of: file) == versions)
    }
}
