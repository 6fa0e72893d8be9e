function __tta_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __tta_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __tta_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __tta_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __tta_parse_tokens -S
    set -l unparsed_tokens (__tta_tokens -pc)
    switch $unparsed_tokens[1]
    case 'tta'
        __tta_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'run'
            __tta_parse_subcommand 1 'set=+' 'output=' 'version' 'h/help'
        case 'check'
            __tta_parse_subcommand -r 1 'version' 'h/help'
        case 'fix'
            __tta_parse_subcommand 1 'version' 'h/help'
        case 'fmt'
            __tta_parse_subcommand -r 1 'check' 'version' 'h/help'
        case 'reference'
            __tta_parse_subcommand 0 'format=' 'version' 'h/help'
        case 'help'
            __tta_parse_subcommand -r 1 'version'
        end
    end
end

function __tta_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __tta_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __tta_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __tta_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__tta_tokens -p)
    if test -z "$(__tta_tokens -t)"
        set -l index (count (__tta_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'tta' -f
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta" version' -l 'version' -d 'Show the version.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta" -eq 1' -fa 'run' -d 'Run a script, after checking it whole.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta" -eq 1' -fa 'check' -d 'Check scripts\' names, options and types without running them.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta" -eq 1' -fa 'fix' -d 'Put right what `tta check` finds and knows the remedy of.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta" -eq 1' -fa 'fmt' -d 'Give scripts the canonical layout.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta" -eq 1' -fa 'reference' -d 'Print the reference of the commands, or what editors, shells and man want to know of them.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta run" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'tta\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta run"' -l 'set' -d 'Give a parameter of the script another value; may be repeated.' -rfka ''
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta run" output' -l 'output' -d 'How values are shown: text, or json for one JSON object a line.' -rfka 'text json'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta run" version' -l 'version' -d 'Show the version.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta check" -ge 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'tta\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta check" version' -l 'version' -d 'Show the version.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta fix" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'tta\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta fix" version' -l 'version' -d 'Show the version.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta fix" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta fmt" check' -l 'check' -d 'Change nothing; name the files that are not in canonical layout and fail if there are any.'
complete -c 'tta' -n '__tta_should_offer_completions_for_positional "tta fmt" -ge 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'tta\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta fmt" version' -l 'version' -d 'Show the version.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta fmt" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta reference" format' -l 'format' -d 'What is written.' -rfka 'markdown man textmate vscode vim bash zsh fish vscode-configuration'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta reference" version' -l 'version' -d 'Show the version.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta reference" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'tta' -n '__tta_should_offer_completions_for_flags_or_options "tta help" version' -l 'version' -d 'Show the version.'
