import Reports
import Testing

struct PathPatternsTests {
    @Test(
        arguments: [
            ([], "", "a", false),
            (["."], "", "a/b.txt", true),
            (["."], "", ".env", false),
            (["./"], "data", "data/b.txt", true),
            (["."], "data", "other/b.txt", false),
            (["data"], "", "data/deep/b.csv", true),
            (["data/"], "", "database", false),
            (["*.dvc"], "", "a.dvc", true),
            (["*.dvc"], "", "data/a.dvc", false),
            (["*.dvc"], "data", "data/a.dvc", true),
            (["../dvc.lock"], "data", "dvc.lock", true),
            (["../../x"], "data", "x", false),
            (["**/*.dvc"], "", "a.dvc", true),
            (["**/*.dvc"], "", "x/y/a.dvc", true),
            (["**/*.dvc"], "", "x/.hidden/a.dvc", false),
            ([".dvc/config"], "", ".dvc/config", true),
            (["{model,data}/*.{dvc,lock}"], "", "data/a.lock", true),
            (["{model,data}/*.{dvc,lock}"], "", "api/a.lock", false),
            (["a{b,c{d,e}}f"], "", "acef", true),
            (["a{b"], "", "a{b", true),
            (["**", "!data/**"], "", "data/a", false),
            (["**", "!data/**"], "", "model/a", true),
            (["[ab].txt"], "", "b.txt", true),
        ] as [([String], String, String, Bool)]
    )
    func patternsNameFiles(_ patterns: [String], _ folder: String, _ path: String, _ isNamed: Bool) {
        #expect(PathPatterns(patterns, folder: folder).names(path) == isNamed)
    }
}
