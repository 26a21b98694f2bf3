import YAML

extension Rule {
    /// Jobs that change something outside, and could do so twice at once.
    static let concurrencyLimits = Rule { inspection in
        guard let workflow = inspection.workflow, workflow.concurrency == nil,
            !inspection.events.isSubset(of: ["workflow_call"])
        else { return [] }
        return inspection.lists.enumerated().compactMap { list, steps in
            guard let job = steps.job.map({ workflow.jobs[$0] }), job.concurrency == nil,
                let act = inspection.outsideAct(list: list)
            else { return nil }
            let repeats = !inspection.events.isDisjoint(with: [
                "push", "schedule", "workflow_run", "pull_request_target",
            ])
            return inspection.finding(
                "concurrency-limits",
                at: job.location,
                "two runs of job '\(job.id)' at once would both do '\(act)'",
                hint: "add 'concurrency' with a group to the job or the workflow",
                severity: repeats ? .warning : .note
            )
        }
    }

    /// Jobs that may run on and on.
    static let timeouts = Rule { inspection in
        inspection.jobs.compactMap { job in
            guard case .steps(let steps) = job.kind else { return nil }
            guard let timeout = steps.timeoutMinutes else {
                return inspection.finding(
                    "missing-timeout",
                    at: job.location,
                    "job '\(job.id)' may run for six hours, or as long as its runner lets it",
                    hint: "add 'timeout-minutes'",
                    severity: .note
                )
            }
            return inspection.fraction(timeout)
        } + inspection.steps.compactMap { $0.step.timeoutMinutes.flatMap(inspection.fraction) }
    }
}

extension Inspection {
    /// A time-out that is not what is written, since only whole minutes count.
    fileprivate func fraction(_ timeout: Templated<Double>) -> Diagnostic? {
        guard case .number(let minutes)? = timeout.literalValue, minutes.magnitude < 1e6,
            minutes != minutes.rounded()
        else { return nil }
        let whole = Int(minutes.rounded(.towardZero))
        return finding(
            "timeout-fraction",
            at: timeout.location,
            whole == 0
                ? "only whole minutes count, so this is no time-out at all"
                : "only whole minutes count, so this is \(whole)"
        )
    }

    /// What a job does to the world outside that two runs must not do at once.
    fileprivate func outsideAct(list: Int) -> String? {
        let commands = [
            "git push", "dvc push", "gcloud run deploy", "gcloud run services update", "terraform apply",
            "kubectl apply", "helm upgrade", "twine upload", "aws s3 sync",
        ]
        for script in scripts(list: list) {
            for (line, _) in script.lines {
                if let command = commands.first(where: { ShellLine.runs($0, in: line) }) { return command }
            }
        }
        let actions = [
            "ad-m/github-push-action", "google-github-actions/deploy-cloudrun",
            "google-github-actions/deploy-cloud-functions", "stefanzweifel/git-auto-commit-action",
            "peaceiris/actions-gh-pages", "actions/deploy-pages", "jamesives/github-pages-deploy-action",
        ]
        return actionUses(list: list).first { actions.contains($0.name) }?.reference.text
    }
}
