/// The language as Vim colours it.
public struct VimSyntax {
    private let words: LanguageWords

    public init(commands: CommandRegistry) { words = LanguageWords(commands) }

    /// The file `syntax/tta.vim`.
    public var text: String {
        """
        " Vim syntax file
        " Language: tta
        " Written by `tta reference --format vim`.

        if exists("b:current_syntax")
          finish
        endif

        syn case match

        syn keyword ttaStatement \(words.statements.joined(separator: " "))
        syn match ttaStatement /^\\s*\\zsversion\\ze\\s\\+\\d/
        syn keyword ttaOperatorWord \(words.operators.joined(separator: " "))
        syn keyword ttaConstant \(words.constants.joined(separator: " "))
        syn match ttaOperator /\\.\\.\\|[=!<>]=\\|[-+*\\/%^=<>~:]/
        syn match ttaNumber /\\%(\\w\\|\\.\\)\\@<!\\%(\\d\\+\\%(\\.\\d\\+\\)\\=\\|\\.\\d\\+\\)\\%([eE][+-]\\=\\d\\+\\)\\=\\>/
        syn match ttaOption /\\<\\%(\(either(words.options))\\)\\ze\\s*=\\%(=\\)\\@!/
        syn match ttaFunction /\\<\\%(\(either(words.functions))\\)\\ze(/
        syn match ttaCommand /\\%(\\%(^\\|[=({;}]\\|\\<catch\\>\\)\\s*\\)\\@<=\\%(\(either(words.commands))\\)\\>\\%(\\s*\\%([=!<>]=\\|[=<>*\\/%^.]\\|[-+]\\s\\)\\)\\@!/ nextgroup=ttaForm skipwhite
        syn match ttaForm /\\<\\%(\(either(words.forms))\\)\\>/ contained
        syn match ttaName /`[^`]*`/
        syn match ttaEscape /\\\\[nt"\\\\{}]/ contained
        syn region ttaInterpolation start=/{/ end=/}/ end=/\\ze"/ contained oneline contains=TOP
        syn region ttaString start=/"/ skip=/\\\\./ end=/"/ oneline contains=ttaEscape,ttaInterpolation
        syn match ttaRawString /'[^']*'/
        syn match ttaComment /#.*$/ contains=@Spell
        syn match ttaCell /^\\s*#%%.*$/

        hi def link ttaStatement Statement
        hi def link ttaOperatorWord Operator
        hi def link ttaOperator Operator
        hi def link ttaConstant Constant
        hi def link ttaNumber Number
        hi def link ttaOption Identifier
        hi def link ttaFunction Function
        hi def link ttaCommand Keyword
        hi def link ttaForm Type
        hi def link ttaName Identifier
        hi def link ttaEscape SpecialChar
        hi def link ttaInterpolation Normal
        hi def link ttaString String
        hi def link ttaRawString String
        hi def link ttaComment Comment
        hi def link ttaCell Title

        let b:current_syntax = "tta"

        """
    }

    private func either(_ words: [String]) -> String { words.joined(separator: "\\|") }
}
