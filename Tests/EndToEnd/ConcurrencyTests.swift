import Foundation
import Testing

/// Jobs of one run that want the same concurrency group at the same moment.
struct ConcurrencyTests {
    @Test func jobsStandInTheOrderOfTheFile() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  skipped: { if: false, runs-on: ubuntu-latest, steps: [ { run: echo no } ] }
                  c: { concurrency: g, runs-on: ubuntu-latest, steps: [ { run: sleep 0.3; echo c } ] }
                  b: { concurrency: G, runs-on: ubuntu-latest, steps: [ { run: sleep 0.3; echo b } ] }
                  a: { concurrency: g, runs-on: ubuntu-latest, steps: [ { run: sleep 0.3; echo a } ] }
                  m:
                    concurrency: m
                    runs-on: ubuntu-latest
                    strategy: { matrix: { x: [1, 2, 3] } }
                    steps: [ { run: 'sleep 0.3; echo m${{ matrix.x }}' } ]
                  long:
                    concurrency: { group: long, queue: max }
                    runs-on: ubuntu-latest
                    strategy: { matrix: { x: [1, 2, 3, 4] } }
                    steps: [ { run: 'echo l${{ matrix.x }}' } ]
                  after: { needs: skipped, if: always(), runs-on: ubuntu-latest, steps: [ { run: echo after } ] }
                """
        )
        for _ in 0..<3 {
            let run = try site.push(in: repository)
            #expect(run.status == 1, "\(run.everything)")
            let told = run.log.filter { $0.count <= 2 }
            #expect(told.filter { ["a", "b", "c"].contains($0) } == ["c", "a"])
            #expect(told.filter { $0.hasPrefix("m") } == ["m1", "m3"])
            #expect(told.filter { $0.hasPrefix("l") } == ["l1", "l2", "l3", "l4"])
            #expect(run.log.contains("after"))
            let jobs = try site.run(in: repository)["jobs"].list
            let cancelled = jobs.filter { $0["conclusion"].text == "cancelled" }.map { $0["name"].text }
            #expect(cancelled.sorted() == ["b", "m (2)"])
        }
    }
}
