import Foundation
import Testing

/// Steps that build and push images, by a real engine into a real registry.
@Suite(.disabled(if: Containers.lack != nil, "no images: \(Containers.lack ?? "")"))
struct ImageTests {
    private let dockerfile = "FROM python:3.11-slim\nCOPY word /word\nRUN pip install && cat /word\n"

    /// A repository whose job builds and pushes an image of one file.
    private func repository(_ site: Site) throws -> String {
        let workflow = """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - name: build
                    run: docker build . -t ${{ vars.IMAGE }}
                  - name: push
                    run: docker push ${{ vars.IMAGE }}

            """
        return try site.repository([
            ".github/workflows/w.yml": workflow, "Dockerfile": dockerfile, "word": "sesame\n",
        ])
    }

    private func push(_ image: String, _ site: Site, in repository: String) throws -> SiteResult {
        try site.flowrun("trigger", "push", "--format", "json", "--var", "IMAGE=\(image)", in: repository)
    }

    @Test(.timeLimit(.minutes(10)))
    func podmanAloneBuildsAndPushes() throws {
        let site = try Site()
        let containers = try Containers(site)
        try site.shadow("docker")
        let repository = try repository(site)
        let done = try push("\(containers.registry)/team/word:1", site, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        #expect(done.log.contains("sesame"))
        let layers = try #require(try containers.manifest(of: "team/word", tag: "1")["layers"] as? [Any])
        #expect(layers.count >= 2)

        // What was pushed is what comes back, by the name of `pull` that is told of no TLS either.
        let image = "\(containers.registry)/team/word:1"
        #expect(try containers.podman("rmi", image).status == 0)
        try site.write(
            [
                "again.yml": """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    steps: [{ run: 'docker image pull -q \(image) && docker run --rm --network none \(image) cat /word' }]

                """
            ],
            to: site.folder
        )
        let pulled = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "-W",
            "\(site.folder)/again.yml",
            in: repository
        )
        #expect(pulled.status == 0 && pulled.log.contains("sesame"), "\(pulled.log)\(pulled.errors)")
        #expect(site.leftovers(except: ["docker-registry"]).isEmpty)
    }

    @Test(
        .timeLimit(.minutes(10)),
        .enabled(if: Containers.hasDockerClient, "no docker client: apt install docker-cli")
    )
    func dockersClientPushesThroughPodmansService() throws {
        let site = try Site()
        let containers = try Containers(site)
        let (service, address) = try containers.service()
        defer { service.signal(SIGKILL) }
        site.environment["DOCKER_HOST"] = address
        let done = try push("\(containers.registry)/word:2", site, in: try repository(site))
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        #expect(try containers.manifest(of: "word", tag: "2")["layers"] != nil)
        let doctor = try site.flowrun("doctor", in: site.folder)
        #expect(doctor.output.contains("through docker at \(address)"), "\(doctor.output)")
    }

    @Test(.timeLimit(.minutes(10)))
    func anAbsentRegistryIsToldInOneLine() throws {
        let site = try Site()
        _ = try Containers(site)
        try site.shadow("docker")
        let done = try push("127.0.0.1:1/word:1", site, in: try repository(site))
        #expect(done.status == 1 && done.steps["build"] == "success" && done.steps["push"] == "failure")
        let line = "flowrun: no registry answers at 127.0.0.1:1: start one there (see flowrun doctor)"
        // Podman itself would have tried four times, and told of each.
        #expect(done.log.filter { $0.contains("127.0.0.1:1: ") || $0.contains("retrying") } == [line])
    }

    @Test(.timeLimit(.minutes(10)))
    func anAbsentBaseImageIsNamed() throws {
        let site = try Site()
        _ = try Containers(site)
        try site.shadow("docker")
        let repository = try site.repository([
            "Dockerfile": "ARG BASE=localhost/absent:1\nFROM $BASE\n",
            ".github/workflows/w.yml": """
            on: push
            jobs: { job: { runs-on: ubuntu-latest, steps: [{ uses: actions/checkout@v4 }, { run: docker build . }] } }

            """,
        ])
        let doctor = try site.flowrun("doctor", in: repository)
        #expect(doctor.output.contains("localhost/absent:1 is not here yet"), "\(doctor.output)")
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 1)
        #expect(done.log.filter { $0.hasPrefix("Error:") && $0.contains("localhost/absent:1") }.count == 1)
    }

    @Test(.timeLimit(.minutes(10)))
    func theProjectsImageIsBuiltWithItsModelAndPushed() throws {
        let site = try Site()
        let containers = try Containers(site)
        try site.shadow("docker")
        #expect(try site.flowrun("init", "demo", "--template", "mlops", in: site.folder).status == 0)
        let demo = "\(site.folder)/demo"
        let doctor = try site.flowrun("doctor", in: demo)
        #expect(doctor.output.contains("✓ base image"), "\(doctor.output)")
        #expect(doctor.output.contains(/✓ container engine +podman \d/))

        let done = try site.flowrun(
            "dispatch",
            "ci-cd",
            "--format",
            "json",
            "--secret",
            "REGISTRY_NAME=\(containers.registry)/team/service",
            in: demo
        )
        #expect(done.status == 0, "\(done.log.suffix(30))\(done.errors)")
        #expect(done.steps["Build and Push"] == "success")
        let head = try site.git("rev-parse", "HEAD", in: demo)
        #expect(try containers.manifest(of: "team/service", tag: head)["layers"] != nil)

        let image = "\(containers.registry)/team/service:\(head)"
        let sum = try containers.podman(
            "run",
            "--rm",
            "--network",
            "none",
            "--entrypoint",
            "/bin/md5sum",
            image,
            "model/model.pkl"
        )
        let versioned = try String(contentsOfFile: "\(demo)/model/model.pkl.dvc", encoding: .utf8)
        let wanted = try #require(versioned.firstMatch(of: /md5: ([0-9a-f]{32})/)).1
        #expect(sum.output.hasPrefix(wanted), "\(sum.output)\(sum.errors)")
        // Keys are made in the job's folder and must not get into the image.
        let files = try containers.podman(
            "run",
            "--rm",
            "--network",
            "none",
            "--entrypoint",
            "/bin/busybox",
            image,
            "find",
            "/app",
            "-name",
            "*.json"
        )
        #expect(files.status == 0 && files.output.isEmpty, "\(files.output)\(files.errors)")
    }
}

/// What a step is told that needs an engine where none answers.
struct AbsentEngineTests {
    @Test func theStepAndTheDoctorSayWhatIsMissing() throws {
        let site = try Site()
        try site.shadow("docker", "podman")
        let repository = try site.repository(steps: "- run: docker build .")
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 1)
        let telling = done.log.filter { $0.hasPrefix("flowrun: docker build needs a container engine") }
        #expect(telling.count == 1 && telling[0].contains("apt install podman"), "\(done.log)")
        let doctor = try site.flowrun("doctor", in: repository)
        #expect(
            doctor.output.contains(/– container engine +neither docker nor podman is there/),
            "\(doctor.output)"
        )
        #expect(doctor.output.contains("steps that build or push images fail: apt install podman"))
    }
}
