import Foundation

extension LocalCloud {
    /// Where the secret set has images pushed to: a registry that the user runs.
    package static let registry = "127.0.0.1:5000"

    /// Where the settings lie with which `docker-registry serve` answers at that address; written where they are missing.
    ///
    /// Debian's own settings for it listen to the whole network and ask for a login that nobody has.
    package func registrySettings() throws -> String {
        try folder.prepare()
        return folder.registrySettings
    }
}

extension CloudFolder {
    var registrySettings: String { path + "/registry.yml" }

    func writeRegistrySettings() throws(CloudError) {
        let text = """
            # A registry for images of this machine: docker-registry serve \(registrySettings)
            version: 0.1
            storage:
              filesystem:
                rootdirectory: '\(path.replacing("'", with: "''"))/registry'
              delete:
                enabled: true
            http:
              addr: \(LocalCloud.registry)

            """
        let settings = Data(text.utf8)
        if try Folder.read(registrySettings) != settings {
            try Folder.replace(registrySettings, with: settings)
        }
    }
}
