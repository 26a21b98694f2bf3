package import Expressions
package import YAML

/// A container that a job asks for.
package struct ContainerWish: Sendable {
    /// The name of the service; absent for the job's own container.
    package var service: String?
    package var image: String
    package var location: SourceLocation
}

extension StepsJob {
    /// The containers that the job asks for whatever its expressions come to.
    package var certainContainers: [ContainerWish] {
        containerTrees.compactMap { service, tree in
            guard case .scalar(let template, _)? = tree.image, case .literal(let value) = template.form,
                !ContainerWish.name(of: value).isEmpty
            else { return nil }
            return ContainerWish(
                service: service,
                image: ContainerWish.name(of: value),
                location: tree.location
            )
        }
    }

    /// The containers that the job asks for; an image that an expression leaves empty asks for none.
    ///
    /// Only images are looked at: what else a container has may read more than is known yet.
    package func containers(in scope: Scope) throws(Diagnostic) -> [ContainerWish] {
        var wishes: [ContainerWish] = []
        for (service, tree) in containerTrees {
            wishes.append(
                ContainerWish(
                    service: service,
                    image: ContainerWish.name(of: try tree.image?.evaluate(in: scope) ?? .null),
                    location: tree.location
                )
            )
        }
        if let services, services.isExpression {
            for (name, value) in try services.evaluate(in: scope).objectValue?.pairs ?? [] {
                wishes.append(
                    ContainerWish(
                        service: name,
                        image: ContainerWish.name(of: value),
                        location: services.location
                    )
                )
            }
        }
        return wishes
    }

    /// The containers that stand in the file by name.
    private var containerTrees: [(service: String?, tree: TemplateTree)] {
        var trees: [(service: String?, tree: TemplateTree)] = container.map { [(nil, $0)] } ?? []
        if case .mapping(let pairs, _)? = services {
            for pair in pairs {
                if case .name(let name, _) = pair.key { trees.append((name, pair.value)) }
            }
        }
        return trees
    }
}

extension ContainerWish {
    /// The image that a container's value names, which is a text or has an `image`.
    fileprivate static func name(of value: Value) -> String {
        let text = value.objectValue == nil ? value.text : value["image"].text
        return text.hasPrefix("docker://") ? String(text.dropFirst(9)) : text
    }
}

extension TemplateTree {
    /// What a container's image is written as.
    fileprivate var image: TemplateTree? {
        guard case .mapping(let pairs, _) = self else { return self }
        return pairs.first { if case .name("image", _) = $0.key { true } else { false } }?.value
    }
}
