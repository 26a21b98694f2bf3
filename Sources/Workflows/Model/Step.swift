package import Expressions
package import YAML

/// One step of a job or of a composite action.
package struct Step: Sendable {
    package var location: SourceLocation
    /// Explicit, or generated as GitHub does (`__run`, `__run_2`, `__actions_checkout`).
    package var id: String
    package var hasExplicitID: Bool
    package var name: Templated<String>?
    package var condition: Condition
    /// Where the value of `if` stands; `nil` without one.
    package var conditionLocation: SourceLocation?
    package var env: Templated<Environment>?
    package var continueOnError: Templated<Bool>?
    package var timeoutMinutes: Templated<Double>?
    package var isBackground: Bool
    package var action: Action

    package enum Action: Sendable {
        case run(Script)
        case uses(ActionReference, with: Templated<Environment>?)
        /// Waits for the named background steps; empty names all of them.
        case wait([Located<String>])
        case cancel(Located<String>)
        case parallel([Step])
    }

    package init(
        location: SourceLocation,
        id: String,
        hasExplicitID: Bool = false,
        name: Templated<String>? = nil,
        condition: Condition = .implicit,
        conditionLocation: SourceLocation? = nil,
        env: Templated<Environment>? = nil,
        continueOnError: Templated<Bool>? = nil,
        timeoutMinutes: Templated<Double>? = nil,
        isBackground: Bool = false,
        action: Action
    ) {
        self.location = location
        self.id = id
        self.hasExplicitID = hasExplicitID
        self.name = name
        self.condition = condition
        self.conditionLocation = conditionLocation
        self.env = env
        self.continueOnError = continueOnError
        self.timeoutMinutes = timeoutMinutes
        self.isBackground = isBackground
        self.action = action
    }
}

/// A `run` step.
package struct Script: Sendable {
    package var run: Templated<String>
    package var shell: Templated<String>?
    package var workingDirectory: Templated<String>?

    package init(
        run: Templated<String>,
        shell: Templated<String>? = nil,
        workingDirectory: Templated<String>? = nil
    ) {
        self.run = run
        self.shell = shell
        self.workingDirectory = workingDirectory
    }
}

/// What `uses:` names.
package struct ActionReference: Sendable {
    package var text: String
    package var location: SourceLocation
    package var form: Form

    package enum Form: Sendable, Equatable {
        /// `./path`, in the workspace at run time.
        case local(path: String)
        /// `$/path`, in the repository and commit of the file that says it.
        case sameRepository(path: String)
        /// `owner/repo[/path]@ref`
        case repository(owner: String, name: String, path: String, ref: String)
        /// `docker://image`
        case image(String)
    }

    package init(text: String, location: SourceLocation, form: Form) {
        self.text = text
        self.location = location
        self.form = form
    }
}

/// What an `action.yml` says.
package struct ActionManifest: Sendable {
    package var path: String
    package var name: String?
    package var description: String?
    package var inputs: [ActionInput]
    package var outputs: [ActionOutput]
    package var runs: Runs

    package enum Runs: Sendable {
        case composite([Step])
        case javascript(
            using: String,
            main: String,
            pre: String?,
            preIf: Condition?,
            post: String?,
            postIf: Condition?
        )
        case container(TemplateTree)
    }

    package init(
        path: String,
        name: String? = nil,
        description: String? = nil,
        inputs: [ActionInput] = [],
        outputs: [ActionOutput] = [],
        runs: Runs
    ) {
        self.path = path
        self.name = name
        self.description = description
        self.inputs = inputs
        self.outputs = outputs
        self.runs = runs
    }
}

package struct ActionInput: Sendable {
    package var name: String
    package var location: SourceLocation
    package var isRequired: Bool
    package var defaultValue: Templated<String>?
    package var deprecationMessage: String?

    package init(
        name: String,
        location: SourceLocation,
        isRequired: Bool = false,
        defaultValue: Templated<String>? = nil,
        deprecationMessage: String? = nil
    ) {
        self.name = name
        self.location = location
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.deprecationMessage = deprecationMessage
    }
}

package struct ActionOutput: Sendable {
    package var name: String
    package var location: SourceLocation
    /// Composite actions only.
    package var value: Templated<String>?

    package init(name: String, location: SourceLocation, value: Templated<String>? = nil) {
        self.name = name
        self.location = location
        self.value = value
    }
}
