/// What marks the processes of one job, so that a later flowrun finds those of a job whose own one died.
enum JobCookie {
    static func of(run: Int64, job: Int64) -> String { "flowrun_\(run)_\(job)" }
}
