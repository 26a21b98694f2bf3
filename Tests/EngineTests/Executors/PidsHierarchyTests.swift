import Testing

@testable import Engine

/// Below which control groups one can bound processes, by what the kernel says of mounts and groups.
struct PidsHierarchyTests {
    private static let both = """
        30 25 0:27 / /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids
        31 25 0:28 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw
        """

    private func parents(_ mounts: String, _ groups: String, delegated: Set<String> = []) -> [String] {
        PidsHierarchy.parents(mounts: mounts, groups: groups) {
            delegated.contains($0) ? "cpu memory pids\n" : "memory\n"
        }
    }

    @Test func theOwnGroupOfVersion1() {
        #expect(
            parents(Self.both, "8:pids:/ci/x\n4:memory:/y\n0::/z\n") == ["/sys/fs/cgroup/pids/ci/x"]
        )
        #expect(parents(Self.both, "8:pids:/\n0::/z\n") == ["/sys/fs/cgroup/pids"])
    }

    @Test func aContainerSeesItsOwnPartOfTheHierarchy() {
        let mounts = "30 25 0:27 /docker/abc /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
        #expect(parents(mounts, "8:pids:/docker/abc/in\n") == ["/sys/fs/cgroup/pids/in"])
        #expect(parents(mounts, "8:pids:/docker/abcd\n") == ["/sys/fs/cgroup/pids"])
    }

    @Test func ofVersion2ThoseThatGiveTheControllerOn() {
        let mounts = "31 25 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
        let groups = "0::/user.slice/user@7.service/app.slice/run.scope\n"
        let root = "/sys/fs/cgroup"
        let given: Set = [root, "\(root)/user.slice", "\(root)/user.slice/user@7.service/app.slice"]
        #expect(
            parents(mounts, groups, delegated: given) == [
                "\(root)/user.slice/user@7.service/app.slice", "\(root)/user.slice", root,
            ]
        )
        #expect(parents(mounts, groups) == [])
    }

    @Test func noneWhereNothingIsMounted() {
        #expect(parents("22 1 0:5 / /proc rw - proc proc rw\n", "0::/\n") == [])
    }
}
