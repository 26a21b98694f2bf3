import Foundation
import Git

/// A source of actions that is a folder of this machine: a path or a `file://` address.
enum LocalSource {
    /// What it lacks, and what helps, where an action could not be fetched from it.
    ///
    /// - Returns: nil for a source behind a network, and where nothing is missing.
    static func lack(at url: String, ref: String) -> String? {
        // What is no address at all is told as such where it is fetched from.
        guard case .local(let path)? = try? RemoteAddress(url) else { return nil }
        guard FileManager.default.fileExists(atPath: path) else {
            return "there is no `\(path)`; clone the action's repository there, or give another source "
                + "with --actions-source"
        }
        do throws(GitError) {
            _ = try Repository(at: path).resolve(ref)
            return nil
        } catch {
            switch error.reason {
            case .notARepository:
                return
                    "`\(path)` is no git repository; actions are taken from commits, so run `git init` and "
                    + "commit the action there"
            case .notFound:
                return
                    "`\(path)` has no branch, tag or commit `\(ref)`; `git -C \(path) tag \(ref)` would make one"
            // Something else is wrong with it, which git says.
            default: return nil
            }
        }
    }
}
