import HTTP

/// The registry that takes the images of runs with the secret set `local`.
enum ImageRegistry {
    private enum State {
        case open, asksForLogin, isNone
        case absent
    }

    /// - Parameter serve: The command that starts a registry at the address.
    static func check(at address: String, serve: String) -> MachineCheck {
        let lost = "images of the secret set 'local' cannot be pushed"
        let (found, remedy) =
            switch state(of: address) {
            case .open: ("\(address) answers", "")
            case .asksForLogin:
                (
                    "\(address) asks for a login",
                    "\(lost): docker login \(address); or, where it is Debian's own service, "
                        + "systemctl disable --now docker-registry, then \(serve)"
                )
            case .isNone:
                ("what answers at \(address) is no registry", "\(lost): end it, then \(serve)")
            case .absent:
                ("\(address) does not answer", "\(lost): apt install docker-registry, then \(serve)")
            }
        return MachineCheck(name: "image registry", isThere: remedy.isEmpty, found: found, remedy: remedy)
    }

    private static func state(of address: String) -> State {
        let request = HTTPRequest(url: "http://\(address)/v2/", timeout: .seconds(5), maximumRedirects: 0)
        do {
            let response = try send(request)
            guard response.headers["Docker-Distribution-Api-Version"] != nil else { return .isNone }
            return response.status == 401 ? .asksForLogin : .open
        } catch {
            return error.reason == .notConnected ? .absent : .isNone
        }
    }
}
