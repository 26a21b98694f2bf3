import ArgumentParser

struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the script by which a shell completes flowrun's commands.",
        discussion: """
            It knows the repository's workflows, jobs and inputs, and what is stored for it. One line makes a shell read it:

              bash, in ~/.bashrc:                    source <(flowrun completion bash)
              zsh, in ~/.zshrc, after compinit:      source <(flowrun completion zsh)
              fish, in ~/.config/fish/config.fish:   flowrun completion fish | source

            EXAMPLES
              flowrun completion bash
              flowrun completion fish > ~/.config/fish/completions/flowrun.fish
            """
    )

    enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

    @Argument(help: "bash, zsh or fish.") var shell: Shell

    func run() throws {
        guard let known = CompletionShell(rawValue: shell.rawValue) else {
            preconditionFailure("every shell of this command is one that scripts are made for")
        }
        Console.print(CompletionScript.text(for: known))
    }
}
