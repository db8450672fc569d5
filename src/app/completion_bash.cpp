#include <fmt/format.h>

#include <map>

#include "app/completion.hpp"
#include "app/completion_words.hpp"
#include "app/help.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* script = R"(# Completion of mlaasim for bash, made by "mlaasim completion bash".

_mlaasim_keys='@KEYS@'

# Sets $words to what the scenario's key $1 can be.
_mlaasim_values() {
    case $1 in
@VALUES@        *) words='' ;;
    esac
}

# Completes KEY=VALUE of --set, of which $1 has been typed. Keys are offered one part at a time.
_mlaasim_set() {
    local typed=$1 numbered='' plain key words candidate
    # A list's keys are known for its element 0; they are the same for all.
    if [[ ${typed%%=*} =~ ^(.*\.[0-9]+\.) ]]; then numbered=${BASH_REMATCH[1]}; fi
    plain=$numbered
    while [[ $plain =~ ^(.*\.)(0[0-9]+|[1-9][0-9]*)(\..*)$ ]]; do plain=${BASH_REMATCH[1]}0${BASH_REMATCH[3]}; done
    if [[ $typed == *=* ]]; then
        key=${typed%%=*}
        _mlaasim_values "$plain${key#"$numbered"}"
        mapfile -t COMPREPLY < <(compgen -P "$key=" -W "$words" -- "${typed#*=}")
        return
    fi
    for key in $_mlaasim_keys; do
        [[ $key == "$plain"* ]] || continue
        key=$numbered${key#"$plain"}
        [[ $key == "$typed"* ]] || continue
        words=${key#"$typed"}
        if [[ $words == *.* ]]; then candidate=$typed${words%%.*}.; else candidate=$key=; fi
        [[ " ${COMPREPLY[*]} " == *" $candidate "* ]] || COMPREPLY+=("$candidate")
    done
    compopt -o nospace
}

# Completes what is of the kind $1 and has been typed as $2.
_mlaasim_complete() {
    case $1 in
        set) _mlaasim_set "$2" ;;
        table) mapfile -t COMPREPLY < <(compgen -W '@TABLES@' -- "$2") ;;
        folder) compopt -o dirnames ;;
        scenario | trace)
            local pattern='!*.h5'
            if [ "$1" = scenario ]; then pattern='!*.y*ml'; fi
            mapfile -t COMPREPLY < <(compgen -f -X "$pattern" -- "$2"; compgen -d -- "$2")
            compopt -o filenames -o default
            ;;
    esac
}

_mlaasim() {
    local line=${COMP_LINE:0:COMP_POINT} typed=() current='' command kinds options option='' value='' next=2 word
    COMPREPLY=()
    read -ra typed <<<"$line"
    if [[ $line != *[[:space:]] ]]; then
        current=${typed[-1]}
        unset 'typed[-1]'
    fi
    command=${typed[1]-}
    case $command in
@SECOND_WORDS@    esac
    if [ ${#typed[@]} -le 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W '@FIRST_WORDS@' -- "$current")
        return
    fi

    # $options: those of the subcommand. $kinds: what stands behind it, "..." behind the last when more may follow, and
    # for each option with a value --option=kind.
    case $command in
@COMMANDS@        *) return ;;
    esac

    # Which operand is next, and whether the option before still waits for its value.
    for word in "${typed[@]:next}"; do
        if [ -n "$option" ]; then
            option=''
        elif [[ $word == -* ]]; then
            if [[ $word != *=* && " ${kinds[*]}" == *" $word="* ]]; then option=$word; fi
        elif [[ ${kinds[0]-} == [a-z]* && ${kinds[0]} != *... ]]; then
            unset 'kinds[0]'
            kinds=("${kinds[@]}")
        fi
    done
    value=$current
    if [[ -z $option && $current == --*=* ]]; then
        option=${current%%=*}
        value=${current#*=}
    fi
    if [ -n "$option" ]; then
        for word in "${kinds[@]}"; do
            if [[ $word == "$option="* ]]; then _mlaasim_complete "${word#*=}" "$value"; fi
        done
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    elif [[ ${kinds[0]-} == [a-z]* ]]; then
        _mlaasim_complete "${kinds[0]%...}" "$current"
    else
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    fi

    # Bash replaces what stands behind the last "=" only.
    if [[ $COMP_WORDBREAKS == *=* && $value == *=* ]]; then
        local index
        for index in "${!COMPREPLY[@]}"; do COMPREPLY[index]=${COMPREPLY[index]#"${value%=*}="}; done
    fi
}

complete -F _mlaasim mlaasim
)";

std::string kind_word(Completion completion) {
    switch (completion) {
        case Completion::nothing: return "";
        case Completion::scenario_file: return "scenario";
        case Completion::trace_file: return "trace";
        case Completion::folder: return "folder";
        case Completion::table: return "table";
        case Completion::assignment: return "set";
    }
    return "";
}

std::string joined(const std::vector<DescribedWord>& words) {
    std::string text;
    for (const DescribedWord& word : words) {
        text += (text.empty() ? "" : " ") + word.word;
    }
    return text;
}

/// One branch of the case over subcommands: their options, and the kinds of what follows.
std::string branch(const Subcommand& command, const Form& form) {
    std::string kinds;
    std::string options;
    for (const Operand operand : form.operands) {
        kinds += " " + kind_word(completion_of(operand));
    }
    kinds += form.last_repeats ? "..." : "";
    for (const CompletionOption& option : completion_options(form)) {
        options += (options.empty() ? "" : " ") + option.word;
        if (!option.value_name.empty()) {
            kinds += " " + option.word + "=" + kind_word(option.value);
        }
    }
    return fmt::format("        '{}') options='{}' kinds=({}) ;;\n", words_of(command, form), options,
                       kinds.empty() ? "" : kinds.substr(1));
}

/// The branches in which a subcommand has a second word.
std::string second_word_branches() {
    std::string text;
    for (const Subcommand& command : subcommands()) {
        if (const auto seconds = second_words(command); !seconds.empty()) {
            text += fmt::format(
                "        {0})\n"
                "            if [ ${{#typed[@]}} = 2 ]; then\n"
                "                mapfile -t COMPREPLY < <(compgen -W '{1} --help' -- \"$current\")\n"
                "                return\n"
                "            fi\n"
                "            command=\"{0} ${{typed[2]}}\" next=3\n"
                "            ;;\n",
                command.word, joined(seconds));
        }
    }
    return text;
}

}  // namespace

std::string bash_completion() {
    std::string keys;
    std::map<std::string, std::string> keys_by_values;
    for (const ScenarioKey& key : scenario_keys()) {
        keys += (keys.empty() ? "" : " ") + key.path;
        if (!key.values.empty()) {
            std::string& same = keys_by_values[joined(key.values)];
            same += (same.empty() ? "" : " | ") + key.path;
        }
    }
    std::string values;
    for (const auto& [words, with_them] : keys_by_values) {
        values += fmt::format("        {}) words='{}' ;;\n", with_them, words);
    }
    std::string commands;
    for (const Subcommand& command : subcommands()) {
        for (const Form& form : command.forms) {
            commands += branch(command, form);
        }
    }
    return filled_in(script, {{"KEYS", keys},
                              {"VALUES", values},
                              {"TABLES", joined(table_words())},
                              {"SECOND_WORDS", second_word_branches()},
                              {"FIRST_WORDS", joined(first_words())},
                              {"COMMANDS", commands}});
}

}  // namespace mlaasim::app
