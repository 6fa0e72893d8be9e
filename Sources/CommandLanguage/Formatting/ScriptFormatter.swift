/// Writes a script in its one canonical layout: the same tokens and comments, a statement a line, blocks indented by
/// four spaces, one space where the language wants one.
///
/// Line breaks inside brackets and after `\` stay where their writer put them; everything else follows from the text.
/// Formatting what is formatted changes nothing.
public struct ScriptFormatter {
    private let file: SourceFile
    private let tokens: [Token]
    private let spacing: TokenSpacing
    private var page = ScriptPage()
    /// Blocks that surround the line.
    private var depth = 0
    /// Round and square brackets that are open.
    private var brackets = 0
    /// True once the statement went on after a `\`.
    private var isContinued = false

    /// The script's text in canonical layout, ending in one newline; empty for a text that holds nothing.
    ///
    /// - Throws: what is wrong with the text, when it cannot be read; it is then not formatted.
    public static func format(_ file: SourceFile, commands: CommandRegistry) throws(DiagnosticList) -> String {
        let (script, diagnostics) = Parser.parse(file, commands: commands)
        guard diagnostics.isEmpty else { throw DiagnosticList(diagnostics: diagnostics) }
        var formatter = ScriptFormatter(script)
        formatter.run()
        return formatter.page.text
    }

    private init(_ script: Script) {
        file = script.file
        var lexer = Lexer(file: file)
        lexer.run()
        tokens = lexer.tokens
        spacing = TokenSpacing(script, tokens: tokens)
    }

    private mutating func run() {
        var previous: Token?
        var breaks = true
        for token in tokens {
            if token.kind == .separator {
                breaks = true
                continue
            }
            let gap = Gap(file.slice(previous?.upper ?? 0, token.lower))
            if token.kind == .end {
                page.add(gap, indent: 0)
                break
            }
            // What opened a block is followed by a new line, what closes it stands on one; `} else {` is one line.
            let opens = previous?.is(.leftBrace) ?? false
            let closes = token.is(.rightBrace)
            let isEmptyBlock = opens && closes && !gap.hasComment
            if closes { depth -= 1 }
            if isEmptyBlock {
                page.write("}")
            } else if breaks || opens || closes || previous?.is(.rightBrace) == true && !token.is(.else) {
                startStatement(after: gap, closes: closes)
                page.write(text(of: token))
            } else if gap.isBroken {
                continueStatement(with: token, after: gap)
                page.write(text(of: token))
            } else {
                let space = previous.map { spacing.separates($0, token, touching: gap.isEmpty) } ?? false
                page.write((space ? " " : "") + text(of: token))
            }
            track(token)
            previous = token
            breaks = false
        }
    }

    private func text(of token: Token) -> String { file.slice(token.lower, token.upper) }

    private mutating func track(_ token: Token) {
        switch token.kind {
        case .symbol(.leftBrace): depth += 1
        case .symbol(.leftParenthesis), .symbol(.leftBracket): brackets += 1
        case .symbol(.rightParenthesis), .symbol(.rightBracket): brackets -= 1
        default: break
        }
    }

    private mutating func startStatement(after gap: Gap, closes: Bool) {
        isContinued = false
        page.add(gap, indent: depth + (closes ? 1 : 0))
        page.startLine(indent: depth, keepsBlank: !closes)
    }

    private mutating func continueStatement(with token: Token, after gap: Gap) {
        if brackets == 0 {
            isContinued = true
            page.write(" \\")
        }
        let closes = token.is(.rightParenthesis) || token.is(.rightBracket)
        let inner = depth + max(brackets + (isContinued ? 1 : 0), 1)
        page.add(gap, indent: inner)
        page.startLine(indent: closes ? inner - 1 : inner, keepsBlank: false)
    }
}
