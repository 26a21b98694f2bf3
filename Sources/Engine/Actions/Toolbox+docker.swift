extension Toolbox {
    /// `docker`: the machine's own where an engine answers it, else podman, else one line that says what is missing.
    ///
    /// A registry of this machine is asked first whether it is there (podman would try four times), and podman is told
    /// that it needs no TLS, as for dockerd it never does.
    static func dockerText(shims: String, cloud: String) -> String {
        """
        #!/bin/sh
        find_program() {
            (
                IFS=:
                for folder in $PATH; do
                    [ "$folder" = '\(shims)' ] && continue
                    [ -x "$folder/$1" ] && { echo "$folder/$1"; exit 0; }
                done
                exit 1
            )
        }

        say() { echo "flowrun: $*" >&2; }

        # Without a server, `docker version` fails and `podman version` does not ask for one.
        if engine=$(find_program docker) && about=$("$engine" version 2>/dev/null); then
            :
        elif engine=$(find_program podman) && about=$("$engine" version 2>/dev/null); then
            about="Podman Engine $about"
        else
            say "docker $1 needs a container engine, and neither docker nor podman answers: apt install podman (see flowrun doctor)"
            exit 127
        fi

        case "$1 $2" in 'image push' | 'image pull') shift ;; esac
        case $1 in push | pull) ;; *) exec "$engine" "$@" ;; esac
        for image; do :; done
        registry=${image%%/*}
        case $registry in 127.*:* | localhost:*) ;; *) exec "$engine" "$@" ;; esac

        # With an engine on another machine it is that machine's registry.
        case ${DOCKER_HOST-}${CONTAINER_HOST-} in
        '' | unix:*)
            if ! bash -c 'exec 3<>"/dev/tcp/${1%:*}/${1##*:}"' bash "$registry" 2>/dev/null; then
                case $registry in
                127.0.0.1:5000) how="apt install docker-registry, then docker-registry serve '\(cloud)/registry.yml'" ;;
                *) how="start one there" ;;
                esac
                say "no registry answers at $registry: $how (see flowrun doctor)"
                exit 1
            fi
            ;;
        esac

        case $about in *'Podman Engine'*) ;; *) exec "$engine" "$@" ;; esac
        verb=$1
        shift
        case $("$engine" --version 2>/dev/null) in
        podman*) exec "$engine" "$verb" --tls-verify=false "$@" ;;
        esac
        # Docker's client in front of podman's service has no such option; podman's client has, for the same service.
        if podman=$(find_program podman); then
            exec "$podman" --url "${DOCKER_HOST:-unix:///var/run/docker.sock}" "$verb" --tls-verify=false "$@"
        fi
        "$engine" "$verb" "$@" && exit
        say "the podman behind docker may ask $registry for TLS: its registries.conf needs [[registry]] location = \\"$registry\\" insecure = true"
        exit 1

        """
    }
}
