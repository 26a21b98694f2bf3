import ArgumentParser

/// The script by which a shell completes flowrun's command lines.
enum CompletionScript {
    /// - Parameter shell: `bash`, `zsh` or `fish`.
    static func text(for shell: CompletionShell) -> String {
        let made = Flowrun.completionScript(for: shell)
        switch shell {
        case .bash: return made + bash
        // A script that begins with `#compdef` is read where completions are looked for, and may be sourced as well.
        case .zsh: return made.replacing(zshPlaceholder, with: zsh + zshPlaceholder)
        case .fish: return made + fish
        default: return made
        }
    }

    /// What replaces two parts of the generated script, and what is put before it.
    ///
    /// Generated, `compgen -W` would expand what it is given, leave spaces bare and put a slash behind the name of a job
    /// that is the name of a folder too. And bash breaks words at `=`: `-f input=value` is put together for flowrun, and
    /// what bash has on the line already is taken from the answers.
    private static let bash = """

        __flowrun_add_completions() {
            local completion
            if [[ $1 != -W ]]; then
                while IFS='' read -r completion; do
                    COMPREPLY+=("${completion}")
                done < <(IFS=$'\\n' compgen "${@}" -- "${cur}")
                return
            fi
            compopt +o filenames 2>/dev/null
            local -r typed="${cur//\\\\/}"
            while IFS='' read -r completion; do
                [[ -n ${completion} && ${completion} = "${typed}"* ]] || continue
                [[ ${completion} = *[[:blank:]]* ]] && completion="$(printf %q "${completion}")"
                COMPREPLY+=("${completion}")
            done <<<"$2"
        }

        __flowrun_whole_words() {
            local line="${COMP_LINE:0:COMP_POINT}" part
            local -a whole=()
            local -i place
            for ((place = 0; place <= COMP_CWORD; place++)); do
                part="${COMP_WORDS[place]}"
                if ((place == 0)) || [[ -z ${line} || ${line} = [[:blank:]]* ]]; then
                    line="${line#"${line%%[![:blank:]]*}"}"
                    whole+=('')
                fi
                [[ ${line} = "${part}"* ]] || part="${line}"
                whole[${#whole[@]} - 1]+="${part}"
                line="${line#"${part}"}"
            done
            local -r last="${whole[${#whole[@]} - 1]}"
            local -a COMP_WORDS=("${whole[@]}")
            local -i COMP_CWORD=$((${#whole[@]} - 1))
            _flowrun "$1" "${last}" "${whole[COMP_CWORD - 1]}"
            if [[ ${#COMPREPLY[@]} = 1 && ${COMPREPLY[0]} = *= ]]; then compopt -o nospace 2>/dev/null; fi
            if [[ ${last} = *=* && ${COMP_WORDBREAKS} = *=* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${last%"${last##*=}"}"}")
            fi
        }

        complete -o filenames -F __flowrun_whole_words flowrun

        """

    /// Before its version 4, fish does not tell where the cursor stands in a word that is completed by `complete -C`;
    /// flowrun does not ask.
    private static let fish = """

        functions -q __flowrun_words; or functions -c __flowrun_tokens __flowrun_words
        function __flowrun_tokens
            if test "$argv" = -tC
                echo 0
            else
                __flowrun_words $argv
            end
        end

        """

    /// Where zsh's script ends its functions.
    private static let zshPlaceholder = "if [[ \"${funcstack[1]}\" = _flowrun ]]; then"

    /// After the name of an input and `=` comes its value, not a space.
    private static let zsh = """
        __flowrun_complete() {
            local -a open=("${(M)@:#*=}") whole=("${@:#*=}")
            (( ${#open} )) && compadd -S '' -- "${open[@]}"
            (( ${#whole} )) && compadd -- "${whole[@]}"
        }


        """
}
