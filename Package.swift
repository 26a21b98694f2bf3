// swift-tools-version: 6.2
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

/// A module of ours: every room of the house is built to the same rules.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Debian's C libraries as parts of the program, where their archives are at hand.
///
/// Loading them, and the libraries that they bring along, takes longer than running a short workflow. Elsewhere they
/// are loaded, as pkg-config says.
///
/// libcurl stays apart in any case: it is loaded when a request is made (CCurlOnDemand).
let archives: [String] = {
    let names = [
        "git2", "mbedtls", "mbedx509", "mbedcrypto", "http_parser", "ssh2", "pcre2-8", "crypto", "z",
        "yaml", "cmark-gfm-extensions", "cmark-gfm",
    ]
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
    let isComplete = (names + ["sqlite3"]).allSatisfy { name in
        folders.contains { FileManager.default.fileExists(atPath: "\($0)/lib\(name).a") }
    }
    guard isComplete else { return [] }
    let postponed = [
        "git_mbedtls_stream_global_init", "git_mbedtls_stream_new", "git_mbedtls_stream_wrap", "libssh2_init",
    ].flatMap { ["-Xlinker", "--wrap=\($0)"] }
    // What others ask the linker for by `-l` is found in this folder first.
    return ["-L\(Context.packageDirectory)/Sources/CHost/link"] + postponed + names.map { "-l:lib\($0).a" }
}()

/// A library of the system; pkg-config is asked how to link it where that is not settled above.
func system(_ name: String, pkgConfig: String, apt: [String], brew: String) -> Target {
    .systemLibrary(
        name: name,
        pkgConfig: archives.isEmpty ? pkgConfig : nil,
        providers: [.apt(apt), .brew([brew])]
    )
}

let package = Package(
    name: "flowrun",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "flowrun", targets: ["flowrun"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    ],
    targets: [
        system("CLibYAML", pkgConfig: "yaml-0.1", apt: ["libyaml-dev"], brew: "libyaml"),
        system("CLibGit2", pkgConfig: "libgit2", apt: ["libgit2-dev"], brew: "libgit2"),
        system("CLibCurl", pkgConfig: "libcurl", apt: ["libcurl4-openssl-dev"], brew: "curl"),
        system(
            "CCmark",
            pkgConfig: "libcmark-gfm",
            apt: ["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"],
            brew: "cmark-gfm"
        ),
        system("CZlib", pkgConfig: "zlib", apt: ["zlib1g-dev"], brew: "zlib"),
        .target(name: "CCurlOnDemand", dependencies: ["CLibCurl"]),
        .target(
            name: "CGitOnDemand",
            cSettings: archives.isEmpty ? [] : [.define("FLOWRUN_LINKS_GIT")]
        ),
        .target(name: "CHost", exclude: ["link"]),
        .target(name: "CTemplates", exclude: ["minimal"], cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),

        room("Expressions", []),
        room("YAML", ["CLibYAML"]),
        room("Git", ["CLibGit2", "CGitOnDemand"]),
        room("HTTP", ["CLibCurl", "CCurlOnDemand"]),
        room("Workflows", ["YAML", "Expressions"]),
        room("Events", ["Workflows", "Expressions"]),
        room(
            "Store",
            [
                "Workflows", "Events", "Expressions", "CZlib",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        room(
            "Engine",
            [
                "CHost", "Store", "Git", "HTTP", "Workflows", "Events", "Expressions", "YAML",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        room(
            "Reports",
            ["Store", "CCmark", .product(name: "Crypto", package: "swift-crypto")]
        ),
        room("Serving", [.product(name: "Hummingbird", package: "hummingbird")]),
        room(
            "Cloud",
            [
                "Serving",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        room(
            "Forge",
            [
                "Serving", "Engine", "Store", "Git", "Events", "Expressions",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        room(
            "Daemon",
            [
                "Serving", "Engine", "Store", "Events", "Workflows", "Expressions",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .executableTarget(
            name: "flowrun",
            dependencies: [
                "Daemon", "Forge", "Cloud", "Reports", "Engine", "Store", "Git", "HTTP", "Events",
                "Workflows",
                "Expressions",
                "YAML",
                "CHost", "CTemplates",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            // At a fixed address nothing of the program has to be relocated when it starts: 3 of 12 ms.
            linkerSettings: [
                .unsafeFlags(archives, .when(platforms: [.linux])),
                .unsafeFlags(
                    ["-Xclang-linker", "-no-pie", "-Xlinker", "--no-export-dynamic"],
                    .when(platforms: [.linux], configuration: .release)
                ),
            ]
        ),

        tests("ExpressionsTests", ["Expressions"]),
        tests("YAMLTests", ["YAML"]),
        tests("GitTests", ["Git"]),
        tests("HTTPTests", ["HTTP"]),
        tests("WorkflowsTests", ["Workflows"]),
        tests("EventsTests", ["Events", "Workflows"]),
        tests("StoreTests", ["Store"]),
        tests(
            "EngineTests",
            ["Engine", "HTTP", .product(name: "CryptoExtras", package: "swift-crypto")]
        ),
        tests("ReportsTests", ["Reports", "Store"]),
        tests("RenderingTests", ["flowrun", "Store", "Reports"]),
        tests("CloudTests", ["Cloud", "Serving"]),
        tests(
            "ForgeTests",
            [
                "Forge", "Engine", "Store", "Events", "Expressions",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        tests("DaemonTests", ["Daemon", "Engine", "Store", "Events", "Workflows"]),
        tests("TemplatesTests", ["CTemplates", .product(name: "Crypto", package: "swift-crypto")]),
        tests("EndToEnd", ["flowrun"]),
    ],
    swiftLanguageModes: [.v6]
)
