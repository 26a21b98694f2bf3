import Store
import Testing

@testable import Engine

struct RunMachineTests {
    private func ended(_ conclusion: Conclusion) -> RunMachine.Ending {
        .init(result: conclusion, outputs: [])
    }

    @Test func aJobIsReadyWhenAllThatItNeedsHasEnded() {
        var machine = RunMachine(jobs: [
            ("bottom", ["left", "right"]), ("left", ["top"]), ("right", ["top"]), ("top", []),
        ])
        #expect(machine.takeReady() == ["top"])
        #expect(machine.takeReady() == [])
        machine.end("top", ended(.success))
        #expect(machine.takeReady() == ["left", "right"])
        machine.end("left", ended(.success))
        #expect(machine.takeReady() == [])
        machine.end("right", ended(.success))
        #expect(machine.takeReady() == ["bottom"])
    }

    @Test func aSkippedGrandparentIsNotSuccess() {
        var machine = RunMachine(jobs: [("a", []), ("b", ["a"]), ("c", ["b"])])
        machine.end("a", ended(.skipped))
        machine.end("b", ended(.success))
        #expect(!machine.isSuccessful(before: "c"))
        #expect(machine.isSuccessful(before: "c", naming: ["B"]))
        #expect(!machine.hasFailure(before: "c"))
    }

    @Test func failureIsSeenOverSkippedJobs() {
        var machine = RunMachine(jobs: [("a", []), ("b", ["a"]), ("c", ["b"])])
        machine.end("a", ended(.failure))
        machine.end("b", ended(.skipped))
        #expect(machine.hasFailure(before: "c"))
        #expect(!machine.hasFailure(before: "c", naming: ["b"]))
    }

    @Test func needsHoldsDirectNeedsAlone() {
        var machine = RunMachine(jobs: [("a", []), ("b", ["a"]), ("c", ["b"])])
        machine.end("a", ended(.success))
        machine.end("b", .init(result: .success, outputs: [("v", "1")]))
        let needs = machine.needsContext(of: "c")
        #expect(needs.json() == #"{"b":{"result":"success","outputs":{"v":"1"}}}"#)
    }

    @Test func theOutputsOfACallSeeEveryJobOfIt() {
        var machine = RunMachine(jobs: [("a", []), ("b", ["a"])])
        machine.end("a", .init(result: .success, outputs: [("v", "1")]))
        machine.end("b", ended(.skipped))
        #expect(
            machine.jobsContext.json()
                == #"{"a":{"result":"success","outputs":{"v":"1"}},"b":{"result":"skipped","outputs":{}}}"#
        )
    }
}
