// swift-tools-version: 6.2
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

let package = Package(
    name: "flowrun",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "flowrun", targets: ["flowrun"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]
        ),
        .systemLibrary(
            name: "CLibGit2",
            pkgConfig: "libgit2",
            providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]
        ),
        .systemLibrary(
            name: "CLibCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]
        ),
        .systemLibrary(
            name: "CCmark",
            pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"]), .brew(["cmark-gfm"])]
        ),
        .target(name: "CTemplates", exclude: ["minimal"], cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),

        room("Expressions", []),
        room("YAML", ["CLibYAML"]),
        room("Git", ["CLibGit2"]),
        room("HTTP", ["CLibCurl"]),
        room("Workflows", ["YAML", "Expressions"]),
        room("Events", ["Workflows", "Expressions"]),
        room(
            "Store",
            [
                "Workflows", "Events", "Expressions",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        room(
            "Engine",
            [
                "Store", "Git", "Workflows", "Events", "Expressions", "YAML",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        room(
            "Reports",
            ["Store", "CCmark", .product(name: "Crypto", package: "swift-crypto")]
        ),
        room(
            "Cloud",
            [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .executableTarget(
            name: "flowrun",
            dependencies: [
                "Cloud", "Reports", "Engine", "Store", "Git", "HTTP", "Events", "Workflows", "Expressions",
                "YAML",
                "CTemplates",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            // At a fixed address nothing of the program has to be relocated when it starts: 3 of 12 ms.
            linkerSettings: [
                .unsafeFlags(
                    ["-Xclang-linker", "-no-pie"],
                    .when(platforms: [.linux], configuration: .release)
                )
            ]
        ),

        tests("ExpressionsTests", ["Expressions"]),
        tests("YAMLTests", ["YAML"]),
        tests("GitTests", ["Git"]),
        tests("HTTPTests", ["HTTP"]),
        tests("WorkflowsTests", ["Workflows"]),
        tests("EventsTests", ["Events"]),
        tests("StoreTests", ["Store"]),
        tests("EngineTests", ["Engine"]),
        tests("ReportsTests", ["Reports", "Store"]),
        tests("RenderingTests", ["flowrun", "Store", "Reports"]),
        tests("CloudTests", ["Cloud"]),
        tests("TemplatesTests", ["CTemplates", .product(name: "Crypto", package: "swift-crypto")]),
        tests("EndToEnd", ["flowrun"]),
    ],
    swiftLanguageModes: [.v6]
)
