/// The control groups of this machine that have the `pids` controller.
enum PidsHierarchy {
    /// The groups below which one with the controller can be made, nearest first, as far as mounts show.
    static func parents() -> [String] {
        parents(
            mounts: PlainFile.text(of: "/proc/self/mountinfo") ?? "",
            groups: PlainFile.text(of: "/proc/self/cgroup") ?? "",
            subtree: { PlainFile.text(of: "\($0)/cgroup.subtree_control") }
        )
    }

    /// - Parameters:
    ///   - mounts: `/proc/self/mountinfo`.
    ///   - groups: `/proc/self/cgroup`.
    ///   - subtree: The controllers that groups below a group of version 2 have.
    static func parents(mounts: String, groups: String, subtree: (String) -> String?) -> [String] {
        for line in mounts.split(separator: "\n") {
            let halves = line.split(separator: " - ", maxSplits: 1)
            guard halves.count == 2 else { continue }
            let left = halves[0].split(separator: " ")
            let right = halves[1].split(separator: " ")
            guard left.count > 4, right.count > 2 else { continue }
            let (root, mount) = (String(left[3]), String(left[4]))
            switch right[0] {
            case "cgroup" where right[2].split(separator: ",").contains("pids"):
                // Every group of version 1 has its controllers: below the own one is near enough.
                return Array(chain(own(in: groups, having: "pids"), root: root, mount: mount).prefix(1))
            case "cgroup2":
                // A group that holds processes gives its children no controllers: it is one above.
                let found = chain(own(in: groups, having: nil), root: root, mount: mount).filter {
                    subtree($0)?.split(whereSeparator: \.isWhitespace).contains("pids") ?? false
                }
                if !found.isEmpty { return found }
            default: continue
            }
        }
        return []
    }

    /// The path of the own group in the hierarchy with a controller; `nil` is that of version 2.
    private static func own(in groups: String, having controller: String?) -> String {
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isIt =
                controller.map { parts[1].split(separator: ",").contains(Substring($0)) } ?? (parts[0] == "0")
            if isIt { return String(parts[2]) }
        }
        return "/"
    }

    /// A group and all above it, as folders.
    ///
    /// - Parameter root: The group that is mounted, which need not be the top of the hierarchy.
    private static func chain(_ group: String, root: String, mount: String) -> [String] {
        var below = group[...]
        if root != "/" {
            guard group == root || group.hasPrefix("\(root)/") else { return [mount] }
            below = group.dropFirst(root.utf8.count)
        }
        var names = below.split(separator: "/")
        var found: [String] = []
        while !names.isEmpty {
            found.append("\(mount)/\(names.joined(separator: "/"))")
            names.removeLast()
        }
        return found + [mount]
    }
}
