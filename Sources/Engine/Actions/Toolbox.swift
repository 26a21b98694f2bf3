import Foundation
package import Store

/// The small programs that stand in front of a job's PATH: they are written once under `$FLOWRUN_HOME/tools`.
///
/// A job's own Python is made when something first installs into it, so that a job that needs none pays nothing. The
/// shims read three variables of the job: where its Python is (`FLOWRUN_JOB_PYTHON`), what answers `pip install`
/// (`FLOWRUN_PIP`: pip or uv), and PATH.
package struct Toolbox: Sendable {
    let home: FlowrunHome
    let program: String

    package init(home: FlowrunHome, program: String) {
        self.home = home
        self.program = program
    }

    var shims: String { home.tools + "/shims" }
    /// On PATH once `iterative/setup-cml` was used.
    var cml: String { home.tools + "/cml" }
    var pythonEnvironment: String { home.tools + "/lib/python-environment" }

    /// Writes what is not there yet or differs.
    ///
    /// Whether that is so is looked up once for each program: what a shim says changes with nothing else.
    func install() throws(FolderError) {
        let mark = "\(home.tools)/lib/installed"
        let stamp = Self.stamp(of: program)
        if PlainFile.text(of: mark) == stamp, files.allSatisfy({ Self.isExecutable($0.path) }) {
            return
        }
        for folder in [shims, cml, home.tools + "/lib"] { try JobFolders.make(folder) }
        for file in files { try write(file.text(), to: file.path) }
        try write(stamp, to: mark)
    }

    private var files: [(path: String, text: () -> String)] {
        let ensure = ". '\(pythonEnvironment)' || exit\n"
        return [
            (pythonEnvironment, { Self.pythonEnvironmentText(tools: home.tools, cache: home.cache) }),
            ("\(shims)/pip", { "#!/bin/sh\n" + ensure + "run_pip \"$@\"\n" }),
            ("\(shims)/pip3", { "#!/bin/sh\n" + ensure + "run_pip \"$@\"\n" }),
            ("\(shims)/python", { Self.pythonText(ensure) }),
            ("\(shims)/python3", { Self.pythonText(ensure) }),
            ("\(shims)/sudo", { Self.sudoText(shims: shims) }),
            ("\(shims)/docker", { Self.dockerText(shims: shims, cloud: home.cloud) }),
            ("\(cml)/cml", { "#!/bin/sh\nexec '\(program)' cml \"$@\"\n" }),
            ("\(cml)/cml-send-comment", { "#!/bin/sh\nexec '\(program)' cml send-comment \"$@\"\n" }),
            ("\(cml)/cml-publish", { "#!/bin/sh\nexec '\(program)' cml publish \"$@\"\n" }),
        ]
    }

    private static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Tells one build of the program from any other.
    private static func stamp(of program: String) -> String {
        var facts = stat()
        guard stat(program, &facts) == 0 else { return program }
        let time = "\(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
        return "\(program)\n\(facts.st_size) \(time) \(facts.st_ino)\n"
    }

    /// By rename, since another job may be running the old one.
    private func write(_ text: String, to path: String) throws(FolderError) {
        let data = Data(text.utf8)
        if FileManager.default.contents(atPath: path) == data { return }
        let fresh = "\(path).\(UUID().uuidString)"
        do {
            try data.write(to: URL(fileURLWithPath: fresh))
        } catch {
            throw FolderError(path: path, reason: error.localizedDescription)
        }
        guard chmod(fresh, 0o755) == 0, rename(fresh, path) == 0 else {
            throw FolderError(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Makes the job's Python environment (run with the base Python as its argument, or sourced by the shims).
    private static func pythonEnvironmentText(tools: String, cache: String) -> String {
        """
        #!/bin/sh
        # The job's own Python: made from the given one, or from the first on PATH that is no shim.
        tools='\(tools)'
        cache='\(cache)'
        venv=$FLOWRUN_JOB_PYTHON

        base_python() {
            (
                IFS=:
                for folder in $PATH; do
                    case $folder in "$tools"/shims | "$venv"/bin) continue ;; esac
                    [ -x "$folder/$1" ] && { echo "$folder/$1"; exit 0; }
                done
                exit 1
            )
        }

        find_uv() {
            command -v uv || { [ -x "$tools/uv/bin/uv" ] && echo "$tools/uv/bin/uv"; }
        }

        # One install at a time: the first to make the folder does it.
        install_uv() {
            find_uv >/dev/null && return 0
            echo "installing uv into $tools/uv" >&2
            "$1" -m venv "$tools/uv.$$" && "$tools/uv.$$/bin/python" -m pip install --quiet --disable-pip-version-check uv || return 1
            mkdir -p "$tools/uv/bin"
            cp "$tools/uv.$$/bin/uv" "$tools/uv/bin/uv.$$" && mv "$tools/uv/bin/uv.$$" "$tools/uv/bin/uv"
            rm -rf "$tools/uv.$$"
        }

        make_environment() {
            [ -x "$venv/bin/python" ] && return 0
            base=${1:-$(base_python python3)}
            [ -n "$base" ] || { echo "flowrun: there is no python3 on this machine" >&2; return 127; }
            if [ "$FLOWRUN_PIP" = uv ] && install_uv "$base"; then
                uv=$(find_uv)
                "$uv" venv --quiet --offline --seed --python "$base" "$venv" 2>/dev/null ||
                    "$uv" venv --quiet --seed --clear --python "$base" "$venv" || return 1
            else
                "$base" -m venv "$venv" ||
                    { echo "flowrun: $base cannot make environments: apt install python3-venv" >&2; return 1; }
            fi
            # Bytecode of installed packages is kept between runs: the environment lies at the same path each time.
            for site in "$venv"/lib/python3*/site-packages; do
                echo "import sys; sys.pycache_prefix = '$cache/bytecode'" >"$site/_bytecode.pth"
            done
        }

        run_pip() {
            make_environment || exit
            if [ "$FLOWRUN_PIP" = uv ] && [ "$1" = install ]; then
                uv=$(find_uv)
                shift
                # What was downloaded before is taken without asking the index again.
                "$uv" pip install --quiet --offline --python "$venv/bin/python" "$@" 2>/dev/null && exit 0
                "$uv" pip install --python "$venv/bin/python" "$@"
                status=$?
                # 2: an option that uv does not have; pip itself may.
                [ "$status" = 2 ] || exit "$status"
                set -- install "$@"
            fi
            PIP_DISABLE_PIP_VERSION_CHECK=1 exec "$venv/bin/python" -m pip "$@"
        }

        case ${0##*/} in python-environment) make_environment "$@" ;; esac

        """
    }

    /// Python itself: the job's where there is one, the machine's otherwise; `-m pip` and `-m venv` make or need the job's.
    private static func pythonText(_ ensure: String) -> String {
        """
        #!/bin/sh
        if [ -x "$FLOWRUN_JOB_PYTHON/bin/python" ]; then exec "$FLOWRUN_JOB_PYTHON/bin/python" "$@"; fi
        \(ensure)case "$1 $2" in
        '-m pip') shift 2; run_pip "$@" ;;
        esac
        base=$(base_python "${0##*/}") || base=$(base_python python3) ||
            { echo "flowrun: there is no ${0##*/} on this machine" >&2; exit 127; }
        exec "$base" "$@"

        """
    }

    /// `sudo` as workflows use it: for the user that runs the job already it is nothing; otherwise the machine's own.
    private static func sudoText(shims: String) -> String {
        """
        #!/bin/sh
        # Hosted runners have a sudo that never asks. Here what is meant for the current user (or for root, by root) runs as it is.
        user=root
        while :; do
            case $1 in
            -u | --user) user=$2; shift 2 ;;
            -g | --group | -C | -p) shift 2 ;;
            --user=*) user=${1#--user=}; shift ;;
            --) shift; break ;;
            -*) shift ;;
            *=*) export "$1"; shift ;;
            *) break ;;
            esac
        done
        me=$(id -un)
        if [ "$user" = "$me" ] || [ "$user" = "#$(id -u)" ] || [ "$(id -u)" = 0 ]; then exec "$@"; fi
        IFS=:
        for folder in $PATH; do
            [ "$folder" = '\(shims)' ] && continue
            [ -x "$folder/sudo" ] && { unset IFS; exec "$folder/sudo" -n -u "$user" "$@"; }
        done
        echo "flowrun: this needs the user $user, and there is no sudo on this machine" >&2
        exit 1

        """
    }
}
