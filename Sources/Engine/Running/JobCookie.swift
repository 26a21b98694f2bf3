import Store

/// What marks the processes of one job, so that a later flowrun finds those of a job whose own one died.
enum JobCookie {
    /// The state folder is part of it: runs of another one have the same numbers.
    static func of(run: Int64, job: Int64, home: FlowrunHome) -> String {
        // FNV-1a: it tells the few folders of one machine apart.
        let digest = home.path.utf8.reduce(14_695_981_039_346_656_037 as UInt64) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        return "\(prefix)\(String(digest, radix: 36))_\(run)_\(job)"
    }

    /// What all of them begin with.
    static let prefix = "flowrun_"
}
